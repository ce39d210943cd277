"""All the dates that a person must keep, from every room: deadlines, last times for questions, publications, stages, meetings (A39)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from networks import rooms, work_news
from networks.models import GroupTask, Meeting
from procurements.models import (
    KINDS_THAT_ASK,
    Interest,
    Notice,
    NoticeVersion,
    Procurement,
    Question,
    Schedule,
    VersionStage,
)
from ui.moments import say, say_day, zone_of

LOOKS_BACK = timedelta(days=60)  # a subscriber learns of a date that was moved, or called off, after it had passed


@dataclass(frozen=True)
class Entry:
    """One date: a moment with its zone, or a whole day. `changes` counts up whenever the entry says something else."""

    key: str  # the same as long as it is the same date, also when it is moved
    what: str
    title: str
    organisation: str
    path: str
    moment: datetime | None
    day: date | None
    zone: str
    changes: int
    changed_at: datetime
    is_called_off: bool = False
    ends: datetime | None = None  # of a meeting: it makes its people busy, as a deadline does not

    @property
    def starts(self) -> datetime:
        """For sorting: a day begins at its midnight."""
        return self.moment or datetime.combine(self.day or date.min, time(), zone_of(self.zone))

    def in_words(self, language: str) -> str:
        if self.moment:
            return say(self.moment, self.zone, language)
        return say_day(self.day, language) if self.day else ""


def dates_of(user: User, *, at: datetime) -> list[Entry]:
    """In the active language, in order of time, from sixty days back. The number of queries is fixed.

    What a team works on in secret is for those with a place on it; of other people's interest nothing is told to anybody.
    """
    places = Procurement.objects.with_place_for(user)
    followed = Interest.objects.own(user).active().values("procurement")
    since = at - LOOKS_BACK
    stages = VersionStage.objects.filter(version=OuterRef("current_version"), ends_on__gte=since)
    notices = list(
        Notice.objects.published()
        .filter(Q(procurement__in=places) | Q(procurement__in=followed), kind__in=KINDS_THAT_ASK)
        .filter(Q(current_version__deadline_at__gte=since) | Q(Exists(stages)))  # questions close before the deadline
        .select_related("current_version", "procurement__organisation")
    )
    found = [
        *_of_notices(notices),
        *_of_stages(notices),
        *_of_schedules(Schedule.objects.waiting().filter(notice__procurement__in=places)),
        *_of_questions(Question.objects.seen_by_buyer(user).waiting().exclude(answer_due_on=None)),
        *_of_tasks(work_news.owned_by(user).filter(due_on__gte=since.date()), user),
        *_of_meetings(Meeting.objects.filter(rooms.seen_by(user), starts_at__gte=since)),
    ]
    return sorted((entry for entry in found if entry.starts >= since), key=lambda one: (one.starts, one.key))


def _of_notices(notices: list[Notice]) -> Iterator[Entry]:
    for notice in notices:
        version = notice.current_version
        assert version is not None, "only what is published is asked for"
        for name, what, moment in (
            ("deadline", _("Deadline"), version.deadline_at),
            ("questions", _("Last time for questions"), version.questions_until),
        ):
            if moment:
                yield _entry(notice, version, name, what, moment=moment)


def _of_stages(notices: list[Notice]) -> Iterator[Entry]:
    by_version = {notice.current_version_id: notice for notice in notices}
    for stage in VersionStage.objects.filter(version__in=by_version).select_related("version"):
        notice = by_version[stage.version_id]
        for name, what, day in (
            ("begins", _("A stage begins: %(stage)s"), stage.starts_on),
            ("ends", _("A stage ends: %(stage)s"), stage.ends_on),
        ):
            if day:
                key = f"stage-{stage.position}-{name}"
                yield _entry(notice, stage.version, key, what % {"stage": stage.name}, day=day)


def _entry(
    notice: Notice,
    version: NoticeVersion,
    name: str,
    what: str,
    *,
    moment: datetime | None = None,
    day: date | None = None,
) -> Entry:
    """A notice that was closed before the date has called it off; one that was closed afterwards has kept it."""
    starts = moment or datetime.combine(day or date.min, time(), zone_of(version.zone))
    is_off = notice.closed_at is not None and notice.closed_at < starts
    return Entry(
        key=f"{notice.code}-{name}",
        what=what,
        title=version.title,
        organisation=notice.procurement.organisation.name,
        path=notice.get_absolute_url(),
        moment=moment,
        day=day,
        zone=version.zone,
        changes=2 * (version.number - 1) + is_off,
        changed_at=notice.closed_at if is_off and notice.closed_at else version.published_at,
        is_called_off=is_off,
    )


def _of_schedules(schedules: QuerySet[Schedule]) -> Iterator[Entry]:
    for schedule in schedules.select_related("notice__procurement__organisation", "notice__current_version"):
        notice = schedule.notice
        yield Entry(
            key=f"{notice.code}-publication",
            what=_("Will be published"),
            title=notice.title,
            organisation=notice.procurement.organisation.name,
            path=reverse("procurements:notice_edit", args=[notice.slug]),
            moment=schedule.publish_at,
            day=None,
            zone=notice.zone,
            changes=_minutes(schedule.set_at),
            changed_at=schedule.set_at,
        )


def _of_questions(questions: QuerySet[Question]) -> Iterator[Entry]:
    for question in questions.select_related("notice__procurement__organisation", "notice__current_version"):
        notice, changed_at = question.notice, question.assigned_at or question.received_at
        yield Entry(
            key=f"question-{question.pk}",
            what=_("A question is to be answered"),
            title=notice.current_version.title if notice.current_version else notice.title,
            organisation=notice.procurement.organisation.name,
            path=notice.get_absolute_url(),
            moment=None,
            day=question.answer_due_on,
            zone=notice.zone,
            changes=_minutes(changed_at),
            changed_at=changed_at,
        )


def _of_meetings(meetings: QuerySet[Meeting]) -> Iterator[Entry]:
    """Title and time alone: agenda, place and link are read behind the login, not in somebody else's calendar service."""
    for meeting in meetings.select_related("network", "group"):
        yield Entry(
            key=f"meeting-{meeting.pk}",
            what=_("Meeting"),
            title=meeting.title,
            organisation=rooms.room_of(meeting).name,
            path=reverse("networks:meeting_detail", args=[meeting.pk]),
            moment=meeting.starts_at,
            day=None,
            zone=meeting.zone,
            changes=meeting.revision - 1,
            changed_at=meeting.changed_at or meeting.created_at,
            is_called_off=meeting.cancelled_at is not None,
            ends=meeting.ends_at,
        )


def _of_tasks(tasks: QuerySet[GroupTask], user: User) -> Iterator[Entry]:
    for task in tasks:
        yield Entry(
            key=f"group-task-{task.pk}",
            what=_("A task in a buyer group"),
            title=task.title,
            organisation=task.group.name,
            path=f"{reverse('networks:group_task_list', args=[task.group.slug])}#task-{task.pk}",
            moment=None,
            day=task.due_on,
            zone=user.zone,
            changes=_minutes(task.edited_at),
            changed_at=task.edited_at,
        )


def _minutes(moment: datetime) -> int:
    """A count that rises, for rows that carry no number of their own; fits iCalendar's 31 bits for four thousand years."""
    return int(moment.timestamp()) // 60
