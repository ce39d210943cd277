"""Workers that are not as production's. One imports this module (`celery -I`), and is built as CHAOS_BUILD says.

F2 has three that must fail the chaos run, each without one thing that nothing is lost or doubled by (R2); F4 and F13 have one
each that makes what is rare common. Nothing in production knows of any of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from celery import current_app, signals
from django.db import transaction

from matchmaking import engine, models
from notifications import kinds, sending
from notifications.kinds import Line
from notifications.models import Mail, Notification

# The inbox is guarded by each of these alone, and by the lock that makes workers take different versions: the build without
# constraints has neither.
UNIQUE = (
    ("matchmaking_matchrun", "matchmaking_matchrun_pkey"),
    ("notifications_notification", "told_once"),
)
POISON = "poison"


def without_sweep() -> None:
    """A mail whose sender died stays as it is."""
    sending.sweep = lambda at: 0


def without_constraints() -> None:
    """Workers take what others have in hand; that the constraints are gone is seen to by who makes the database."""

    def in_anybodys_hands(at: datetime) -> list[int]:
        return list(models.due(at).order_by("published_at", "pk").values_list("pk", flat=True)[: engine.BATCH])

    engine.in_nobodys_hands = in_anybodys_hands


def claim_not_committed() -> None:
    """The claim and the sending in one transaction: a sender that dies has claimed nothing."""
    claim, deliver = sending.claim, sending.deliver
    held: list[Any] = []

    def claim_and_hold(*arguments: Any) -> Mail | None:
        held.append(transaction.atomic())
        held[-1].__enter__()
        mail = claim(*arguments)
        if mail is None:
            held.pop().__exit__(None, None, None)
        return mail

    def deliver_and_commit(*arguments: Any) -> None:
        try:
            deliver(*arguments)
        finally:
            held.pop().__exit__(None, None, None)

    sending.claim, sending.deliver = claim_and_hold, deliver_and_commit


def impatient() -> None:
    """The broker gives a message to another worker after some seconds, and it is acknowledged when its task has ended."""
    visibility = float(os.environ["CHAOS_VISIBILITY"])
    options = {"visibility_timeout": visibility, "unacked_restore_interval": 1, "unacked_restore_throttle": 1}
    current_app.conf.broker_transport_options = {**current_app.conf.broker_transport_options, **options}
    current_app.conf.task_acks_late = True
    for task in current_app.tasks.values():  # those that have read the configuration already
        task.acks_late = True

    @signals.task_prerun.connect(weak=False)
    def note(task: Any, **_more: Any) -> None:
        if task.request.delivery_info.get("redelivered"):
            with open(Path(os.environ["CHAOS_NOTES"]), "a") as notes:
                notes.write(f"{task.name} {task.request.id}\n")


def poisoned() -> None:
    """Whatever names POISON in its title cannot be put in words; what is tried again is tried again soon."""
    line = kinds.line

    def stumble(notification: Notification, language: str) -> Line:
        made = line(notification, language)
        if POISON in made.title:
            raise RuntimeError("a fault of ours")
        return made

    kinds.line = stumble
    sending.FIRST_WAIT = timedelta(milliseconds=2)


SABOTAGES: dict[str, Callable[[], None]] = {
    "sweep": without_sweep,
    "claim": claim_not_committed,
    "unique": without_constraints,
}
BUILDS = {**SABOTAGES, "impatient": impatient, "poison": poisoned}

if chosen := os.environ.get("CHAOS_BUILD"):
    BUILDS[chosen]()
