"""What people hear of the meetings of their networks and buyer groups: title and time, never an agenda or minutes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from networks import rooms
from networks.models import Meeting
from networks.rooms import IN_A_GROUP, Act
from notifications import kinds
from notifications.kinds import Kind, Line
from notifications.models import Notification, Rhythm
from notifications.telling import Recipient, tell
from ui import moments


def tell_room(kind: str, meeting: Meeting, key: str, *, but: User, at: datetime) -> None:
    """Everybody who may read in the meeting's room hears of it, except the one who did it."""
    people = rooms.room_of(meeting).people().exclude(user=but)
    tell(kind, key, meeting, [Recipient(one.user, one.organisation) for one in people], at=at)


def _line(words: Callable[[], str]) -> Callable[[Notification, str], Line]:
    """A line about a meeting; `words` gives a sentence with places for %(title)s, %(room)s and %(when)s."""

    def line(notification: Notification, language: str) -> Line:
        meeting: Meeting = notification.subject
        said = {
            "title": meeting.title,
            "room": rooms.room_of(meeting).name,
            "when": moments.say(meeting.starts_at, meeting.zone, get_language() or language),
        }
        return Line(words() % said, reverse("networks:meeting_detail", args=[meeting.pk]))

    return line


def _is_in_the_room(notification: Notification) -> bool:
    """Whether the organisation for which the person heard of it is still there; of prefetched rows."""
    meeting: Meeting = notification.subject
    if meeting.network:
        members = meeting.network.members.all()
        return any(one.has_joined and one.organisation_id == notification.organisation_id for one in members)
    assert meeting.group is not None
    inside = IN_A_GROUP[Act.READ]
    places = meeting.group.participants.all()
    return any(one.state in inside and one.organisation_id == notification.organisation_id for one in places)


def _is_held(notifications: Sequence[Notification]) -> set[int]:
    return {each.pk for each in notifications if each.subject.cancelled_at is None}


def register() -> None:
    """Makes the kinds known to notifications; called when the app is ready."""
    for code, label, description, words, rhythm, still_wanted in (
        (
            "meeting-called",
            gettext_lazy("Meetings called"),
            gettext_lazy(
                "When a meeting is called in a network or a buyer group that your organisation takes part in."
            ),
            lambda: _("%(room)s meets: %(title)s, %(when)s."),
            Rhythm.DAILY,
            _is_held,
        ),
        (
            "meeting-changed",
            gettext_lazy("Meetings changed"),
            gettext_lazy("When the time or the place of a meeting is changed."),
            lambda: _("A meeting of %(room)s is changed: %(title)s, %(when)s."),
            Rhythm.AT_ONCE,
            _is_held,
        ),
        (
            "meeting-cancelled",
            gettext_lazy("Meetings cancelled"),
            gettext_lazy("When a meeting will not be held."),
            lambda: _("A meeting of %(room)s is cancelled: %(title)s, %(when)s."),
            Rhythm.AT_ONCE,
            kinds.all_of,
        ),
        (
            "minutes-written",
            gettext_lazy("Minutes of meetings"),
            gettext_lazy("When the minutes of a meeting are there to read."),
            lambda: _("There are minutes of a meeting of %(room)s: %(title)s, %(when)s."),
            Rhythm.DAILY,
            kinds.all_of,
        ),
    ):
        kinds.register(
            Kind(
                code=code,
                label=label,
                description=description,
                default_rhythm=rhythm,
                change=kinds.Change.TOGETHER,
                may_see=_is_in_the_room,
                line=_line(words),
                is_pressing=rhythm == Rhythm.AT_ONCE,
                still_wanted=still_wanted,
                subject_with=("network", "group"),
                subject_prefetch=("network__members", "group__participants"),
            )
        )
