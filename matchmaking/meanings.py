"""What everyday words and glossary terms mean, whichever of the three languages they are of."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.db import connection

from matchmaking import words
from matchmaking.likeness import Meaning, Phrase
from taxonomy.models import EverydayWord, Term

LANGUAGES = {"sv": "swedish", "nb": "norwegian", "en": "english"}

# Changes when any word does.
STAMP = """
SELECT (SELECT (count(*), sum(hashtext(language || word || cpv::text)))::text FROM taxonomy_everydayword)
    || (SELECT (count(*), sum(hashtext(phrases::text)))::text FROM taxonomy_term)
"""


def meanings() -> tuple[Meaning, ...]:
    """All of them. One query when nothing has changed since this process last asked; the words are stemmed then."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        return _read(cursor.fetchone()[0])


@lru_cache(maxsize=2)
def _read(_stamp: str) -> tuple[Meaning, ...]:
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for word, language, cpv in EverydayWord.objects.order_by("pk").values_list("word", "language", "cpv"):
        groups.setdefault(tuple(cpv), []).append((language, word.lower()))  # words of one line of codes are one thing
    known = {word for group in groups.values() for _language, word in group}
    # The glossary is mostly about procuring itself, which every notice is; its things are those that people name, too.
    terms = [
        [
            (language, each.lower())
            for language in LANGUAGES
            for each in (term.label(language), *term.synonyms(language))
        ]
        for term in Term.objects.order_by("pk")
        if known.intersection(term.phrases)
    ]
    stems = words.stems([word for group in (*groups.values(), *terms) for _language, word in group])
    found = [Meaning(cpv, _phrases(group, stems)) for cpv, group in groups.items()]
    return tuple(found + [Meaning((), _phrases(group, stems)) for group in terms])


def _phrases(group: Iterable[tuple[str, str]], stems: dict[str, dict[str, list[str]]]) -> tuple[Phrase, ...]:
    found = []
    for language, word in dict.fromkeys(group):
        dictionary = LANGUAGES.get(language, "")
        if lexemes := stems[word].get(dictionary):
            found.append(Phrase(language, dictionary, word, frozenset(lexemes)))
    return tuple(found)
