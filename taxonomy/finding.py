"""Help with CPV in words: who types "fallarm" gets the codes that mean it.

Sources, in this order of trust: the table of everyday words, the glossary's synonyms, and the codes' own labels in all
three languages. A word is met whole, with other endings, inside a compound, or as a compound of two words that are met.
The caller may bring a fourth source, `used`: the codes of published notices with these words, and how many have each.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Length
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from taxonomy.codes import cpv_prefix, is_broad
from taxonomy.glossary import normal, same_meaning
from taxonomy.models import CpvCode, EverydayWord
from taxonomy.splitting import alike, compounds, stem, words_of

ALIKE = 0.5  # of two words' trigrams: "fallsensorer" is "fallsensor", "bussar" is not "bostäder"
LONGEST_PHRASE = 4  # words in an entry of the table of everyday words
MOST_WORDS = 8  # of what was typed; a sentence is understood by its first
MOST_LABELS = 200
LAST_HALF = 0.6  # of a compound, for its last half when the first is unknown
SAME = 0.85  # of a word, for one that means the same
SAYS_LITTLE = re.compile(r"\w{0,3}(tjänst|tjenest|arbet|arbeid|utrustning|utstyr|anlägg|anlegg|produkt|system)\w{0,4}")
LEAST = 0.2  # a score below this is noise
LANGUAGES = ("sv", "nb", "en")


@dataclass(frozen=True)
class Suggestion:
    """A code that may be meant, its label, and a sentence that says why it is suggested."""

    code: str
    label: str
    why: str


@dataclass(frozen=True)
class Hit:
    code: str
    score: float  # 0 to 1
    why: str
    source: str


def find_cpv(words: str, language: str, limit: int = 8, used: Mapping[str, int] | None = None) -> list[Suggestion]:
    """At most `limit` codes for `words`, the likeliest first, labelled and explained in `language` (sv, nb, en)."""
    phrase = normal(words)
    if len(phrase) < 2:
        return []
    with override(language):
        if phrase.isascii() and phrase.isdigit():
            hits = [*_by_digits(phrase)]
        else:
            meant = Meant.read(phrase)
            hits = [*_by_everyday(meant, language), *_by_used(used or {}), *_by_label(meant, language)]
            if not hits:
                hits = [*_by_likeness(phrase, limit)]
    best = _together(hits)
    codes = CpvCode.objects.filter(retired="").in_bulk(list(best))
    ranked = sorted((hit for hit in best.values() if hit.code in codes), key=lambda hit: (-hit.score, hit.code))
    return [Suggestion(hit.code, codes[hit.code].label(language), hit.why) for hit in ranked[:limit]]


def _together(hits: Iterable[Hit]) -> dict[str, Hit]:
    """One hit a code: the best one's reason, and a little more for each further source that agrees."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.code, []).append(hit)
    best = {}
    for code, some in found.items():
        first, *others = sorted(some, key=lambda hit: -hit.score)
        agreeing = {other.source: other.score for other in reversed(others) if other.source != first.source}
        score = first.score + 0.15 * sum(agreeing.values()) - (0.1 if is_broad(code) else 0.0)
        best[code] = Hit(code, score, first.why, first.source)
    return best


# --- What was written -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Word:
    """A word that was typed: its stem, and the stems of its halves when it is a compound."""

    stem: str
    halves: tuple[str, ...] = ()

    @property
    def stems(self) -> tuple[str, ...]:
        return (self.stem, *self.halves)


@dataclass(frozen=True)
class Meant:
    """What was typed, taken apart."""

    phrase: str
    words: list[Word]
    halves: set[str]  # of its compounds, with their endings

    @classmethod
    def read(cls, phrase: str) -> "Meant":
        texts = list(dict.fromkeys(words_of(phrase)))[:MOST_WORDS]
        halves = compounds(texts)
        words = [Word(stem(text), tuple(stem(half) for half in halves.get(text, ()))) for text in texts]
        return cls(phrase, words, {half for some in halves.values() for half in some})

    @cached_property
    def stems(self) -> list[str]:
        """What is looked for: every stem that is long enough to mean something."""
        return sorted({each for word in self.words for each in word.stems if len(each) > 2})

    @cached_property
    def pattern(self) -> str:
        """The same for the database, with the words that mean the same, which must begin a word there."""
        same = {like for each in self.stems for like in alike(each) if len(like) > 2}
        return "|".join([*self.stems, *(rf"\m{each}" for each in sorted(same.difference(self.stems)))])

    @cached_property
    def runs(self) -> set[str]:
        """Pieces that may stand in the table of everyday words as they are."""
        tokens = self.phrase.split()
        return {
            " ".join(tokens[start : start + length])
            for length in range(1, LONGEST_PHRASE + 1)
            for start in range(len(tokens) - length + 1)
        }

    def likeness(self, text: str, common: Mapping[str, float]) -> float:
        """0 to 1: how much of what was typed the text has, and how much of the text is then explained."""
        tokens = words_of(text.lower())
        if not tokens or not self.words:
            return 0.0
        got = total = 0.0
        for word in self.words:
            weight = common.get(word.stem, 1.0)
            met = _met_in(word.stem, tokens)
            if word.halves and met < 1:
                weights = [common.get(each, 1.0) for each in word.stems[1:]]
                each_met = [_met_in(each, tokens) for each in word.stems[1:]]
                whole = 0.95 if len(word.halves) == 2 else LAST_HALF
                met = max(met, whole * sum(w * m for w, m in zip(weights, each_met, strict=True)) / sum(weights))
                weight = max(weights)
            got += weight * met
            total += weight
        stems = [each for word in self.words for each in word.stems]
        explained = sum(max(_met(each, token) for each in stems) for token in tokens) / len(tokens)
        return (got / total) * (0.6 + 0.4 * explained)


def _met_in(stem_: str, tokens: Iterable[str]) -> float:
    return max((_met(stem_, token) for token in tokens), default=0.0)


@lru_cache(maxsize=50_000)  # the same few thousand words stand in all labels
def _met(stem_: str, token: str) -> float:
    """How well the token is the stem's word: itself 1, one that means the same or a compound with it less."""
    met = _inside(stem_, token)
    if met < SAME and any(_inside(other, token) == 1 for other in alike(stem_)):
        return SAME
    return met


def _inside(stem_: str, token: str) -> float:
    at = token.find(stem_)
    if at < 0:
        return 0.0
    rest = token[at + len(stem_) :]
    if at == 0:
        if len(rest) <= (3 if len(stem_) > 3 else 1):
            return 1.0
        return 0.95 if SAYS_LITTLE.fullmatch(rest) else 0.7 if len(stem_) > 2 else 0.0
    if len(stem_) > 2 and len(rest) <= 3:
        return 0.8
    return 0.5 if len(stem_) > 3 else 0.0


# --- Sources ----------------------------------------------------------------------------------------------------------


def _by_digits(digits: str) -> Iterable[Hit]:
    why = _("The code begins with %(digits)s.") % {"digits": digits}
    found = CpvCode.objects.filter(pk__startswith=digits[:8], retired="").order_by("level", "pk")[:20]
    for place, code in enumerate(found):
        yield Hit(code.pk, 1 - place / 100, why, "digits")


def _by_everyday(meant: Meant, language: str) -> Iterable[Hit]:
    phrase = meant.phrase
    near = Q(word__in=meant.runs | meant.halves) | Q(word__trigram_similar=phrase)
    if len(phrase) > 2:
        near |= Q(word__startswith=phrase)
    if meant.stems:
        near |= Q(word__iregex=meant.pattern)
    entries = list(EverydayWord.objects.filter(near).annotate(alike=TrigramSimilarity("word", phrase)))
    common = _commonness(meant.stems, [entry.word for entry in entries])
    for entry in entries:
        score = _everyday_score(meant, entry.word, entry.alike, common)
        if score >= LEAST:
            yield from _codes_of(entry, score + (0.01 if entry.language == language else 0))
    for synonym in EverydayWord.objects.filter(word__in=same_meaning(phrase)):
        yield from _codes_of(synonym, 0.7)


def _everyday_score(meant: Meant, word: str, alike: float, common: Mapping[str, float]) -> float:
    phrase = meant.phrase
    if word == phrase:
        return 1.0
    scores = [0.85 * meant.likeness(word, common)]
    if word in meant.runs:
        scores.append(0.7 * len(word) / len(phrase) + 0.2)
    if word.startswith(phrase):
        scores.append(0.8)
    if alike >= ALIKE:
        scores.append(0.75 * alike)
    return max(scores)


def _codes_of(entry: EverydayWord, score: float) -> Iterable[Hit]:
    why = _("“%(word)s” is an everyday word for this.") % {"word": entry.word}
    for place, code in enumerate(entry.cpv):
        yield Hit(code, score - place * 0.02, why, "everyday")


def _by_used(used: Mapping[str, int]) -> Iterable[Hit]:
    """Codes that published notices with these words have: trusted by how many they are, never above an everyday word."""
    most = max(used.values(), default=1)
    for code, count in used.items():
        why = ngettext(
            "%(count)d published notice with these words uses this code.",
            "%(count)d published notices with these words use this code.",
            count,
        ) % {"count": count}
        yield Hit(code, 0.3 + 0.4 * (count / most) * min(1.0, math.log2(1 + count) / 4), why, "used")


def _by_label(meant: Meant, language: str) -> Iterable[Hit]:
    """Codes whose label has the words in any language: fetched by their stems, the most met first, and judged one by one."""
    if not meant.stems:
        return
    met = sum(
        (Case(When(words__iregex=each, then=1), default=0, output_field=IntegerField()) for each in meant.stems),
        start=Value(0),
    )
    found = list(
        CpvCode.objects.filter(retired="", words__iregex=meant.pattern)
        .annotate(met=met)
        .order_by("-met", Length("words"), "pk")[:MOST_LABELS]
    )
    common = _commonness(meant.stems, [code.words.lower() for code in found])
    why = _("The name of the code has your words.")
    for code in found:
        score = max(
            meant.likeness(getattr(code, f"label_{each}"), common) + (0.01 if each == language else 0)
            for each in LANGUAGES
        )
        if score >= LEAST:
            yield Hit(code.pk, 0.8 * score - 0.01 * len(cpv_prefix(code.pk)), why, "label")


def _by_likeness(phrase: str, limit: int) -> Iterable[Hit]:
    """The last resort, for what is misspelt: codes with a label whose letters are like those that were typed."""
    like = (
        CpvCode.objects.filter(retired="", words__trigram_word_similar=phrase)
        .annotate(near=TrigramWordSimilarity(phrase, "words"))
        .order_by("-near", "pk")
    )
    for code in like[:limit]:
        yield Hit(code.pk, 0.25 * code.near, _("The name of the code is like your words."), "likeness")


def _commonness(stems: Iterable[str], texts: list[str]) -> dict[str, float]:
    """A weight for each stem: one that few of the texts have says more than one that all have."""
    return {each: 1 / math.log2(2 + sum(each in text for text in texts)) for each in stems}
