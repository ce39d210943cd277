"""Words as PostgreSQL stems them, on both sides of a match."""

from collections.abc import Iterable, Mapping

from django.db import connection

from procurements.searching import DICTIONARIES, READERS

OTHERWISE = "simple"  # languages that nobody writes subscriptions in: words as they stand
KEPT = (*READERS, OTHERWISE)
SEARCHED = sorted({*KEPT, *DICTIONARIES.values()})  # that the list of notices is indexed by


def dictionary_of(language: str) -> str:
    dictionary = DICTIONARIES.get(language, OTHERWISE)
    return dictionary if dictionary in KEPT else OTHERWISE


def stems(words: Iterable[str], dictionaries: Iterable[str] = KEPT) -> dict[str, dict[str, list[str]]]:
    """{word: {dictionary: lexemes}}. A word that a language does not search for ("och") has no lexemes in it."""
    asked = sorted(set(words))
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, dictionary, tsvector_to_array(to_tsvector(dictionary::regconfig, word))"
            " FROM unnest(%s::text[]) word, unnest(%s::text[]) dictionary",
            [asked, list(dictionaries)],
        )
        found: dict[str, dict[str, list[str]]] = {word: {} for word in asked}
        for word, dictionary, lexemes in cursor.fetchall():
            if lexemes:
                found[word][dictionary] = lexemes
    return found


def lexemes_of(texts: Mapping[int, tuple[str, str]]) -> dict[int, frozenset[str]]:
    """{id: (dictionary, text)} to {id: lexemes}, in one query."""
    if not texts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, tsvector_to_array(to_tsvector(dictionary::regconfig, body))"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS asked (id, dictionary, body)",
            [
                list(texts),
                [dictionary for dictionary, _text in texts.values()],
                [text for _dictionary, text in texts.values()],
            ],
        )
        return {id: frozenset(lexemes) for id, lexemes in cursor.fetchall()}
