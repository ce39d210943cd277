"""Who does what until when in a buyer group (C11), and who writes which part of the shared text (C8).

Whoever writes for the lead gives work to anyone who takes part; whoever writes for another that buys gives it to its own.
Every verb locks the group's row first; each raises `Refused` with a sentence for the person.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.grants import Can
from accounts.models import Membership, Organisation, User
from accounts.rules import Refused
from networks import work_news
from networks.grouping import lock
from networks.models import BuyerGroup, GroupTask, Participant
from records import auditing

MOST_TASKS = 500  # open ones in a group
MOST_DONE = 50  # that a list shows


@dataclass(frozen=True)
class Work:
    """What a task says. `section` is a step of the notice's form, or empty; `phase` one of GroupTask.Phase."""

    title: str
    organisation: Organisation
    phase: str = GroupTask.Phase.NEED
    text: str = ""
    section: str = ""
    person: User | None = None
    due_on: date | None = None


def who_take_part(group: BuyerGroup) -> QuerySet[Organisation]:
    """Those whom work can be given to."""
    places = group.participants.filter(state__in=Participant.INSIDE)
    return Organisation.objects.filter(pk__in=places.values("organisation")).order_by("name", "pk")


def whom_may_give(group: BuyerGroup, user: User) -> QuerySet[Organisation]:
    """Those whose work the user divides: everybody's for the lead; else that of its own organisations that buy."""
    if BuyerGroup.objects.led_by(user).filter(pk=group.pk).exists():
        return who_take_part(group)
    buying = group.participants.standing().values("organisation")
    return who_take_part(group).filter(pk__in=Organisation.objects.of(user, Can.WRITE).filter(pk__in=buying))


def may_edit(group: BuyerGroup, user: User) -> QuerySet[GroupTask]:
    """The lead's writers edit every task, also one whose organisation has left; others those of their own that buy."""
    if BuyerGroup.objects.led_by(user).filter(pk=group.pk).exists():
        return group.tasks.all()
    return group.tasks.filter(organisation__in=whom_may_give(group, user))


def may_finish(group: BuyerGroup, user: User) -> QuerySet[GroupTask]:
    """Tasks that the user may call done, or open again: those it edits, its organisation's while inside, and its own."""
    inside = who_take_part(group)
    own = Q(organisation__in=inside.filter(pk__in=Organisation.objects.of(user, Can.WRITE)))
    personal = Q(person=user, organisation__in=inside.filter(pk__in=Organisation.objects.of(user)))
    return group.tasks.filter(Q(pk__in=may_edit(group, user).values("pk")) | own | personal)


def writers(group: int, phase: str) -> dict[str, GroupTask]:
    """By the name of the section: the task of whoever writes it, or wrote it last, while it takes part. One query."""
    inside = Participant.objects.filter(group=group, state__in=Participant.INSIDE)
    tasks = GroupTask.objects.filter(group=group, phase=phase, organisation__in=inside.values("organisation"))
    found = tasks.exclude(section="").select_related("organisation", "person")
    # An open one stands for those that are done.
    return {task.section: task for task in sorted(found, key=lambda task: (task.done_at is None, task.pk))}


@dataclass(frozen=True)
class Entry:
    """A task as one reader of the list sees it. `is_orphan`: its organisation does not take part any more."""

    task: GroupTask
    is_mine: bool
    is_late: bool
    is_orphan: bool
    may_edit: bool
    may_finish: bool


@dataclass(frozen=True)
class Board:
    """The open tasks by phase, in the order of the chain; in each the reader's own first, then by day. And what is done."""

    phases: list[tuple[str, list[Entry]]]
    done: list[Entry]  # the newest first, at most MOST_DONE
    done_in_all: int

    @property
    def open(self) -> list[Entry]:
        return [entry for _label, entries in self.phases for entry in entries]

    @property
    def late(self) -> int:
        return sum(entry.is_late for entry in self.open)

    @property
    def mine(self) -> int:
        return sum(entry.is_mine for entry in self.open)


def board(group: BuyerGroup, user: User, *, today: date) -> Board:
    """The number of queries is fixed."""
    related = group.tasks.select_related("organisation", "person", "done_by")
    inside = set(who_take_part(group).values_list("pk", flat=True))
    edits = set(may_edit(group, user).values_list("pk", flat=True))
    finishes = set(may_finish(group, user).values_list("pk", flat=True))
    own = set(Organisation.objects.of(user).values_list("pk", flat=True)) & inside

    def entry(task: GroupTask) -> Entry:
        return Entry(
            task,
            is_mine=task.person_id == user.pk if task.person_id else task.organisation_id in own,
            is_late=task.done_at is None and task.due_on is not None and task.due_on < today,
            is_orphan=task.organisation_id not in inside,
            may_edit=task.pk in edits,
            may_finish=task.pk in finishes,
        )

    found = [entry(task) for task in related.open()]
    done = related.exclude(done_at=None).order_by("-done_at", "-pk")
    phases = [
        (phase.label, sorted((one for one in found if one.task.phase == phase), key=lambda one: not one.is_mine))
        for phase in GroupTask.Phase
    ]
    return Board(
        phases=[(str(label), entries) for label, entries in phases if entries],
        done=[entry(task) for task in done[:MOST_DONE]],
        done_in_all=done.count(),
    )


@transaction.atomic
def create(group: BuyerGroup, work: Work, *, by: User, at: datetime) -> GroupTask:
    """A new task; its owner is told. A second click finds the first: an open one with the same title, owner and phase."""
    group = lock(group)
    said = {"title": work.title, "organisation": work.organisation, "phase": work.phase, "section": work.section}
    if known := group.tasks.open().filter(**said).first():
        return known
    _require(group, work, by)
    if group.tasks.open().count() >= MOST_TASKS:
        raise Refused(_("There are very many open tasks. Finish or remove some first."))
    task = GroupTask.objects.create(group=group, **_columns(work), created_by=by, created_at=at, edited_at=at)
    _record("group.task_created", task, by=by, at=at)
    work_news.given(task, by=by, at=at)
    return task


@transaction.atomic
def edit(task: GroupTask, work: Work, *, seen: datetime, by: User, at: datetime) -> GroupTask:
    """What the task says from now on; a new owner is told. `seen` is its `edited_at` as the writer's page had it."""
    group, task = _locked(task)
    _require_editor(group, task, by)
    if asdict(_stands(task)) == asdict(work):
        return task
    if task.edited_at != seen:
        raise Refused(_("A colleague changed the task since you opened this page. Read what stands there now."))
    _require(group, work, by, known=task)
    owner = (task.organisation_id, task.person_id)
    for name, value in _columns(work).items():
        setattr(task, name, value)
    task.edited_at = at
    task.save()
    _record("group.task_edited", task, by=by, at=at)
    if (task.organisation_id, task.person_id) != owner:
        work_news.given(task, by=by, at=at)
    return task


@transaction.atomic
def done(task: GroupTask, *, by: User, at: datetime) -> GroupTask:
    """A second click changes nothing."""
    group, task = _locked(task)
    _require_finisher(group, task, by)
    if task.done_at is None:
        task.done_at, task.done_by, task.edited_at = max(at, task.created_at), by, at
        task.save()
        _record("group.task_done", task, by=by, at=at)
    return task


@transaction.atomic
def reopen(task: GroupTask, *, by: User, at: datetime) -> GroupTask:
    group, task = _locked(task)
    _require_finisher(group, task, by)
    if task.done_at is not None:
        _require_free(task.group, _stands(task), known=task)
        task.done_at, task.done_by, task.edited_at = None, None, at
        task.save()
        _record("group.task_reopened", task, by=by, at=at)
    return task


@transaction.atomic
def remove(task: GroupTask, *, by: User, at: datetime) -> None:
    """It goes; the audit log keeps that it was there. One that is gone already is no error."""
    group = lock(task.group)
    found = group.tasks.filter(pk=task.pk).first()
    if found is None:
        return
    _require_editor(group, found, by)
    _record("group.task_removed", found, by=by, at=at)
    found.delete()


def _locked(task: GroupTask) -> tuple[BuyerGroup, GroupTask]:
    group = lock(task.group)
    found = group.tasks.select_related("organisation", "person", "group__lead").filter(pk=task.pk).first()
    if found is None:
        raise Refused(_("The task is not there any more."))
    return group, found


def _stands(task: GroupTask) -> Work:
    return Work(
        title=task.title,
        organisation=task.organisation,
        phase=task.phase,
        text=task.text,
        section=task.section,
        person=task.person,
        due_on=task.due_on,
    )


def _columns(work: Work) -> dict[str, Any]:
    return {name: getattr(work, name) for name in Work.__dataclass_fields__}


def _require_editor(group: BuyerGroup, task: GroupTask, by: User) -> None:
    if not may_edit(group, by).filter(pk=task.pk).exists():
        raise Refused(_("Only those who write for the lead, or for the organisation whose task it is, can change it."))


def _require_finisher(group: BuyerGroup, task: GroupTask, by: User) -> None:
    if not may_finish(group, by).filter(pk=task.pk).exists():
        raise Refused(_("Only the lead, or the organisation whose task it is, can do this."))


def _require(group: BuyerGroup, work: Work, by: User, known: GroupTask | None = None) -> None:
    """The owner takes part, and `by` may give it work; the person acts for the owner; the section is nobody else's."""
    if not who_take_part(group).filter(pk=work.organisation.pk).exists():
        raise Refused(_("A task can be given only to an organisation that takes part in the group."))
    if not whom_may_give(group, by).filter(pk=work.organisation.pk).exists():
        raise Refused(_("You can give work to your own organisation. Ask the lead to give it to another."))
    members = Membership.objects.active().filter(organisation=work.organisation)
    if work.person and not members.filter(user=work.person).exists():
        raise Refused(_("The person does not act for the organisation that the task is given to."))
    _require_free(group, work, known=known)


def _require_free(group: BuyerGroup, work: Work, *, known: GroupTask | None) -> None:
    others = group.tasks.open().filter(section=work.section, phase=work.phase).exclude(pk=known.pk if known else 0)
    other = others.select_related("organisation").first() if work.section else None
    if other:
        raise Refused(_("%(name)s writes this part already.") % {"name": other.organisation.name})


def _record(action: str, task: GroupTask, *, by: User, at: datetime) -> None:
    """For the lead where `by` writes for it; every other acts for the organisation whose task it is."""
    leads = BuyerGroup.objects.led_by(by).filter(pk=task.group_id).exists()
    acting_for = task.group.lead if leads else task.organisation
    details = {"organisation": task.organisation_id, "title": task.title}
    auditing.record(action, task, by=by, at=at, acting_for=acting_for, details=details)
