"""Locking a person out, at once and everywhere, and letting them in again."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.duties import require_another_admin
from accounts.models import User
from accounts.rules import Refused, require_duty
from records.auditing import record


class NotYourself(Refused):
    sentence = _("You cannot lock yourself out. Ask another administrator.")


@transaction.atomic
def lock(user: User, *, by: User, at: datetime) -> None:
    """No login any more, and every session ends. Raises NotOnDuty, NotYourself, LastAdministrator."""
    require_duty(by)
    if user.pk == by.pk:
        raise NotYourself
    require_another_admin(user)
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        return
    record("person.locked", user, by=by, at=at)
    transaction.on_commit(lambda: end_sessions(user))


@transaction.atomic
def unlock(user: User, *, by: User, at: datetime) -> None:
    require_duty(by)
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        record("person.unlocked", user, by=by, at=at)


def end_sessions(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()
