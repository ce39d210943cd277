"""Two records of one organisation become one. Here: its people; the roof moves what other apps keep."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.grants import Role
from accounts.models import Membership, Organisation, User
from accounts.rules import Refused, require_duty
from records.auditing import record


class NotTwo(Refused):
    sentence = _("Choose two different organisations that have not been merged before.")


@transaction.atomic
def merge(organisation: Organisation, *, into: Organisation, by: User, at: datetime) -> Organisation:
    """Moves the people of `organisation` to `into` and leaves a signpost behind. Rights to buy are not carried over.

    Whoever is a member of both keeps the higher role. Raises NotOnDuty, NotTwo. A second click is harmless.
    """
    require_duty(by)
    rows = {
        row.pk: row
        for row in Organisation.objects.select_for_update().filter(pk__in=[organisation.pk, into.pk]).order_by("pk")
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
    record("organisation.merged", organisation, by=by, at=at, details={"into": into.pk})
    return into
