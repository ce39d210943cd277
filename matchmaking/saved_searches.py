"""From a search in the list of notices to the criteria of a saved one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from matchmaking.reading import NUTS_COUNTRY
from procurements.browsing import Browse
from procurements.models import KINDS_TO_INFLUENCE
from procurements.searching import MINUS

WORD_LIMIT = 80


@dataclass(frozen=True)
class Start:
    """What a new saved search begins with, and which of the list's filters it cannot keep."""

    criteria: dict[str, Any]
    left_out: list[str]


def from_address(data: QueryDict) -> Start:
    """Words joined by OR are several; the others must all be there, as one phrase; those with a minus are left out."""
    browse = Browse.from_address(data)
    chosen = browse.chosen
    wanted = [
        " ".join(piece.replace('"', " ").split())[:WORD_LIMIT] for piece in MINUS.sub(" ", browse.q).split(" OR ")
    ]
    kinds = chosen.get("kind") or (list(KINDS_TO_INFLUENCE) if browse.state == "influence" else [])
    countries = [NUTS_COUNTRY.get(code, code) for code in chosen.get("country", [])]
    criteria: dict[str, Any] = {
        "words": [piece for piece in wanted if piece],
        "excluded_words": [word.strip('"')[:WORD_LIMIT] for word in MINUS.findall(browse.q)],
        "cpv": [browse.cpv.ljust(8, "0")] if browse.cpv else [],
        "regions": chosen.get("region") or countries,
        "goals": [int(goal) for goal in chosen.get("goal", []) if goal.isdecimal()],
        "kinds": [str(kind) for kind in kinds],
    }
    criteria["name"] = (browse.q or _("My search"))[:120]
    return Start(criteria, _left_out(browse))


def _left_out(browse: Browse) -> list[str]:
    names = {
        "procedure": _("procedure"),
        "innovation": _("innovation"),
        "joint": _("several buyers together"),
        "circular": _("circular economy"),
    }
    found = [name for facet, name in names.items() if browse.chosen.get(facet)]
    return [*found, *([_("buyer")] if browse.buyer else [])]
