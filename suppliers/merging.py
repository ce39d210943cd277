"""Two records of one organisation become one: here, what it says about itself. arena.merging calls it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Organisation, User
from accounts.rules import require_duty
from records.auditing import record
from suppliers.models import SupplierProfile


@transaction.atomic
def carry_over(organisation: Organisation, *, into: Organisation, by: User | None, at: datetime) -> None:
    """The profile moves where there is none; when both have one, that of `into` stays and the other is shown no more."""
    require_duty(by)
    if SupplierProfile.objects.filter(organisation=into).exists():
        return
    for profile in SupplierProfile.objects.select_for_update().filter(organisation=organisation):
        profile.organisation = into
        profile.save(update_fields=["organisation"])
        details = {"from": organisation.pk, "to": into.pk}
        record("profile.carried_over", profile, by=by, at=at, acting_for=into, details=details)
