"""Two records of one organisation become one. Here: its people; the roof moves what other apps keep."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.grants import Role
from accounts.models import Membership, Organisation, User
from accounts.rules import Refused, require_duty
from records.auditing import record


class NotTwo(Refused):
    sentence = _("Choose two different organisations that have not been merged before.")


CARRIED = ("registration_number", "region", "inhabitants", "website", "description")


@transaction.atomic
def merge(organisation: Organisation, *, into: Organisation, by: User | None, at: datetime) -> Organisation:
    """Moves the people of `organisation` to `into` and leaves a signpost behind. Rights to buy are not carried over.

    Whoever is a member of both keeps the higher role; what `into` does not say of itself it takes from the other one.
    Raises NotOnDuty, NotTwo. A second click is harmless.
    """
    require_duty(by)
    rows = {
        row.pk: row
        # Weaker than FOR UPDATE: whoever writes a row that points here meanwhile need not wait, and cannot deadlock.
        for row in Organisation.objects.select_for_update(no_key=True)
        .filter(pk__in=[organisation.pk, into.pk])
        .order_by("pk")
    }
    organisation, into = rows[organisation.pk], rows[into.pk]
    if organisation.merged_into_id == into.pk:
        return into
    if organisation.pk == into.pk or organisation.merged_into_id or into.merged_into_id:
        raise NotTwo
    rank = list(Role)  # the highest first
    there = {row.user_id: row for row in Membership.objects.filter(organisation=into, ended_at=None)}
    for row in Membership.objects.filter(organisation=organisation, ended_at=None):
        if standing := there.get(row.user_id):
            standing.role = min(standing.role, row.role, key=lambda role: rank.index(Role(role)))
            standing.save(update_fields=["role"])
        else:
            Membership.objects.create(user_id=row.user_id, organisation=into, role=row.role, started_at=at)
    Membership.objects.filter(organisation=organisation, ended_at=None).update(ended_at=at)
    organisation.invitations.open(at).update(revoked_at=at)
    Organisation.objects.filter(merged_into=organisation).update(merged_into=into)
    organisation.merged_into = into
    organisation.save(update_fields=["merged_into"])
    _take_what_is_missing(organisation, into=into)
    _close_requests(organisation, into=into, by=by, at=at)
    record("organisation.merged", organisation, by=by, at=at, details={"into": into.pk})
    return into


def _take_what_is_missing(organisation: Organisation, *, into: Organisation) -> None:
    """The number too, so that the next import finds the organisation; not a sole trader's, nor another country's."""
    for name in CARRIED:
        is_number = name == "registration_number"
        if is_number and (organisation.number_is_personal or organisation.country != into.country):
            continue
        if not getattr(into, name):
            setattr(into, name, getattr(organisation, name))
    into.is_supplier = into.is_supplier or organisation.is_supplier
    into.save(update_fields=[*CARRIED, "is_supplier"])


def _close_requests(organisation: Organisation, *, into: Organisation, by: User | None, at: datetime) -> None:
    for asked in organisation.verification_requests.waiting().select_related("requested_by"):
        with translation.override(asked.requested_by.language):
            reason = gettext("This page has become a part of %(name)s. Ask there, if it is still needed.")
        asked.is_granted, asked.decided_at, asked.decided_by = False, at, by
        asked.reason = reason % {"name": into.name}
        asked.save()
