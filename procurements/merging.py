"""Two records of one organisation become one: here, what it buys, offers, asked and decided. arena.merging calls it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.rules import Refused, require_duty
from networks.models import BuyerGroup
from procurements import searching
from procurements.models import (
    Approval,
    CallOff,
    ContractWinner,
    Feedback,
    Interest,
    Notice,
    NoticeVersion,
    OutcomeWinner,
    Procurement,
    Question,
    RequirementStand,
    TeamMember,
    VersionBuyer,
    Winner,
)
from records.auditing import record


def obstacles(organisation: Organisation, *, into: Organisation) -> list[str]:
    """Why `into` cannot take over what `organisation` buys: a sentence each. What was imported is no obstacle."""
    if into.is_buyer or not organisation.procurements.filter(source="").exists():
        return []
    return [_("Only a verified buyer can take over procurements that were written here. Verify it first.")]


def lock(organisation: Organisation) -> None:
    """Its procurements and their notices, locked until the end of the transaction: after its groups, before what hangs on them.

    Who publishes meanwhile waits, and finds the new record; or the merge waits, and finds what was published.
    """
    list(Procurement.objects.select_for_update().filter(organisation=organisation).order_by("pk").values_list("pk"))
    notices = Notice.objects.filter(procurement__organisation=organisation).order_by("pk")
    list(notices.select_for_update(of=("self",)).values_list("pk"))


def notices_of(organisation: Organisation) -> list[int]:
    """The published notices whose search row names it."""
    named = (
        Q(procurement__organisation=organisation)
        | Q(current_version__in=VersionBuyer.objects.filter(organisation=organisation).values("version"))
        | Q(procurement__buyer_group__in=BuyerGroup.objects.filter(participants__organisation=organisation))
    )
    return list(Notice.objects.published().filter(named).order_by("pk").values_list("pk", flat=True))


def index_again(notices: list[int]) -> None:
    current = NoticeVersion.objects.filter(notice__in=notices, notice__current_version=F("pk"))
    for version in current.select_related("notice__procurement__organisation", "notice__procurement__buyer_group"):
        searching.index(version)


@transaction.atomic
def carry_over(organisation: Organisation, *, into: Organisation, by: User | None, at: datetime) -> None:
    """Gives `into` the procurements of `organisation`, its places on teams, and what it said as a supplier.

    Called before networks.merging.carry_over, while both still stand in the groups that both are in: what the one that
    leaves such a group approved, called off or required there stays its own, and so does a line of a published version that
    names both. A second call finds nothing to do. Raises Refused with the first of `obstacles`, and changes nothing.
    """
    require_duty(by)
    for obstacle in obstacles(organisation, into=into):
        raise Refused(obstacle)
    both_in = BuyerGroup.objects.filter(participants__organisation=organisation).filter(participants__organisation=into)
    shared = Procurement.objects.filter(buyer_group__in=both_in)
    Approval.objects.filter(organisation=organisation).exclude(notice__procurement__in=shared).update(organisation=into)
    CallOff.objects.filter(organisation=organisation).exclude(procurement__in=shared).update(organisation=into)
    stands = RequirementStand.objects.filter(organisation=organisation)
    stands.exclude(requirement__procurement__in=shared).update(organisation=into)
    organisation.procurements.update(organisation=into)
    TeamMember.objects.filter(organisation=organisation).update(organisation=into)
    _without_twin(VersionBuyer.objects.filter(organisation=organisation), "version", into).update(organisation=into)
    _without_twin(Winner.objects.filter(organisation=organisation), "version", into).update(organisation=into)
    OutcomeWinner.objects.filter(organisation=organisation).update(organisation=into)
    _without_twin(ContractWinner.objects.filter(organisation=organisation), "contract", into).update(organisation=into)
    _interests(organisation, into=into, by=by, at=at)
    Question.objects.filter(organisation=organisation).update(organisation=into)
    _feedback(organisation, into=into)


def _without_twin(rows: QuerySet[Any], key: str, into: Organisation) -> QuerySet[Any]:
    """Those whose `key` has no row of `into` yet."""
    return rows.filter(~Exists(rows.model._default_manager.filter(**{key: OuterRef(key), "organisation": into})))


def _interests(organisation: Organisation, *, into: Organisation, by: User | None, at: datetime) -> None:
    """One active interest a procurement: the older stays, the younger is withdrawn with its trace. None in one's own."""
    both = Interest.objects.active().filter(organisation__in=[organisation, into])
    seen: set[int] = set()
    for interest in both.select_for_update().order_by("procurement", "received_at", "pk"):
        is_own = Procurement.objects.filter(pk=interest.procurement_id, organisation=into).exists()
        if interest.procurement_id in seen or is_own:
            interest.withdrawn_at, interest.withdrawn_by = max(at, interest.received_at), by
            interest.save(update_fields=["withdrawn_at", "withdrawn_by"])
            details = {"from": organisation.pk, "to": into.pk}
            record("interest.withdrawn", interest, by=by, at=at, acting_for=into, details=details)
        seen.add(interest.procurement_id)
    Interest.objects.filter(organisation=organisation).update(organisation=into)


def _feedback(organisation: Organisation, *, into: Organisation) -> None:
    """A supplier reads one answer a procurement; of two, the words stand one after the other."""
    for second in Feedback.objects.select_for_update().filter(organisation=organisation):
        first = Feedback.objects.filter(procurement=second.procurement_id, organisation=into).first()
        if first is None:
            second.organisation = into
            second.save(update_fields=["organisation"])
        else:
            first.text = f"{first.text}\n\n{second.text}"
            first.save(update_fields=["text"])
            second.delete()
