"""Words taken apart: endings off, and Swedish and Norwegian compounds split where both halves are known.

"Brandlarm" is "brand" and "larm", "hisservice" is "hiss" and "service". What is known stands in the CPV labels of
any language, each by its own dictionary, or in the table of everyday words; so no word list of our own is kept.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from django.db import connection

SHORTEST, LONGEST = 7, 40  # letters of a word that is split; a shorter one is hardly a compound
ENDINGS = re.compile(
    r"(?<=\w{3})(?:arnas?|ernas?|ornas?|enes?|anes?|ingar|inger|ings?|ar|er|or|en|et|an|ns|ts|na|es|n|s|a|e|t)$"
)
SMALL = """
och att av den det de en ett för från i med om på som till vid vi vår våra ny nya nytt behöver ska samt inom
og av den det de ei et for fra i med om på som til ved vi vår våre nye trenger skal hos inn ut
a an and at by for from in into new of on or our the to up we with need out
"""
SMALL_WORDS = frozenset(SMALL.split())

# Part by part: 2 for an everyday word or a word of a label, 1 for what (from four letters on) begins a word of
# a label: an index look-up each. A part is letters alone, so that it may stand in a tsquery.
KNOWN = """
SELECT part, CASE
    WHEN EXISTS (SELECT 1 FROM taxonomy_everydayword WHERE word = part) THEN 2
    WHEN length(part) > 2 AND EXISTS (SELECT 1 FROM taxonomy_cpvcode WHERE search @@ (
        plainto_tsquery('swedish', part) || plainto_tsquery('norwegian', part) || plainto_tsquery('english', part))) THEN 2
    WHEN length(part) > 3 AND EXISTS (SELECT 1 FROM taxonomy_cpvcode WHERE search @@ (part || ':*')::tsquery) THEN 1
    ELSE 0 END
FROM unnest(%s::text[]) part
"""


def stem(word: str) -> str:
    """Without the commonest endings of the three languages; never shorter than three letters."""
    return ENDINGS.sub("", word)


def words_of(phrase: str) -> list[str]:
    """The words that mean something: small words left out, unless there are no others."""
    every = re.findall(r"[^\W_]+", phrase)
    return [word for word in every if word not in SMALL_WORDS and len(word) > 1] or every


def splits(word: str) -> list[tuple[str, str]]:
    """Every way to cut the word in two, with the joining s or e left out and a shared letter given back."""
    if not SHORTEST <= len(word) <= LONGEST or not word.isalpha():
        return []
    found = []
    for cut in range(2, len(word) - 2):
        first, last = word[:cut], word[cut:]
        found.append((first, last))
        if first[-1] in "se" and len(first) > 3:
            found.append((first[:-1], last))
        if len(first) > 2 and first[-1] not in "aeiouyåäöæø" and first[-1] == last[0]:
            found.append((first + first[-1], last))
    return list(dict.fromkeys(found))


def compounds(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The words that are made of known ones: {"brandlarm": ("brand", "larm")}. One query for all.

    Where only its last half is known, that alone: it says what the thing is, though not of which kind.
    """
    ways = {word: splits(word) for word in words}
    parts = sorted({part for some in ways.values() for pair in some for part in pair})
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [parts])
        known = {part: 2 if alike(stem(part)) else sure for part, sure in cursor.fetchall()}
    return {word: halves for word, some in ways.items() if (halves := _best(some, known))}


def _best(ways: Iterable[tuple[str, str]], known: Mapping[str, int]) -> tuple[str, ...]:
    """The split whose halves are surest; then the one whose shorter half is longest."""
    both = [pair for pair in ways if known[pair[0]] and known[pair[1]]]
    if both:
        return max(both, key=lambda pair: (known[pair[0]] + known[pair[1]], min(map(len, pair)), len(pair[1])))
    lasts = [last for _first, last in ways if known[last] == 2 and len(last) > 3]
    return (max(lasts, key=len),) if lasts else ()


@cache
def _alike() -> dict[str, frozenset[str]]:
    same: dict[str, set[str]] = {}
    with (Path(__file__).parent / "data" / "alike.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            group = {stem(word) for word in row["words"].split(";")}
            for each in group:
                same.setdefault(each, set()).update(group)
    return {each: frozenset(group - {each}) for each, group in same.items()}


def alike(stem_: str) -> frozenset[str]:
    """The stems of words that say the same as this one's in a label, whatever the language: "maintenance", "underhåll"."""
    return _alike().get(stem_, frozenset())
