"""How well a notice answers what somebody asked for, and why. Pure: no database, no clock; the same in, the same out.

What must hold, whatever the weights: a criterion that hits never lowers the score; a word to leave out always makes it
0; the order of lists does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from procurements.models import KINDS_THAT_ASK
from taxonomy.codes import cpv_ancestors, nuts_ancestors

# All that was asked for is there: worth an alert by itself, however little was asked for.
MET = 30
# Each digit below the division: who asks for a narrow field and gets it has been found more surely. 8 digits: 30.
CPV_DIGIT = 5
# The notice names a class or more that holds the asked field, without saying which part of it is meant. Not above the
# class (4 digits): "medical equipment" says nothing about fall sensors.
CPV_NEAR_DIGIT, CPV_NEAR_FROM = 3, 4
# A word of one's own in the text is the strongest sign of all; a second one adds little.
WORD_FIRST, WORD_MORE, WORD_MOST = 15, 5, 20
# The 17 goals are wide: they say why something is bought, and hardly what.
GOAL, GOAL_MOST = 5, 10
REGION, WHOLE_COUNTRY = 10, 5

# Below it the person does not hear. Everything that was asked for makes MET; half of it (a near code in the right
# region with the right goal) gets there by several signs together; a goal alone, where a field was asked for, never.
ALERT_AT = 30

# Languages that write compounds as one word: "fallsensor" is meant by "fallsensorsystem" too. English would make
# "care" find "career".
COMPOUNDING = frozenset({"swedish", "norwegian"})
COMPOUND_FROM = 4  # letters; shorter stems begin too many words


@dataclass(frozen=True)
class Reason:
    """Why a notice was found: cpv, near, word, goal, region or country; a code without trailing zeros, or the word."""

    kind: str
    value: str

    def as_json(self) -> dict[str, str]:
        return {"kind": self.kind, "value": self.value}


@dataclass(frozen=True)
class Score:
    points: int  # 0-100
    reasons: tuple[Reason, ...] = ()

    @property
    def is_alert(self) -> bool:
        return self.points >= ALERT_AT


NOTHING = Score(0)


@dataclass(frozen=True)
class Criteria:
    """What is asked for. Codes as their lists have them; an empty list means any."""

    cpv: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    goals: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    excluded_words: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    # {word: {dictionary: lexemes}} of all the words: made by PostgreSQL, so that both sides are stemmed by one hand.
    stems: Mapping[str, Mapping[str, Iterable[str]]] = field(default_factory=dict)

    @property
    def says_what(self) -> bool:
        return bool(self.cpv or self.words)


@dataclass(frozen=True)
class Facts:
    """What a notice says. `lexemes` are the stems of its text, made by `dictionary`."""

    kind: str
    language: str
    dictionary: str
    country: str  # the buyer's, as NUTS writes it
    cpv: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    goals: frozenset[int] = frozenset()
    lexemes: frozenset[str] = frozenset()


def score(criteria: Criteria, facts: Facts) -> Score:
    """Points from 0 to 100 with their reasons; 0 where something that was asked for rules the notice out."""
    if facts.kind not in (criteria.kinds or KINDS_THAT_ASK):
        return NOTHING
    if criteria.languages and facts.language not in criteria.languages:
        return NOTHING
    if any(hits(word, criteria, facts) for word in criteria.excluded_words):
        return NOTHING
    place_points, place = _place(criteria.regions, facts)
    if criteria.regions and not place:
        return NOTHING
    is_named, cpv_points, cpv = _field(criteria.cpv, facts.cpv)
    words = sorted({word for word in criteria.words if hits(word, criteria, facts)})
    goals = sorted(set(criteria.goals) & facts.goals)
    word_points = min(WORD_MOST, WORD_FIRST + WORD_MORE * (len(words) - 1)) if words else 0
    goal_points = min(GOAL_MOST, GOAL * len(goals))
    subject_points = cpv_points + word_points + goal_points
    asks_for_a_subject = criteria.says_what or criteria.goals
    if asks_for_a_subject and not subject_points and not is_named:
        return NOTHING
    is_met = is_named or words or (goals and not criteria.says_what) or not asks_for_a_subject
    reasons = (
        *cpv,
        *(Reason("word", word) for word in words),
        *(Reason("goal", str(goal)) for goal in goals),
        *place,
    )
    return Score((MET if is_met else 0) + subject_points + place_points, reasons)


def hits(word: str, criteria: Criteria, facts: Facts) -> bool:
    """Whether the text has all words of the phrase; in Swedish and Norwegian also as the start of a compound."""
    stems = tuple(criteria.stems.get(word, {}).get(facts.dictionary, ()))
    return bool(stems) and all(_has(stem, facts) for stem in stems)


def _has(stem: str, facts: Facts) -> bool:
    if stem in facts.lexemes:
        return True
    may_be_compound = facts.dictionary in COMPOUNDING and len(stem) >= COMPOUND_FROM
    return may_be_compound and any(lexeme.startswith(stem) for lexeme in facts.lexemes)


def _field(asked: Iterable[str], named: Iterable[str]) -> tuple[bool, int, tuple[Reason, ...]]:
    """Whether the notice names an asked field or a part of one; the points; the code that was best."""
    best, near = (0, ""), (0, "")
    is_named = False
    lines = [cpv_ancestors(code) for code in named]
    for prefix in {cpv_ancestors(code)[-1] for code in asked}:
        for line in lines:
            if prefix in line:
                is_named = True
                best = max(best, (CPV_DIGIT * (len(prefix) - 2), line[-1]))
            elif len(line[-1]) >= CPV_NEAR_FROM and prefix.startswith(line[-1]):
                near = max(near, (CPV_NEAR_DIGIT * len(line[-1]), line[-1]))
    points = max(best[0], near[0])
    if is_named:
        return True, points, (Reason("cpv", best[1]),)
    return False, points, (Reason("near", near[1]),) if points else ()


def _place(asked: Iterable[str], facts: Facts) -> tuple[int, tuple[Reason, ...]]:
    """A notice without a place is for all of the country; one for a larger region is for each part of it."""
    best: tuple[int, str, str] = (0, "", "")
    for place in places(facts):
        for code in asked:
            if code in nuts_ancestors(place):
                best = max(best, (WHOLE_COUNTRY, "country", place) if len(place) == 2 else (REGION, "region", place))
            elif code.startswith(place):
                best = max(best, (WHOLE_COUNTRY, "country" if len(place) == 2 else "region", place))
    return (best[0], (Reason(best[1], best[2]),)) if best[0] else (0, ())


def places(facts: Facts) -> frozenset[str]:
    """NUTS codes; "Z" at the end means "not in any region" (SEZZZ), which is the country."""
    return frozenset(code.rstrip("Z") for code in facts.regions) or frozenset({facts.country} - {""})
