"""From a search in the list of notices to the criteria of a saved one that finds the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from matchmaking.describing import LANGUAGES
from matchmaking.reading import NUTS_COUNTRY
from matchmaking.subscribing import MOST_LETTERS
from procurements.browsing import Browse, kinds_of
from procurements.choosing import numbers
from procurements.meaning import MINUS
from procurements.models import KINDS_THAT_ASK, KINDS_TO_INFLUENCE, Kind

PIECE = re.compile(r'"([^"]*)"?|([^\s"]+)')
KINDS_OF_STATE: dict[str, tuple[str, ...]] = {"open": KINDS_THAT_ASK, "influence": KINDS_TO_INFLUENCE}
GOALS = range(1, 18)


@dataclass(frozen=True)
class Start:
    """What a new saved search begins with, and what of the list's search it cannot keep."""

    criteria: dict[str, Any]
    left_out: list[str]


def from_address(data: QueryDict) -> Start:
    """Words joined by OR are several; the others must all be there, as one phrase; those with a minus are left out.

    The list finds what answers every filter: so does the search (`needs_all`), and a field is asked for by its own name.
    """
    browse = Browse.from_address(data)
    chosen = browse.chosen
    phrases = list(_phrases(browse.q))
    goals = [int(goal) for goal in chosen.get("goal", []) if goal.isascii() and goal.isdigit() and int(goal) in GOALS]
    countries = [NUTS_COUNTRY.get(code, code) for code in chosen.get("country", [])]
    criteria: dict[str, Any] = {
        "words": [_cut(" ".join(phrase)) for phrase in phrases],
        "excluded_words": [_cut(word.strip('"')) for word in MINUS.findall(browse.q) if word.strip('"')],
        "cpv": [code.ljust(8, "0") for code in chosen.get("cpv", [])],
        "regions": chosen.get("region") or countries,
        "goals": goals,
        "kinds": _kinds(browse),
        "levels": [level for level in chosen.get("innovation", []) if level in ("A", "B", "C")],
        "buyers": [browse.buyer] if browse.buyer else [],
        "networks": numbers(chosen.get("network", [])),
        "languages": [code for code in chosen.get("language", []) if code in dict(LANGUAGES)],
        "value_from": browse.value_from or None,
        "value_to": browse.value_to or None,
        "currency": "EUR" if browse.value_from or browse.value_to else "",
        "needs_all": bool(chosen.get("cpv")) or bool(phrases and goals),
    }
    criteria["name"] = (browse.q or _("My search"))[:120]
    return Start(criteria, _left_out(browse, phrases))


def _phrases(q: str) -> Iterator[list[str]]:
    """The words of each side of an OR, in the order that they were written; "or" in quotes is a word."""
    phrase: list[str] = []
    for quoted, word in PIECE.findall(MINUS.sub(" ", q)):
        if word.lower() != "or":
            phrase += (quoted or word).split()
        elif phrase:
            yield phrase
            phrase = []
    if phrase:
        yield phrase


def _cut(phrase: str) -> str:
    """As many whole words as a line of the form holds."""
    while len(phrase) > MOST_LETTERS and " " in phrase:
        phrase = phrase.rpartition(" ")[0]
    return phrase[:MOST_LETTERS]


def _kinds(browse: Browse) -> list[str]:
    """None where the list shows all that can be answered, which is what a search finds by itself."""
    shown = KINDS_OF_STATE.get(browse.state, tuple(Kind.values))
    kinds = [kind for kind in browse.chosen.get("kind", []) if kind in Kind.values]
    if phases := browse.chosen.get("phase"):
        of_phases = [kind for kind in kinds_of(phases) if kind in Kind.values]
        kinds = [kind for kind in kinds if kind in of_phases] or of_phases
    kinds = [kind for kind in kinds if kind in shown] or kinds
    return kinds or ([] if browse.state == "open" else [str(kind) for kind in shown])


def _left_out(browse: Browse, phrases: list[list[str]]) -> list[str]:
    chosen = browse.chosen
    regions = chosen.get("region", [])
    abroad = [NUTS_COUNTRY.get(code, code) for code in chosen.get("country", [])]
    said = {
        _("procedure"): chosen.get("procedure"),
        _("several buyers together"): chosen.get("joint"),
        _("circular economy"): chosen.get("circular"),
        _("other languages than Swedish, Norwegian and English"): set(chosen.get("language", []))
        - {code for code, _name in LANGUAGES},
        _("that the value is stated: an alert tells of what states none, too"): browse.value_from
        or browse.value_to is not None,
        _("the days of the deadline"): browse.deadline_from or browse.deadline_to,
        _("the days of the publication: an alert tells of what is new"): browse.since or browse.until,
        _("that it has closed: an alert tells of what is new"): browse.state == "closed",
        _("the buyer's country: an alert goes by where it is used"): regions and abroad,
        _("that quoted words stand side by side"): any(
            " " in each.strip() for each in re.findall('"([^"]*)"', browse.q)
        ),
        _("the last words of a long line"): any(len(" ".join(phrase)) > MOST_LETTERS for phrase in phrases),
    }
    return [name for name, is_asked in said.items() if is_asked]
