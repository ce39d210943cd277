"""Two records of one organisation become one: here, what it was in networks and buyer groups, and what it said there.

accounts.merging moves the people, arena.merging calls every room in one transaction.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.rules import Refused, require_duty
from networks.grouping import lock
from networks.models import (
    Approach,
    ApproachMessage,
    BuyerGroup,
    GroupTask,
    NetworkMember,
    NetworkPost,
    Participant,
    Plan,
    SharedFile,
)
from records import auditing

RANK = list(NetworkMember.Role)  # the highest first


def obstacles(organisation: Organisation, *, into: Organisation) -> list[str]:
    """Why `into` cannot take over the places of `organisation` as things stand: a sentence each."""
    places = list(Participant.objects.filter(organisation=organisation).select_related("group"))
    there = {place.group_id: place for place in Participant.objects.filter(organisation=into)}
    found = []
    if not into.is_buyer and any(place.state != Participant.State.LEFT for place in places):
        found.append(_("Only a verified buyer can take over a place in a buyer group. Verify it first."))
    if not into.is_buyer and organisation.network_memberships.filter(left_at=None).exists():
        found.append(_("Only a verified buyer can take over a membership of a network. Verify it first."))
    for place in places:
        other, group = there.get(place.group_id), {"group": place.group.name}
        if other is None:
            continue
        if place.group.lead_id == organisation.pk:
            found.append(
                _(
                    "The organisation leads the buyer group %(group)s, which the other one is in, too. Hand over the lead first."
                )
                % group
            )
        elif place.state in Participant.STANDING and other.state not in Participant.STANDING:
            found.append(
                _(
                    "The organisation buys in the buyer group %(group)s, where the other one has a place without buying. "
                    "Let the other one answer first, or merge the other way round."
                )
                % group
            )
    return found


@transaction.atomic
def carry_over(organisation: Organisation, *, into: Organisation, by: User | None, at: datetime) -> None:
    """Gives `into` the places of `organisation` in groups and networks, with their states, letters, tasks and words; called in
    one transaction with accounts.merging.merge. A second call finds nothing to do.

    In a group that both are in, the place of `into` stays as its own people answered, and the other one leaves: its letter
    counts no longer, so that nothing is counted twice. Raises Refused, and changes nothing, with the first of `obstacles`.
    """
    require_duty(by)
    groups = lock_groups(organisation)
    for obstacle in obstacles(organisation, into=into):
        raise Refused(obstacle)
    for group in groups:
        _place(group, organisation, into=into, by=by, at=at)
    for member in NetworkMember.objects.select_for_update().filter(organisation=organisation).order_by("network", "pk"):
        _membership(member, into=into, by=by, at=at)
    _approaches(organisation, into=into, by=by, at=at)
    for model in (NetworkPost, Plan, SharedFile, GroupTask):
        model._default_manager.filter(organisation=organisation).update(organisation=into)


def lock_groups(organisation: Organisation) -> list[BuyerGroup]:
    """The groups that it has a place in, locked in the order of their ids until the end of the transaction."""
    groups = BuyerGroup.objects.filter(participants__organisation=organisation).order_by("pk")
    return [lock(group) for group in groups]


def _place(group: BuyerGroup, organisation: Organisation, *, into: Organisation, by: User | None, at: datetime) -> None:
    place = group.participants.get(organisation=organisation)
    other = group.participants.filter(organisation=into).first()
    if other is None:
        place.organisation = into
        # The lead is one of the participants at the commit (trigger of 0002), so both move here.
        place.save()
        if group.lead_id == organisation.pk:
            group.lead = into
            group.save()
    elif place.state != Participant.State.LEFT:
        place.state, place.since, place.signed_by = Participant.State.LEFT, at, by
        place.wished_state, place.message, place.gives_mandate, place.called_off_at = "", "", False, None
        place.save()
    else:
        return
    details = {"from": organisation.pk, "to": into.pk}
    auditing.record("group.carried_over", place, by=by, at=at, acting_for=into, details=details)


def _membership(member: NetworkMember, *, into: Organisation, by: User | None, at: datetime) -> None:
    """Of two memberships of one network one goes on: it has the higher role, and has joined if either has."""
    other = NetworkMember.objects.filter(network=member.network_id, organisation=into, left_at=None).first()
    details = {"from": member.organisation_id, "to": into.pk}
    if member.left_at is None and other:
        member.left_at, member.decided_by = at, by
        if member.joined_at:
            other.joined_at = min(member.joined_at, other.joined_at or at)
            other.role = min(member.role, other.role, key=lambda role: RANK.index(NetworkMember.Role(role)))
    member.organisation = into
    member.save()  # before the other one: a network has one leader
    if other:
        other.save()
    auditing.record("network.carried_over", member, by=by, at=at, acting_for=into, details=details)


def _approaches(organisation: Organisation, *, into: Organisation, by: User | None, at: datetime) -> None:
    """What the two wrote to each other ends and stays as it was; of two open ones about the same thing, the moved one ends."""
    between = Approach.objects.filter(sender__in=[organisation, into], receiver__in=[organisation, into])
    between.filter(closed_at=None).update(closed_at=at, closed_by=by)
    words = ApproachMessage.objects.filter(organisation=organisation)
    words.exclude(approach__in=between.values("pk")).update(organisation=into)
    for mine, theirs in (("sender", "receiver"), ("receiver", "sender")):
        moving = Approach.objects.filter(**{mine: organisation}).exclude(**{theirs: into})
        for approach in moving.filter(closed_at=None):
            same = {mine: into, theirs: getattr(approach, theirs), "about_path": approach.about_path}
            if Approach.objects.filter(**same, closed_at=None).exists():
                Approach.objects.filter(pk=approach.pk).update(closed_at=at, closed_by=by)
        moving.update(**{mine: into})
