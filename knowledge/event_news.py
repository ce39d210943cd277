"""What people hear of the events that they have registered for: a seat, another time, tomorrow, cancelled, recorded (D8).

Who comes to an event is secret to everybody else, so the mail log is silent about these lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from knowledge.models import Article, Attendance, Occasion
from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from notifications.telling import Recipient, tell
from ui import moments


def tell_registered(attendance: Attendance, *, at: datetime) -> None:
    key = f"event:{attendance.occasion_id}:registered:{attendance.pk}"
    facts = {"what": "seat" if attendance.seated_at else "waits"}
    tell("event-registered", key, attendance.occasion, [Recipient(attendance.user)], at=at, facts=facts)


def tell_seated(attendance: Attendance, *, at: datetime) -> None:
    key = f"event:{attendance.occasion_id}:seated:{attendance.pk}"
    tell("event-seated", key, attendance.occasion, [Recipient(attendance.user)], at=at)


def tell_reminder(occasion: Occasion, people: Iterable[User], *, at: datetime) -> None:
    starts_at = occasion.starts_at.isoformat()
    key = f"event:{occasion.pk}:reminder:{starts_at}"
    tell("event-soon", key, occasion, [Recipient(one) for one in people], at=at, facts={"starts_at": starts_at})


def tell_all(occasion: Occasion, key: str, facts: dict[str, Any], *, at: datetime) -> None:
    """Everybody who has registered hears that it is moved or cancelled."""
    tell("event-changed", key, occasion, _registered(occasion), at=at, facts=facts)


def tell_recording(occasion: Occasion, *, at: datetime) -> None:
    """The first time alone: another address for the same recording is no news."""
    tell("event-recorded", f"event:{occasion.pk}:recorded", occasion, _registered(occasion), at=at)


def _registered(occasion: Occasion) -> list[Recipient]:
    places = Attendance.objects.filter(occasion=occasion, left_at=None).select_related("user")
    return [Recipient(place.user) for place in places]


def _prepare(notifications: Sequence[Notification]) -> None:
    """Lets each line know its reader's own place; one query for all of them."""
    occasions = {each.subject.pk for each in notifications if each.subject}
    readers = {each.recipient_id for each in notifications}
    places = Attendance.objects.filter(occasion__in=occasions, user__in=readers, left_at=None)
    by_reader = {(place.occasion_id, place.user_id): place for place in places}
    for each in notifications:
        if each.subject:
            each.place = by_reader.get((each.subject.pk, each.recipient_id))  # type: ignore[attr-defined]


def _place(notification: Notification) -> Attendance | None:
    place: Attendance | None = getattr(notification, "place", None)
    return place


def _may_see(notification: Notification) -> bool:
    """While the person comes, and the event's page is there to read; that it is cancelled, when the page is gone too."""
    occasion: Occasion = notification.subject
    is_cancelled = notification.event.kind == "event-changed" and occasion.cancelled_at is not None
    return _place(notification) is not None and (is_cancelled or occasion.article.is_current)


def _words(notification: Notification, language: str) -> dict[str, str]:
    occasion: Occasion = notification.subject
    article: Article = occasion.article
    version = article.version_for(get_language() or language)
    said = {
        "title": version.title if version else article.slug,
        "when": moments.say(occasion.starts_at, occasion.zone, get_language() or language),
        "place": occasion.place,
        "address": occasion.online_url,
        "was": "",
    }
    if was := notification.event.facts.get("was"):
        zone = notification.event.facts.get("was_zone", occasion.zone)
        said["was"] = moments.say(datetime.fromisoformat(was), zone, get_language() or language)
    return said


def _where(notification: Notification, said: dict[str, str]) -> list[str]:
    """Whole sentences; the address of the meeting for those who have a seat."""
    place = _place(notification)
    told = [_("The place is %(place)s.") % said] if said["place"] else []
    if said["address"] and place and place.seated_at:
        told.append(_("The address of the meeting is %(address)s") % said)
    return told


def _registered_line(notification: Notification, language: str) -> Line:
    said = _words(notification, language)
    title, text = _("You have a seat: %(title)s"), [_("It begins %(when)s.") % said]
    if notification.event.facts["what"] == "waits":
        title = _("You are on the waiting list: %(title)s")
        text.append(_("We tell you at once if you get a seat."))
    else:
        text += _where(notification, said)
    return Line(title % said, notification.subject.article.get_absolute_url(), text=" ".join(text))


def _seated_line(notification: Notification, language: str) -> Line:
    said = _words(notification, language)
    text = [_("Somebody left, or there are more seats: now one is yours."), _("It begins %(when)s.") % said]
    text += [*_where(notification, said), _("Leave the event on its page if you cannot come: somebody else waits.")]
    title = _("You have got a seat: %(title)s") % said
    return Line(title, notification.subject.article.get_absolute_url(), text=" ".join(text))


def _soon_line(notification: Notification, language: str) -> Line:
    said = _words(notification, language)
    text = [_("It begins %(when)s.") % said, *_where(notification, said)]
    title = _("Soon: %(title)s") % said
    return Line(title, notification.subject.article.get_absolute_url(), text=" ".join(text))


def _changed_line(notification: Notification, language: str) -> Line:
    said, what = _words(notification, language), notification.event.facts["what"]
    url = notification.subject.article.get_absolute_url()
    if what == "cancelled":
        text = _("It was to begin %(when)s. It will not be held.") % said
        return Line(_("Cancelled: %(title)s") % said, url, text=text, change=Change.CLOSED)
    if what == "moved":
        title = _("Another time: %(title)s")
        sentences = [_("It begins %(when)s.") % said, _("It was to begin %(was)s.") % said]
    else:
        title = _("Another place or address: %(title)s")
        sentences = [_("It begins %(when)s, as before.") % said]
    return Line(title % said, url, text=" ".join([*sentences, *_where(notification, said)]))


def _recorded_line(notification: Notification, language: str) -> Line:
    said = _words(notification, language)
    title = _("The recording is there: %(title)s") % said
    return Line(title, notification.subject.article.get_absolute_url(), text=_("You find it on the page of the event."))


def _is_held(notification: Notification) -> bool:
    return notification.subject.cancelled_at is None


def _is_still_so(notification: Notification) -> bool:
    """Whoever waited and got a seat since hears of the seat alone."""
    place = _place(notification)
    waits = notification.event.facts["what"] == "waits"
    return _is_held(notification) and place is not None and waits == (place.seated_at is None)


def _is_at_that_time(notification: Notification) -> bool:
    starts_at = notification.subject.starts_at.isoformat()
    return _is_held(notification) and notification.event.facts.get("starts_at") == starts_at


def _is_the_newest(notification: Notification) -> bool:
    """Of two moves before a mail the later one says it all; what is cancelled is not moved besides."""
    return notification.event.facts["what"] == "cancelled" or _is_at_that_time(notification)


def _has_recording(notification: Notification) -> bool:
    return bool(notification.subject.recording_url)


def _those(wanted: Callable[[Notification], bool]) -> Callable[[Sequence[Notification]], set[int]]:
    return lambda notifications: {each.pk for each in notifications if wanted(each)}


def _kind(
    code: str,
    label: Any,
    description: Any,
    line: Callable[[Notification, str], Line],
    wanted: Callable[[Notification], bool],
    change: Change,
) -> Kind:
    return Kind(
        code=code,
        label=label,
        description=description,
        default_rhythm=Rhythm.AT_ONCE,
        change=change,
        is_pressing=code == "event-changed",
        at_least_once=code == "event-changed",  # who is not told travels for nothing
        may_see=_may_see,
        line=line,
        prepare=_prepare,
        still_wanted=_those(wanted),
        is_confidential=True,
        subject_with=("article",),
        subject_prefetch=("article__texts__current_version",),
    )


KINDS = (
    _kind(
        "event-registered",
        gettext_lazy("You register for an event"),
        gettext_lazy("When you have registered, with the address of the meeting if you have a seat."),
        _registered_line,
        _is_still_so,
        Change.OTHER,
    ),
    _kind(
        "event-seated",
        gettext_lazy("You get a seat at an event"),
        gettext_lazy("When you were on the waiting list and get a seat."),
        _seated_line,
        _is_held,
        Change.NEW,
    ),
    _kind(
        "event-changed",
        gettext_lazy("An event is moved or cancelled"),
        gettext_lazy("When an event that you have registered for has another time or place, or will not be held."),
        _changed_line,
        _is_the_newest,
        Change.CHANGED,
    ),
    _kind(
        "event-soon",
        gettext_lazy("Reminders of events"),
        gettext_lazy("A day before an event at which you have a seat."),
        _soon_line,
        _is_at_that_time,
        Change.DEADLINE,
    ),
    _kind(
        "event-recorded",
        gettext_lazy("Recordings of events"),
        gettext_lazy("When the recording of an event that you registered for is there."),
        _recorded_line,
        _has_recording,
        Change.OTHER,
    ),
)
