"""The pulse of the tasks that beat: what shows that workers are at work, and which task has stopped (D14).

A task writes down that it began and how it ended, each in a short transaction of its own. From these rows alone it is judged
who is well: a worker that died leaves a pulse that grows old, though its queue is empty.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from records.models import Pulse
from ui.logs import scrubbed
from ui.mail import one_line

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=10)  # a task that has not ended well for so long, and for INTERVALS beats, has stopped
INTERVALS = 3


@contextmanager
def beat(task: str, clock: Callable[[], datetime] = timezone.now) -> Iterator[None]:
    """Round the whole of a beating task, as a decorator: `@pulsing.beat("matchmaking.match_due")`.

    What the task raises goes on its way; that the pulse could not be written (the database is away) is logged, no more.
    """
    began, start = clock(), monotonic()
    _write(task, began, host=_host(), started_at=began, runs=F("runs") + 1)
    try:
        yield
    except BaseException as error:
        if not connection.in_atomic_block:  # a task that broke in the middle of a transaction has left it by now
            connection.close_if_unusable_or_obsolete()
        said = one_line(scrubbed(f"{type(error).__name__}: {error}"))[:300]
        _write(task, began, failed_at=clock(), error=said, failures=F("failures") + 1)
        raise
    _write(task, began, finished_at=Greatest(F("finished_at"), clock()))
    log.info("%s ended well", task, extra={"ms": round((monotonic() - start) * 1000)})


def _write(task: str, began: datetime, **facts: Any) -> None:
    """Counts are added up by the database, so that two workers at once lose none."""
    try:
        with transaction.atomic():
            rows = Pulse.objects.filter(task=task)
            if not rows.update(**facts):
                Pulse.objects.bulk_create([Pulse(task=task, host=_host(), started_at=began)], ignore_conflicts=True)
                rows.update(**facts)
    except (DatabaseError, InterfaceError) as error:
        log.warning("the pulse of %s could not be written: %s", task, type(error).__name__)


def _host() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"[:120]


@dataclass(frozen=True)
class State:
    """How one beating task is."""

    task: str
    every: timedelta
    pulse: Pulse | None  # None: it has never run
    limit: timedelta  # how old its last good end may be
    is_stopped: bool

    @property
    def is_awaited(self) -> bool:
        """No run yet that ended well, and no reason to worry."""
        return not self.is_stopped and (self.pulse is None or self.pulse.finished_at is None)


def states(at: datetime, *, up_since: datetime) -> list[State]:
    """Each task of the beat's schedule, by name, with its pulse.

    A task has stopped when it has not ended well for ten minutes and three of its intervals. After a start nothing is called
    stopped before that time has gone by: it is counted from the last good end, or from `up_since` when that is later (when the
    asking process came up: web, worker and beat are started together, and a long night off is no worker that died).
    """
    pulses = Pulse.objects.in_bulk()
    schedule: dict[str, Any] = settings.CELERY_BEAT_SCHEDULE
    intervals: dict[str, timedelta] = {}
    for entry in schedule.values():
        every = timedelta(seconds=entry["schedule"])
        intervals[entry["task"]] = min(every, intervals.get(entry["task"], every))
    return [_state(task, every, pulses.get(task), at, up_since) for task, every in sorted(intervals.items())]


def _state(task: str, every: timedelta, pulse: Pulse | None, at: datetime, up_since: datetime) -> State:
    limit = max(PATIENCE, INTERVALS * every)
    well = max(up_since, pulse.finished_at) if pulse and pulse.finished_at else up_since
    return State(task, every, pulse, limit, is_stopped=at - well > limit)
