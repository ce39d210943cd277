"""Who comes to an event: registered, on the waiting list, away again (D8).

Everything happens under the lock of the occasion, so that one seat is never given twice. Who comes, and how many, is known
to the editors alone; a person knows of its own place.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.rules import Refused
from knowledge import event_news
from knowledge.models import Article, Attendance, Occasion
from notifications.rounds import each_alone
from records import auditing

DAY = timedelta(days=1)
NEEDS_KEPT, KEPT = timedelta(days=30), timedelta(days=365)  # after the end; records/retention.py says the same


class Closed(Enum):
    """Why nobody can register any more."""

    ELSEWHERE, CANCELLED, BEGUN, LATE = range(4)

    def in_words(self) -> str:
        return {
            Closed.ELSEWHERE: _("People do not register here for this event."),
            Closed.CANCELLED: _("The event is cancelled, so nobody can register any more."),
            Closed.BEGUN: _("The event has begun, so nobody can register any more."),
            Closed.LATE: _("The last moment to register has passed."),
        }[self]


def closed(occasion: Occasion, at: datetime) -> Closed | None:
    """Why nobody can register; None while everybody can."""
    if occasion.cancelled_at:
        return Closed.CANCELLED
    if not occasion.takes_registrations:
        return Closed.ELSEWHERE
    if at >= occasion.starts_at:
        return Closed.BEGUN
    if occasion.register_until and at > occasion.register_until:
        return Closed.LATE
    return None


def registered(occasion: Occasion) -> QuerySet[Attendance]:
    """With or without a seat, in the order of coming; who left is not among them."""
    return occasion.attendances.filter(left_at=None).order_by("registered_at", "pk")


def of(user: User) -> QuerySet[Attendance]:
    """The person's own places at events that are public."""
    public = Attendance.objects.filter(
        occasion__article__archived_at=None, occasion__article__published_at__isnull=False
    )
    return public.filter(user=user, left_at=None)


def free_seats(occasion: Occasion) -> int | None:
    """None: as many as want."""
    if occasion.seats is None:
        return None
    return max(0, occasion.seats - registered(occasion).filter(seated_at__isnull=False).count())


def place_in_line(attendance: Attendance) -> int:
    """One's own number among those who wait for a seat; the first is 1."""
    waiting = Attendance.objects.filter(occasion=attendance.occasion_id, left_at=None, seated_at=None)
    earlier = Q(registered_at__lt=attendance.registered_at)
    same_moment = Q(registered_at=attendance.registered_at, pk__lt=attendance.pk)
    return waiting.filter(earlier | same_moment).count() + 1


@transaction.atomic
def register(
    occasion: Occasion, *, needs: str = "", organisation: Organisation | None = None, by: User, at: datetime
) -> Attendance:
    """The person comes, or waits for a seat. Who has registered already keeps the place; `needs` may change until the start.

    Raises Refused when nobody can register any more.
    """
    occasion = locked(occasion)
    why = closed(occasion, at)
    attendance = registered(occasion).filter(user=by).first()
    if attendance:
        if attendance.needs != needs and at < occasion.starts_at:
            attendance.needs = needs
            attendance.save(update_fields=["needs"])
        return attendance
    if why or not occasion.article.is_current:
        raise Refused((why or Closed.CANCELLED).in_words())
    has_seat = free_seats(occasion) != 0
    attendance = Attendance.objects.create(
        occasion=occasion,
        user=by,
        organisation=organisation,
        needs=needs,
        registered_at=at,
        seated_at=at if has_seat else None,
        reminded_at=_nothing_to_remind_of(occasion, at) if has_seat else None,
    )
    details = {"seat": has_seat}
    auditing.record("event.registered", attendance, by=by, at=at, acting_for=organisation, details=details)
    event_news.tell_registered(attendance, at=at)
    return attendance


@transaction.atomic
def leave(occasion: Occasion, *, by: User, at: datetime) -> None:
    """The person does not come. Whoever waits next gets the seat, and hears of it."""
    occasion = locked(occasion)
    attendance = registered(occasion).filter(user=by).first()
    if attendance is None:
        return
    attendance.left_at, attendance.needs = at, ""
    attendance.save(update_fields=["left_at", "needs"])
    auditing.record("event.left", attendance, by=by, at=at, acting_for=attendance.organisation)
    seat_waiting(occasion, at=at)


def seat_waiting(occasion: Occasion, *, at: datetime) -> list[Attendance]:
    """Gives free seats to those who wait, the first to come first. The occasion is locked by whoever calls."""
    if occasion.cancelled_at or at >= occasion.starts_at:
        return []
    waiting = registered(occasion).filter(seated_at=None, user__is_active=True).select_related("user")
    seated = list(waiting[: free_seats(occasion)])
    for attendance in seated:
        attendance.seated_at, attendance.reminded_at = at, _nothing_to_remind_of(occasion, at)
        attendance.save(update_fields=["seated_at", "reminded_at"])
        auditing.record("event.seated", attendance, by=None, at=at, acting_for=attendance.organisation)
        event_news.tell_seated(attendance, at=at)
    return seated


def remind(at: datetime) -> int:
    """Reminds those who have a seat, a day before the event begins, once. Returns at how many events."""
    waiting = Attendance.objects.filter(left_at=None, reminded_at=None, seated_at__isnull=False)
    soon = _coming(at).filter(starts_at__lte=at + DAY, pk__in=waiting.values("occasion"))
    return each_alone(soon, lambda occasion: _remind(occasion, at))


def forget(at: datetime) -> None:
    """What somebody needed to take part, a month after the event; who was there, a year after."""
    over = Attendance.objects.filter(occasion__ends_at__lt=at - NEEDS_KEPT).exclude(needs="")
    over.update(needs="")
    Attendance.objects.filter(occasion__ends_at__lt=at - KEPT).delete()


def locked(occasion: Occasion) -> Occasion:
    """The row as it stands; its article is read after the lock, which whoever archives it takes as well."""
    fresh = Occasion.objects.select_for_update().get(pk=occasion.pk)
    fresh.article = Article.objects.get(pk=fresh.article_id)
    return fresh


def require_nobody_comes(article: Article, *, at: datetime) -> None:
    """Raises Refused where people have registered for an event to come: its page would be gone, and nobody told.

    Locks the occasion: nobody registers until the caller's transaction is over.
    """
    occasion = Occasion.objects.select_for_update().filter(article=article).first()
    is_to_come = occasion and occasion.starts_at > at and not occasion.cancelled_at
    if occasion and is_to_come and registered(occasion).exists():
        raise Refused(_("People have registered for this event. Cancel it first, so that they are told."))


def rows_for_editors(occasion: Occasion) -> Iterator[list[str]]:
    """The list of those who come as a table, its headings first, in the active language. Without addresses: the arena writes."""
    yield [_("Name"), _("Organisation"), _("Place"), _("What they need to take part"), _("Registered")]
    for one in registered(occasion).select_related("user", "organisation"):
        place = _("Has a seat") if one.seated_at else _("Waits for a seat")
        organisation = one.organisation.name if one.organisation else ""
        yield [one.user.name, organisation, place, one.needs, f"{one.registered_at:%Y-%m-%d %H:%M} UTC"]


def _coming(at: datetime) -> QuerySet[Occasion]:
    public = Occasion.objects.filter(article__archived_at=None, article__published_at__isnull=False)
    return public.filter(starts_at__gt=at, cancelled_at=None)


def _remind(occasion: Occasion, at: datetime) -> None:
    occasion = locked(occasion)
    if occasion.cancelled_at or not at < occasion.starts_at <= at + DAY:
        return
    due = registered(occasion).filter(seated_at__isnull=False, reminded_at=None)
    event_news.tell_reminder(occasion, [one.user for one in due.select_related("user")], at=at)
    due.update(reminded_at=at)


def _nothing_to_remind_of(occasion: Occasion, at: datetime) -> datetime | None:
    """Who hears of the event so late needs no reminder besides."""
    return at if occasion.starts_at - at <= DAY else None
