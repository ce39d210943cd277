"""The chain of hashes over the audit log, and its anchor outside the database (quality 4.5, S20).

Events are written without waiting for each other; this seals them seconds later, one sealer at a time, in the order of
their numbers. Until then an event stands unsealed: whoever can write as the owner of the database could change it in that
window unseen: beat's interval, five seconds (docs/sending.md says so, too).

An event's number is given when it is written, not when it is committed, so a late commit can bring a number that is lower
than one sealed already. The chain therefore has an order of its own (`sequence`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Min, Q

from records.models import AuditEvent, AuditSeal

BATCH = 500
LOOKED_AT = 10_000
ANCHOR_LATE = timedelta(hours=24)  # quality 4.5
GENESIS = "0" * 64
LOCK = 0x5EA1  # any number that nothing else of ours locks


@dataclass(frozen=True)
class Broken:
    """The first row that does not fit: `sequence` of the chain, or the day of the anchor."""

    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


def canonical(event: AuditEvent) -> bytes:
    """The event as bytes that are the same on every machine: sorted keys, UTC to the microsecond, no spaces."""
    row: dict[str, Any] = {
        "id": event.pk,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor_id,
        "acting_for": event.acting_for_id,
        "action": event.action,
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
        "details": event.details,
        "ip_prefix": event.ip_prefix,
    }
    return json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def link(previous_hash: str, sequence: int, sealed_at: datetime, event: AuditEvent) -> str:
    moment = sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(f"{previous_hash}\n{sequence}\n{moment}\n".encode() + canonical(event)).hexdigest()


def seal_due(at: datetime) -> int:
    """Seals every event that has no seal, then anchors the chain's head; returns how many it sealed.

    Raises OSError when the anchor cannot be written: the seals stand, and the next call tries the anchor again.
    """
    sealed = 0
    while batch := _seal_batch(at):
        sealed += batch
    anchor(at)
    return sealed


@transaction.atomic
def _seal_batch(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    last = AuditSeal.objects.order_by("-sequence").first()
    sequence, previous = (last.sequence, last.hash) if last else (0, GENESIS)
    seals = []
    for event in AuditEvent.objects.filter(seal=None).order_by("pk")[:BATCH]:
        sequence += 1
        sealed = link(previous, sequence, at, event)
        seals.append(AuditSeal(event=event, sequence=sequence, previous_hash=previous, hash=sealed, sealed_at=at))
        previous = sealed
    AuditSeal.objects.bulk_create(seals)
    return len(seals)


def anchor(at: datetime) -> None:
    """Appends the chain's head to the anchor file, safely on disk, unless it stands there: what a cut tail is found by.

    A line is `day sequence hash`; the last one of a day is that day's root. Let the file lie on another disk or machine:
    whoever can write both the database and the file can forge both.
    """
    head = AuditSeal.objects.order_by("-sequence").first()
    path = Path(settings.ANCHOR_FILE)
    if head is None or _anchored() >= head.sequence:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="ascii") as file:
        file.write(f"{at.astimezone(UTC).date().isoformat()} {head.sequence} {head.hash}\n")
        file.flush()
        os.fsync(file.fileno())


@dataclass(frozen=True)
class Anchor:
    day: str
    sequence: int
    hash: str


def _anchors() -> list[Anchor]:
    path = Path(settings.ANCHOR_FILE)
    if not path.exists():
        return []
    lines = (line.split() for line in path.read_text("ascii").splitlines())
    return [Anchor(day, int(sequence), hashed) for day, sequence, hashed in lines]


def _anchored() -> int:
    """Up to which seal the anchor goes: read from the file's end alone, which grows by a megabyte on a busy day."""
    path = Path(settings.ANCHOR_FILE)
    if not path.exists():
        return 0
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - 200))  # a line has fewer than 110 characters
        lines = file.read().decode("ascii").splitlines()
    return int(lines[-1].split()[1]) if lines else 0


def is_anchor_here() -> bool:
    """Whether this machine sees the anchor file; the web process need not. What cannot be anchored fails the task's run."""
    return os.access(settings.ANCHOR_FILE, os.R_OK)


def unanchored_for(at: datetime) -> timedelta | None:
    """How long the oldest seal outside the anchor has waited; None when all are in. /readyz alarms at ANCHOR_LATE."""
    waiting = AuditSeal.objects.filter(sequence__gt=_anchored()).order_by("sequence").first()
    return at - waiting.sealed_at if waiting else None


def unsealed(without: Q) -> tuple[int, datetime | None]:
    """How many events, but for those that are `without`, have no seal, and when the oldest of them was written.

    Among the newest LOOKED_AT, where they all are unless the sealer is that far behind.
    """
    newest = AuditEvent.objects.order_by("-pk")[:LOOKED_AT].values("pk")
    waiting = AuditEvent.objects.filter(pk__in=newest, seal=None).exclude(without)
    found = waiting.aggregate(number=Count("pk"), oldest=Min("at"))
    return found["number"], found["oldest"]


def verify() -> Broken | None:
    """The first place where the log is not what was sealed; None when all is well.

    Finds edits, deletions, insertions into the chain, reorderings, and (by the anchor) a tail that was cut off.
    """
    anchors = _anchors()
    waiting = {each.sequence: each for each in anchors}
    sequence, previous = 0, GENESIS
    for seals in _batches():
        found = AuditEvent.objects.in_bulk([seal.event_id for seal in seals])
        for seal in seals:
            sequence += 1
            where = f"seal {seal.sequence} (event {seal.event_id})"
            if seal.sequence != sequence:
                return Broken(where, f"the chain goes from {sequence - 1} to {seal.sequence}")
            event = found.get(seal.event_id)
            if event is None:
                return Broken(where, "its event is gone")
            if seal.previous_hash != previous:
                return Broken(where, "it does not hold on to the seal before it")
            if seal.hash != link(previous, sequence, seal.sealed_at, event):
                return Broken(where, "the event, or its seal, was changed")
            anchored = waiting.pop(sequence, None)
            if anchored and anchored.hash != seal.hash:
                return Broken(where, f"the anchor of {anchored.day} has another hash")
            previous = seal.hash
    if waiting:
        cut = min(waiting.values(), key=lambda each: each.sequence)
        return Broken(f"seal {sequence + 1}", f"the anchor of {cut.day} knows the chain up to {cut.sequence} at least")
    if sequence and not anchors:
        return Broken(settings.ANCHOR_FILE, "there is no anchor: a cut tail could not be found")
    return None


def _batches() -> Iterator[list[AuditSeal]]:
    last = -1 << 62
    while seals := list(AuditSeal.objects.filter(sequence__gt=last).order_by("sequence")[:BATCH]):
        yield seals
        last = seals[-1].sequence
