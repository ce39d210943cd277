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
# Asked for by name, and there: somebody follows this very buyer or network. Innovation is a narrowing, hardly a reason.
BUYER, NETWORK, LEVEL = 10, 10, 5
MOST = 100

# Below it the person does not hear. Everything that was asked for makes MET; half of it (a near code in the right
# region with the right goal) gets there by several signs together; a goal alone, where a field was asked for, never.
ALERT_AT = 30

# Languages that write compounds as one word: "fallsensor" is meant by "fallsensorsystem" too. English would make
# "care" find "career".
COMPOUNDING = frozenset({"swedish", "norwegian"})
COMPOUND_FROM = 4  # letters; shorter stems begin too many words


@dataclass(frozen=True)
class Reason:
    """Why a notice was found: cpv, near, word, goal, region, country, buyer, network, level or kind; a code without trailing
    zeros, the word, or an id."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True)
class Score:
    points: int  # 0-100
    reasons: tuple[Reason, ...] = ()

    @property
    def is_alert(self) -> bool:
        return self.points >= ALERT_AT

    @property
    def hits(self) -> list[str]:
        """As matchmaking.models.Match keeps them."""
        return [str(reason) for reason in self.reasons]


NOTHING = Score(0)


@dataclass(frozen=True)
class Lesson:
    """What somebody called not relevant: see matchmaking.models.Lesson. `value`: a CPV prefix, a NUTS code, an id, or euro."""

    about: str
    value: str
    points: int


@dataclass(frozen=True)
class Criteria:
    """What is asked for. Codes as their lists have them; an empty list means any. Values in whole euro."""

    cpv: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    goals: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    excluded_words: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    needs_all: bool = False
    value_from: int | None = None
    value_to: int | None = None
    buyers: tuple[int, ...] = ()
    networks: tuple[int, ...] = ()
    levels: tuple[str, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    # {word: {dictionary: lexemes}} of all the words: made by PostgreSQL, so that both sides are stemmed by one hand.
    stems: Mapping[str, Mapping[str, Iterable[str]]] = field(default_factory=dict)

    @property
    def says_what(self) -> bool:
        return bool(self.cpv or self.words)


@dataclass(frozen=True)
class Facts:
    """What a notice says. `lexemes` are the stems of its text, made by `dictionary`; `value` in euro, None when not stated."""

    kind: str
    language: str
    dictionary: str
    country: str  # the buyer's, as NUTS writes it
    cpv: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    goals: frozenset[int] = frozenset()
    lexemes: frozenset[str] = frozenset()
    value: int | None = None
    buyers: frozenset[int] = frozenset()
    networks: frozenset[int] = frozenset()
    level: str = ""  # of innovation: "A", "B", "C" or ""


def score(criteria: Criteria, facts: Facts) -> Score:
    """Points from 0 to 100 with their reasons; 0 where something that was asked for rules the notice out.

    matchmaking.matching says the same in SQL for many at once; a test holds the two together.
    """
    if _is_ruled_out(criteria, facts):
        return NOTHING
    place_points, place = _place(criteria.regions, facts)
    if criteria.regions and not place:
        return NOTHING
    is_named, cpv_points, cpv = _field(criteria.cpv, facts.cpv)
    words = _words(criteria, facts)
    goals = sorted(set(criteria.goals) & facts.goals)
    asked_and_met = [(criteria.cpv, is_named), (criteria.words, words), (criteria.goals, goals)]
    if criteria.needs_all:
        if any(asked and not met for asked, met in asked_and_met):
            return NOTHING
        is_met = True
    else:
        # Who asks for a field or a word hears of nothing that has neither, however well the rest fits.
        if criteria.says_what and not (is_named or cpv_points or words):
            return NOTHING
        if criteria.goals and not criteria.says_what and not goals:
            return NOTHING
        is_met = bool(is_named or words or not criteria.says_what)
    word_points = min(WORD_MOST, WORD_FIRST + WORD_MORE * (len(words) - 1)) if words else 0
    goal_points = min(GOAL_MOST, GOAL * len(goals))
    asked = (
        (BUYER, [Reason("buyer", str(each)) for each in sorted(set(criteria.buyers) & facts.buyers)]),
        (NETWORK, [Reason("network", str(each)) for each in sorted(set(criteria.networks) & facts.networks)]),
        (LEVEL, [Reason("level", facts.level)] if criteria.levels else []),
    )
    reasons = (
        *cpv,
        *(Reason("word", word) for word in words),
        *(Reason("goal", str(goal)) for goal in goals),
        *place,
        *(reason for _points, found in asked for reason in found),
    )
    points = (MET if is_met else 0) + cpv_points + word_points + goal_points + place_points
    points += sum(worth for worth, found in asked if found)
    points = max(0, min(MOST, points) - sum(lesson.points for lesson in criteria.lessons if holds(lesson, facts)))
    return Score(points, reasons or (Reason("kind", facts.kind),))


def _is_ruled_out(criteria: Criteria, facts: Facts) -> bool:
    """What narrows and is not there; a value that the notice does not state narrows nothing."""
    return (
        facts.kind not in (criteria.kinds or KINDS_THAT_ASK)
        or bool(criteria.languages and facts.language not in criteria.languages)
        or bool(criteria.levels and facts.level not in criteria.levels)
        or bool(criteria.buyers and not facts.buyers.intersection(criteria.buyers))
        or bool(criteria.networks and not facts.networks.intersection(criteria.networks))
        or (facts.value is not None and criteria.value_from is not None and facts.value < criteria.value_from)
        or (facts.value is not None and criteria.value_to is not None and facts.value > criteria.value_to)
        or any(hits(word, criteria, facts) for word in criteria.excluded_words)
    )


def _words(criteria: Criteria, facts: Facts) -> list[str]:
    """The words that hit, as they were typed; two spellings of one stem are one word."""
    found: dict[frozenset[str], str] = {}
    for word in sorted(criteria.words):
        if hits(word, criteria, facts):
            found.setdefault(frozenset(criteria.stems[word][facts.dictionary]), word)
    return list(found.values())


def holds(lesson: Lesson, facts: Facts) -> bool:
    """Whether the notice is what the lesson is about."""
    if lesson.about == "field":
        return any(lesson.value in cpv_ancestors(code) for code in facts.cpv)
    if lesson.about == "place":
        return lesson.value in common_places(facts)
    if lesson.about == "buyer":
        return int(lesson.value) in facts.buyers
    if facts.value is None:
        return False
    return facts.value >= int(lesson.value) if lesson.about == "larger" else facts.value <= int(lesson.value)


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


def common_places(facts: Facts) -> set[str]:
    """What lies around all of the notice's places: one that is for Skåne and Stockholm is not put away with Skåne."""
    lines = [set(nuts_ancestors(place)) for place in places(facts)]
    return set.intersection(*lines) if lines else set()


def places(facts: Facts) -> frozenset[str]:
    """NUTS codes; "Z" at the end means "not in any region" (SEZZZ), which is the country."""
    return frozenset(code.rstrip("Z") for code in facts.regions) or frozenset({facts.country} - {""})
