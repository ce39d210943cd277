"""One page of what a `Browse` asks for, with its total and the counts of every facet: by the functions of migrations 0009 and 0011.

Up to `COUNTED` hits are counted one by one. Of more, an even sample is (`searching.shares`), and a list without any filter is
answered from `KeyCount`, which a task refreshes. A page is read by the keys that the list is ordered by, so that it costs the same
at any depth; of the hits for words the newest 500 are ranked, and the others follow, newest first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, connections, router, transaction
from psycopg.errors import QueryCanceled

from procurements import cursors, meaning, spelling
from procurements.meaning import Meant
from procurements.models import PHASE_OF_KIND, Notice, NoticeSearch

if TYPE_CHECKING:
    from procurements.browsing import Browse

# The letter of each facet's keys (searching.keys). Several choices in one widen it; facets narrow each other.
FACETS = {
    "kind": "K",
    "cpv": "P",
    "region": "N",
    "goal": "G",
    "procedure": "D",
    "innovation": "I",
    "country": "C",
    "joint": "J",
    "circular": "E",
    "language": "L",
    "network": "W",
}
GROUPS = {"P": "subjects", "N": "places", "G": "aims"}  # columns of the search row; all other letters are in `facts`
SCOPES = {"open": "open", "influence": "open", "closed": "closed", "all": "all"}
COUNTED = 40_000  # hits; of more a sample is
COUNTED_BESIDE = 3_000  # the same for what a facet's choices would give without its own choice
READ = 6_000  # rows of a sample, about and at most; the totals lie within some per cent
FROM_MEMORY = 2_000  # hits of a list without filters, above which it is answered by what was counted before
FEW = 3  # hits: with fewer, another spelling is looked for
MOST_MILLISECONDS = 3_000  # of one statement; a page takes some of these
SHOWN = ("current_version", "search", "procurement__organisation", "procurement__buyer_group")
# Of the rows of a page: the index itself, and the working text, which is the team's.
UNREAD = (
    "search__document", "search__keys", "problem", "affected", "cost_today", "desired_effect", "tried", "description", "summary",
    "cpv", "regions", "goals", "goal_targets", "strategic", "innovation", "environment", "participation", "exit_rule", "documents_url",
    "submission_url", "contact_name", "contact_email", "questions_until", "procedure", "nature", "value", "currency", "price_cap",
)  # fmt: skip
Counts = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Results:
    """One page of a list.

    `notices`: with their current version, search row, procurement, organisation and group: no query each.
    `next`, `previous`: what `?after=` says for the page after and before; "" where there is none.
    `total`: how many hits there are. Where `is_exact` is false it is near (some per cent: a sample was counted, or all were counted
    some minutes ago), and so are the counts: a page says "more than 10,000" (`floor`).
    `counts`: {facet: {choice: hits}}: what each choice would give with the other facets as they are, and the same of "phase". Choices
    without hits are left out. "region" has regions of all levels, "cpv" divisions ("33").
    `near`: the facets whose other choices are near where the total is exact: a choice narrows the page and not its own facet, which
    then has more hits.
    `meant`: what was also searched for, what may have been meant, what was left out, why there is nothing.
    `is_late`: the search was stopped, so that nothing here says that there is nothing.
    """

    notices: list[Notice]
    next: str = ""
    previous: str = ""
    total: int = 0
    is_exact: bool = True
    counts: Counts = field(default_factory=dict)
    near: frozenset[str] = frozenset()
    meant: Meant = field(default_factory=Meant)
    is_late: bool = False

    @property
    def floor(self) -> int:
        """A round number below the total, for "more than": 46,000 gives 40,000."""
        step = 10 ** max(0, len(str(self.total)) - 1)
        return max(step, int(self.total * 0.95) // step * step) if self.total else 0


@dataclass
class Found:
    """What the database says: ids with segment and place, in their order; counts by key; where the ranked hits end.

    `beside`: of each facet with a choice the counts without that choice, and of how many notices one was counted. `has_words`:
    some word is asked for. `is_small`: a language knows them all as words that stand in nearly every text.
    """

    rows: list[tuple[int, int, float]] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    total: int = 0
    is_exact: bool = True
    low: tuple[int, int] | None = None
    beside: dict[str, tuple[dict[str, int], bool]] = field(default_factory=dict)
    has_words: bool = False
    is_small: bool = False


def page(browse: Browse, at: datetime, *, after: str, size: int, counts: bool = True) -> Results:
    """See `Browse.results`."""
    question, said = browse.question, browse.as_query()
    sentences = [meaning.cut_sentence()] if question.is_cut else []
    if browse.q and question.is_empty:
        return Results([], meant=Meant(sentences=[*sentences, meaning.no_words_sentence()]))
    cursor = cursors.read(after, said) if after else None
    asking = _Asking(browse, at)
    try:
        found = asking.ask(cursor, size + 1, counts=counts)
        if question.wanted and not found.has_words:
            return Results([], meant=Meant(sentences=[*sentences, meaning.small_words_sentence()]))
        instead = ""
        if found.total < FEW and cursor is None:
            with bounded(asking.using):
                instead = spelling.instead(browse, at, found.total)
    except OperationalError as why:
        if not isinstance(why.__cause__, QueryCanceled):
            raise
        late = Meant(question.also, sentences=[*sentences, meaning.late_sentence()])
        return Results([], is_exact=False, meant=late, is_late=True)
    if found.is_small and not found.total:
        sentences.append(meaning.small_words_sentence())
    following, previous = _cursors(found, cursor, at, size, said)
    return Results(
        notices=_notices([pk for pk, _segment, _place in found.rows]),
        next=following,
        previous=previous,
        total=found.total,
        is_exact=found.is_exact,
        counts=_counts(found, browse) if counts else {},
        near=frozenset(name for name, (_keys, is_exact) in found.beside.items() if not is_exact),
        meant=Meant(question.also, instead, sentences),
    )


def counts(browse: Browse, at: datetime) -> Counts:
    """See `Browse.counts`. Nothing is counted where that would take too long."""
    if browse.q and browse.question.is_empty:
        return by_facet({})
    asking = _Asking(browse, at)
    try:
        return _counts(asking.ask(None, 0), browse)
    except OperationalError as why:
        if not isinstance(why.__cause__, QueryCanceled):
            raise
        return by_facet({})


@contextmanager
def bounded(using: str) -> Iterator[None]:
    """No statement inside takes longer than `MOST_MILLISECONDS`: PostgreSQL cancels it, and OperationalError is raised."""
    is_inside = connections[using].in_atomic_block
    set_it = "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)"
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(set_it, [str(MOST_MILLISECONDS)])
        before = cursor.fetchone()[0]
        yield
        if is_inside:  # else it ends with the transaction
            cursor.execute(set_it, [before])


def bounded_rows(using: str, statement: str, parameters: list[Any]) -> list[Any]:
    """What one statement finds, in that time. Outside a transaction the limit goes with it in one message, which is one of its own:
    what is said about a transaction costs as much as a small question."""
    connection, rows = connections[using], list[Any]()
    if connection.in_atomic_block:
        with bounded(using), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            rows += cursor.fetchall()
    else:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {MOST_MILLISECONDS}; {statement}", parameters)
            cursor.nextset()
            rows += cursor.fetchall()
    return rows


class _Asking:
    """One question on its way through the database's functions."""

    def __init__(self, browse: Browse, at: datetime) -> None:
        self.browse, self.at = browse, at
        self.using = router.db_for_read(NoticeSearch)
        self.parts: list[str] = []
        self.parameters: list[Any] = []

    def ask(self, cursor: cursors.Cursor | None, size: int, *, counts: bool = True) -> Found:
        """By one statement; a list without filters by what was counted before."""
        known = self._from_memory() if self._is_bare() else {}
        if known:
            self._add("", "walk", [self.browse.order, *_place(cursor), size])
            rows = [row[1:] for row in self._rows()]
            return Found(_in_order(rows, cursor), known, known.pop("total"), is_exact=False)
        self._search(cursor, size, counts)
        beside = {}
        for name in self.browse.chosen if counts else ():
            if self._is_bare(leaving_out=name) and (known := self._from_memory()):
                beside[name] = (known, False)
            else:
                group = GROUPS.get(FACETS.get(name, "K"), "facts")
                self._add(
                    name, "count", [self._required(name), COUNTED_BESIDE, COUNTED_BESIDE, group], leaving_out=name
                )
        rows_of: dict[str, list[Row]] = {}
        for of, *row in self._rows():
            rows_of.setdefault(of, []).append(tuple(row))
        keys, total, times, low = _counted(rows_of.get("", []))
        said = next((row for row in rows_of.get("", []) if row[0] == "q"), None)
        for name in self.browse.chosen if counts else ():
            if name not in beside:
                counted, _total, each, _low = _counted(rows_of.get(name, []))
                beside[name] = (counted, each == 1)
        return Found(
            _in_order(rows_of.get("", []), cursor), keys, total, times == 1, low, beside,
            has_words=bool(said and said[2]), is_small=bool(said and said[3]),
        )  # fmt: skip

    def _search(self, cursor: cursors.Cursor | None, size: int, counts: bool) -> None:
        question, order = self.browse.question, self.browse.order
        is_back, place, notice = _place(cursor)
        if not question.wanted and order == "relevance":
            order = "newest"
        self._add(
            "",
            "search",
            [
                self._required(), COUNTED, READ, counts, order, is_back, cursor.segment if cursor else None, place, notice,
                cursor.clock if cursor else self.at, cursor.low_at if cursor else None, cursor.low_notice if cursor else None, size,
            ],
        )  # fmt: skip

    def _add(self, of: str, function: str, further: list[Any], leaving_out: str = "") -> None:
        """One more call in the statement; its rows begin with `of`."""
        browse, question = self.browse, self.browse.question
        codes = " & ".join(browse.codes(self.at, leaving_out=leaving_out))
        query, told = "%s::tsquery", [codes or (None if function == "walk" else meaning.EVERYTHING)]
        if not question.is_empty:
            query, told = ("words.asked && %s::tsquery", [codes]) if codes else ("words.asked", [])
        types = ["%s::text", query, *(f"%s::{each}" for each in ASKED)]
        if function == "search":
            types.append("words.rank" if question.wanted else "NULL::tsquery")
        types += [f"%s::{each}" for each in FURTHER[function]]
        source = "" if question.is_empty else "words, "
        only = " WHERE numnode(words.rank) > 0" if question.wanted else ""
        self.parts.append(f"SELECT %s, f.* FROM {source}procurements_{function}({', '.join(types)}) f{only}")  # noqa: S608  names of our own
        asked = [self.at, browse.value_from, browse.value_to, *browse.deadline, *browse.published]
        self.parameters += [of, SCOPES[browse.state], *told, *asked, *further]

    def _rows(self) -> list[Any]:
        statement, parameters = " UNION ALL ".join(self.parts), self.parameters
        question = self.browse.question
        if not question.is_empty:
            asked, given = question.sql(once=True)
            rank, more = question.sql(positive=True, once=True)
            statement = (
                f"WITH words AS MATERIALIZED (SELECT {asked} AS asked, {rank} AS rank)"  # noqa: S608
                " SELECT '', 'q'::\"char\", NULL, numnode(rank)::bigint, (EXISTS (SELECT FROM unnest(%s::text[]) dictionary"
                " WHERE numnode(plainto_tsquery(dictionary::regconfig, %s)) = 0))::int, NULL FROM words"
                f" UNION ALL {statement}"
            )
            parameters = [*given, *more, list(question.dictionaries), " ".join(question.words), *parameters]
        return bounded_rows(self.using, statement, parameters)

    def _is_bare(self, leaving_out: str = "") -> bool:
        """Nothing but the state is asked for."""
        return not self.browse.q and not self.browse.ranges and not set(self.browse.chosen) - {leaving_out}

    def _from_memory(self) -> dict[str, int]:
        """What was counted before of a list without filters, if it is long; {} if it is better counted now."""
        state = self.browse.state
        with connections[self.using].cursor() as cursor:
            cursor.execute("SELECT jsonb_object_agg(key, notices) FROM procurements_keycount WHERE scope = %s", [state])
            known: dict[str, int] = json.loads(cursor.fetchone()[0] or "{}")
        return known if known.get("total", 0) > FROM_MEMORY else {}

    def _required(self, leaving_out: str = "") -> list[str]:
        """Keys that every hit has and that may have been counted before: there are no more hits than the rarest of them has."""
        found = ["total"]
        for name, values in self.browse.chosen.items():
            if len(values) == 1 and name in FACETS and name != leaving_out:
                found.append(f"{FACETS[name]}:{values[0][:2] if name == 'cpv' else values[0]}")
        return found


Row = tuple[str, str | None, int, int, float]
MOMENT = "timestamptz"
ASKED = [MOMENT, "bigint", "bigint", MOMENT, MOMENT, MOMENT, MOMENT]
FURTHER = {
    "walk": ["text", "boolean", "float8", "bigint", "int"],
    "count": ["text[]", "bigint", "int", "text"],
    "search": [
        "text[]", "bigint", "int", "boolean", "text", "boolean", "int", "float8", "bigint", MOMENT, MOMENT, "bigint", "int",
    ],
}  # fmt: skip


def by_facet(keys: dict[str, int]) -> Counts:
    """{"K:need": 3} as {"kind": {"need": 3}, "phase": {"need": 3}}; every facet is there."""
    letters = {letter: name for name, letter in FACETS.items()}
    found: Counts = {name: {} for name in (*FACETS, "phase")}
    for key, number in keys.items():
        if number and (name := letters.get(key[:1])) and key[1:2] == ":":
            found[name][key[2:]] = number
    for kind, number in found["kind"].items():
        if phase := PHASE_OF_KIND.get(kind):
            found["phase"][str(phase.value)] = found["phase"].get(str(phase.value), 0) + number
    return found


def _counted(found: list[Row]) -> tuple[dict[str, int], int, int, tuple[int, int] | None]:
    keys: dict[str, int] = {}
    total, times, low = 0, 1, None
    for what, key, number, factor, place in found:
        if what == "t":
            total, times = number, factor
        elif what == "c":
            for each in (key or "").split():
                keys[each] = keys.get(each, 0) + number
        elif what == "w" and number is not None:
            low = (round(place), number)
    return keys, total, times, low


def _counts(found: Found, browse: Browse) -> Counts:
    """Of a facet with a choice the counts without it; those of its choices stand in the page's own, too, and maybe more exactly."""
    shown = by_facet(found.keys)
    own = by_facet(found.keys) if found.is_exact else {}
    for name, (keys, _is_exact) in found.beside.items():
        shown[name] = by_facet(keys)[name]
        if own:
            shown[name] |= {value: number for value, number in own[name].items() if value in browse.chosen[name]}
    return shown


def _in_order(found: list[Row], cursor: cursors.Cursor | None) -> list[tuple[int, int, float]]:
    """In their order, from whichever end they were read."""
    rows = [(number, segment, place) for what, _key, number, segment, place in found if what == "i"]
    return sorted(rows, key=lambda row: (row[1], row[2], -row[0]), reverse=bool(cursor and cursor.is_back))


def _place(cursor: cursors.Cursor | None) -> list[Any]:
    return [cursor.is_back, cursor.place, cursor.notice] if cursor else [False, None, None]


def _cursors(found: Found, cursor: cursors.Cursor | None, at: datetime, size: int, said: str) -> tuple[str, str]:
    """Of the next page and the one before; puts the rows of the page in their order, without the one that was read too many."""
    has_more = len(found.rows) > size
    del found.rows[size:]
    is_back = bool(cursor and cursor.is_back)
    if is_back:
        found.rows.reverse()
    if not found.rows:
        return "", ""
    clock = cursor.clock if cursor else at
    low = (cursor.low, cursor.low_notice) if cursor else found.low or (None, None)

    def mark(row: tuple[int, int, float]) -> cursors.Cursor:
        return cursors.Cursor(row[1], row[2], row[0], clock, *low)

    following = mark(found.rows[-1]).written(said) if has_more or is_back else ""
    previous = mark(found.rows[0]).back().written(said) if (has_more if is_back else cursor) else ""
    return following, previous


def _notices(ids: list[int]) -> list[Notice]:
    known = Notice.objects.select_related(*SHOWN).defer(*UNREAD).in_bulk(ids) if ids else {}
    return [known[pk] for pk in ids if pk in known]
