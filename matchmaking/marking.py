"""Where in a notice the words stand that found it: pieces of its text with the words marked, as PostgreSQL finds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import connection
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from matchmaking.models import Match
from matchmaking.scoring import COMPOUND_FROM, COMPOUNDING
from matchmaking.words import dictionary_of

# Characters that Unicode leaves to each program: what a text has of them is taken out before ours are put in. They are never
# shown: each piece of text is escaped, and only then is markup put round it.
BEGINS, ENDS, BETWEEN = OURS = "\ue000\ue001\ue002"
READ = 10_000  # characters of one notice
MOST_WORDS = 10  # of one notice

TITLE = f"StartSel={BEGINS},StopSel={ENDS},HighlightAll=true"
BODY = f"StartSel={BEGINS},StopSel={ENDS},FragmentDelimiter={BETWEEN},MaxFragments=2,MinWords=8,MaxWords=22"
# The text is what matchmaking.reading stems, but for the title, which is marked by itself.
HEADLINE = """
SELECT asked.id,
    ts_headline(asked.dictionary::regconfig, translate(version.title, %(ours)s, ''), asked.query::tsquery, %(title)s),
    ts_headline(
        asked.dictionary::regconfig,
        translate(
            left(concat_ws(' ', summary, problem, affected, desired_effect, description), %(read)s), %(ours)s, ''
        ),
        asked.query::tsquery,
        %(body)s
    )
FROM unnest(%(ids)s::bigint[], %(versions)s::bigint[], %(dictionaries)s::text[], %(queries)s::text[])
    AS asked (id, version, dictionary, query)
JOIN procurements_noticeversion version ON version.id = asked.version
"""


class Marked(NamedTuple):
    """HTML, escaped but for `<mark>`; empty where no word was found."""

    title: SafeString | str
    text: SafeString | str


def marked(matches: Sequence[Match]) -> dict[int, Marked]:
    """{match's id: its words, marked}, for those that words found; one query. They come with `version` and `subscription`."""
    asked = {
        match.pk: (match.version_id, dictionary, query)
        for match in matches
        if (dictionary := dictionary_of(match.version.language))
        and (query := query_of(_words(match.hits), match.subscription.stems, dictionary))
    }
    if not asked:
        return {}
    versions, dictionaries, queries = (list(column) for column in zip(*asked.values(), strict=True))
    parameters = {"ids": list(asked), "versions": versions, "dictionaries": dictionaries, "queries": queries}
    with connection.cursor() as cursor:
        cursor.execute(HEADLINE, {**parameters, "title": TITLE, "body": BODY, "read": READ, "ours": OURS})
        return {pk: Marked(_html(title), _piece(body)) for pk, title, body in cursor.fetchall()}


def _words(hits: Iterable[str]) -> list[str]:
    split = (hit.partition(":") for hit in hits)
    return [value for kind, _colon, value in split if kind == "word"][:MOST_WORDS]


def query_of(words: Iterable[str], stems: Mapping[str, Mapping[str, Sequence[str]]], dictionary: str) -> str:
    """Any of their stems, as a tsquery: those of a phrase may stand far apart. Empty when the dictionary keeps none."""
    wanted = {stem for word in words for stem in stems.get(word, {}).get(dictionary, ())}
    return " | ".join(_term(stem, dictionary) for stem in sorted(wanted))


def _term(stem: str, dictionary: str) -> str:
    quoted = "'" + stem.replace("\\", "\\\\").replace("'", "''") + "'"
    return f"{quoted}:*" if dictionary in COMPOUNDING and len(stem) >= COMPOUND_FROM else quoted


def _piece(headline: str) -> SafeString | str:
    html = _html(headline)
    return format_html("… {} …", html) if html else ""


def _html(headline: str) -> SafeString | str:
    """The headline with `<mark>` for our signs, and everything else escaped; empty when nothing is marked in it."""
    if BEGINS not in headline:
        return ""
    fragments = format_html_join(" … ", "{}", ((_fragment(each),) for each in headline.split(BETWEEN)))
    return format_html("{}", fragments)


def _fragment(text: str) -> SafeString:
    before, *rest = text.split(BEGINS)
    pieces = [each.partition(ENDS) for each in rest]
    marks = format_html_join("", "<mark>{}</mark>{}", ((word, after) for word, _sign, after in pieces))
    return format_html("{}{}", before, marks)
