"""Where a page of a list ends: in the address as a word that means nothing to the reader, and the next page begins there.

It names the last row by what the list is ordered by, never by how many came before: a page costs the same however deep it
lies, and what comes in or goes out meanwhile makes no row stand twice or be passed over.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2s

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST = 300


@dataclass(frozen=True)
class Cursor:
    """A place between two rows. `is_back`: what stands before it is wanted. `clock`: when the first page was read.

    `segment` and `place` are what the list is ordered by (places in microseconds since 1970, or a rank), `notice` breaks ties.
    `low`, `low_notice`: the last of the hits that were ranked, where the best come first; the others follow, newest first.
    """

    segment: int
    place: float
    notice: int
    clock: datetime
    low: int | None = None
    low_notice: int | None = None
    is_back: bool = False

    @property
    def low_at(self) -> datetime | None:
        return None if self.low is None else EPOCH + timedelta(microseconds=self.low)

    def back(self) -> Cursor:
        return replace(self, is_back=True)

    def written(self, question: str) -> str:
        """`question`: what was asked; the cursor belongs to it."""
        said = [
            self.segment, repr(self.place), self.notice, (self.clock - EPOCH) // timedelta(microseconds=1),
            self.low, self.low_notice, int(self.is_back), _mark(question),
        ]  # fmt: skip
        return urlsafe_b64encode(json.dumps(said, separators=(",", ":")).encode()).decode().rstrip("=")


def read(written: str, question: str) -> Cursor | None:
    """None for what is no cursor of this question: the list begins at its beginning."""
    try:
        if len(written) > LONGEST:
            return None
        said = json.loads(urlsafe_b64decode(written.encode("ascii") + b"=" * (-len(written) % 4)))
        segment, place, notice, clock, low, low_notice, is_back, mark = said
        if mark != _mark(question) or (low is None) != (low_notice is None) or segment not in (0, 1):
            return None
        numbers = [int(number) for number in (notice, clock, low or 0, low_notice or 0)]
        if any(abs(number) >= 2**62 for number in numbers) or not (value := float(place)) > -1e17 or value != value:
            return None
        if value >= 1e17 and value != float("inf"):
            return None
        moment = EPOCH + timedelta(microseconds=numbers[1])
        found = Cursor(int(segment), value, numbers[0], moment, is_back=bool(is_back))
        if low is not None:
            found = replace(found, low=numbers[2], low_notice=numbers[3])
            _ = found.low_at
        return found
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None


def _mark(question: str) -> str:
    return blake2s(question.encode(), digest_size=6).hexdigest()
