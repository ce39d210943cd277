"""What the owner of a task in a buyer group hears, and nobody else: that it is theirs, that its day comes, that it is late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.grants import Can
from accounts.models import Membership, Organisation, User
from networks.models import GroupTask, Participant
from networks.news import administrators
from notifications import kinds
from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from notifications.rounds import each_alone
from notifications.telling import Recipient, tell
from ui import moments

WEEK = timedelta(days=7)


def owned() -> QuerySet[GroupTask]:
    """Open tasks whose organisation still takes part; those of one that has left are nobody's."""
    present = Participant.objects.filter(
        group=OuterRef("group"), organisation=OuterRef("organisation"), state__in=Participant.INSIDE
    )
    return GroupTask.objects.open().filter(Exists(present)).select_related("group", "organisation", "person")


def owned_by(user: User) -> QuerySet[GroupTask]:
    """The user's own, and those of organisations that it administers where no person of theirs is named."""
    own = Q(person=user, organisation__in=Organisation.objects.of(user))
    return owned().filter(own | Q(_nobody(), organisation__in=Organisation.objects.of(user, Can.ADMINISTER)))


def _nobody() -> Q:
    """No person is named, or the one who was has left the organisation."""
    members = Membership.objects.active().filter(user=OuterRef("person"), organisation=OuterRef("organisation"))
    return Q(person=None) | ~Q(Exists(members))


def owners(task: GroupTask) -> list[Recipient]:
    """The person who is named, while a member; else the organisation's administrators."""
    members = Membership.objects.active().filter(user=task.person_id, organisation=task.organisation_id)
    if task.person and members.exists():
        return [Recipient(task.person, task.organisation)]
    return administrators(task.organisation)


def given(task: GroupTask, *, by: User, at: datetime) -> None:
    people = [each for each in owners(task) if each.user != by]
    key = f"group-task:{task.pk}:given:{at.isoformat()}"
    tell("group-task-due", key, task, people, at=at, facts={"what": "given"})


def remind(at: datetime) -> int:
    """Tells of every task that is due: a week before, on the day, and once when it is late. Returns how many went well.

    Each reminder is a fact with a key of its own, so that the round can run twice or late and still tell once. One that
    fails is logged, and stops no other.
    """
    near = list(owned().filter(due_on__lte=timezone.localdate(at) + WEEK))
    return each_alone(near, lambda task: _remind(task, at))


def _remind(task: GroupTask, at: datetime) -> None:
    today = timezone.localdate(at)
    assert task.due_on is not None  # remind
    what, since = "week", task.due_on - WEEK
    if today == task.due_on:
        what, since = "today", task.due_on
    elif today > task.due_on:
        what, since = "late", task.due_on + timedelta(days=1)
    if timezone.localdate(task.edited_at) >= since:
        return  # its owner has just heard of it
    key = f"group-task:{task.pk}:{task.due_on.isoformat()}:{what}"
    tell("group-task-due", key, task, owners(task), at=at, facts={"what": what, "due_on": task.due_on.isoformat()})


def _line(notification: Notification, language: str) -> Line:
    task: GroupTask = notification.subject
    said = {
        "title": task.title,
        "group": task.group.name,
        "organisation": task.organisation.name,
        "day": moments.say_day(task.due_on, get_language() or language) if task.due_on else "",
    }
    words = {
        "given": _("A task for %(organisation)s: %(title)s"),
        "week": _("To be done by %(day)s: %(title)s"),
        "today": _("To be done today: %(title)s"),
        "late": _("Should have been done by %(day)s: %(title)s"),
    }[notification.event.facts["what"]]
    text = _("In the buyer group %(group)s.")
    if task.due_on:
        text = _("In the buyer group %(group)s, to be done by %(day)s.")
    url = reverse("networks:group_task_list", args=[task.group.slug])
    return Line(words % said, f"{url}#task-{task.pk}", text=text % said)


def _may_see(notification: Notification) -> bool:
    """While the task is its organisation's, and that one takes part."""
    task: GroupTask = notification.subject
    if task.organisation_id != notification.organisation_id:
        return False
    return any(
        place.organisation_id == task.organisation_id and place.state in Participant.INSIDE
        for place in task.group.participants.all()
    )


def _still_open(notifications: Sequence[Notification]) -> set[int]:
    """Not done since, not moved to another day, and still the reader's to do."""
    tasks = {each.subject.pk for each in notifications}
    own = {
        (reader.pk, task.pk): task.due_on
        for reader in {each.recipient for each in notifications}
        for task in owned_by(reader).filter(pk__in=tasks)
    }
    return {
        each.pk
        for each in notifications
        if (key := (each.recipient_id, each.subject.pk)) in own
        and each.event.facts.get("due_on") in (None, f"{own[key]}")
    }


def register() -> None:
    """Makes the kind known to notifications; called when the app is ready."""
    kinds.register(
        Kind(
            code="group-task-due",
            label=gettext_lazy("Your tasks in buyer groups"),
            description=gettext_lazy(
                "When you are given a task, a week before it is to be done, on the day, and once if it is late."
            ),
            default_rhythm=Rhythm.DAILY,
            change=Change.WAITING,
            may_see=_may_see,
            line=_line,
            still_wanted=_still_open,
            subject_with=("group", "organisation"),
            subject_prefetch=("group__participants",),
        )
    )
