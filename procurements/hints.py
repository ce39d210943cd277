"""Hints while one writes: a product instead of a need, and words that are hard to read (A1, A38). Pure and deterministic.

A hint never stops anything. The lists are in `procurements/phrases/`. The readability measure is LIX, by C. H. Björnsson (1968):
words a sentence plus the share of words longer than six letters, in hundredths; above 50 is how authorities write at their
worst. It is made for Swedish and Norwegian; English gets the hints on sentences and words alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from procurements.models import Kind

PHRASES = Path(__file__).resolve().parent / "phrases"
READ = 20_000  # characters of a field that are read
MOST = 5  # hints a field
LONG_SENTENCE = 30  # words
HARD = 50  # LIX
FEW = 30  # words under which LIX says nothing

TEXTS = ("title", "summary", "problem", "affected", "cost_today", "desired_effect", "tried", "description")
FREE = ("tried", "cost_today")  # what one has today and has tried may be called by its name

WORD = re.compile(r"[^\W\d_]+")
END = re.compile(r"(?<=[.!?])\s|\n")  # one character at a time: a text of dots alone is read once
MARK = re.compile(r"(\w{0,40}) ?(?:[®™]|\((?:R|TM)\))")
TYPE = re.compile(
    r"\b(?:av typen|av typ|av märket|av fabrikat|fabrikat|modell|av type|av merket|av merke"
    r"|of the type|of the brand|model) ([A-ZÅÄÖÆØ0-9][\w-]{1,40})",
)
EQUIVALENT = re.compile(
    r"\beller (?:motsvarande|likvärdig\w{0,2}|tilsvarende|likeverdig\w{0,2})\b|\bor (?:equivalent|similar)\b",
    re.IGNORECASE,
)
VERSION = re.compile(r"\b([A-ZÅÄÖÆØ][a-zåäöæøA-Z]{2,30}) (?:v\d{1,3}|version \d{1,3}|\d{1,3}\.\d{1,3})\b")
NO_PRODUCT = {
    "Kapitel", "Kapittel", "Avsnitt", "Bilaga", "Vedlegg", "Punkt", "Tabell", "Figur", "Chapter", "Section", "Annex", "Table",
    "Figure", "Article", "Artikel", "Artikkel", "Mål", "Goal", "Agenda", "WCAG", "ISO", "TLS", "HTTP", "SIA",
}  # fmt: skip
# The noun of a solution, alone or as the end of a compound; "ekosystem" is not a thing that one buys.
SOLUTION = re.compile(
    r"\b(\w{0,30}(?:plattform|platform|system|robot|sensor|programvar[ae]|software|portal|drönare|drone|kamera|camera"
    r"|chat-?bot)(?:en|et|ar|er|na|n|s)?|(?:\w{1,20}-)?app(?:en|ar|s)?|mobilapp)\b",
    re.IGNORECASE,
)
NO_SOLUTION = re.compile(
    r"^(eko|øko|eco|nerv|nerve|immun|immune|sol|solar|rätts|retts|skatte|hälso)-?\w*system", re.IGNORECASE
)

RANK = ("brand", "mark", "type", "version", "equivalent", "solution", "sentence", "lix", "plain")


@dataclass(frozen=True)
class Hint:
    """One remark on a field: the words it is about, what to consider, and whether it is "strong" or "mild"."""

    field: str
    code: str  # one of RANK
    word: str
    sentence: str
    severity: str


def hints_for(wording: Any, kind: str, language: str) -> dict[str, list[Hint]]:
    """The hints of every text of a wording (or a dict of its fields): at most five a field, most useful first."""
    found = {}
    for name in TEXTS:
        text = wording.get(name, "") if isinstance(wording, dict) else getattr(wording, name, "")
        if hints := hints_of(text or "", field=name, kind=kind, language=language):
            found[name] = hints
    return found


def hints_of(text: str, *, field: str, kind: str, language: str) -> list[Hint]:
    """The hints of one text, of which the first 20,000 characters are read."""
    text = text[:READ]
    found = [] if field in FREE else list(_on_solutions(text, field, kind))
    found += _on_reading(text, field, language)
    unique: dict[tuple[str, str], Hint] = {}
    for hint in found:
        unique.setdefault((hint.code, hint.word.casefold()), hint)
    ranked = sorted(unique.values(), key=lambda hint: RANK.index(hint.code))
    return _mixed(ranked)[:MOST]


def _mixed(ranked: list[Hint]) -> list[Hint]:
    """The first of each sort before the second of any: five brands would hide a sentence of eighty words."""
    turns: dict[str, int] = {}
    keyed: list[tuple[int, int, int, Hint]] = []
    for hint in ranked:
        turns[hint.code] = turns.get(hint.code, 0) + 1
        keyed.append((turns[hint.code], RANK.index(hint.code), len(keyed), hint))
    return [row[3] for row in sorted(keyed, key=lambda row: row[:3])]


def _on_solutions(text: str, field: str, kind: str) -> Iterator[Hint]:
    severity = "strong" if kind == Kind.NEED else "mild"
    for name in brands_in(text):
        said = _("“%(word)s” is a make or a product. Say what it does for you, and more suppliers can answer.")
        yield Hint(field, "brand", name, said % {"word": name}, severity)
    for match in MARK.finditer(text):
        said = _("A trade mark points to one supplier. Describe the function instead.")
        yield Hint(field, "mark", match[0].strip(), said, severity)
    for match in TYPE.finditer(text):
        said = _("“%(word)s” names a type or a make. What must it be able to do?")
        yield Hint(field, "type", match[0], said % {"word": match[0]}, severity)
    for match in VERSION.finditer(text):
        if match[1] not in NO_PRODUCT:
            said = _("“%(word)s” looks like a product with its version. Is it a requirement, or a habit?")
            yield Hint(field, "version", match[0], said % {"word": match[0]}, severity)
    for match in EQUIVALENT.finditer(text):
        said = _("“%(word)s” says that you have one solution in mind. Describe what would make another as good.")
        yield Hint(field, "equivalent", match[0], said % {"word": match[0]}, "mild")
    if field == "title" and kind == Kind.NEED:
        for match in SOLUTION.finditer(text):
            if not NO_SOLUTION.match(match[0]):
                said = _("“%(word)s” is a solution. Can the title say what should become better instead?")
                yield Hint(field, "solution", match[0], said % {"word": match[0]}, "mild")


def _on_reading(text: str, field: str, language: str) -> Iterator[Hint]:
    sentences = [words for part in END.split(text) if (words := WORD.findall(part))]
    if sentences:
        longest = max(sentences, key=len)
        if len(longest) > LONG_SENTENCE:
            said = _("The sentence that begins “%(start)s…” has %(count)s words. Can it be two?")
            start = " ".join(word[:30] for word in longest[:5])
            yield Hint(field, "sentence", start, said % {"start": start, "count": len(longest)}, "mild")
    if language in ("sv", "nb", "no") and (measure := lix(sentences)) > HARD:
        said = _("The text is hard to read (LIX %(lix)s; above 50 is heavy). Shorter sentences and shorter words help.")
        yield Hint(field, "lix", "", said % {"lix": measure}, "mild")
    pattern, plain = stiff_words("nb" if language == "no" else language)
    if pattern:
        for match in pattern.finditer(text):
            word = " ".join(match[0].split()).lower()
            said = _("Instead of “%(word)s” you can write “%(plain)s”.")
            yield Hint(field, "plain", word, said % {"word": word, "plain": plain[word]}, "mild")


def lix(sentences: list[list[str]]) -> int:
    """Of sentences as lists of words; 0 for a text that is too short to judge."""
    words = [word for sentence in sentences for word in sentence]
    if len(words) < FEW:
        return 0
    return round(len(words) / len(sentences) + 100 * sum(len(word) > 6 for word in words) / len(words))


def brands_in(text: str) -> list[str]:
    """The makes and products that a text names, in its order; capitals count, so that a common word is left alone."""
    single, several = brands()
    found = [name for name in several if name in text]
    within = " ".join(found).split()
    for match in re.finditer(r"\w+", text):
        word = match[0] if match[0] in single else match[0].removesuffix("s")
        if word in single and word not in within:
            found.append(word)
    return sorted(dict.fromkeys(found), key=text.index)


@cache
def brands() -> tuple[frozenset[str], tuple[str, ...]]:
    """Names of one word, and names of several."""
    lines = (PHRASES / "brands.txt").read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    return frozenset(name for name in names if " " not in name), tuple(name for name in names if " " in name)


@cache
def stiff_words(language: str) -> tuple[re.Pattern[str] | None, dict[str, str]]:
    """A pattern that finds the stiff words of a language, and the plain word for each."""
    with (PHRASES / "plain.csv").open(encoding="utf-8", newline="") as lines:
        plain = {row["stiff"]: row["plain"] for row in csv.DictReader(lines) if row["language"] == language}
    if not plain:
        return None, {}
    words = "|".join(word.replace(" ", r"\s") for word in sorted(plain, key=len, reverse=True))
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE), plain
