"""Where in a notice the words stand that a subscription found it by (procurements.marking marks them)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matchmaking.models import Match
from matchmaking.scoring import COMPOUND_FROM, COMPOUNDING
from matchmaking.words import dictionary_of
from procurements import meaning
from procurements.marking import Asked, Marked, headlines

MOST_WORDS = 10  # of one notice


def marked(matches: Sequence[Match]) -> dict[int, Marked]:
    """{match's id: its words, marked}, for those that words found; one query. They come with `version` and `subscription`."""
    return headlines(
        {
            match.pk: Asked(match.version_id, dictionary, query)
            for match in matches
            if (dictionary := dictionary_of(match.version.language))
            and (query := query_of(_words(match.hits), match.subscription.stems, dictionary))
        }
    )


def _words(hits: Iterable[str]) -> list[str]:
    split = (hit.partition(":") for hit in hits)
    return [value for kind, _colon, value in split if kind == "word"][:MOST_WORDS]


def query_of(words: Iterable[str], stems: Mapping[str, Mapping[str, Sequence[str]]], dictionary: str) -> str:
    """Any of their stems, as a tsquery: those of a phrase may stand far apart. Empty when the dictionary keeps none."""
    wanted = {stem for word in words for stem in stems.get(word, {}).get(dictionary, ())}
    return " | ".join(_term(stem, dictionary) for stem in sorted(wanted))


def _term(stem: str, dictionary: str) -> str:
    quoted = meaning.literal(stem)
    return f"{quoted}:*" if dictionary in COMPOUNDING and len(stem) >= COMPOUND_FROM else quoted
