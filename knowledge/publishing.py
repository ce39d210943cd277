"""The public side of an article: frozen versions, the archive, and old versions that come back as new ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import Refused
from knowledge.models import Article, ArticleText, ArticleVersion
from knowledge.rendering import clean
from knowledge.rules import require_editor
from records import auditing


@transaction.atomic
def publish(article: Article, *, languages: Sequence[str], by: User | None, at: datetime) -> list[ArticleVersion]:
    """Freezes the working texts of the languages as their next versions; those that are public already are left alone.

    It brings an archived article back. Raises Refused, and publishes nothing, where a text is missing or not whole.
    """
    require_editor(by)
    article = Article.objects.select_for_update().get(pk=article.pk)
    texts = list(article.texts.select_related("current_version").filter(language__in=languages))
    if not languages or len(texts) < len(set(languages)) or not all(text.is_whole for text in texts):
        raise Refused(_("A text needs a title, a summary and a body before it can be published."))
    made = [_freeze(text, by=by, at=at) for text in texts if text.differs_from_current()]
    if not made and article.is_current:
        return []
    article.published_at = article.published_at or at
    article.archived_at = None
    article.reviewed_on = at.date()
    article.save()
    details = {"versions": [f"{version.language} {version.number}" for version in made]}
    auditing.record("article.published", article, by=by, at=at, details=details)
    return made


@transaction.atomic
def archive(article: Article, *, by: User, at: datetime) -> Article:
    """Takes the article from the public. Its versions stay, and publishing brings it back."""
    require_editor(by)
    article = Article.objects.select_for_update().get(pk=article.pk)
    if article.archived_at:
        return article
    article.archived_at = at
    article.save()
    auditing.record("article.archived", article, by=by, at=at)
    return article


@transaction.atomic
def restore(version: ArticleVersion, *, by: User, at: datetime) -> ArticleVersion:
    """An old version is public again, under a new number. A working text with unpublished changes keeps them."""
    require_editor(by)
    article = Article.objects.select_for_update().get(pk=version.article_id)
    text = article.texts.select_related("current_version").get(language=version.language)
    current = text.current_version
    assert current is not None  # there is a version, so one of them is public
    if (version.title, version.summary, version.body) == (current.title, current.summary, current.body):
        return current
    if not text.differs_from_current():
        text.title, text.summary, text.body = version.title, version.summary, version.body
        text.revision, text.edited_by, text.edited_at = text.revision + 1, by, at
    made = _add_version(text, version, restored_from=version, by=by, at=at)
    details = {"from": f"{version.language} {version.number}", "to": f"{made.language} {made.number}"}
    auditing.record("article.restored", article, by=by, at=at, details=details)
    return made


@transaction.atomic
def review(article: Article, *, next_by: date, by: User, at: datetime) -> Article:
    """Somebody read it and it still holds: the next review is due on `next_by`."""
    require_editor(by)
    article = Article.objects.select_for_update().get(pk=article.pk)
    article.reviewed_on, article.review_by = at.date(), next_by
    article.save()
    auditing.record("article.reviewed", article, by=by, at=at, details={"next_by": next_by.isoformat()})
    return article


def _freeze(text: ArticleText, *, by: User | None, at: datetime) -> ArticleVersion:
    return _add_version(text, text, restored_from=None, by=by, at=at)


def _add_version(
    text: ArticleText,
    words: ArticleText | ArticleVersion,
    *,
    restored_from: ArticleVersion | None,
    by: User | None,
    at: datetime,
) -> ArticleVersion:
    version = ArticleVersion.objects.create(
        article=text.article,
        language=text.language,
        number=text.current_version.number + 1 if text.current_version else 1,
        title=words.title,
        summary=words.summary,
        body=clean(words.body),
        restored_from=restored_from,
        published_by=by,
        published_at=at,
    )
    text.current_version = version
    text.save()
    return version
