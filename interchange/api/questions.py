"""The list's filters as the API describes and checks them. `Browse` answers; a test holds the names of both together."""

from __future__ import annotations

from typing import Any

from interchange.api.parameters import Parameter
from procurements.browsing import MOST_EURO, SORTS, STATES
from procurements.models import Kind, Phase

DAY = {"type": "string", "format": "date"}
EURO = {"type": "integer", "minimum": 0, "maximum": MOST_EURO}


def one_of(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def like(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern}


FILTERS = (
    Parameter(
        "q", "Words, in Swedish, Norwegian or English. “Quoted words” stand together, OR and - mean what they seem to."
    ),
    Parameter("state", "`open` if nothing is said.", one_of(*STATES)),
    Parameter("phase", "A phase of the chain: the kinds of notice in it.", one_of(*Phase.values), many=True),
    Parameter("kind", "The kind of notice.", one_of(*Kind.values), many=True),
    Parameter("cpv", "A CPV code of two to eight digits, and all below it.", like(r"^[0-9]{2,8}$"), many=True),
    Parameter("region", "A NUTS code of any level, and all below it.", like(r"^[A-Z]{2}[A-Z0-9]{0,3}$"), many=True),
    Parameter("country", "ISO 3166-1 alpha-2.", like(r"^[A-Z]{2}$"), many=True),
    Parameter("goal", "A goal of Agenda 2030.", one_of(*(str(number) for number in range(1, 18))), many=True),
    Parameter("procedure", "A code of `procurement-procedure-type`.", like(r"^[a-z-]{1,30}$"), many=True),
    Parameter("innovation", "The level of innovation.", one_of("A", "B", "C"), many=True),
    Parameter("joint", "Several buyers together.", one_of("joint"), many=True),
    Parameter("circular", "Serves a circular economy.", one_of("circular"), many=True),
    Parameter(
        "language", "The language of the notice: ISO 639-1. (For labels: `lang`.)", like(r"^[a-z]{2,3}$"), many=True
    ),
    Parameter("network", "The id of a buyer network whose members buy together.", like(r"^[0-9]{1,9}$"), many=True),
    Parameter("buyer", "The id of an organisation.", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}),
    Parameter("value_from", "Whole euro. Notices that state no value are left out.", EURO),
    Parameter("value_to", "Whole euro. Notices that state no value are left out.", EURO),
    Parameter("deadline_from", "The deadline is on this day or later.", DAY),
    Parameter("deadline_to", "The deadline is on this day or earlier.", DAY),
    Parameter("since", "Published on this day or later.", DAY),
    Parameter("until", "Published on this day or earlier.", DAY),
)
SORT = Parameter(
    "sort", "The nearest deadline first if nothing is said; the best hit where there are words.", one_of(*SORTS)
)
