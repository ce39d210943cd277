"""Keeping a supplier's profile."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Organisation, User
from records.auditing import record
from suppliers.models import SupplierProfile


@transaction.atomic
def save(organisation: Organisation, *, profile: dict[str, Any], by: User, at: datetime) -> SupplierProfile:
    """Writes what the organisation says about itself. The same words twice change nothing.

    `profile` holds columns of SupplierProfile by name: offer, trl, size, references, is_public.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    stored = SupplierProfile.objects.filter(organisation=organisation).first()
    kept = stored or SupplierProfile(organisation=organisation)
    changed = [name for name, value in profile.items() if getattr(kept, name) != value]
    if stored and not changed:
        return stored
    for name in changed:
        setattr(kept, name, profile[name])
    kept.changed_at, kept.changed_by = at, by
    kept.save()
    if not organisation.is_supplier:
        organisation.is_supplier = True
        organisation.save(update_fields=["is_supplier"])
    record(
        "supplier.profile-saved",
        organisation,
        by=by,
        at=at,
        acting_for=organisation,
        details={"fields": sorted(changed)},
    )
    return kept
