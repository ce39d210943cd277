"""A reminder before the deadline of what a person follows or is interested in: once a person and notice (B9).

It comes at seven in the morning of the person's own clock, so many days before the day of the deadline as the person chose.
Nothing of it is kept before it is told: each round computes it from the deadline that stands then, so that it moves with it.
Who begins to follow later than that is reminded on the last morning but one; later still, not at all: the page just said it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import (
    CharField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from matchmaking import hearing
from matchmaking.events import SUBJECT, UNSAID, attentions_of, interests, is_public, less_of
from matchmaking.models import Attention, ClosingReminder
from matchmaking.reasons import sentences
from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from notifications.rhythms import MORNING
from notifications.rounds import each_alone
from notifications.telling import Recipient, tell
from procurements import lot_times
from procurements.models import KINDS_THAT_ASK, Interest, Lot, Notice, NoticeVersion
from records.auditing import record
from ui import moments

USUAL, NEVER, MOST = 7, 0, 60  # days before
LATE = 1  # days before, for who came when the chosen day had passed
BATCH = 500
Row = TypeVar("Row")


def days_of(user: User) -> int:
    chosen = ClosingReminder.objects.filter(user=user).values_list("days", flat=True).first()
    return USUAL if chosen is None else chosen


@transaction.atomic
def choose(days: int, *, by: User, at: datetime) -> None:
    """How many days before a deadline the person is reminded: 0 to 60, 0 being never."""
    kept, is_new = ClosingReminder.objects.get_or_create(user=by, defaults={"days": days})
    if is_new or kept.days != days:
        kept.days = days
        kept.save(update_fields=["days"])
        record("closing-reminder.chosen", kept, by=by, at=at, details={"days": days})


def due_at(deadline: datetime, zone: str, days: int) -> datetime:
    """The morning, by the clock of the zone, that many days before the deadline's day."""
    clock = moments.zone_of(zone)
    day = deadline.astimezone(clock).date() - timedelta(days=days)
    return datetime.combine(day, MORNING, clock)


@dataclass(frozen=True)
class Listener:
    """Somebody who may be due: why, since when, and how many days before."""

    notice: int
    deadline: datetime
    since: datetime  # began to follow, or the notice came, whichever is later
    days: int
    user: User
    organisation: Organisation | None
    reason: dict[str, str]

    def is_due(self, at: datetime) -> bool:
        if self.days == NEVER:
            return False
        due = due_at(self.deadline, self.user.zone, self.days)
        if due < self.since:
            due = due_at(self.deadline, self.user.zone, LATE)
        return self.since <= due <= at


def remind(at: datetime) -> int:
    """Writes every reminder that is due; returns in how many notices (of some batch) it went well.

    In batches, whatever one notice has of followers. A round can run twice, or late, and tells each person once.
    """
    well = 0
    for batch in _batches(_listeners(at), BATCH):
        people = _not_told([each for each in batch if each.is_due(at)])
        notices = Notice.objects.filter(pk__in=people).select_related(*SUBJECT)
        well += each_alone(notices, lambda notice, people=people: _tell(notice, people[notice.pk], at))  # type: ignore[misc]
    return well


def _tell(notice: Notice, listeners: Iterable[Listener], at: datetime) -> None:
    version = notice.current_version
    assert version is not None
    assert version.deadline_at is not None
    version.notice = notice
    away = hearing.inside(version) | hearing.muted(notice)
    people = [Recipient(each.user, each.organisation, [each.reason]) for each in listeners if each.user.pk not in away]
    if people:
        event = tell("closing-soon", key_of(notice.pk), notice, people, at=at)
        # A digest that comes after the deadline would be a mockery.
        deadline = lot_times.next_of(notice, at) or version.deadline_at
        event.notifications.filter(mail_due_at__gte=deadline).update(mail_due_at=at)


def key_of(notice: int | str) -> str:
    return f"closing-soon:{notice}"


def _not_told(listeners: Sequence[Listener]) -> dict[int, list[Listener]]:
    """{notice: those of them who have not been reminded of it}. One query."""
    told = set(
        Notification.objects.filter(
            event__key__in={key_of(each.notice) for each in listeners},
            recipient__in={each.user.pk for each in listeners},
        ).values_list("event__key", "recipient")
    )
    found: dict[int, list[Listener]] = {}
    for each in listeners:
        if (key_of(each.notice), each.user.pk) not in told:
            found.setdefault(each.notice, []).append(each)
    return found


def _listeners(at: datetime) -> Iterator[Listener]:
    """Those who follow and those whose interest stands, of what closes in the days that they chose and a little more."""
    days = Coalesce(F("user__closing_reminder__days"), Value(USUAL))
    span = ExpressionWrapper((days + 2) * Value(timedelta(days=1), DurationField()), output_field=DurationField())
    follow = _closing(Attention.objects.filter(level=Attention.Level.FOLLOWS, user__is_active=True), at)
    told = Notification.objects.filter(
        recipient=OuterRef("user"), event__key=Concat(Value(key_of("")), Cast(OuterRef("notice"), CharField()))
    )
    near = follow.annotate(days=days).filter(
        ~Exists(told), days__gt=NEVER, deadline__lte=ExpressionWrapper(Value(at) + span, output_field=DateTimeField())
    )
    for each in near.select_related("user").order_by("notice", "pk").iterator(chunk_size=BATCH):
        yield Listener(
            each.notice, each.deadline, max(each.at, each.came_at), each.days, each.user, None, hearing.FOLLOWS
        )
    interests = _closing(Interest.objects.active(), at).order_by("notice", "pk").iterator(chunk_size=BATCH)
    for batch in _batches(interests, BATCH):
        yield from _interested(batch)


def _interested(interests: Sequence[Any]) -> Iterator[Listener]:
    """Who speaks for the organisations, with the days that each of them chose; of rows from `_closing`. Two queries."""
    spoke = [(each.organisation_id, each.registered_by_id) for each in interests]
    speaking = hearing.answering_for(spoke)
    users = {member.user_id for members in speaking for member in members}
    chosen = dict(ClosingReminder.objects.filter(user__in=users).values_list("user", "days"))
    for each, members in zip(interests, speaking, strict=True):
        for member in members:
            yield Listener(
                each.notice,
                each.deadline,
                max(each.received_at, each.came_at),
                chosen.get(member.user_id, USUAL),
                member.user,
                member.organisation,
                hearing.INTERESTED,
            )


def _closing(rows: QuerySet[Any], at: datetime) -> QuerySet[Any]:
    """Rows that belong to a procurement, each with the notice that stands for it now, when that came, and its deadline."""
    stands = "procurement__notices__search"
    first = NoticeVersion.objects.filter(notice=OuterRef("procurement__notices"), number=1).values("published_at")
    asked: QuerySet[Any] = rows.filter(
        **{
            f"{stands}__is_head": True,
            f"{stands}__kind__in": KINDS_THAT_ASK,
            f"{stands}__closed_at": None,
            f"{stands}__deadline_at__gt": at,
        }
    ).annotate(
        notice=F("procurement__notices__pk"),
        deadline=Coalesce(_first_lots(f"{stands}__version", at), F(f"{stands}__deadline_at")),
        came_at=Subquery(first[:1]),
    )
    return asked.filter(deadline__lte=at + timedelta(days=MOST + 2))


def _first_lots(version: str, at: datetime) -> Subquery:
    """When the next of its lots close, where some close before the rest: who waits for the last is late for the first."""
    lots = Lot.objects.filter(version=OuterRef(version), deadline_at__gt=at).order_by("deadline_at")
    return Subquery(lots.values("deadline_at")[:1])


def _batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch


def still(notifications: Sequence[Notification]) -> set[int]:
    """Not of what was closed meanwhile or has no deadline any more, nor to who has let go of it."""
    interested, attentions = interests(notifications), attentions_of(notifications)

    def is_wanted(notice: Notice, reader: int) -> bool:
        version, attention = notice.current_version, attentions.get((reader, notice.procurement_id))
        holds = attention == Attention.Level.FOLLOWS or (
            (reader, notice.procurement_id) in interested and attention != Attention.Level.MUTED
        )
        return holds and notice.closed_at is None and version is not None and version.deadline_at is not None

    return {each.pk for each in notifications if is_wanted(each.subject, each.recipient_id)}


def line(notification: Notification, language: str) -> Line:
    """Says the deadline that stands now."""
    notice: Notice = notification.subject
    version = notice.current_version
    assert version is not None  # is_public
    moment = moments.say(version.deadline_at, version.zone, language) if version.deadline_at else ""
    first = lot_times.next_of(notice, notification.event.at)
    words = {"moment": moments.say(first, version.zone, language) if first else moment, "title": version.title}
    title = _("The first lots close %(moment)s: %(title)s") if first else _("Closes %(moment)s: %(title)s")
    return Line(
        title=title % words if moment else version.title,
        url=notice.get_absolute_url(),
        facts=f"{notice.get_kind_display()} · {notice.procurement.organisation.name}",
        reasons=sentences(notification.reasons, language),
    )


CLOSING_SOON = Kind(
    code="closing-soon",
    label=gettext_lazy("Closes soon"),
    description=gettext_lazy(
        "Once, some days before the deadline of what you follow or are interested in. You choose how many days."
    ),
    default_rhythm=Rhythm.AT_ONCE,
    change=Change.DEADLINE,
    less=less_of,
    may_see=is_public,
    line=line,
    still_wanted=still,
    is_pressing=True,
    is_confidential=True,  # to whom it comes tells who follows, and who is interested
    subject_with=SUBJECT,
    subject_without=UNSAID,
)
