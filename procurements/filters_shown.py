"""The filters of the list as a page shows them: choices with their counts, what is chosen with a link that takes it away,
and what in the address made no sense, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from procurements import choosing, cursors
from procurements.browsing import CHOICES, STATES, Browse
from procurements.models import Kind, Phase
from procurements.rows_shown import LEVELS
from taxonomy import labels
from taxonomy.codes import cpv_prefix
from taxonomy.forms import TYPED_CPV, Branch, CpvWidget, RegionField, Typed, region_tree
from taxonomy.models import Region
from ui.moments import number, say_day

NAMES: dict[str, str | Promise] = {
    "kind": gettext_lazy("Kind"),
    "phase": gettext_lazy("Phase"),
    "region": gettext_lazy("Place"),
    "cpv": gettext_lazy("Subject"),
    "innovation": gettext_lazy("Innovation"),
    "goal": gettext_lazy("Agenda 2030 goal"),
    "circular": gettext_lazy("Circular economy"),
    "joint": gettext_lazy("Together"),
    "procedure": gettext_lazy("Procedure"),
    "network": gettext_lazy("Buyer network"),
    "country": gettext_lazy("Country of the buyer"),
    "language": gettext_lazy("Language"),
    "state": gettext_lazy("Show"),
    "sort": gettext_lazy("Order"),
    "buyer": gettext_lazy("Buyer"),
    "value_from": gettext_lazy("Value from, in euro"),
    "value_to": gettext_lazy("Value up to, in euro"),
    "deadline_from": gettext_lazy("Deadline from"),
    "deadline_to": gettext_lazy("Deadline until"),
    "since": gettext_lazy("Published from"),
    "until": gettext_lazy("Published until"),
}
LISTED = ("kind", "cpv", "innovation", "goal", "circular", "joint", "procedure", "network", "country", "language")
INNOVATION = {
    "A": gettext_lazy("Declared by the buyer"),
    "B": gettext_lazy("Strong signs of innovation"),
    "C": gettext_lazy("Some signs of innovation"),
}
NUTS_OF = {"GR": "EL", "GB": "UK"}  # countries whose regions begin with other letters
COUNTRIES = ("SE", "NO")  # whose regions stand in the form; others are written
MOST = 20  # choices of a list; those that are chosen stand there always
LONGEST = 60  # characters of what somebody wrote, in a sentence about it


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    choices: list[Choice]

    @property
    def is_chosen(self) -> bool:
        return any(choice.is_chosen for choice in self.choices)


@dataclass(frozen=True)
class Place:
    """A region with those below it, and their counts."""

    choice: Choice
    below: list[Place]

    @property
    def holds_chosen(self) -> bool:
        return any(each.choice.is_chosen or each.holds_chosen for each in self.below)


@dataclass(frozen=True)
class Chip:
    """One thing that is asked for, and the address without it. `of`: the filter, or "value", "deadline", "published"."""

    of: str
    label: str
    query: str


@dataclass
class Written:
    """What was written into the boxes of the form beside ticks: what could be told is part of `data`, the rest stands here."""

    data: QueryDict
    boxes: dict[str, str] = field(default_factory=dict)
    buyers: dict[int, str] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)


def read(given: QueryDict) -> Written:
    """Names of places, subjects and buyers, as the codes that they mean; who has no JavaScript ticks among the others."""
    data = given.copy()
    found = Written(data)
    for name in ("cpv", "region", "buyer"):
        found.boxes[name] = str(data.pop(f"{name}-words", [""])[-1]).replace("\0", "").strip()[: choosing.MAX_WORDS]
    for code in TYPED_CPV.findall(found.boxes["cpv"]):
        data.appendlist("cpv", code)
    if found.boxes["region"]:
        try:
            for code in RegionField(required=False).clean(Typed([], found.boxes["region"])):
                data.appendlist("region", code)
            found.boxes["region"] = ""
        except ValidationError as why:
            found.sentences += why.messages
    if words := found.boxes["buyer"]:
        found.buyers = choosing.buyers(words)
        same = [id for id, name in found.buyers.items() if name.lower() == words.lower()]
        if len(same) == 1 or len(found.buyers) == 1:
            data["buyer"] = str((same or list(found.buyers))[0])
            found.boxes["buyer"], found.buyers = "", {}
        elif found.buyers:
            found.sentences.append(
                _("Several buyers have “%(words)s” in their names. Choose one among them under Buyer.")
                % {"words": words}
            )
        else:
            found.sentences.append(
                _("No buyer has “%(words)s” in its name. Write another part of it.") % {"words": words}
            )
    return found


class Shown:
    """The filters of one page. Each list of codes is looked up once, for choices and chips together."""

    def __init__(self, browse: Browse, counts: Mapping[str, Mapping[str, int]], written: Written) -> None:
        self.browse, self.counts, self.written = browse, counts, written
        self.language = (get_language() or "sv")[:2]
        self.labels = {name: self._labels(name, self._values(name)) for name in (*LISTED, "phase")}
        chosen = browse.chosen.get("region", [])
        self.tree = region_tree(COUNTRIES, chosen)
        known = {branch.code: branch.label for branch in _branches(self.tree)}
        self.labels["region"] = known | _known(
            labels.region_labels([code for code in chosen if code not in known], self.language)
        )
        self.buyer = choosing.buyer_names([browse.buyer]).get(browse.buyer, "") if browse.buyer else ""

    def _values(self, name: str) -> list[str]:
        """The commonest, and those that are chosen."""
        numbers, chosen = self.counts.get(name, {}), self.browse.chosen.get(name, [])
        if name == "cpv":
            numbers = {value: count for value, count in numbers.items() if len(value) == 2}
        common = sorted(numbers, key=lambda value: (-numbers[value], value))[:MOST]
        return list(dict.fromkeys([*common, *chosen]))

    def _labels(self, name: str, values: list[str]) -> dict[str, str]:
        """Only what the lists know."""
        match name:
            case "kind":
                return {kind.value: str(kind.label) for kind in Kind}
            case "phase":
                return {phase.value: str(phase.label) for phase in Phase}
            case "innovation":
                return {level: str(label) for level, label in INNOVATION.items()}
            case "joint":
                return {"joint": _("Several buyers together")}
            case "circular":
                return {"circular": _("Serves a circular economy")}
            case "goal":
                found = labels.goal_labels([int(each) for each in values if _is_small(each)], self.language)
                return {str(goal): f"{goal}. {label}" for goal, label in found.items() if label != str(goal)}
            case "cpv":
                codes = {value.ljust(8, "0"): value for value in values}
                return {codes[code]: label for code, label in _known(labels.cpv_labels(codes, self.language)).items()}
            case "procedure":
                return _known(labels.code_labels("procurement-procedure-type", values, self.language))
            case "country":
                codes = {NUTS_OF.get(value, value): value for value in values}
                found_names = _known(labels.region_labels(codes, self.language))
                return {codes[code]: label for code, label in found_names.items()}
            case "network":
                ids = {int(each) for each in values if each.isascii() and each.isdigit() and len(each) < 10}
                return {str(id): label for id, label in choosing.network_names(ids).items()} if ids else {}
            case _:
                return {value: language for value in values if (language := _language(value))}

    def facets(self) -> list[Facet]:
        """The lists of choices, the commonest first; of subjects those with two digits, narrower ones stand by their box."""
        return [Facet(name, str(NAMES[name]), list(self._choices(name))) for name in LISTED]

    def _choices(self, name: str) -> Iterator[Choice]:
        numbers, chosen = self.counts.get(name, {}), self.browse.chosen.get(name, [])
        values = [value for value in self._values(name) if name != "cpv" or len(value) == 2]
        by_itself = {"kind": list(Kind.values), "innovation": list(INNOVATION)}.get(name)
        if by_itself:
            values.sort(key=lambda value: by_itself.index(value) if value in by_itself else len(by_itself))
        for value in values:
            yield Choice(value, self.labels[name].get(value, value), numbers.get(value, 0), value in chosen)

    def places(self) -> list[Place]:
        """The countries of the form, with those of their regions that have hits or are chosen; others are found by name."""
        return [self._place(branch) for branch in self.tree]

    def _place(self, branch: Branch) -> Place:
        count = self.counts.get("region", {}).get(branch.code, 0)
        below = [self._place(each) for each in branch.branches]
        below = [each for each in below if each.choice.count or each.choice.is_chosen or each.below]
        return Place(Choice(branch.code, branch.label, count, branch.ticked), below)

    def other_places(self) -> list[Choice]:
        """Chosen ones that are in no tree."""
        inside = {branch.code for branch in _branches(self.tree)}
        chosen = [code for code in self.browse.chosen.get("region", []) if code not in inside]
        numbers = self.counts.get("region", {})
        return [Choice(code, self.labels["region"].get(code, code), numbers.get(code, 0), True) for code in chosen]

    def place_names(self) -> list[str]:
        """What the box of places suggests: the regions of the tree, and the countries of Europe."""
        countries = Region.objects.filter(level=0, retired="").exclude(pk__in=COUNTRIES)
        return sorted(
            {*(each.label for each in _branches(self.tree)), *(each.label(self.language) for each in countries)}
        )

    def subjects(self) -> dict[str, Any]:
        """The box of subjects, as in every form; what the list of choices has stands there alone."""
        chosen = [code.ljust(8, "0") for code in self.browse.chosen.get("cpv", []) if len(code) > 2]
        typed = Typed(chosen, self.written.boxes.get("cpv", ""))
        widget: dict[str, Any] = CpvWidget().get_context("cpv", typed, {"id": "id_cpv"})["widget"]
        return widget

    def chips(self) -> list[Chip]:
        return list(self._chips())

    def _chips(self) -> Iterator[Chip]:
        browse = self.browse
        if browse.q:
            yield Chip("q", _("“%(words)s”") % {"words": browse.q}, browse.as_query(q=""))
        if browse.state != "open":
            yield Chip("state", str(STATES[browse.state]), browse.as_query(state="open"))
        for name in CHOICES:
            for value in browse.chosen.get(name, []):
                left = {**browse.chosen, name: [each for each in browse.chosen[name] if each != value]}
                said = str(LEVELS.get(value, value)) if name == "innovation" else self.labels[name].get(value, value)
                yield Chip(name, said, browse.as_query(chosen=left))
        if browse.buyer:
            yield Chip("buyer", self.buyer or _("A buyer that is gone"), browse.as_query(buyer=None))
        for name, sentence in {
            "value_from": _("From %(value)s euro"),
            "value_to": _("Up to %(value)s euro"),
            "deadline_from": _("Deadline from %(value)s"),
            "deadline_to": _("Deadline until %(value)s"),
            "since": _("Published from %(value)s"),
            "until": _("Published until %(value)s"),
        }.items():
            value = getattr(browse, name)
            if value is not None:
                said = say_day(value, self.language) if isinstance(value, date) else number(value, self.language)
                yield Chip(GROUP_OF[name], sentence % {"value": said}, browse.as_query(**{name: None}))

    def sentences(self, after: str) -> list[str]:
        """What of the address was left out, and what finds nothing because there is no such thing (B2)."""
        return list(dict.fromkeys([*self.written.sentences, *self._unread(), *self._unknown(), *self._reversed(after)]))

    def _unread(self) -> Iterator[str]:
        data = self.written.data
        for name in ("state", "sort", "buyer", *GROUP_OF):
            typed = data.get(name, "").strip()
            kept = getattr(self.browse, name)
            if typed and (kept is None or (isinstance(kept, str) and kept != typed)):
                yield _left_out(name, typed)
        for name in CHOICES:
            kept = self.browse.chosen.get(name, [])
            for typed in data.getlist(name):
                value = cpv_prefix(typed.strip()) if name == "cpv" and typed.strip().isdigit() else typed.strip()
                if value and value not in kept:
                    yield _left_out(name, typed)

    def _unknown(self) -> Iterator[str]:
        for name in CHOICES:
            for value in self.browse.chosen.get(name, []):
                if value not in self.labels[name]:
                    yield _("“%(value)s” is nothing that the filter %(filter)s knows, so no notice has it.") % {
                        "value": value,
                        "filter": NAMES[name],
                    }
        if self.browse.buyer and not self.buyer:
            yield _("The buyer of this search is not here any more.")

    def _reversed(self, after: str) -> Iterator[str]:
        browse = self.browse
        ranges: list[tuple[Any, Any]] = [
            (browse.value_from, browse.value_to),
            (browse.deadline_from, browse.deadline_to),
            (browse.since, browse.until),
        ]
        if any(low is not None and high is not None and low > high for low, high in ranges):
            yield _("One of your ranges ends before it begins, so nothing can be within it.")
        if after and cursors.read(after, browse.as_query()) is None:
            yield _("The page that you asked for belongs to another search. This is the first one.")


GROUP_OF = {
    "value_from": "value", "value_to": "value", "deadline_from": "deadline", "deadline_to": "deadline", "since": "published",
    "until": "published",
}  # fmt: skip


def _left_out(name: str, typed: str) -> str:
    said = {"value": typed.replace("\0", "")[:LONGEST], "filter": NAMES[name]}
    return _("“%(value)s” makes no sense in the filter %(filter)s, so it was left out.") % said


def _known(found: Mapping[str, str]) -> dict[str, str]:
    """Without those that are only labelled by themselves."""
    return {code: label for code, label in found.items() if label != code}


def _is_small(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 5


def _branches(tree: Iterable[Branch]) -> Iterator[Branch]:
    for branch in tree:
        yield branch
        yield from _branches(branch.branches)


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"]).capitalize()
    except KeyError:
        return ""
