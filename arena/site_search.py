"""One search over everything public: articles, needs and procurements, networks, what suppliers offer, buyers, and terms.

How kinds are ranked together. Each kind has an order of its own (the index of articles and that of notices rank by their
weights; of networks, suppliers and buyers the name counts before the text), and their numbers cannot be compared. So the places
are: as in reciprocal rank fusion, where a hit that stands in one list alone is worth 1 / (60 + its place), the first of every
kind come before the second of any. Before that go those whose title is what was asked for, or a term of the glossary that means
the same; then those with every word in the title; then all others.

Everything is bounded: of each kind at most `MOST` hits are ranked, and the number of queries does not depend on how many there
are. A kind with more says "more than", and needs and procurements have a list of their own with filters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import OperationalError
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from psycopg.errors import QueryCanceled

from accounts.models import Organisation
from knowledge import searching
from knowledge.models import Article, ArticleText, Genre
from networks.models import Network
from procurements import choosing, finding, marking, meaning, spelling
from procurements.browsing import Browse
from procurements.finding import FEW, Results
from procurements.marking import Marked, Text
from procurements.meaning import Question
from procurements.rows_shown import rows
from suppliers.models import SupplierProfile
from taxonomy import compounds, glossary
from taxonomy.glossary import normal
from taxonomy.models import Term
from taxonomy.splitting import SMALL_WORDS, stem

MOST = 200  # hits of one kind that are ranked
MOST_NOTICES = 60  # the others stand in their own list
MOST_TERMS = 2  # definitions above the hits
SHORT = 3  # letters of a stem that is looked for as a whole word
WORD = re.compile(r"[^\W\d_]{4,}")
SHOWN_OF_A_TEXT = 300  # characters, where no word is marked
KINDS = {
    **{genre.value: genre.label for genre in Genre},
    "notice": _("Needs and procurements"),
    "network": _("Networks"),
    "supplier": _("Suppliers' offers"),
    "buyer": _("Buyers"),
}
TAGS = {"network": _("Network"), "supplier": _("Supplier's offer"), "buyer": _("Buyer")}  # of one row


class TooLate(Exception):
    """The tables without an index were not looked through in time."""


@dataclass(frozen=True)
class Hit:
    kind: str
    key: int
    title: str
    language: str = ""
    place: int = 0  # in its kind's own order
    nearness: int = 0  # 0: it is what was asked for; 1: every word is in the title; 2: elsewhere


@dataclass(frozen=True)
class Count:
    kind: str
    label: Any
    number: int
    is_exact: bool = True


@dataclass
class Found:
    """`hits` in their order, of the kind that was chosen or of all; `counts` of every kind that has any."""

    hits: list[Hit] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    also: dict[str, list[str]] = field(default_factory=dict)
    instead: str = ""
    sentences: list[str] = field(default_factory=list)
    wider_said: list[str] = field(default_factory=list)
    notices: Results = field(default_factory=lambda: Results([]))
    question: Question = field(default_factory=Question)

    @property
    def wider(self) -> str:
        """A search for any of the parts, for who found nothing; "" where that finds nothing either."""
        return " OR ".join(self.wider_said)

    @property
    def total(self) -> int:
        return sum(count.number for count in self.counts)

    @property
    def is_exact(self) -> bool:
        return all(count.is_exact for count in self.counts)


def find(q: str, *, kind: str = "", at: datetime) -> Found:
    """What the words find, of one kind or of all. Never raises; what takes too long is left out, and the reader is told."""
    browse = Browse(q=q, state="all")
    if not q:
        return Found()
    question = browse.question
    notices = browse.results(at, size=MOST_NOTICES)
    found = Found(also=question.also, sentences=list(notices.meant.sentences), notices=notices, question=question)
    if question.is_empty:
        return found
    by_kind = _by_kind(question, notices)
    try:
        for kind_found, key, title in _holding(question):
            by_kind[kind_found].append(Hit(kind_found, key, title, place=len(by_kind[kind_found])))
    except TooLate:
        found.sentences.append(
            gettext("Networks, suppliers and buyers took too long to look through and are left out. Try fewer words.")
        )
    found.counts = list(_counts(by_kind, notices))
    found.hits = _together(by_kind, question, q, kind)
    found.terms = _terms(question, q)
    if found.total < FEW:
        found.instead = notices.meant.instead or _instead(q, question)
    if not found.total:
        found.wider_said = _wider(question, at)
    return found


def shown(hits: Sequence[Hit], found: Found) -> list[dict[str, Any]]:
    """What the rows of one page show, in their order; a query for each kind, and two that mark the words."""
    brought = {kind: {hit.key for hit in hits if hit.kind == kind} for kind in KINDS}
    notices = [notice for notice in found.notices.notices if notice.pk in brought["notice"]]
    notice_rows = {row["notice"].pk: row for row in rows(notices, found.question)}
    things: dict[str, dict[Any, Any]] = {
        "network": Network.objects.in_bulk(brought["network"]),
        "supplier": SupplierProfile.objects.select_related("organisation").in_bulk(brought["supplier"]),
        "buyer": Organisation.objects.in_bulk(brought["buyer"]),
    }
    texts = _texts([hit.key for hit in hits if hit.kind in Genre.values])
    pages = []
    for hit in hits:
        if hit.kind == "notice":
            continue
        thing = texts.get((hit.key, hit.language)) if hit.kind in Genre.values else things[hit.kind].get(hit.key)
        if thing is not None:  # it was there a moment ago
            pages.append(_page(hit, thing))
    marked = marking.marked_texts(found.question, [page["words"] for page in pages])
    by_hit = {(page["hit"].kind, page["hit"].key): _with_marks(page, m) for page, m in zip(pages, marked, strict=True)}
    by_hit |= {("notice", pk): {"kind": "notice", "row": row} for pk, row in notice_rows.items()}
    return [by_hit[hit.kind, hit.key] for hit in hits if (hit.kind, hit.key) in by_hit]


def _by_kind(question: Question, notices: Results) -> dict[str, list[Hit]]:
    found: dict[str, list[Hit]] = {kind: [] for kind in KINDS}
    for place, article in enumerate(searching.find(question, get_language() or "sv")):
        found[article.genre].append(Hit(article.genre, article.article, article.title, article.language, place))
    for place, notice in enumerate(notices.notices):
        version = notice.current_version
        found["notice"].append(Hit("notice", notice.pk, version.title if version else "", place=place))
    return found


# Rows, the column with their name, and the columns that are looked through: only what everyone may read.
SOURCES: dict[str, tuple[Callable[[], QuerySet[Any]], str, tuple[str, ...]]] = {
    "network": (Network.objects.active, "name", ("name", "subject", "description")),
    "supplier": (
        lambda: SupplierProfile.objects.filter(is_public=True, organisation__merged_into=None),
        "organisation__name",
        ("organisation__name", "offer", "references"),
    ),
    "buyer": (choosing.buying, "name", ("name", "description")),
}


def _holding(question: Question) -> list[tuple[str, int, str]]:
    """(kind, key, name) of the rows with the words, at most `MOST` and one of each kind: those with all of them in the name first.

    These tables have no index of words: they are read through, by stems, so that parts of compounds are found as well. One
    query, that is stopped when it takes too long; then TooLate is raised.
    """
    parts = []
    for kind, (source, name, columns) in SOURCES.items():
        wanted = _all_in(question, columns)
        if not wanted:
            return []
        in_name = Case(When(_all_in(question, [name]), then=Value(0)), default=Value(1))
        found = source().filter(wanted).annotate(what=Value(kind), said=F(name), near=in_name)
        parts.append(found.order_by("near", "said", "pk").values_list("what", "pk", "said", "near")[: MOST + 1])
    every = parts[0].union(*parts[1:], all=True)
    try:
        with finding.bounded(every.db):
            rows = sorted(every, key=lambda row: (row[3], row[2].lower(), row[1]))
    except OperationalError as why:
        if isinstance(why.__cause__, QueryCanceled):
            raise TooLate from why
        raise
    return [(kind, key, name) for kind, key, name, _near in rows]


def _all_in(question: Question, columns: Sequence[str]) -> Q:
    """Every term of one of the groups stands in a column, or something that means the same; no unwanted one does."""
    either = Q()
    for group in question.wanted:
        terms = [term for term in group if set(term.words.lower().split()) - SMALL_WORDS]
        every = Q()
        for term in terms:
            every &= _any_of([Q(**{f"{column}{how}": said}) for column in columns for how, said in _looked_for(term)])
        if terms:
            either |= every
    for term in question.unwanted if either else ():
        either &= ~_any_of([Q(**{f"{column}{how}": said}) for column in columns for how, said in _looked_for(term)])
    return either


def _any_of(conditions: Sequence[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def _looked_for(term: meaning.Term) -> Iterator[tuple[str, str]]:
    """(look-up, words) of a term and of what means the same: a word by its stem, a short one whole, several as they stand."""
    for words in (term.words, *term.also):
        alone = words.isalnum() and not term.is_phrase
        short = stem(words.lower()) if alone else words
        if len(short) <= SHORT:
            yield "__iregex", rf"\m{re.escape(words)}\M"
        else:
            yield "__icontains", short


def _counts(by_kind: dict[str, list[Hit]], notices: Results) -> Iterator[Count]:
    for kind, label in KINDS.items():
        number, is_exact = len(by_kind[kind]), True
        if kind == "notice":
            is_exact = notices.is_exact and not notices.is_late
            number = notices.total if is_exact else notices.floor
        elif kind in SOURCES and number > MOST:
            number, is_exact = MOST, False
        if number:
            yield Count(kind, label, number, is_exact)


def _together(by_kind: dict[str, list[Hit]], question: Question, q: str, kind: str) -> list[Hit]:
    """See the module's words. Articles of all genres are one list, for one index has ranked them."""
    chosen = [hit for name in KINDS if not kind or name == kind for hit in by_kind[name][:MOST]]
    same = {normal(q)} | {normal(each) for each in _meant_by_all(question)}
    near = [replace(hit, nearness=_nearness(hit.title, question, same)) for hit in chosen]
    turn = {name: number for number, name in enumerate(KINDS)}
    return sorted(near, key=lambda hit: (hit.nearness, hit.place, turn[hit.kind]))


def _meant_by_all(question: Question) -> tuple[str, ...]:
    """What means the same as the whole question, where that is one term."""
    if len(question.wanted) == 1 and len(question.wanted[0]) == 1:
        return question.wanted[0][0].also
    return ()


def _nearness(title: str, question: Question, same: set[str]) -> int:
    if normal(title) in same:
        return 0
    low = title.lower()
    for group in question.wanted:
        if all(any(_stands_in(words, low) for words in (term.words, *term.also)) for term in group):
            return 1
    return 2


def _stands_in(words: str, title: str) -> bool:
    short = stem(words.lower()) if words.isalnum() else words.lower()
    return short in title if len(short) > SHORT else bool(re.search(rf"\b{re.escape(words.lower())}\b", title))


def _terms(question: Question, q: str) -> list[Term]:
    """The terms of the glossary that the words are; else those that are among them. No query."""
    asked = {normal(term.words) for group in question.wanted for term in group if term.also}
    known = glossary.terms().values()
    whole = [term for term in known if normal(q) in term.phrases]
    return (whole or [term for term in known if asked.intersection(term.phrases)])[:MOST_TERMS]


def _instead(q: str, question: Question) -> str:
    """The text with its misspelt words as the glossary and the titles of articles have them; "" where they have none. One query."""
    titles = ArticleText.objects.filter(article__in=Article.objects.public(), current_version__isnull=False)
    said = [*titles.values_list("current_version__title", flat=True), *_all_phrases()]
    known = {word: word.translate(spelling.FOLDED) for text in said for word in WORD.findall(text.lower())}
    text = q
    for word in question.words[: spelling.MOST_WORDS]:
        low = word.lower()
        if low in known or not word.isalpha() or not spelling.SHORTEST < len(word) <= spelling.LONGEST:
            continue
        folded = low.translate(spelling.FOLDED)
        near = [
            (spelling.distance(folded, each), other) for other, each in known.items() if abs(len(each) - len(low)) <= 2
        ]
        distance, best = min(near, default=(len(word), ""))
        if distance <= (1 if len(word) < 6 else 2):
            text = text.replace(word, best)
    return text if text != q else ""


def _wider(question: Question, at: datetime) -> list[str]:
    """The words and the parts of compounds, each of which finds something by itself: a few queries, none for a word that is no compound."""
    words = question.words[: spelling.MOST_WORDS]
    parts = [part for word in words for part in (word, *compounds.parts_of(word.lower()))]
    found = []
    for part in dict.fromkeys(part for part in parts if part.lower() not in SMALL_WORDS and len(part) > SHORT):
        said = Browse(q=part, state="all")
        if len(parts) > 1 and (searching.find(said.question, "") or said.rows(at)[:1].exists()):
            found.append(part)
    return found


def _all_phrases() -> Iterator[str]:
    for term in glossary.terms().values():
        yield from term.phrases


def _texts(ids: Sequence[int]) -> dict[tuple[int, str], ArticleText]:
    """Public words by (article, language), with what a case and an event have beside them."""
    found = ArticleText.objects.filter(
        article__in=Article.objects.public().filter(pk__in=ids), current_version__isnull=False
    )
    beside = ("current_version", "article__occasion", "article__case")
    return {(text.article_id, text.language): text for text in found.select_related(*beside)}


def _page(hit: Hit, thing: Any) -> dict[str, Any]:
    """A row: its address, and the words that are marked in it or shown where none is."""
    if isinstance(thing, ArticleText):
        version = thing.current_version
        assert version is not None
        words = Text(hit.language, version.title, f"{version.summary} {searching.plain(version.body)}")
        return {
            "hit": hit,
            "words": words,
            "summary": version.summary,
            "url": thing.article.get_absolute_url(),
            "thing": thing.article,
        }
    language = get_language() or "sv"
    if isinstance(thing, Network):
        words, summary = Text(language, thing.name, f"{thing.subject} {thing.description}"), thing.subject
    elif isinstance(thing, SupplierProfile):
        words, summary = Text(language, thing.organisation.name, f"{thing.offer} {thing.references}"), thing.offer
    else:
        words, summary = Text(language, thing.name, thing.description), thing.description
    return {"hit": hit, "words": words, "summary": summary, "url": thing.get_absolute_url(), "thing": thing}


def _with_marks(page: dict[str, Any], marked: Marked) -> dict[str, Any]:
    hit: Hit = page["hit"]
    return {
        "kind": hit.kind,
        "tag": TAGS.get(hit.kind) or KINDS[hit.kind],
        "language": hit.language,
        "title": marked.title or page["words"].title,
        "text": marked.text or page["summary"][:SHOWN_OF_A_TEXT],
        "url": page["url"],
        "thing": page["thing"],
    }
