"""What the public finds: the filters of the list, in the address, with a count for every choice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib.postgres.search import SearchRank
from django.db import connections
from django.db.models import F, Func, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from procurements import searching
from procurements.models import KINDS_THAT_ASK, KINDS_TO_INFLUENCE, Kind, Notice, NoticeSearch

STATES = {
    "open": _("Open now"),
    "influence": _("Can still be influenced"),
    "closed": _("Closed"),
    "all": _("Everything"),
}
SORTS = {"deadline": _("nearest deadline"), "newest": _("newest first"), "relevance": _("best hit first")}
FACETS = {
    "kind": "K",
    "region": "N",
    "goal": "G",
    "procedure": "D",
    "innovation": "I",
    "country": "C",
    "joint": "J",
    "circular": "E",
}


class BrowseForm(forms.Form):
    """Cleans what stands in the address; what makes no sense is left out rather than answered with an error."""

    q = forms.CharField(required=False, max_length=200, strip=True)
    state = forms.ChoiceField(required=False, choices=list(STATES.items()))
    sort = forms.ChoiceField(required=False, choices=list(SORTS.items()))
    cpv = forms.RegexField(required=False, regex=r"^\d{2,8}$")
    buyer = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    since = forms.DateField(required=False)


@dataclass(frozen=True)
class Browse:
    """One question to the list. `chosen` holds the facets' choices, as in {"kind": ["need"], "region": ["SE22"]}."""

    q: str = ""
    state: str = "open"
    sort: str = "deadline"
    cpv: str = ""
    buyer: int | None = None
    since: date | None = None
    chosen: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def from_address(cls, data: QueryDict) -> Browse:
        form = BrowseForm(data)
        form.is_valid()
        clean: dict[str, Any] = form.cleaned_data
        q = clean.get("q") or ""
        chosen = {
            name: [value for value in data.getlist(name)[:20] if value and len(value) <= 30 and value.isprintable()]
            for name in FACETS
        }
        return cls(
            q=q,
            state=clean.get("state") or "open",
            sort=clean.get("sort") or ("relevance" if q else "deadline"),
            cpv=(clean.get("cpv") or "").rstrip("0") if len(clean.get("cpv") or "") == 8 else clean.get("cpv") or "",
            buyer=clean.get("buyer"),
            since=clean.get("since"),
            chosen={name: values for name, values in chosen.items() if values},
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.chosen or self.cpv or self.buyer or self.since or self.state != "open")

    @property
    def folded(self) -> int:
        """How many choices stand in the part of the form that is folded on a telephone."""
        return sum(len(values) for values in self.chosen.values()) + (self.state != "open")

    def rows(self, at: datetime, *, leaving_out: str = "") -> QuerySet[NoticeSearch]:
        """The search rows that answer, without the choices of one facet when its own counts are wanted."""
        rows = NoticeSearch.objects.filter(self._state(at))
        for name, values in self.chosen.items():
            if name != leaving_out:
                rows = rows.filter(keys__overlap=[f"{FACETS[name]}:{value}" for value in values])
        if self.cpv:
            rows = rows.filter(keys__contains=[f"P:{self.cpv}"])
        if self.buyer:
            rows = rows.filter(keys__contains=[f"B:{self.buyer}"])
        if self.since:
            rows = rows.filter(published_at__date__gte=self.since)
        if self.q:
            rows = rows.filter(document=searching.query(self.q))
        return rows

    def _state(self, at: datetime) -> Q:
        asks = Q(kind__in=KINDS_THAT_ASK, closed_at=None, is_head=True) & (Q(deadline_at=None) | Q(deadline_at__gt=at))
        if self.state == "open":
            return asks
        if self.state == "influence":
            return asks & Q(kind__in=KINDS_TO_INFLUENCE)
        if self.state == "closed":
            return ~asks & Q(is_head=True)
        return Q()

    def notices(self, at: datetime) -> QuerySet[Notice]:
        """The notices in the order that was asked for, with all that a row shows."""
        rows = self.rows(at)
        notices = Notice.objects.filter(search__in=rows).select_related(
            "current_version", "search", "procurement__organisation", "procurement__buyer_group"
        )
        if self.sort == "relevance" and self.q:
            rank = SearchRank(F("search__document"), searching.query(self.q))
            return notices.order_by(rank.desc(), "-search__published_at", "-pk")
        if self.sort == "newest":
            return notices.order_by("-search__published_at", "-pk")
        # What can be answered comes first, nearest deadline first; what has no deadline or has closed follows.
        over = Q(search__deadline_at__lte=at) | Q(search__closed_at__isnull=False)
        return notices.annotate(is_over=over).order_by(
            "is_over", F("search__deadline_at").asc(nulls_last=True), "-search__published_at", "-pk"
        )

    def counts(self, at: datetime) -> dict[str, dict[str, int]]:
        """For each facet, how many hits every choice would give with the other choices as they are.

        One query for all facets without a choice, and one for each facet with one: never more than there are facets.
        """
        found: dict[str, dict[str, int]] = {name: {} for name in FACETS}
        letters = {letter: name for name, letter in FACETS.items()}
        for key, number in _count_keys(self.rows(at)):
            letter, _colon, value = key.partition(":")
            if letter in letters and letters[letter] not in self.chosen:
                found[letters[letter]][value] = number
        for name in self.chosen:
            for key, number in _count_keys(self.rows(at, leaving_out=name)):
                letter, _colon, value = key.partition(":")
                if letters.get(letter) == name:
                    found[name][value] = number
        return found


def _count_keys(rows: QuerySet[NoticeSearch]) -> list[tuple[str, int]]:
    exploded = rows.order_by().annotate(key=Func(F("keys"), function="unnest")).values("key")
    sql, parameters = exploded.query.sql_with_params()
    with connections[rows.db].cursor() as cursor:  # the database that answers this request
        cursor.execute(f"SELECT key, count(*) FROM ({sql}) exploded GROUP BY key", parameters)  # noqa: S608  our own query
        return [(str(key), int(number)) for key, number in cursor.fetchall()]


def open_counts(at: datetime) -> dict[str, int]:
    """How many open notices each kind has, for the front page's chain."""
    counts = Browse().counts(at)["kind"]
    return {kind: counts.get(kind, 0) for kind in Kind.values}
