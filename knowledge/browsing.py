"""Public articles as lists show them: without their bodies, which may be long, and with each in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Prefetch

from knowledge.models import Article, ArticleQuerySet, ArticleText, ArticleVersion
from knowledge.offering import Offered


@dataclass(frozen=True)
class Shown:
    """An article with its public words for one reader."""

    article: Article
    version: ArticleVersion
    file: Offered | None = None  # of a template, where it is fetched from the list (`templating.templates_of`)


def in_lists(articles: ArticleQuerySet) -> ArticleQuerySet:
    """With title and summary in every public language, by one more query however many articles there are."""
    texts = ArticleText.objects.exclude(current_version=None).select_related("current_version")
    return articles.prefetch_related(Prefetch("texts", queryset=texts.defer("body", "current_version__body")))


def in_words(articles: Iterable[Article], language: str) -> list[Shown]:
    """Each article with its public words for the reader; one that has none is left out."""
    pairs = [(article, article.version_for(language)) for article in articles]
    return [Shown(article, version) for article, version in pairs if version]


def with_files(rows: Iterable[Shown], files: Mapping[int, Offered]) -> list[Shown]:
    """The same rows; a template's with its file of `templating.templates_of`."""
    return [replace(row, file=files.get(row.article.pk)) for row in rows]
