"""A page of a question to the list, with where to go on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from interchange.api import cursors
from interchange.api.problems import Problem
from procurements import meaning
from procurements.browsing import Browse
from procurements.models import Notice


@dataclass(frozen=True)
class Page:
    notices: list[Notice]
    next: str | None
    total: int
    is_exact: bool


def page(browse: Browse, *, at: datetime, cursor: str, size: int) -> Page:
    """Raises a Problem for a cursor that is broken or of another question, where the page of the list would begin anew, and for
    a search that was stopped because it took too long."""
    kind = f"notices {hashlib.sha256(browse.as_query().encode()).hexdigest()}"
    [after] = cursors.read(kind, cursor, of=(str,)) if cursor else [""]
    found = browse.results(at, after=after, size=size, counts=False)
    if found.is_late:  # an empty page without `next` would be the end to whoever reads all of it
        raise Problem("unavailable", str(meaning.late_sentence()), headers={"Retry-After": "60"})
    going_on = cursors.write(kind, found.next) if found.next else None
    return Page(found.notices, going_on, found.total, found.is_exact)
