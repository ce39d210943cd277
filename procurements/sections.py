"""Who writes which part of a shared text (C8): a task of the group for each step of the notice's form.

The verbs are those of all tasks (`networks.dividing_work`); here alone it is known which steps a text has.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from networks import dividing_work
from networks.dividing_work import Work
from procurements import steps
from procurements.models import Notice
from procurements.steps import Step


def sections_of(notice: Notice) -> list[Step]:
    """The steps that somebody writes: all but the last, which checks."""
    return [step for step in steps.steps_of(notice.kind) if step.fields]


@transaction.atomic
def share(notice: Notice, writers: Mapping[str, Organisation | None], *, by: User, at: datetime) -> None:
    """From now on each step is written by that organisation, or by nobody in particular; a new writer is told.

    Raises Refused (accounts.rules) where `by` may not give the work; nothing is changed then.
    """
    group = notice.procurement.buyer_group
    assert group is not None, "a text is shared where several buy together"
    for step in sections_of(notice):
        if step.name not in writers:
            continue
        writer = writers[step.name]
        task = group.tasks.open().filter(section=step.name, phase=notice.phase).select_related("organisation").first()
        if writer == (task.organisation if task else None):
            continue
        if task and writer is None:
            dividing_work.remove(task, by=by, at=at)
        elif writer and task:
            work = Work(task.title, writer, task.phase, task.text, task.section, due_on=task.due_on)
            dividing_work.edit(task, work, seen=task.edited_at, by=by, at=at)
        elif writer:
            title = _("Write: %(step)s") % {"step": step.label}
            dividing_work.create(group, Work(title, writer, notice.phase, section=step.name), by=by, at=at)
