"""The public side of an article: frozen versions, the archive, the review. Who asks and who approves has `asking`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.rules import Refused
from knowledge import article_news, attending, links, searching
from knowledge.models import Article, ArticleText, ArticleVersion, Publication
from knowledge.rendering import obstacles, sanitise
from knowledge.rules import needs_second, require_editor
from records import auditing


class SecondNeeded(Refused):
    sentence = gettext_lazy("Somebody else reads this text before it is public. Ask for it to be published.")


class NotWhole(Refused):
    sentence = gettext_lazy("A text needs a title, a summary and a body before it can be published.")


@transaction.atomic
def publish(article: Article, *, languages: Sequence[str], by: User | None, at: datetime) -> list[ArticleVersion]:
    """Freezes the working texts of the languages as their next versions; those that are public already are left alone.

    It brings an archived article back. Raises NotWhole, and publishes nothing, where a text is missing or not whole;
    SecondNeeded where a person (not the arena itself, `by=None`) wants to publish alone what two are to read.
    """
    require_editor(by)
    article = Article.objects.select_for_update().get(pk=article.pk)
    if by is not None and needs_second(article):
        raise SecondNeeded
    return make_public(article, languages, by=by, at=at)


def make_public(
    article: Article, languages: Sequence[str], *, by: User | None, at: datetime, read_by: User | None = None
) -> list[ArticleVersion]:
    """The same for a caller who holds the article's lock and has asked who may; `read_by` is the second pair of eyes."""
    texts = whole_texts(article, languages)
    made = [_add_version(text, text, by=by, at=at) for text in texts if text.differs_from_current()]
    if not made and article.is_current:
        return []
    article.published_at = article.published_at or at
    article.archived_at, article.instead = None, None
    article.reviewed_on = timezone.localdate(at)
    article.save()
    searching.index(article)
    links.note(article, at=at)
    details: dict[str, object] = {"versions": [f"{version.language} {version.number}" for version in made]}
    if read_by:
        details["read_by"] = read_by.pk
    auditing.record("article.published", article, by=by, at=at, details=details)
    return made


def whole_texts(article: Article, languages: Sequence[str]) -> list[ArticleText]:
    """The working texts of the languages, with their public versions. Raises NotWhole."""
    texts = list(article.texts.select_related("current_version").filter(language__in=languages))
    if not languages or len(texts) < len(set(languages)) or not all(text.is_whole for text in texts):
        raise NotWhole
    if found := [f"{text.get_language_display()}: {one}" for text in texts for one in obstacles(text.body)]:
        raise Refused(" ".join(found))
    return texts


@transaction.atomic
def archive(article: Article, *, by: User, at: datetime, instead: Article | None = None) -> Article:
    """Takes the article from the public, who find a line about it and `instead`. Publishing brings it back.

    What waits to be published is taken back. A second time only changes what is read instead.
    """
    require_editor(by)
    article = Article.objects.select_for_update().get(pk=article.pk)
    if instead is not None and (instead.pk == article.pk or not instead.is_current):
        raise Refused(_("Choose another article that is public."))
    attending.require_nobody_comes(article, at=at)
    if waiting := article.publications.waiting().first():
        end(waiting, Publication.Ending.WITHDRAWN, by=by, at=at)
    if article.archived_at and article.instead == instead:
        return article
    article.archived_at, article.instead = article.archived_at or at, instead
    article.save()
    searching.remove(article)
    links.note(article, at=at)
    auditing.record("article.archived", article, by=by, at=at, details={"instead": instead.slug if instead else ""})
    return article


@transaction.atomic
def restore(version: ArticleVersion, *, by: User, at: datetime) -> ArticleVersion:
    """An old version is public again, under a new number. A working text with unpublished changes keeps them.

    Raises SecondNeeded: `asking.ask_for_old_words` is the way where two are to read.
    """
    require_editor(by)
    article = Article.objects.select_for_update().get(pk=version.article_id)
    if needs_second(article):
        raise SecondNeeded
    if article.archived_at:
        raise Refused(_("The article is archived. Publish it first, and then take the old text back."))
    text = article.texts.select_related("current_version").get(language=version.language)
    current = text.current_version
    assert current is not None  # there is a version, so one of them is public
    if words_of(version) == words_of(current):
        return current
    if not text.differs_from_current():
        overtake(article, text.language, by=by, at=at)
        text.title, text.summary, text.body = words_of(version)
        text.revision, text.edited_by, text.edited_at = text.revision + 1, by, at
    made = _add_version(text, version, by=by, at=at)
    searching.index(article)
    links.note(article, at=at)
    details = {"from": f"{version.language} {version.number}", "to": f"{made.language} {made.number}"}
    auditing.record("article.restored", article, by=by, at=at, details=details)
    return made


@transaction.atomic
def review(article: Article, *, next_by: date, by: User, at: datetime) -> Article:
    """Somebody has read the article again and it still holds; the next time is `next_by`, which is still to come."""
    require_editor(by)
    if next_by <= timezone.localdate(at):
        raise Refused(_("The next review is a day that is still to come."))
    article = Article.objects.select_for_update().get(pk=article.pk)
    article.reviewed_on, article.review_by = timezone.localdate(at), next_by
    article.save()
    auditing.record("article.reviewed", article, by=by, at=at, details={"next_by": next_by.isoformat()})
    return article


def overtake(article: Article, language: str, *, by: User | None, at: datetime) -> None:
    """A text is about to change: a publication that waits with it as it stood can never be carried out."""
    if waiting := article.publications.waiting().filter(languages__contains=[language]).first():
        end(waiting, Publication.Ending.OVERTAKEN, by=by, at=at)


def end(
    publication: Publication, ending: Publication.Ending, *, by: User | None, at: datetime, remark: str = ""
) -> Publication:
    """A publication that waits is over, and whoever asked is told, unless it was their own doing. The article is locked."""
    publication.ended_at, publication.ending, publication.ended_by, publication.remark = at, ending, by, remark
    publication.save()
    if ending != Publication.Ending.PUBLISHED:  # which has its own event
        article, action = publication.article, f"article.publication-{ending}"
        auditing.record(action, article, by=by, at=at, details={"languages": publication.languages})
    article_news.ended(publication, by=by, at=at)
    return publication


def words_of(text: ArticleText | ArticleVersion) -> tuple[str, str, str]:
    return text.title, text.summary, text.body


def _add_version(
    text: ArticleText, words: ArticleText | ArticleVersion, *, by: User | None, at: datetime
) -> ArticleVersion:
    title, summary, body = words.title, words.summary, sanitise(words.body)
    same = ArticleVersion.objects.filter(
        article=text.article, language=text.language, title=title, summary=summary, body=body
    )
    version = ArticleVersion.objects.create(
        article=text.article,
        language=text.language,
        number=text.current_version.number + 1 if text.current_version else 1,
        title=title,
        summary=summary,
        body=body,
        restored_from=same.order_by("-number").first(),  # words that were public once, whichever way they come back
        published_by=by,
        published_at=at,
    )
    text.current_version = version
    if words is text:
        text.body = body  # what an older release kept in another way differs no more
    text.save()
    return version
