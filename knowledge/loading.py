"""The first library: articles that come with the product, published once and then the editors' own."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from knowledge import publishing, writing
from knowledge.models import Article, ArticleSlug
from knowledge.rendering import render

LIBRARY = Path(__file__).parent / "library"
REVIEWED_EVERY = timedelta(days=365)


def load_library(at: datetime, *, library: Path = LIBRARY) -> list[Article]:
    """Creates and publishes the articles that the arena does not have yet; returns those. What is there is left alone.

    A file is named `<slug>.<language>.md` and begins with lines `key: value` between two lines of `---`:
    title and summary, and in the Swedish file phases (codes), themes (words) and role, separated by commas.
    """
    files: dict[str, dict[str, Path]] = defaultdict(dict)
    for path in sorted(library.glob("*.md")):
        slug, language = path.stem.rsplit(".", 1)
        files[slug][language] = path
    known = {*Article.objects.values_list("slug", flat=True), *ArticleSlug.objects.values_list("slug", flat=True)}
    return [_load(slug, texts, at) for slug, texts in files.items() if slug not in known]


@transaction.atomic
def _load(slug: str, texts: dict[str, Path], at: datetime) -> Article:
    facts, body = _read(texts["sv"])
    article = writing.begin(
        slug=slug,
        language="sv",
        title=facts["title"],
        summary=facts["summary"],
        body=body,
        phases=_words(facts["phases"]),
        themes=_words(facts["themes"]),
        role=facts["role"],
        review_by=at.date() + REVIEWED_EVERY,
        by=None,
        at=at,
    )
    for language in sorted(texts.keys() - {"sv"}):
        facts, body = _read(texts[language])
        writing.save(
            article, language, title=facts["title"], summary=facts["summary"], body=body, revision=0, by=None, at=at
        )
    publishing.publish(article, languages=sorted(texts), by=None, at=at)
    return article


def _read(path: Path) -> tuple[dict[str, str], str]:
    _nothing, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    pairs = (line.split(":", 1) for line in head.splitlines() if line.strip())
    return {key.strip(): value.strip() for key, value in pairs}, str(render(body.strip()))


def _words(line: str) -> list[str]:
    return [word.strip() for word in line.split(",") if word.strip()]
