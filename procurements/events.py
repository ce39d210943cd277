"""What procurements tell people, in words."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Kind, Line
from notifications.models import Notification, Rhythm
from procurements.models import Procurement


def is_on_the_team(notification: Notification) -> bool:
    procurement: Procurement = notification.subject  # type: ignore[attr-defined]
    return Procurement.objects.of(notification.recipient).filter(pk=procurement.pk).exists()


def interest_line(notification: Notification, language: str) -> Line:
    """Says that somebody is interested, never who: a mail lies about, and a lock screen is read by anyone."""
    procurement: Procurement = notification.subject  # type: ignore[attr-defined]
    notice = procurement.notices.order_by("-pk")[0]
    return Line(
        title=_("A supplier is interested in “%(title)s”") % {"title": notice.title},
        url=reverse("procurements:interest_list", args=[notice.slug]),
        text=_("Who it is stands on the procurement's own page, for your team alone."),
    )


INTEREST = Kind(
    code="interest",
    label=gettext_lazy("A supplier is interested"),
    description=gettext_lazy("When a supplier registers interest in a procurement whose team you are on."),
    default_rhythm=Rhythm.DAILY,
    may_see=is_on_the_team,
    line=interest_line,
)
