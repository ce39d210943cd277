"""What this app's verbs refuse, and who may edit."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Duty, DutyAssignment, User, is_on_duty
from accounts.rules import Refused
from knowledge.models import Article

DUTIES = (Duty.CURATOR, Duty.ADMIN)


def may_edit(user: object) -> bool:
    return is_on_duty(user, *DUTIES)


def editors(*duties: Duty) -> QuerySet[User]:
    """Everybody who edits guidance now; with `duties`, those who carry one of them."""
    on_duty = DutyAssignment.objects.filter(duty__in=duties or DUTIES)
    return User.objects.filter(is_active=True, pk__in=on_duty.values("user")).order_by("name", "pk")


def require_editor(by: User | None) -> None:
    """`None` is the arena itself: a command that somebody with the server's keys typed."""
    if by is not None and not may_edit(by):
        raise Refused(_("Only an editor of guidance can do this."))


def needs_second(article: Article) -> bool:
    """Whether somebody else than the writer makes the article's texts public: it wants so, or the whole arena does."""
    return article.four_eyes or bool(settings.GUIDANCE_FOUR_EYES)
