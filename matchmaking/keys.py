"""The keys of the index: a subscription keeps some, a notice asks with some, and where they meet is a candidate.

Two lists a side, for what and for where, so that a subscription is found only where both meet. The keys find every
subscription that `scoring` would alert, and few others. Should a million subscriptions make the lists long, the two can
be joined into one key each ("composite anchors"), and only this module and the index change.
"""

from collections.abc import Iterator

from matchmaking.scoring import (
    COMPOUND_FROM,
    COMPOUNDING,
    CPV_NEAR_FROM,
    Criteria,
    Facts,
    places,
)
from taxonomy.codes import cpv_ancestors, nuts_ancestors

ANY = "*"


def subject_keys(criteria: Criteria) -> list[str]:
    """What: "P:33196" for a field, "P:3319<" for a notice that stops above it, "swedish:fallsensor", "G:3"."""
    return sorted(set(_subject_keys(criteria))) or [ANY]


def _subject_keys(criteria: Criteria) -> Iterator[str]:
    for code in criteria.cpv:
        *above, prefix = cpv_ancestors(code)
        yield f"P:{prefix}"
        yield from (f"P:{a}<" for a in above if len(a) >= CPV_NEAR_FROM)
    for word in criteria.words:
        for dictionary, stems in criteria.stems.get(word, {}).items():
            if lexemes := list(stems):
                longest = max(lexemes, key=lambda lexeme: (len(lexeme), lexeme))  # of a phrase, the one that says most
                yield f"{dictionary}:{longest}"
    if criteria.words:
        yield "word"  # a word that no dictionary keeps finds nothing, rather than everything
    if not criteria.says_what:
        yield from (f"G:{goal}" for goal in criteria.goals)


def place_keys(criteria: Criteria) -> list[str]:
    """Where: "N:SE224", and "N:SE22<" for a notice that stops above it."""
    found = set()
    for code in criteria.regions:
        *above, own = nuts_ancestors(code)
        found |= {f"N:{own}", *(f"N:{a}<" for a in above)}
    return sorted(found) or [ANY]


def subject_probes(facts: Facts) -> list[str]:
    found = {ANY}
    for code in facts.cpv:
        line = cpv_ancestors(code)
        found |= {f"P:{a}" for a in line} | {f"P:{line[-1]}<"}
    for lexeme in facts.lexemes:
        found.add(f"{facts.dictionary}:{lexeme}")
        if facts.dictionary in COMPOUNDING:
            found |= {f"{facts.dictionary}:{lexeme[:end]}" for end in range(COMPOUND_FROM, len(lexeme))}
    return sorted(found | {f"G:{goal}" for goal in facts.goals})


def place_probes(facts: Facts) -> list[str]:
    found = {ANY}
    for place in places(facts):
        line = nuts_ancestors(place)
        found |= {f"N:{a}" for a in line} | {f"N:{line[-1]}<"}
    return sorted(found)
