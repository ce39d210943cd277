"""For a search without hits: what each of its filters costs, so that one link helps further."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import OperationalError, router
from django.utils.translation import gettext as _

from procurements import finding
from procurements.browsing import Browse
from procurements.filters_shown import GROUP_OF, Chip
from procurements.models import NoticeSearch

MOST_WAYS = 8  # queries
MOST_SECONDS = 1.5  # after which no further one is asked
COUNTED = 1_000


@dataclass(frozen=True)
class Way:
    """A wider search. `hits` of more than `COUNTED` are that many."""

    label: str
    query: str
    hits: int
    is_more: bool


def ways(browse: Browse, chips: Sequence[Chip], at: datetime) -> list[Way]:
    """The searches with one filter less that find something, the one nearest to what was asked first. At most `MOST_WAYS` queries."""
    found, began = [], time.monotonic()
    for label, wider in list(_wider(browse, chips))[:MOST_WAYS]:
        if time.monotonic() - began > MOST_SECONDS:
            break
        if hits := _count(wider, at):
            found.append(Way(label, wider.as_query(), min(hits, COUNTED), hits > COUNTED))
    return sorted(found, key=lambda way: way.hits)


def _wider(browse: Browse, chips: Sequence[Chip]) -> Iterator[tuple[str, Browse]]:
    words = browse.question.words
    if len(words) > 1 and len(browse.question.wanted) == 1:
        yield _("With any of the words, instead of all of them"), replace(browse, q=" OR ".join(words))
    if browse.state != "all":
        yield _("With what has closed as well"), replace(browse, state="all")
    for group in dict.fromkeys(chip.of for chip in chips if chip.of != "state"):
        said = ", ".join(chip.label for chip in chips if chip.of == group)
        yield _("Without %(filter)s") % {"filter": said}, _without(browse, group)


def _without(browse: Browse, group: str) -> Browse:
    if group == "q":
        return replace(browse, q="")
    if group in browse.chosen:
        return replace(browse, chosen={name: values for name, values in browse.chosen.items() if name != group})
    nothing: dict[str, Any] = dict.fromkeys([name for name, of in GROUP_OF.items() if of == group] or [group])
    return replace(browse, **nothing)


def _count(browse: Browse, at: datetime) -> int:
    try:
        with finding.bounded(router.db_for_read(NoticeSearch)):
            return browse.rows(at)[: COUNTED + 1].count()
    except OperationalError:  # took too long: the way is not offered
        return 0
