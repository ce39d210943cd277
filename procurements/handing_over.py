"""Another buyer takes the lead of a group, and with it answers for the group's procurements. One transaction does both."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from networks import grouping
from networks.models import BuyerGroup, Participant
from procurements import searching
from procurements.models import Notice, Procurement
from records.auditing import record


@transaction.atomic
def hand_over_lead(group: BuyerGroup, *, to: Participant, by: User, at: datetime) -> BuyerGroup:
    """Every procurement of the group that was written here is the new lead's from now on; a second click changes nothing.

    The team stays as it is: the former lead is still committed. Where nobody on it acts for the new lead as owner, the
    procurement stands among those without an owner until an administrator of the new lead takes it over (`teaming.orphans_of`).
    A publication that was scheduled fails at its moment, with its sentence, unless who set it may publish for the new lead.
    Locks the group, then the procurements in their order. Raises Refused: of two who cross, the second no longer leads.
    """
    before = grouping.lock(group).lead_id
    group = grouping.hand_over(group, to=to, by=by, at=at)
    if group.lead_id == before:
        return group
    procurements = Procurement.objects.select_for_update().filter(buyer_group=group, source="")  # no join: see `locked`
    for procurement in procurements.order_by("pk"):
        former, procurement.organisation = procurement.organisation, group.lead
        procurement.save(update_fields=["organisation"])
        details = {"from": former.pk, "to": group.lead_id}
        record("procurement.handed-over", procurement, by=by, at=at, acting_for=former, details=details)
    published = Notice.objects.published().filter(procurement__buyer_group=group, source_id=None)
    related = ("current_version", "procurement__organisation", "procurement__buyer_group")
    for notice in published.select_related(*related).order_by("pk"):
        assert notice.current_version  # that is what published means
        notice.current_version.notice = notice
        searching.index(notice.current_version)
    return group
