"""The glossary: what a hard word means, and a widener of searches: "felles anskaffelse" also finds "gemensam upphandling".

Pages explain by the terms that come with the arena and read them once a process, so that a word costs no query; searches ask
the table, which also holds what an operator added to them.
"""

import csv
from collections.abc import Iterable
from functools import cache

from django.utils.text import slugify

from taxonomy.loading import STARTER, term_fields
from taxonomy.models import Term

# Where the alphabets of our languages differ from that of ASCII: after z, in this order.
LAST_LETTERS = {"sv": "åäö", "nb": "æøå"}


@cache
def terms() -> dict[str, Term]:
    """Every term by its English name, as rows that are not saved."""
    with (STARTER / "terms.csv").open(encoding="utf-8", newline="") as file:
        return {row["en"]: Term(**term_fields(row)) for row in csv.DictReader(file)}


def anchor(term: Term) -> str:
    """Its place on the page of the glossary, the same in every language."""
    return slugify(term.en)


def alphabetical(found: Iterable[Term], language: str) -> list[Term]:
    """A to Ö, or to Å, as the reader's language has it."""
    last = LAST_LETTERS.get(language, "")

    def place(term: Term) -> list[int]:
        return [
            0x10000 + last.index(letter) if letter in last else ord(letter) for letter in term.label(language).lower()
        ]

    return sorted(found, key=place)


def about(words: str, language: str) -> list[Term]:
    """The terms with the words in a name or synonym of any language, or in the reader's definition; all where there are none."""
    asked = normal(words)
    return [
        term
        for term in alphabetical(terms().values(), language)
        if any(asked in phrase for phrase in term.phrases) or asked in term.definition(language).lower()
    ]


def same_meaning(words: str) -> list[str]:
    """Every term and synonym that the glossary holds to mean the same as `words`: all three languages, lower case."""
    return meanings([words]).get(normal(words), [])


def meanings(asked: Iterable[str]) -> dict[str, list[str]]:
    """The same of many, for those that the glossary holds, as `normal` spells them. One query."""
    phrases = {normal(words) for words in asked} - {""}
    if not phrases:
        return {}
    found: dict[str, set[str]] = {}
    for known in Term.objects.filter(phrases__overlap=sorted(phrases)).values_list("phrases", flat=True):
        for phrase in phrases.intersection(known):
            found.setdefault(phrase, set()).update(known)
    return {phrase: sorted(same - {phrase}) for phrase, same in found.items() if same != {phrase}}


def normal(words: str) -> str:
    """In lower case, with single blanks, and no longer than a term may be."""
    return " ".join(words.replace("\0", "").lower().split())[:100]
