"""Who plans what, and when: one question to the plans that a reader may see, with a count for every choice.

What can be counted is what can be listed: both come from the same rows, read once, and those are the reader's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict

from networks import planning
from networks.models.finding import PlanQuerySet

FILTERS = ("goal", "quarter", "region", "country", "network", "looks", "buyer")
SORTS = ("quarter", "newest", "buyer")
COLUMNS = 8  # quarters that stand in the overview, each in a column of its own
LATER = "later"  # all that come after them
NONE = "0"  # plans without a goal


@dataclass(frozen=True)
class Row:
    """A plan as the counting sees it: every filter with the values that it answers to."""

    pk: int
    starts_on: date
    values: dict[str, frozenset[str]]


@dataclass(frozen=True)
class PlanBrowse:
    """`chosen` holds at most one value a filter, as in {"goal": "3", "quarter": "2027-04-01"}.

    Quarters that have passed are left out, unless one buyer's plans are asked for.
    """

    sort: str = "quarter"
    chosen: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_address(cls, data: QueryDict) -> PlanBrowse:
        chosen = {name: data.get(name, "")[:120] for name in FILTERS}
        sort = data.get("sort", "")
        return cls(sort if sort in SORTS else "quarter", {name: value for name, value in chosen.items() if value})

    def answers(self, row: Row, *, leaving_out: str = "") -> bool:
        return all(value in row.values[name] for name, value in self.chosen.items() if name != leaving_out)


@dataclass(frozen=True)
class Found:
    """What the reader may see of an answer, counted."""

    browse: PlanBrowse
    rows: list[Row]  # all that the reader may see, whatever is chosen
    quarters: list[date]  # the columns of the overview

    @property
    def pks(self) -> list[int]:
        return [row.pk for row in self.rows if self.browse.answers(row)]

    def counts(self, name: str) -> Counter[str]:
        """How many plans each choice of the filter would give, with the other choices as they are."""
        return Counter(value for row in self._rows(name) for value in row.values[name])

    def grid(self) -> dict[str, Counter[str]]:
        """Theme by quarter: {"3": {"2027-01-01": 2, "later": 1}}, with the other choices as they are."""
        found: dict[str, Counter[str]] = {}
        columns = {quarter.isoformat() for quarter in self.quarters}
        for row in self.rows:
            others = {name: value for name, value in self.browse.chosen.items() if name not in ("goal", "quarter")}
            if all(value in row.values[name] for name, value in others.items()):
                quarter = row.starts_on.isoformat()
                for goal in row.values["goal"]:
                    found.setdefault(goal, Counter())[quarter if quarter in columns else LATER] += 1
        return dict(sorted(found.items(), key=lambda one: (one[0] == NONE, int(one[0]))))

    def _rows(self, name: str) -> Iterator[Row]:
        return (row for row in self.rows if self.browse.answers(row, leaving_out=name))


def find(plans: PlanQuerySet, browse: PlanBrowse, *, today: date) -> Found:
    """`plans` are those that the reader may see. One query, however many there are."""
    columns = planning.quarters(today, COLUMNS)
    if "buyer" not in browse.chosen:
        plans = plans.filter(starts_on__gte=columns[0])
    read = plans.order_by().values_list(
        *("pk", "starts_on", "goals", "regions", "wants_partners"),
        *("organisation__country", "organisation__slug", "network__slug"),
    )
    return Found(browse, [_row(columns, *one) for one in read], columns)


def ordered(plans: PlanQuerySet, sort: str) -> PlanQuerySet:
    orders = {
        "quarter": ("starts_on", "organisation__name", "pk"),
        "newest": ("-changed_at", "-pk"),
        "buyer": ("organisation__name", "starts_on", "pk"),
    }
    return plans.order_by(*orders[sort])


def _row(
    columns: list[date],
    pk: int,
    starts_on: date,
    goals: list[int],
    regions: list[str],
    wants_partners: bool,
    country: str,
    buyer: str,
    network: str | None,
) -> Row:
    """A plan for Sweden is found among Sweden's; one for Skåne among Skåne's, and among Sweden's."""
    values = {
        "goal": {str(goal) for goal in goals} or {NONE},
        "quarter": {starts_on.isoformat(), *([LATER] if starts_on > columns[-1] else [])},
        "region": {code[:length] for code in regions for length in range(2, len(code) + 1)},
        "country": {country},
        "network": {network} if network else set(),
        "looks": {"1"} if wants_partners else set(),
        "buyer": {buyer},
    }
    return Row(pk, starts_on, {name: frozenset(found) for name, found in values.items()})
