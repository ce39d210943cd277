"""Two records of one organisation become one: here, the cases about it and the seats it has. arena.merging calls it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Organisation, User
from accounts.rules import require_duty
from knowledge.models import Attendance, CaseFacts
from records.auditing import record


@transaction.atomic
def carry_over(organisation: Organisation, *, into: Organisation, by: User | None, at: datetime) -> None:
    require_duty(by)
    cases = CaseFacts.objects.filter(buyer=organisation).update(buyer=into)
    seats = Attendance.objects.filter(organisation=organisation).update(organisation=into)
    if cases or seats:
        details = {"from": organisation.pk, "to": into.pk, "cases": cases}
        record("guidance.carried_over", into, by=by, at=at, acting_for=into, details=details)
