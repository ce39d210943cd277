"""What procurements tell people, in words."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from procurements.models import Procurement
from procurements.places import fetched, place_of


def is_on_the_team(notification: Notification) -> bool:
    """The place on the team; that the person still acts for the organisation is checked by notifications."""
    procurement: Procurement = notification.subject
    return place_of(notification, procurement) is not None


def interest_line(notification: Notification, language: str) -> Line:
    """Says that somebody is interested, never who, and names no draft: a mail lies about, anyone reads a lock screen."""
    procurement: Procurement = notification.subject
    notice = max((each for each in procurement.notices.all() if each.current_version), key=lambda each: each.pk)
    assert notice.current_version
    return Line(
        title=_("A supplier is interested in “%(title)s”") % {"title": notice.current_version.title},
        url=reverse("procurements:interest_list", args=[notice.slug]),
        text=_("Who it is stands on the procurement's own page, for your team alone."),
    )


INTEREST = Kind(
    code="interest",
    label=gettext_lazy("A supplier is interested"),
    description=gettext_lazy("When a supplier registers interest in a procurement whose team you are on."),
    default_rhythm=Rhythm.DAILY,
    change=Change.NEW,
    may_see=is_on_the_team,
    line=interest_line,
    is_confidential=True,
    subject_prefetch=(*fetched(), "notices__current_version"),
)
