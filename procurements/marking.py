"""Where in a notice the words stand that found it: pieces of its text with the words marked, as PostgreSQL finds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from procurements.meaning import Question
from procurements.models import NoticeVersion
from procurements.searching import BODY as WRITTEN
from procurements.searching import DICTIONARIES
from taxonomy import compounds
from taxonomy.splitting import stem

# Characters that Unicode leaves to each program: what a text has of them is taken out before ours are put in. They are never
# shown: each piece of text is escaped, and only then is markup put round it.
BEGINS, ENDS, BETWEEN = OURS = "\ue000\ue001\ue002"
READ = 10_000  # characters of one notice
MOST_COMPOUNDS = 30  # of one notice

TITLE = f"StartSel={BEGINS},StopSel={ENDS},HighlightAll=true"
BODY = f"StartSel={BEGINS},StopSel={ENDS},FragmentDelimiter={BETWEEN},MaxFragments=2,MinWords=8,MaxWords=22"
# The text is what is searched (but "tried", which is no part of what is wanted), and the title, which is marked by itself.
HEADLINE = """
SELECT asked.id,
    ts_headline(asked.dictionary::regconfig, translate(version.title, %(ours)s, ''), asked.query, %(title)s),
    ts_headline(
        asked.dictionary::regconfig,
        translate(
            left(concat_ws(' ', summary, problem, affected, desired_effect, description), %(read)s), %(ours)s, ''
        ),
        asked.query,
        %(body)s
    )
FROM (
    SELECT id, version, dictionary, {query} AS query
    FROM unnest(%(ids)s::bigint[], %(versions)s::bigint[], %(dictionaries)s::text[], %(said)s::text[])
        AS given (id, version, dictionary, said)
) AS asked
JOIN procurements_noticeversion version ON version.id = asked.version
"""
# The same of any texts, which the caller brings.
OF_TEXTS = """
SELECT id,
    ts_headline(dictionary::regconfig, translate(title, %(ours)s, ''), query, %(title)s),
    ts_headline(dictionary::regconfig, translate(left(text, %(read)s), %(ours)s, ''), query, %(body)s)
FROM (
    SELECT id, dictionary, title, text, {query} AS query
    FROM unnest(%(ids)s::bigint[], %(dictionaries)s::text[], %(titles)s::text[], %(texts)s::text[], %(said)s::text[])
        AS given (id, dictionary, title, text, said)
) AS asked
"""
AS_QUERY = "said::tsquery"


class Marked(NamedTuple):
    """HTML, escaped but for `<mark>`; empty where no word was found."""

    title: SafeString | str
    text: SafeString | str


class Asked(NamedTuple):
    """What is marked in a version: `said` is a tsquery over the lexemes of the dictionary."""

    version: int
    dictionary: str
    said: str


class Text(NamedTuple):
    """Words that are shown: the title is marked as a whole, and of the text the pieces that have a word of the question."""

    language: str
    title: str
    text: str


def headlines(
    asked: Mapping[int, Asked], *, query: str = AS_QUERY, parameters: Mapping[str, str] | None = None
) -> dict[int, Marked]:
    """{key: its words, marked}; one query, none for nothing. `query`: SQL that makes a tsquery of `said` and `dictionary`."""
    if not asked:
        return {}
    versions, dictionaries, said = (list(column) for column in zip(*asked.values(), strict=True))
    given: dict[str, Any] = {"ids": list(asked), "versions": versions, "dictionaries": dictionaries, "said": said}
    given |= {"title": TITLE, "body": BODY, "read": READ, "ours": OURS, **(parameters or {})}
    with connection.cursor() as cursor:
        cursor.execute(HEADLINE.format(query=query), given)
        return {pk: Marked(_html(title), _piece(body)) for pk, title, body in cursor.fetchall()}


def marked(question: Question, versions: Sequence[NoticeVersion]) -> dict[int, Marked]:
    """{version's id: its text with the words of the question}, each of them wherever it stands; one query, none without words.

    In a compound that has the word as a part the whole of it is marked, for the index found it by that part.
    """
    if not question.wanted:
        return {}
    stems, parameters, query = _asked(question)
    asked = {
        version.pk: Asked(
            version.pk,
            DICTIONARIES.get(version.language, "simple"),
            _compounds(
                version.language,
                "\n".join([version.title, version.summary, *(getattr(version, name) for name in WRITTEN)]),
                stems,
            ),
        )
        for version in versions
    }
    return headlines(asked, query=query, parameters=parameters)


def marked_texts(question: Question, texts: Sequence[Text]) -> list[Marked]:
    """The same of texts of any kind, in their order; one query, none without words."""
    if not question.wanted or not texts:
        return [Marked("", "") for _text in texts]
    stems, parameters, query = _asked(question)
    given: dict[str, Any] = {
        "ids": list(range(len(texts))),
        "dictionaries": [DICTIONARIES.get(each.language, "simple") for each in texts],
        "titles": [each.title for each in texts],
        "texts": [each.text[:READ] for each in texts],
        "said": [_compounds(each.language, f"{each.title}\n{each.text}", stems) for each in texts],
    }
    with connection.cursor() as cursor:
        cursor.execute(
            OF_TEXTS.format(query=query),
            {**given, "title": TITLE, "body": BODY, "read": READ, "ours": OURS, **parameters},
        )
        found = {pk: Marked(_html(title), _piece(text)) for pk, title, text in cursor.fetchall()}
    return [found[number] for number in range(len(texts))]


def _asked(question: Question) -> tuple[set[str], dict[str, str], str]:
    """The stems of the wanted words, and SQL of a tsquery for any of them with its parameters; `said` is the text's own."""
    parameters: dict[str, str] = {}
    parts = list(_words(question, parameters))
    query = " || ".join([*parts, "websearch_to_tsquery(dictionary::regconfig, said)"])
    return {stem(word.lower()) for word in _wanted(question)}, parameters, query


def _words(question: Question, parameters: dict[str, str]) -> Iterator[str]:
    """Any term in any dictionary, as SQL: a notice may have one word in its title and the other in its text."""
    for group in question.wanted:
        for term in group:
            for words, is_phrase in [(term.words, term.is_phrase), *((also, True) for also in term.also)]:
                name = f"word{len(parameters)}"
                parameters[name] = words
                function = "phraseto_tsquery" if is_phrase else "plainto_tsquery"
                for dictionary in question.dictionaries:
                    yield f"{function}('{dictionary}'::regconfig, %({name})s)"


def _wanted(question: Question) -> Iterator[str]:
    for group in question.wanted:
        for term in group:
            for words in (term.words, *term.also):
                yield from words.split()


def _compounds(language: str, text: str, stems: Iterable[str]) -> str:
    """The words of the text that have one of the stems as a part, and those that end with an article, as a question."""
    if language not in compounds.COMPOUNDING:
        return ""
    text = text[:READ].lower()
    wanted = [each for each in stems if len(each) >= compounds.SHORTEST_PART]
    found = [
        word
        for word in dict.fromkeys(compounds.WORD.findall(text))
        if any(each in word for each in wanted)
        and any(_is_among(part, stems) for part in (word, *compounds.parts_of(word)))
    ]
    return " or ".join(found[:MOST_COMPOUNDS])


def _is_among(part: str, stems: Iterable[str]) -> bool:
    return stem(part) in stems or stem(compounds.without_article(part) or part) in stems


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
