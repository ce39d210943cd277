"""What this app's verbs refuse, and who may edit."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Duty, User, is_on_duty
from accounts.rules import Refused


def may_edit(user: object) -> bool:
    return is_on_duty(user, Duty.CURATOR, Duty.ADMIN)


def require_editor(by: User | None) -> None:
    """`None` is the arena itself: a command that somebody with the server's keys typed."""
    if by is not None and not may_edit(by):
        raise Refused(_("Only an editor of guidance can do this."))
