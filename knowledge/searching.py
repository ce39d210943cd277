"""The search of articles: a row of words for each public language, and what the words of a question find in them.

What a question means (phrases, minus words, synonyms of the glossary in three languages) says `procurements.meaning`, as for
notices: whoever writes "felles anskaffelse" finds the article on "gemensam upphandling".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from django.conf import settings
from django.contrib.postgres.search import SearchRank, SearchVector
from django.db import transaction
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable, RawSQL

from knowledge.models import Article, ArticleQuerySet, ArticleSearch, ArticleText, CaseFacts
from procurements import meaning
from procurements.meaning import Question
from procurements.searching import DICTIONARIES, TEXT_LIMIT
from taxonomy import compounds

MOST = 500  # articles that one question finds
IN_A_WORD = "a abbr b code del dfn em i ins kbd mark q s small span strong sub sup u"  # elements that may stand in one
INLINE = frozenset(IN_A_WORD.split())


def index(article: Article) -> None:
    """Writes the row of each language that is public now, and takes the others away, in the caller's transaction.

    To be called whenever public words or the facts of a case change; repeating it changes nothing.
    """
    texts = list(article.texts.exclude(current_version=None).select_related("current_version"))
    if not article.is_current:
        texts = []
    said = _said_beside(article) if texts else ""
    rows = [ArticleSearch(article=article, language=text.language, document=_document(text, said)) for text in texts]
    article.search_rows.exclude(language__in=[row.language for row in rows]).delete()
    ArticleSearch.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["article", "language"], update_fields=["document"]
    )


def remove(article: Article) -> None:
    """The article is found no more."""
    ArticleSearch.objects.filter(article=article).delete()


def index_again(*, every: bool) -> Iterator[Article]:
    """Makes the rows of public articles that have none, or of all; each in a transaction that holds the article's row."""
    articles = Article.objects.public()
    if not every:
        articles = articles.exclude(pk__in=ArticleSearch.objects.values("article"))
    for pk in list(articles.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            article = Article.objects.select_for_update().get(pk=pk)
            index(article)
        yield article


@dataclass(frozen=True)
class Found:
    """An article, with its title in the reader's language if it has words in that, else in the language that answers best."""

    article: int
    genre: str
    language: str
    title: str


def find(words: str | Question, language: str) -> list[Found]:
    """The public articles that answer, the best first, one row each; two queries, one where `words` is a question already."""
    question = meaning.read(words) if isinstance(words, str) else words
    if question.is_empty:
        return []
    sql, parameters = question.sql(positive=True)
    titles = ArticleText.objects.filter(article=OuterRef("article"), current_version__isnull=False)
    own, hit = titles.filter(language=language), titles.filter(language=OuterRef("language"))
    rank = SearchRank(F("document"), RawSQL(sql, tuple(parameters)))  # type: ignore[arg-type]  # noqa: S611
    found = (
        ArticleSearch.objects.filter(
            meaning.stands_in(F("document"), *question.sql()),
            article__published_at__isnull=False,
            article__archived_at=None,
        )
        .annotate(rank=rank, own=_title(own), title=_title(hit))
        .order_by("-rank", "article")
        .values_list("article", "article__genre", "language", "own", "title")
    )
    best: dict[int, Found] = {}
    for article, genre, of, own, title in found[: MOST * len(settings.LANGUAGES)]:
        best.setdefault(article, Found(article, genre, language if own else of, own or title))
    return list(best.values())[:MOST]


def _title(texts: QuerySet[ArticleText]) -> Subquery:
    return Subquery(texts.values("current_version__title")[:1])


def narrow(articles: ArticleQuerySet, words: str, language: str) -> ArticleQuerySet:
    """Those of the articles that answer the words, the best first; all of them, as they were, where there are no words."""
    if not words.strip():
        return articles
    ids = [found.article for found in find(words, language)]
    places = [When(pk=pk, then=Value(place)) for place, pk in enumerate(ids)]
    ordered: QuerySet[Article] = articles.filter(pk__in=ids)
    return ordered.order_by(Case(*places) if places else F("pk"))  # type: ignore[return-value]


def plain(html: str) -> str:
    """The words of HTML as a line of text: what is searched, and what pieces are shown of."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.said).split())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said.append("" if tag in INLINE else " ")
        if tag == "img":
            self.said += [value or "" for name, value in attrs if name == "alt"] + [" "]

    def handle_endtag(self, tag: str) -> None:
        self.said.append("" if tag in INLINE else " ")

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def _document(text: ArticleText, said_beside: str) -> Combinable:
    """Title, summary, body and the parts of their compounds, each with its weight, in the dictionary of the language."""
    version = text.current_version
    assert version is not None
    title, summary, body = version.title, version.summary, plain(version.body)[:TEXT_LIMIT]
    parts = compounds.in_language([title, summary, body], text.language)[:TEXT_LIMIT]
    dictionary = DICTIONARIES[text.language]
    return (
        SearchVector(Value(title), weight="A", config=dictionary)
        + SearchVector(Value(" ".join([summary, *text.article.themes])), weight="B", config=dictionary)
        + SearchVector(Value(body), weight="C", config=dictionary)
        + SearchVector(Value(parts), weight="D", config=dictionary)
        + SearchVector(Value(said_beside), weight="C", config=dictionary)
    )


def _said_beside(article: Article) -> str:
    """Names in the facts of a case: the same in every language."""
    names = CaseFacts.objects.filter(article=article).values_list("buyer_name", "suppliers").first()
    return " ".join(names or ())
