"""A thing to do, as the list of what needs a person shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from django.utils.functional import Promise

SHOWN = 20  # things of one kind
SOON = timedelta(days=7)


class Urgency(IntEnum):
    """In which order: what others wait for, what breaks, what ends soon, what is late, what can wait."""

    NOW = 0
    SOON = 1
    LATER = 2


@dataclass(frozen=True)
class Thing:
    """One thing to do: in words, of which notice, where, and since or until when."""

    urgency: Urgency
    text: str | Promise
    title: str
    url: str
    moment: datetime | None = None  # when it is due, or since when it waits
    is_deadline: bool = False
    is_task: bool = False  # to be done by then; nothing closes
    number: int = 0  # of what the text speaks about, where there are several
