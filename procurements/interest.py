"""A supplier shows interest. Who did, and how many, is known to the procurement's own people alone (quality part 4)."""

import hashlib
import json
from datetime import datetime

from django.db import transaction

from accounts.grants import Can
from accounts.models import Organisation, User
from notifications import telling
from procurements import teaming
from procurements.buyer_list import insiders_of
from procurements.chain import is_open
from procurements.grants import TeamCan
from procurements.models import Interest, Procurement
from records.auditing import record


class Refused(Exception):
    """Why the interest was not taken, as a code: closed, own, not-allowed."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@transaction.atomic
def register(
    procurement: Procurement, *, organisation: Organisation, level: str, message: str, by: User, at: datetime
) -> Interest:
    """One active interest per organisation: a second one changes the first. `at` is the receipt time (clock.received_at).

    Raises Refused when nothing of the procurement is open at `at`, when it is the organisation's own, or when `by` may not.
    """
    procurement = Procurement.objects.select_for_update().get(pk=procurement.pk)
    if not Organisation.objects.of(by, Can.WRITE).filter(pk=organisation.pk).exists():
        raise Refused("not-allowed")
    published = procurement.published_notices()
    buyers = {pk for notice in published if notice.current_version for pk in insiders_of(notice.current_version)}
    if organisation.pk in {procurement.organisation_id, *buyers}:
        raise Refused("own")
    if not is_open(published, at):
        raise Refused("closed")
    content = {"procurement": procurement.ocid, "organisation": organisation.pk, "level": level, "message": message}
    receipt = hashlib.sha256(json.dumps([at.isoformat(), content], sort_keys=True).encode()).hexdigest()
    active = Interest.objects.active().filter(procurement=procurement, organisation=organisation).first()
    if active and (active.level, active.message) == (level, message):
        return active
    if active:
        active.level, active.message, active.changed_at, active.receipt = level, message, at, receipt
        active.save(update_fields=["level", "message", "changed_at", "receipt"])
        record("interest.changed", active, by=by, at=at, acting_for=organisation)
        return active
    interest = Interest.objects.create(
        procurement=procurement,
        organisation=organisation,
        level=level,
        message=message,
        registered_by=by,
        received_at=at,
        receipt=receipt,
    )
    record("interest.registered", interest, by=by, at=at, acting_for=organisation)
    _tell_the_buyer(interest, at=at)
    return interest


@transaction.atomic
def withdraw(interest: Interest, *, by: User, at: datetime) -> Interest:
    """A state, not a deletion: the authority's record stays (quality 4.4). A second click changes nothing.

    Raises Refused when nothing is open at `at` any more: what stood at the deadline stands (B11).
    """
    Interest.objects.select_for_update().get(pk=interest.pk)  # without joins: its organisation may become another
    interest = Interest.objects.select_related("organisation", "procurement").get(pk=interest.pk)
    if interest.withdrawn_at is None:
        if not is_open(interest.procurement.published_notices(), at):
            raise Refused("closed")
        interest.withdrawn_at, interest.withdrawn_by = at, by
        interest.save(update_fields=["withdrawn_at", "withdrawn_by"])
        record("interest.withdrawn", interest, by=by, at=at, acting_for=interest.organisation)
    return interest


@transaction.atomic
def note_reading(procurement: Procurement, *, by: User, at: datetime) -> None:
    """The supplier sees that it was read (B22), and it can be found out later by whom (Directive 2014/24 Annex IV h)."""
    read = Interest.objects.active().filter(procurement=procurement, read_at=None).update(read_at=at, read_by=by)
    if read:
        record("interest.read", procurement, by=by, at=at, acting_for=procurement.organisation)


def _tell_the_buyer(interest: Interest, *, at: datetime) -> None:
    """The team hears that somebody is interested; who it is stands behind the login alone, never in a mail."""
    procurement = interest.procurement
    told = teaming.recipients(procurement, TeamCan.ANSWER)
    telling.tell("interest", f"interest:{interest.pk}", procurement, told, at=at)
