"""How much two needs are the same need, and why. Pure: no database, no clock; the same in, the same out.

Words are compared as keys that carry over languages: a stem without its accents and spelling habits ("avlopp" and
"avløp" are both "avlop"), and one key for words that mean the same in `alike.csv` ("larm", "alarm"). Meanings are the
groups of everyday words and glossary terms that stand for one thing in three languages ("fallarm", "fallalarm", "fall
detection"). What the two are about decides whether they are shown; where and how large they are only ranks them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import exp, sqrt

from taxonomy.codes import cpv_prefix
from taxonomy.splitting import alike, stem

SHOWN_FROM = 33  # points for the subject alone; below it two needs are not called alike

# Shared words: each by how rare it is among published notices (0 to 1), one in a title for more, many for ever less.
WORDS_MOST, WORDS_HALF, IN_TITLE = 40.0, 5.0, 1.0
USUAL_LENGTH = 60  # different words in a text; longer ones share more by chance
# The same thing said, in whatever words: the rarest of them, and a little for the next.
MEANING, MEANING_MORE, THING_IN_TITLE = 18.0, 7.0, 0.25
# The digits that two codes begin with in common. A code that was only understood from the words is worth half.
FIELD = {3: 4.0, 4: 8.0, 5: 13.0, 6: 16.0}
# Of neighbours alone: no reason to show what is about something else.
GOAL, GOALS_MOST, REGION, COUNTRY, SIZE, OPEN = 2.0, 4.0, 4.0, 2.0, 2.0, 4.0
SIZES_ALIKE = 2.0  # times as many inhabitants
WORDS_TOLD = 5  # in a reason

PLAIN_FOLD = str.maketrans("äæåáàöøóòéèêüúíôâãñç", "aaaaaooooeeeuuiooanc")
SPELT = (("ck", "k"), ("ch", "k"), ("ph", "f"), ("qu", "kv"), ("x", "ks"), ("c", "k"), ("z", "s"), ("w", "v"))
FOLDED_FROM = 5  # letters; shorter words become others ("får" and "far")
DOUBLE = re.compile(r"(.)\1+")


@lru_cache(maxsize=100_000)
def key_of(lexeme: str) -> str:
    """What a stem is compared by, whichever language it is of: at most 60 characters."""
    same = alike(stem(lexeme))
    if same:
        lexeme = min(same | {stem(lexeme)})
    if len(lexeme) < FOLDED_FROM:
        return lexeme
    folded = lexeme.translate(PLAIN_FOLD)
    for before, after in SPELT:
        folded = folded.replace(before, after)
    return DOUBLE.sub(r"\1", folded)[:60]


@dataclass(frozen=True)
class Phrase:
    """A word or phrase that stands for a meaning in one language; it is said where all its lexemes are."""

    language: str  # sv, nb, en
    dictionary: str
    words: str
    lexemes: frozenset[str]


@dataclass(frozen=True)
class Meaning:
    """One thing, as it is called in the three languages; `cpv` are the codes that mean it, the best first."""

    cpv: tuple[str, ...]
    phrases: tuple[Phrase, ...]

    def said_in(self, dictionary: str, lexemes: frozenset[str]) -> str:
        """The longest of its phrases that a text with these lexemes has, or nothing."""
        found = [one.words for one in self.phrases if one.dictionary == dictionary and one.lexemes <= lexemes]
        return max(found, key=lambda words: (len(words), words), default="")


@dataclass(frozen=True)
class Said:
    """What a notice says. `words` are the stems of its text and `title` those of its title, as `dictionary` makes them."""

    dictionary: str
    language: str
    words: frozenset[str]
    title: frozenset[str] = frozenset()
    cpv: tuple[str, ...] = ()
    goals: frozenset[int] = frozenset()
    regions: frozenset[str] = frozenset()
    country: str = ""
    inhabitants: int | None = None
    is_open: bool = False


@dataclass(frozen=True)
class Asked:
    """The need that others are compared with."""

    said: Said
    shown: Mapping[str, str]  # {key: the word as it stands in the text}
    rarity: Mapping[str, float]  # {key: 0 for a word that every notice has, to 1 for one that hardly any has}
    meanings: Mapping[Meaning, float] = field(default_factory=dict)  # what it says, and how rare it is to say that

    @property
    def understood(self) -> frozenset[str]:
        """The codes of what it says, where it has not named them itself: the best code of each meaning."""
        return frozenset(meaning.cpv[0] for meaning in self.meanings if meaning.cpv)


@dataclass(frozen=True)
class Reason:
    """cpv (a code, without trailing zeros), words, meaning (the other's word), goal, region, country or size."""

    kind: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Likeness:
    """`subject` decides whether it is shown (SHOWN_FROM), `points` the order; both are rounded to two decimals."""

    subject: float
    points: float
    reasons: tuple[Reason, ...] = ()

    @property
    def is_shown(self) -> bool:
        return self.subject >= SHOWN_FROM


def likeness(asked: Asked, other: Said) -> Likeness:
    field_points, code = _field(asked, other)
    meaning_points, terms = _meanings(asked, other)
    word_points, words = _words(asked, other)
    subject = round(field_points + meaning_points + word_points, 2)
    near_points, near = _nearness(asked.said, other)
    reasons = (
        *([Reason("cpv", (code,))] if code else []),
        *([Reason("words", tuple(words[:WORDS_TOLD]))] if words else []),
        *([Reason("meaning", tuple(terms))] if terms else []),
        *near,
    )
    return Likeness(subject, round(subject + near_points, 2), reasons)


def _field(asked: Asked, other: Said) -> tuple[float, str]:
    """The points of the longest beginning that two codes share, and what they share."""
    best = (0.0, "")
    theirs = sorted({cpv_prefix(code) for code in other.cpv})
    for own, share in ((asked.said.cpv, 1.0), (asked.understood, 0.5)):
        for mine in sorted({cpv_prefix(code) for code in own}):
            for their in theirs:
                common = _beginning(mine, their)
                best = max(best, (share * FIELD.get(min(len(common), 6), 0.0), common))
    return best if best[0] else (0.0, "")


def _beginning(one: str, other: str) -> str:
    length = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        length += 1
    return one[:length]


def _meanings(asked: Asked, other: Said) -> tuple[float, list[str]]:
    """Points, and how the other says it where that is in another language."""
    found = []
    for meaning, rarity in asked.meanings.items():
        if words := meaning.said_in(other.dictionary, other.words):
            titles = sum(bool(meaning.said_in(one.dictionary, one.title)) for one in (asked.said, other))
            found.append((rarity * (1 + THING_IN_TITLE * titles), words))
    found.sort(key=lambda one: (-one[0], one[1]))
    points = sum(
        rarity * worth for (rarity, _words), worth in zip(found, (MEANING, MEANING_MORE, MEANING_MORE), strict=False)
    )
    is_foreign = other.dictionary != asked.said.dictionary
    return points, list(dict.fromkeys(words for _rarity, words in found[:3])) if is_foreign else []


def _words(asked: Asked, other: Said) -> tuple[float, list[str]]:
    """Points, and the shared words as they stand in the text that is asked about, the most telling first."""
    titles = {key_of(word) for word in asked.said.title}, {key_of(word) for word in other.title}
    theirs = {key_of(word) for word in other.words}
    weights = {
        key: rarity * (1 + IN_TITLE * sum(key in title for title in titles))
        for key, rarity in asked.rarity.items()
        if rarity and key in theirs
    }
    length = sqrt(max(1, len(asked.rarity)) * max(1, len(theirs))) / USUAL_LENGTH
    points = WORDS_MOST * (1 - exp(-sum(sorted(weights.values())) / (0.5 + 0.5 * length) / WORDS_HALF))
    ranked = sorted(weights, key=lambda key: (-weights[key], key))
    return points, [asked.shown[key] for key in ranked if key in asked.shown]


def _nearness(one: Said, other: Said) -> tuple[float, list[Reason]]:
    points, reasons = (OPEN if other.is_open else 0.0), []
    if goals := sorted(one.goals & other.goals):
        points += min(GOALS_MOST, GOAL * len(goals))
        reasons.append(Reason("goal", tuple(str(goal) for goal in goals[:2])))
    if shared := _shared_region(one.regions, other.regions):
        points += REGION
        reasons.append(Reason("region", (shared,)))
    elif one.country and one.country == other.country:
        points += COUNTRY
        reasons.append(Reason("country", (one.country,)))
    if one.inhabitants and other.inhabitants:
        small, large = sorted((one.inhabitants, other.inhabitants))
        if large <= SIZES_ALIKE * small:
            points += SIZE
            reasons.append(Reason("size", (str(other.inhabitants),)))
    return points, reasons


def _shared_region(one: Iterable[str], other: Iterable[str]) -> str:
    """The narrowest region that holds both, at least a part of a country (NUTS 2)."""
    found = {_beginning(mine, theirs) for mine in one for theirs in other}
    return max((each for each in found if len(each) >= 4), key=lambda each: (len(each), each), default="")
