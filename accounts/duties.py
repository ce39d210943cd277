"""Giving a person a duty for the arena, and taking it back. Admins only; there is always one left."""

from datetime import datetime

from django.db import transaction

from accounts.models import Duty, DutyAssignment, User
from accounts.rules import LastAdministrator, require_duty
from records.auditing import record


@transaction.atomic
def give(user: User, duty: Duty, *, by: User | None, at: datetime) -> DutyAssignment:
    """`by` is None when the command `give_duty` makes the first admin. Raises NotOnDuty."""
    require_duty(by)
    assignment, is_new = DutyAssignment.objects.get_or_create(
        user=user, duty=duty, defaults={"given_by": by, "given_at": at}
    )
    if is_new:
        record("duty.given", user, by=by, at=at, details={"duty": duty})
    return assignment


@transaction.atomic
def take(user: User, duty: Duty, *, by: User | None, at: datetime) -> None:
    """Raises NotOnDuty, LastAdministrator."""
    require_duty(by)
    if duty == Duty.ADMIN:
        require_another_admin(user)
    if DutyAssignment.objects.filter(user=user, duty=duty).delete()[0]:
        record("duty.taken", user, by=by, at=at, details={"duty": duty})


def require_another_admin(user: User) -> None:
    """Raises LastAdministrator when `user` is the only active admin. Locks rows: call it in a transaction."""
    admins = DutyAssignment.objects.select_for_update().filter(duty=Duty.ADMIN).order_by("pk")
    active = set(
        User.objects.filter(pk__in=[row.user_id for row in admins], is_active=True).values_list("pk", flat=True)
    )
    if active == {user.pk}:
        raise LastAdministrator
