"""Two records of one organisation become one (D10): every room carries over what it keeps, in one transaction or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

import accounts.merging
import knowledge.merging
import matchmaking.merging
import networks.merging
import procurements.merging
import suppliers.merging
from accounts.merging import NotTwo
from accounts.models import Membership, Organisation, User
from accounts.rules import Refused, require_duty
from files.models import StoredFile
from interchange.models import ApiKey, Webhook
from networks.models import NetworkMember, Participant
from notifications.models import Notification
from procurements.models import Notice
from records.models import AuditEvent
from suppliers.models import SupplierProfile

# Every pointer to an organisation, and what a merge does with it. A test fails when a model has one that is not named here.
POINTERS = {
    "accounts.Organisation.merged_into": "follows: who was merged into the old record points to the new one",
    "accounts.Membership.organisation": "ends, and begins anew with the higher of two roles",
    "accounts.Invitation.organisation": "stays: open ones are revoked",
    "accounts.VerificationRequest.organisation": "stays: waiting ones are closed with a reason",
    "networks.BuyerGroup.lead": "moves, or refuses where both are in the group",
    "networks.Participant.organisation": "moves; stays as one that left where both are in the group",
    "networks.NetworkMember.organisation": "moves; of two memberships of one network one ends",
    "networks.NetworkPost.organisation": "moves",
    "networks.Plan.organisation": "moves",
    "networks.Approach.sender": "moves; stays closed where the two wrote to each other",
    "networks.Approach.receiver": "moves; stays closed where the two wrote to each other",
    "networks.ApproachMessage.organisation": "moves; stays where the two wrote to each other",
    "networks.SharedFile.organisation": "moves",
    "networks.GroupTask.organisation": "moves",
    "procurements.Procurement.organisation": "moves",
    "procurements.TeamMember.organisation": "moves",
    "procurements.VersionBuyer.organisation": "moves; stays where the version names both, for it is frozen",
    "procurements.Winner.organisation": "moves; stays where the version names both, for it is frozen",
    "procurements.OutcomeWinner.organisation": "moves",
    "procurements.ContractWinner.organisation": "moves; stays where the contract names both",
    "interchange.ApiKey.organisation": "stays: the keys are revoked",
    "interchange.Webhook.organisation": "moves",
    "procurements.Interest.organisation": "moves; the younger of two active ones is withdrawn",
    "procurements.Question.organisation": "moves",
    "procurements.Feedback.organisation": "moves; of two answers the words stand together",
    "procurements.Approval.organisation": "moves; stays in a group that both are in: the one that left said it",
    "procurements.CallOff.organisation": "moves; stays in a group that both are in",
    "procurements.RequirementStand.organisation": "moves; stays in a group that both are in",
    "matchmaking.Subscription.organisation": "moves; stays, paused, where both have one",
    "knowledge.CaseFacts.buyer": "moves",
    "knowledge.Attendance.organisation": "moves",
    "suppliers.SupplierProfile.organisation": "moves; stays, shown no more, where both have one",
    "notifications.Notification.organisation": "moves",
    "files.StoredFile.organisation": "moves",
}

FOLLOWED_UP = timedelta(days=1)


@transaction.atomic
def merge(organisation: Organisation, *, into: Organisation, by: User | None, at: datetime) -> Organisation:
    """`organisation` becomes a signpost to `into`, which has everything from then on. It cannot be undone.

    Raises NotOnDuty, NotTwo, or Refused with what stands in the way; then nothing has changed. Asked again about the same
    two, it carries over what was written to the old record meanwhile.
    """
    require_duty(by)
    _require_two(organisation, into)
    # What every verb locks first is locked first here: groups, procurements, then organisations.
    networks.merging.lock_groups(organisation)
    procurements.merging.lock(organisation)
    shown = procurements.merging.notices_of(organisation)
    procurements.merging.carry_over(organisation, into=into, by=by, at=at)
    networks.merging.carry_over(organisation, into=into, by=by, at=at)
    knowledge.merging.carry_over(organisation, into=into, by=by, at=at)
    suppliers.merging.carry_over(organisation, into=into, by=by, at=at)
    matchmaking.merging.carry_over(organisation, into=into, by=by, at=at)
    Notification.objects.filter(organisation=organisation).update(organisation=into)
    StoredFile.objects.filter(organisation=organisation).update(organisation=into)
    Webhook.objects.filter(organisation=organisation).update(organisation=into)
    ApiKey.objects.filter(organisation=organisation, revoked_at=None).update(revoked_at=at, revoked_by=by)
    into = accounts.merging.merge(organisation, into=into, by=by, at=at)
    procurements.merging.index_again(shown)
    return into


def follow_up(at: datetime) -> int:
    """Carries over what was on its way to a record in the moment that it was merged; returns how many records were looked at.

    A verb judges who may write and then writes; no lock of ours lies between the two, so a row can come to a merged record.
    """
    merged = AuditEvent.objects.filter(action="organisation.merged", at__gt=at - FOLLOWED_UP, at__lte=at)
    records = Organisation.objects.filter(pk__in=[int(event.subject_id) for event in merged], merged_into__isnull=False)
    looked_at = list(records.select_related("merged_into").order_by("pk"))
    for organisation in looked_at:
        assert organisation.merged_into is not None
        merge(organisation, into=organisation.merged_into, by=None, at=at)
    return len(looked_at)


@dataclass(frozen=True)
class Preview:
    """What a merge would do, for the administrator who asks for it: never what is secret, nor how much of it there is."""

    obstacles: list[str]
    people: list[Membership]
    places: list[Participant]
    memberships: list[NetworkMember]
    published: int  # notices that anybody can read
    named: int  # notices of others that name it among the buyers
    loses_profile: bool  # both have one
    loses_verification: bool


def preview(organisation: Organisation, *, into: Organisation) -> Preview:
    """Raises NotTwo."""
    _require_two(organisation, into)
    own = Notice.objects.published().filter(procurement__organisation=organisation)
    named = Notice.objects.published().filter(current_version__buyers__organisation=organisation)
    present = Participant.objects.present().filter(organisation=organisation)
    return Preview(
        obstacles=[
            *networks.merging.obstacles(organisation, into=into),
            *procurements.merging.obstacles(organisation, into=into),
        ],
        people=list(Membership.objects.active().filter(organisation=organisation).select_related("user")),
        places=list(present.select_related("group").order_by("group__name")),
        memberships=list(NetworkMember.objects.joined().filter(organisation=organisation).select_related("network")),
        published=own.count(),
        named=named.exclude(procurement__organisation=organisation).count(),
        loses_profile=SupplierProfile.objects.filter(organisation__in=[organisation, into]).count() == 2,
        loses_verification=organisation.is_buyer and not into.is_buyer,
    )


def find(words: str) -> list[Organisation]:
    """Up to twenty that could be merged, by a part of the name or the whole number; never by a number that is a person's."""
    words = words.strip()
    if not words:
        return []
    number = "".join(character for character in words if character.isalnum()).upper()
    found = Organisation.objects.filter(merged_into=None).filter(
        Q(name__icontains=words) | (Q(registration_number=number) if number else Q())
    )
    shown = [
        each for each in found.order_by("name", "pk")[:40] if words.lower() in each.name.lower() or each.public_number
    ]
    return shown[:20]


def _require_two(organisation: Organisation, into: Organisation) -> None:
    merged_already = organisation.merged_into_id not in (None, into.pk)
    if organisation.pk == into.pk or into.merged_into_id or merged_already:
        raise NotTwo


__all__ = ["POINTERS", "NotTwo", "Preview", "Refused", "find", "merge", "preview"]
