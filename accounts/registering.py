"""Putting an organisation into the arena, and changing what it says about itself."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.grants import Role
from accounts.models import Membership, Organisation, User
from accounts.rules import Refused, require_administrator
from records.auditing import record
from ui.slugs import free_slug

EDITABLE = ("name", "kind", "region", "inhabitants", "website", "description", "is_supplier", "publishes_with_two")
FIXED_WHEN_VERIFIED = ("name", "kind")  # they are what was verified


class AlreadyHere(Refused):
    """The number belongs to an organisation that is in the arena: `organisation`."""

    sentence = _("An organisation with this number is in the arena already.")

    def __init__(self, organisation: Organisation) -> None:
        super().__init__()
        self.organisation = organisation


def find(country: str, number: str) -> Organisation | None:
    """The organisation with the number, as `numbers.checked` returns it; none for an empty number."""
    if not number:
        return None
    return Organisation.objects.filter(country=country, registration_number=number, merged_into=None).first()


@transaction.atomic
def register(*, name: str, country: str, number: str = "", by: User, at: datetime, **about: Any) -> Organisation:
    """A new organisation with `by` as its administrator.

    `number` is as `numbers.checked` returned it; `about` holds fields of EDITABLE. A second click returns the first
    click's organisation. Raises AlreadyHere when somebody else's record has the number.
    """
    User.objects.select_for_update().get(pk=by.pk)  # two clicks of one person come one after the other
    own = Organisation.objects.of(by).filter(country=country, registration_number=number)
    if existing := own.filter(**({} if number else {"name": name})).first():
        return existing
    # Two persons at once, with the same number or name: the second waits, and then sees the first one's row.
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('accounts.register'))")
    if taken := find(country, number):
        raise AlreadyHere(taken)
    organisation = Organisation.objects.create(
        name=name,
        slug=free_slug(name, Organisation.objects.all(), otherwise="organisation", reserved=["new"]),
        country=country,
        registration_number=number,
        created_at=at,
        **{field: value for field, value in about.items() if field in EDITABLE},
    )
    Membership.objects.create(user=by, organisation=organisation, role=Role.ADMIN, started_at=at)
    record("organisation.registered", organisation, by=by, at=at, acting_for=organisation)
    return organisation


@transaction.atomic
def edit(organisation: Organisation, *, by: User, at: datetime, **changes: Any) -> Organisation:
    """Changes what the organisation says about itself. Name and kind of a verified buyer stay: they were verified."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    require_administrator(organisation, by)
    fixed = FIXED_WHEN_VERIFIED if organisation.is_buyer else ()
    changed = {
        field: value
        for field, value in changes.items()
        if field in EDITABLE and field not in fixed and getattr(organisation, field) != value
    }
    if not changed:
        return organisation
    before = {field: getattr(organisation, field) for field in changed}
    for field, value in changed.items():
        setattr(organisation, field, value)
    organisation.save(update_fields=list(changed))
    # A sole trader's words may be a person's data; the log then says only which ones changed.
    details = {f: None if organisation.number_is_personal else [before[f], changed[f]] for f in changed}
    record("organisation.edited", organisation, by=by, at=at, acting_for=organisation, details=details)
    return organisation
