"""The keys of the index: a subscription keeps some, a notice asks with some, and where they meet somebody may want to hear.

A subscription stands at each of its subjects in each of its places: "P:33196" in "N:SE224", joined and hashed. A notice asks
with what lies above its own codes (a field is asked for as a whole), and with what was asked for below them (a notice that
stops at the class may mean the part). Pure: what was asked for by anybody (`AskedKey`) is given.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum, IntFlag
from typing import NamedTuple

from matchmaking.scoring import (
    COMPOUND_FROM,
    COMPOUNDING,
    CPV_DIGIT,
    CPV_NEAR_DIGIT,
    CPV_NEAR_FROM,
    REGION,
    WHOLE_COUNTRY,
    Criteria,
    Facts,
    places,
)
from matchmaking.words import KEPT
from procurements.models import KINDS_THAT_ASK, Kind
from procurements.money import MOST_EURO
from taxonomy.codes import cpv_ancestors, cpv_prefix, nuts_ancestors

ANY = "*"
MOST_WORDS = 60  # which of them hit are bits of one number; forms allow fewer
KINDS = {str(kind): 1 << place for place, kind in enumerate(Kind.values)}
LANGUAGES = {language: 1 << place for place, language in enumerate(("sv", "nb", "en", "da", "fi", "de", "fr", "is"))}
OTHER_LANGUAGE = 1 << len(LANGUAGES)
EVERY_LANGUAGE = 2 * OTHER_LANGUAGE - 1
LEVELS = {"A": 1, "B": 2, "C": 4, "": 8}
DICTIONARIES = {name: 1 << place for place, name in enumerate(KEPT)}
EVERY_DICTIONARY = (1 << len(KEPT)) - 1


class Flag(IntFlag):
    """What is left to compare when an anchor is found: these subscriptions are read, the others are not."""

    NEEDS_FIELD = 1
    NEEDS_WORD = 2
    NEEDS_GOAL = 4
    EXCLUDES = 8
    BUYERS = 16
    NETWORKS = 32
    LEVELS = 64
    LESSONS = 128


class Met(IntEnum):
    """How a subject meets: a field by its name or a wider one near it, a word, or something else that was asked for."""

    NAMED = 1
    NEAR = 2
    WORD = 3
    OTHER = 4


class Subject(NamedTuple):
    """`number`: which word (from 1), 0 for what is none. `rest`: the other stems of a phrase. `dictionaries`: bits of those
    that make these stems of the word; most words have one stem in all of them, and stand once."""

    key: str
    number: int = 0
    rest: str | None = None
    dictionaries: int = EVERY_DICTIONARY


class Narrowing(NamedTuple):
    """The criteria that an anchor has beside its key: bits, and euro."""

    kinds: int
    languages: int
    levels: int
    goals: int
    value_from: int
    value_to: int
    flags: int


def subjects(criteria: Criteria) -> list[Subject]:
    """What a subscription is found by; none when its words are such as no dictionary keeps ("och"): it finds nothing."""
    if criteria.says_what:
        fields = {Subject(f"P:{cpv_prefix(code)}") for code in criteria.cpv}
        return sorted(fields | set(_words(criteria)), key=str)
    for letter, asked in (
        ("G", criteria.goals),
        ("B", criteria.buyers),
        ("W", criteria.networks),
        ("I", criteria.levels),
    ):
        if asked:
            return [Subject(f"{letter}:{each}") for each in sorted(set(asked), key=str)]
    return [Subject(ANY)]


def _words(criteria: Criteria) -> Iterator[Subject]:
    bits: dict[tuple[int, frozenset[str]], int] = {}
    first: dict[tuple[str, frozenset[str]], int] = {}
    for number, word in sorted(enumerate(criteria.words, start=1), key=lambda each: each[1]):
        for dictionary, stems in criteria.stems.get(word, {}).items():
            lexemes = frozenset(stems)
            if lexemes and first.setdefault((dictionary, lexemes), number) == number:
                bits[number, lexemes] = bits.get((number, lexemes), 0) | DICTIONARIES[dictionary]
    for (number, lexemes), dictionaries in bits.items():
        # Of a phrase the stem that says most; the others are compared when it is found.
        longest, *others = sorted(lexemes, key=lambda lexeme: (-len(lexeme), lexeme))
        yield Subject(f"w:{longest}", min(number, MOST_WORDS), together(others) or None, dictionaries)


def together(lexemes: Iterable[str]) -> str:
    """Stems that must all be there: "w:fall w:ny"."""
    return " ".join(f"w:{lexeme}" for lexeme in sorted(lexemes))


def excluded(criteria: Criteria) -> list[str]:
    """A line a dictionary and word: "swedish w:fall w:ny" rules out a notice that all of this is said of."""
    return sorted(
        {
            f"{dictionary} {together(stems)}"
            for word in criteria.excluded_words
            for dictionary, stems in criteria.stems.get(word, {}).items()
            if stems
        }
    )


def where(criteria: Criteria) -> list[str]:
    return sorted({f"N:{code}" for code in criteria.regions}) or [ANY]


def narrowing(criteria: Criteria) -> Narrowing:
    flags = Flag(0)
    if criteria.needs_all:
        flags |= Flag.NEEDS_FIELD if criteria.cpv else Flag(0)
        flags |= Flag.NEEDS_WORD if criteria.words else Flag(0)
        flags |= Flag.NEEDS_GOAL if criteria.goals else Flag(0)
    for flag, asked in (
        (Flag.EXCLUDES, excluded(criteria)),
        (Flag.BUYERS, criteria.buyers),
        (Flag.NETWORKS, criteria.networks),
        (Flag.LEVELS, criteria.levels),
        (Flag.LESSONS, criteria.lessons),
    ):
        flags |= flag if asked else Flag(0)
    return Narrowing(
        kinds=_bits(KINDS, criteria.kinds or map(str, KINDS_THAT_ASK)),
        languages=_bits(LANGUAGES, criteria.languages) if criteria.languages else EVERY_LANGUAGE,
        levels=_bits(LEVELS, criteria.levels or LEVELS),
        goals=sum(1 << goal for goal in set(criteria.goals)),
        value_from=criteria.value_from or 0,
        value_to=MOST_EURO if criteria.value_to is None else criteria.value_to,
        flags=int(flags),
    )


def _bits(known: dict[str, int], asked: Iterable[str]) -> int:
    return sum({known[each] for each in asked if each in known})


# --- A notice's side ---


def plain(facts: Facts) -> set[str]:
    """Every key that the notice meets by itself: its codes with all above them, its words and their beginnings."""
    found = {ANY, f"I:{facts.level}"} if facts.level else {ANY}
    found |= {f"P:{above}" for code in facts.cpv for above in cpv_ancestors(code)}
    found |= {f"G:{goal}" for goal in facts.goals}
    found |= {f"B:{buyer}" for buyer in facts.buyers} | {f"W:{network}" for network in facts.networks}
    found |= {f"N:{above}" for place in places(facts) for above in nuts_ancestors(place)}
    for lexeme in facts.lexemes:
        found.add(f"w:{lexeme}")
        if facts.dictionary in COMPOUNDING:
            found.update(f"w:{lexeme[:end]}" for end in range(COMPOUND_FROM, len(lexeme)))
    return found


def beginnings(facts: Facts) -> set[str]:
    """What asked keys may begin with and lie below the notice's own codes: "P:3319" for "P:33196", "N:SE" for "N:SE224"."""
    own = {cpv_ancestors(code)[-1] for code in facts.cpv}
    return {f"P:{prefix}" for prefix in own if len(prefix) >= CPV_NEAR_FROM} | {
        f"N:{place}" for place in places(facts) if place
    }


def asked_of(facts: Facts, asked: Sequence[str]) -> set[str]:
    """Of the keys that anybody asked for, sorted, those that can matter to the notice."""
    found = plain(facts).intersection(asked)
    for beginning in beginnings(facts):
        place = bisect_right(asked, beginning)
        while place < len(asked) and asked[place].startswith(beginning):
            found.add(asked[place])
            place += 1
    return found


class MetKey(NamedTuple):
    """A key of the index that the notice meets. `said` sorts by points: "20cpv:33196"."""

    key: str
    met: int
    said: str


def met_subjects(facts: Facts, asked: Iterable[str]) -> list[MetKey]:
    """Of the keys that anybody asked for, those that the notice meets, with what each is worth (matchmaking.scoring)."""
    asked = set(asked)
    lines = [cpv_ancestors(code) for code in facts.cpv]
    found: dict[tuple[str, int], str] = {}

    def meet(key: str, met: Met, said: str) -> None:
        found[key, met] = max(found.get((key, met), ""), said)

    for line in lines:
        own = line[-1]
        for above in line:
            if (key := f"P:{above}") in asked:
                meet(key, Met.NAMED, f"{max(0, CPV_DIGIT * (len(above) - 2)):02d}cpv:{own}")
        if len(own) >= CPV_NEAR_FROM:
            for key in asked:
                if key.startswith(f"P:{own}") and len(key) > len(own) + 2:
                    meet(key, Met.NEAR, f"{CPV_NEAR_DIGIT * len(own):02d}near:{own}")
    for key in asked:
        if key == ANY or key[:2] in ("G:", "B:", "W:", "I:"):
            meet(key, Met.OTHER, "00")
        elif key[:2] == "w:":
            meet(key, Met.WORD, "00")
    return [MetKey(key, met, said) for (key, met), said in found.items()]


def met_places(facts: Facts, asked: Iterable[str]) -> list[tuple[str, str]]:
    """(key, said), as `met_subjects`; said is empty for those who asked for no place."""
    found = {ANY: ""}
    for place in places(facts):
        line = nuts_ancestors(place)
        is_country = len(place) == 2
        kind = "country" if is_country else "region"
        for key in asked:
            code = key.removeprefix("N:")
            if code == key:
                continue
            if code in line:
                points = WHOLE_COUNTRY if is_country else REGION
            elif code.startswith(place):
                points = WHOLE_COUNTRY
            else:
                continue
            found[key] = max(found.get(key, ""), f"{points:02d}{kind}:{place}")
    return list(found.items())
