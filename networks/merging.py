"""Two records of one organisation become one: here, what it was in buyer groups (accounts.merging moves the people)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.rules import Refused, require_duty
from networks.grouping import lock
from networks.models import BuyerGroup, Participant
from records import auditing


@transaction.atomic
def carry_over(organisation: Organisation, *, into: Organisation, by: User, at: datetime) -> None:
    """Gives `into` the places of `organisation` in buyer groups, with their state and their letters; called in one transaction
    with accounts.merging.merge. A second call finds nothing to do.

    In a group that both are in, the place of `into` stays as its own people answered, and the other one leaves: its letter
    counts no longer, so that nothing is counted twice. Raises Refused, and changes nothing, where that cannot be:
    the one that would leave leads the group, or `into` is not a verified buyer.
    """
    require_duty(by)
    groups = BuyerGroup.objects.filter(participants__organisation=organisation).order_by("pk")
    for group in [lock(group) for group in groups]:
        place = group.participants.get(organisation=organisation)
        other = group.participants.filter(organisation=into).first()
        is_present = place.state != Participant.State.LEFT
        if is_present and not into.is_buyer:
            raise Refused(_("Only a verified buyer can take over a place in a buyer group. Verify it first."))
        if other is None:
            place.organisation = into
            # The lead is one of the participants at the commit (trigger of 0002), so both move here.
            place.save()
            if group.lead_id == organisation.pk:
                group.lead = into
                group.save()
        elif group.lead_id == organisation.pk:
            raise Refused(
                _(
                    "The organisation leads the buyer group %(group)s, which the other one is in, too. Hand over the lead first."
                )
                % {"group": group.name}
            )
        elif is_present:
            place.state, place.since, place.signed_by = Participant.State.LEFT, at, by
            place.save()
        else:
            continue
        details = {"from": organisation.pk, "to": into.pk}
        auditing.record("group.carried_over", place, by=by, at=at, acting_for=into, details=details)
