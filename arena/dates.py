"""All the dates that a person must keep, from every room: deadlines, last times for questions, publications, stages, meetings (A39)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from knowledge import attending, occasions
from knowledge.models import Attendance
from matchmaking.models import Attention
from networks import rooms, work_news
from networks.models import GroupTask, Meeting
from procurements.dates import Entry, of_notices, of_stages, of_taken_out
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

LOOKS_BACK = timedelta(days=60)  # a subscriber learns of a date that was moved, or called off, after it had passed


def dates_of(user: User, *, at: datetime) -> list[Entry]:
    """In the active language, in order of time, from sixty days back. The number of queries is fixed.

    What a team works on in secret is for those with a place on it; of other people's interest nothing is told to anybody.
    """
    places = Procurement.objects.with_place_for(user)
    own = Attention.objects.filter(user=user)
    muted = own.filter(level=Attention.Level.MUTED).values("procurement")
    interested = Q(procurement__in=Interest.objects.own(user).active().values("procurement"))
    followed = Q(procurement__in=own.filter(level=Attention.Level.FOLLOWS).values("procurement"))
    since = at - LOOKS_BACK
    # Of all versions: a date that an amendment took out is told as called off.
    days, moments = (
        Q(starts_on__gte=since) | Q(ends_on__gte=since),
        Q(deadline_at__gte=since) | Q(questions_until__gte=since),
    )
    stages = VersionStage.objects.filter(days, version__notice=OuterRef("pk"))
    deadlines = NoticeVersion.objects.filter(moments, notice=OuterRef("pk"))
    notices = list(
        Notice.objects.published()
        .filter(Q(procurement__in=places) | interested & ~Q(procurement__in=muted) | followed, kind__in=KINDS_THAT_ASK)
        .filter(Q(Exists(deadlines)) | Q(Exists(stages)))
        .select_related("current_version", "procurement__organisation")
    )
    found = [
        *of_notices(notices),
        *of_stages(notices),
        *of_taken_out(notices),
        *_of_schedules(Schedule.objects.waiting().filter(notice__procurement__in=places)),
        *_of_questions(Question.objects.seen_by_buyer(user).waiting().exclude(answer_due_on=None)),
        *_of_tasks(work_news.owned_by(user).filter(due_on__gte=since.date()), user),
        *_of_events(attending.of(user).filter(occasion__ends_at__gte=since)),
        *_of_meetings(Meeting.objects.filter(rooms.seen_by(user), starts_at__gte=since)),
    ]
    return sorted((entry for entry in found if entry.starts >= since), key=lambda one: (one.starts, one.key))


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


def _of_events(places: QuerySet[Attendance]) -> Iterator[Entry]:
    has_seat = dict(places.values_list("occasion", "seated_at"))
    mine = list(occasions.public().filter(pk__in=has_seat))
    yield from occasions.dates_of([one for one in mine if has_seat[one.pk]])
    yield from occasions.dates_of([one for one in mine if not has_seat[one.pk]], what=_("On the waiting list"))


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
