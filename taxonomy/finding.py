"""Help with CPV in words: who types "fallarm" gets the codes that mean it.

Three sources, in this order of trust: the table of everyday words, the glossary's synonyms, and the codes' own labels
in all three languages (whole words by each language's dictionary; parts of compounds and misspellings by trigrams).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramSimilarity, TrigramWordSimilarity
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from taxonomy.codes import is_broad
from taxonomy.glossary import normal, same_meaning
from taxonomy.models import CpvCode, EverydayWord
from taxonomy.search import DICTIONARIES

ALIKE = 0.5  # of two words' trigrams: "fallsensorer" is "fallsensor", "bussar" is not "bostäder"
LONGEST_PHRASE = 4  # words in an entry of the table of everyday words


@dataclass(frozen=True)
class Suggestion:
    """A code that may be meant, its label, and a sentence that says why it is suggested."""

    code: str
    label: str
    why: str


@dataclass(frozen=True)
class Hit:
    code: str
    score: float
    why: str


def find_cpv(words: str, language: str, limit: int = 8) -> list[Suggestion]:
    """At most `limit` codes for `words`, the likeliest first, labelled and explained in `language` (sv, nb, en)."""
    phrase = normal(words)
    if len(phrase) < 2:
        return []
    with override(language):
        if phrase.isascii() and phrase.isdigit():
            hits = [*_by_digits(phrase)]
        else:
            hits = [*_by_everyday(phrase, language), *_by_label(phrase, limit)]
            if not hits and " " in phrase:  # no code has all the words; some of them, then
                hits = [*_by_label(" or ".join(phrase.split()), limit)]
    best: dict[str, Hit] = {}
    for hit in hits:
        if hit.code not in best or hit.score > best[hit.code].score:
            best[hit.code] = hit
    codes = CpvCode.objects.filter(retired="").in_bulk(list(best))
    ranked = sorted((hit for hit in best.values() if hit.code in codes), key=lambda hit: (-hit.score, hit.code))
    return [Suggestion(hit.code, codes[hit.code].label(language), hit.why) for hit in ranked[:limit]]


def _by_digits(digits: str) -> Iterable[Hit]:
    why = _("The code begins with %(digits)s.") % {"digits": digits}
    found = CpvCode.objects.filter(pk__startswith=digits[:8], retired="").order_by("level", "pk")[:20]
    for place, code in enumerate(found):
        yield Hit(code.pk, 1 - place / 100, why)


def _by_everyday(phrase: str, language: str) -> Iterable[Hit]:
    tokens = phrase.split()
    parts = {
        " ".join(tokens[start : start + length])
        for length in range(1, LONGEST_PHRASE + 1)
        for start in range(len(tokens) - length + 1)
    }
    near = Q(word__in=parts) | Q(word__trigram_similar=phrase)
    if len(phrase) > 2:
        near |= Q(word__startswith=phrase)
    for entry in EverydayWord.objects.filter(near).annotate(alike=TrigramSimilarity("word", phrase)):
        if entry.word == phrase:
            score = 1.0
        elif entry.word in parts:
            score = 0.8 + 0.1 * len(entry.word) / len(phrase)
        elif entry.word.startswith(phrase):
            score = 0.8
        elif entry.alike >= ALIKE:
            score = 0.75 * entry.alike
        else:
            continue
        yield from _codes_of(entry, score + (0.01 if entry.language == language else 0))
    for synonym in EverydayWord.objects.filter(word__in=same_meaning(phrase)):
        yield from _codes_of(synonym, 0.7)


def _codes_of(entry: EverydayWord, score: float) -> Iterable[Hit]:
    why = _("“%(word)s” is an everyday word for this.") % {"word": entry.word}
    for place, code in enumerate(entry.cpv):
        yield Hit(code, score - place * 0.02, why)


def _by_label(phrase: str, limit: int) -> Iterable[Hit]:
    """Codes whose label has the words; only where those are few, codes whose label is like them.

    Two queries, because the planner thinks a trigram match as cheap as any filter and would read the whole table for both.
    """
    query = reduce(or_, (SearchQuery(phrase, config=each, search_type="websearch") for each in DICTIONARIES.values()))
    in_use = CpvCode.objects.filter(retired="")
    having = (
        in_use.filter(search=query)
        .annotate(rank=SearchRank(F("search"), query, normalization=2), near=TrigramWordSimilarity(phrase, "words"))
        .order_by("-rank", "-near", "pk")[: 4 * limit]
    )
    for code in having:
        yield Hit(code.pk, 0.35 + _likeness(code.pk, code.near), _("The name of the code has your words."))
    if len(having) < limit:
        like = in_use.filter(words__trigram_word_similar=phrase).annotate(near=TrigramWordSimilarity(phrase, "words"))
        for each in like.order_by("-near", "pk")[:limit]:
            yield Hit(each.pk, _likeness(each.pk, each.near), _("The name of the code is like your words."))


def _likeness(code: str, near: float) -> float:
    return 0.25 * near - (0.15 if is_broad(code) else 0.0)
