"""What the public finds: the filters of the list, in the address, with a count for every choice.

`Browse` is the one class of filters, for the list, saved searches, feeds, downloads and the API:

- `Browse.from_address(request.GET)`, and `browse.as_query()` back: the shortest address that asks the same.
- `browse.results(at, after=request.GET.get("after", ""))`: one page with its total, counts and cursors. Few queries, however
  many notices there are and however deep the page lies.
- `browse.rows(at)`, `browse.notices(at)`: querysets, for whoever filters further or reads all of it in batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.postgres.search import SearchRank
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from procurements import finding, meaning
from procurements.finding import FACETS, SHOWN, Results
from procurements.meaning import Question
from procurements.models import KINDS_TO_INFLUENCE, PHASE_OF_KIND, Kind, Notice, NoticeSearch
from procurements.searching import months, size
from taxonomy.codes import cpv_prefix

STATES = {
    "open": _("Open now"),
    "influence": _("Can still be influenced"),
    "closed": _("Closed"),
    "all": _("Everything"),
}
SORTS = {"deadline": _("nearest deadline"), "newest": _("newest first"), "relevance": _("best hit first")}
CHOICES = (*FACETS, "phase")  # a phase is some kinds
PER_PAGE = 25
ZONE = ZoneInfo("Europe/Stockholm")  # a day that somebody asks for is a day here, and in Oslo
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
MOST_EURO = 10**15


class DayField(forms.DateField):
    """A day as browsers and people write it: 2026-03-14. One that lies beyond all notices is the first or the last of days."""

    def __init__(self) -> None:
        super().__init__(required=False, input_formats=["%Y-%m-%d"])

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        return min(max(day, FIRST_DAY), LAST_DAY) if day else None


class BrowseForm(forms.Form):
    """Cleans what stands in the address; what makes no sense is left out rather than answered with an error."""

    state = forms.ChoiceField(required=False, choices=list(STATES.items()))
    sort = forms.ChoiceField(required=False, choices=list(SORTS.items()))
    buyer = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    value_from = forms.IntegerField(required=False, min_value=0, max_value=MOST_EURO)
    value_to = forms.IntegerField(required=False, min_value=0, max_value=MOST_EURO)
    deadline_from = DayField()
    deadline_to = DayField()
    since = DayField()
    until = DayField()


@dataclass(frozen=True)
class Browse:
    """One question to the list. `chosen` holds the facets' choices, as in {"kind": ["need"], "region": ["SE22"], "cpv": ["33196"]}.

    Of "cpv" the digits that mean something, of "network" its key; a choice stands for all that lies below it. `value_from` and `value_to`
    in whole euro at the rates of `procurements.money`: a notice that states no value is left out where a range is asked for, because
    whoever asks wants to know the size (the saved search lets it pass, because it is told of what is new). Days in the address are
    days in Stockholm, the last one included.
    """

    q: str = ""
    state: str = "open"
    sort: str = ""
    buyer: int | None = None
    value_from: int | None = None
    value_to: int | None = None
    deadline_from: date | None = None
    deadline_to: date | None = None
    since: date | None = None
    until: date | None = None
    chosen: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def from_address(cls, data: QueryDict) -> Browse:
        form = BrowseForm(data)
        form.is_valid()
        clean: dict[str, Any] = form.cleaned_data
        chosen = {name: _choices(name, data.getlist(name)) for name in CHOICES}
        return cls(
            q=" ".join(data.get("q", "").replace("\0", " ")[: meaning.MOST_LETTERS * 25].split()),
            state=clean.get("state") or "open",
            sort=clean.get("sort") or "",
            chosen={name: values for name, values in chosen.items() if values},
            **{name: clean.get(name) for name in RANGES},
        )

    def as_query(self, **instead: Any) -> str:
        """The shortest address that asks the same, always written alike: "q=larm&kind=need&region=SE22". `instead`: other values."""
        said: list[tuple[str, str]] = []
        values: dict[str, Any] = {**self.__dict__, **instead}
        if values["q"]:
            said.append(("q", values["q"]))
        if values["state"] != "open":
            said.append(("state", values["state"]))
        if values["sort"] and values["sort"] != self._usual_sort(values["q"], values["state"]):
            said.append(("sort", values["sort"]))
        for name in CHOICES:
            said += [(name, value) for value in sorted(values["chosen"].get(name, []))]
        for name in RANGES:
            if values[name] is not None:
                said.append((name, str(values[name])))
        return urlencode(said)

    @staticmethod
    def _usual_sort(q: str, state: str) -> str:
        return "relevance" if q else "deadline" if state in ("open", "influence") else "newest"

    @property
    def order(self) -> str:
        """What the list is ordered by in truth: only what is open has a nearest deadline, only words have a best hit."""
        usual = self._usual_sort(self.q, self.state)
        if (self.sort == "deadline" and self.state not in ("open", "influence")) or (
            self.sort == "relevance" and not self.q
        ):
            return "newest"
        return self.sort or usual

    @property
    def sorts(self) -> list[str]:
        """The orders that make sense here."""
        return [name for name in SORTS if Browse(q=self.q, state=self.state, sort=name).order == name]

    @property
    def ranges(self) -> dict[str, Any]:
        """What is asked for beside words and choices: {"buyer": 7, "since": date(2026, 1, 1)}."""
        return {name: getattr(self, name) for name in RANGES if getattr(self, name) is not None}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.chosen or self.ranges or self.state != "open")

    @property
    def folded(self) -> int:
        """How many choices stand in the part of the form that is folded on a telephone."""
        return sum(len(values) for values in self.chosen.values()) + len(self.ranges) + (self.state != "open")

    @cached_property
    def question(self) -> Question:
        """The words; one query, for the glossary, the first time."""
        return meaning.read(self.q, languages=self.chosen.get("language", ()))

    def codes(self, at: datetime, *, leaving_out: str = "") -> list[str]:
        """Each filter as a tsquery over the keys: all of them must hold. Ranges by their months and sizes, which is near."""
        found = []
        kinds = set(self.chosen.get("kind", ()))
        if "phase" in self.chosen and leaving_out != "phase":
            found.append(meaning.any_of(f"K:{kind}" for kind in kinds_of(self.chosen["phase"])))
        for name, letter in FACETS.items():
            values = kinds if name == "kind" else self.chosen.get(name, ())
            if values and name != leaving_out:
                found.append(meaning.any_of(f"{letter}:{value}" for value in sorted(values)))
        if self.state == "influence":
            found.append(meaning.any_of(f"K:{kind}" for kind in KINDS_TO_INFLUENCE))
        if self.buyer:
            found.append(meaning.literal(f"B:{self.buyer}"))
        if self.value_from is not None or self.value_to is not None:
            sizes = range(
                size(self.value_from or 0), size(self.value_to if self.value_to is not None else MOST_EURO) + 1
            )
            found.append(meaning.any_of(f"V:{number}" for number in sizes) if sizes else NEVER)
        for letter, (first, last) in {"M": self.published, "T": self.deadline}.items():
            if first or last:
                found.append(
                    meaning.any_of(_months_between(letter, first or _midnight(FIRST_DAY), last or _midnight(LAST_DAY)))
                )
        return found

    @property
    def published(self) -> tuple[datetime | None, datetime | None]:
        return _midnight(self.since), _midnight(self.until, days=1)

    @property
    def deadline(self) -> tuple[datetime | None, datetime | None]:
        return _midnight(self.deadline_from), _midnight(self.deadline_to, days=1)

    def rows(self, at: datetime) -> QuerySet[NoticeSearch]:
        """The search rows that answer, in no order."""
        return NoticeSearch.objects.filter(*self._conditions(at))

    def notices(self, at: datetime) -> QuerySet[Notice]:
        """The notices in the order that was asked for, with all that a row shows; every hit is ranked where the best come first."""
        notices = Notice.objects.filter(*self._conditions(at, "search__")).select_related(*SHOWN)
        if self.order == "relevance" and not self.question.is_empty:
            sql, parameters = self.question.sql(positive=True)
            rank = SearchRank(F("search__document"), RawSQL(sql, tuple(parameters)))  # type: ignore[arg-type]  # noqa: S611
            return notices.order_by(rank.desc(), "-search__published_at", "-pk")
        if self.order == "deadline":
            return notices.order_by(F("search__deadline_at").asc(nulls_last=True), "-pk")
        return notices.order_by("-search__published_at", "-pk")

    def _conditions(self, at: datetime, row: str = "") -> Iterator[Any]:
        scope = self._state(at, row)
        if scope:
            yield scope
        for codes in self.codes(at):
            yield meaning.stands_in(F(f"{row}document"), "%s::tsquery", [codes])
        if not self.question.is_empty:
            yield meaning.stands_in(F(f"{row}document"), *self.question.sql())
        elif self.q:
            yield Q(pk__in=[])
        published, deadline = self.published, self.deadline
        bounds = {
            "value_euro__gte": self.value_from, "value_euro__lte": self.value_to, "deadline_at__gte": deadline[0],
            "deadline_at__lt": deadline[1], "published_at__gte": published[0], "published_at__lt": published[1],
        }  # fmt: skip
        for name, value in bounds.items():
            if value is not None:
                yield Q(**{f"{row}{name}": value})

    def _state(self, at: datetime, row: str = "") -> Q:
        if self.state == "all":
            return Q(**{f"{row}notice__isnull": False}) if row else Q()
        is_over = Q(**{f"{row}deadline_at__lte": at})
        if self.state == "closed":
            shut = Q(**{f"{row}is_open": False}) | Q(**{f"{row}closed_at__isnull": False}) | is_over
            return shut & Q(**{f"{row}is_head": True})
        running = Q(**{f"{row}deadline_at": None}) | Q(**{f"{row}deadline_at__gt": at})
        return running & Q(**{f"{row}is_open": True, f"{row}is_head": True, f"{row}closed_at": None})

    def results(self, at: datetime, *, after: str = "", size: int = PER_PAGE, counts: bool = True) -> Results:
        """One page, with everything that stands around it. `after`: a cursor of an earlier page; anything else is the first page.

        `counts`: false for who shows none, as a feed; the total is there.
        """
        return finding.page(self, at, after=after, size=size, counts=counts)

    def counts(self, at: datetime) -> dict[str, dict[str, int]]:
        """For each facet, how many hits every choice would give with the other facets as they are."""
        return finding.counts(self, at)


RANGES = ("buyer", "value_from", "value_to", "deadline_from", "deadline_to", "since", "until")
NEVER = meaning.literal("Z:never")


def kinds_of(phases: Sequence[str]) -> list[str]:
    """The kinds of notice in these phases; a phase without notices of its own has one that is never there."""
    return sorted(str(kind) for kind, phase in PHASE_OF_KIND.items() if phase in phases) or ["none"]


def _choices(name: str, values: Sequence[str]) -> list[str]:
    """Up to twenty, each once, as the keys have them; what no key can be is left out, unless it is all there is."""
    found = []
    for value in values[:20]:
        value = value.strip()
        if not value or len(value) > 30 or not value.isprintable():
            continue
        if name == "cpv":
            if not (value.isascii() and value.isdigit() and 2 <= len(value) <= 8):
                continue
            value = cpv_prefix(value)
        found.append(value)
    return list(dict.fromkeys(found))


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=days), time(), tzinfo=ZONE) if day else None


def _months_between(letter: str, first: datetime | None, last: datetime | None) -> list[str]:
    """Keys of whole decades, and of the years and months around them, from the month of the first moment to that of the last."""
    assert first
    assert last
    begin, end = first.astimezone(UTC), last.astimezone(UTC)
    found, year, month = [], begin.year, begin.month
    while (year, month) <= (end.year, end.month):
        if month == 1 and year % 10 == 0 and (year + 9, 12) <= (end.year, end.month):
            found.append(f"{letter}:{year // 10:03}")
            year += 10
            continue
        if month == 1 and (year, 12) <= (end.year, end.month):
            found.append(f"{letter}:{year:04}")
            year += 1
            continue
        found.append(months(letter, datetime(year, month, 1, tzinfo=UTC))[-1])
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found or [f"{letter}:never"]


def open_counts(at: datetime) -> dict[str, int]:
    """How many open notices each kind has, for the front page's chain."""
    counts = Browse().counts(at)["kind"]
    return {kind: counts.get(kind, 0) for kind in Kind.values}
