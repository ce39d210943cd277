"""The way from a working text to the public one: asked for, read by somebody else where that is wanted, at its moment (D1).

A publication names the revisions that were asked for. What is published is those words or nothing: a text that is changed
meanwhile ends the publication, and whoever asked is told. The row is the promise: a worker takes the article's lock, writes
the versions and the end of the row in one transaction, and lets go; one that is killed leaves nothing half done, and two at
once find the lock taken or the promise kept.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.rules import Refused
from knowledge import article_news, publishing
from knowledge.models import Article, ArticleVersion, Publication
from knowledge.rules import may_edit, needs_second, require_editor
from records import auditing

log = logging.getLogger(__name__)

LATEST = timedelta(days=366)
GIVE_UP = timedelta(hours=1)  # after so long of errors that nobody foresaw, whoever asked is told
Ending = Publication.Ending


class Waits(Refused):
    sentence = gettext_lazy("The article waits to be published already. Take that back first.")


class NothingNew(Refused):
    sentence = gettext_lazy("Nothing differs from what is public.")


class Changed(Refused):
    sentence = gettext_lazy(
        "Somebody has changed the article since you opened this page. Read it again before you publish."
    )


class NotInTime(Refused):
    """The moment is behind us, or more than a year ahead."""


class NotAnother(Refused):
    sentence = gettext_lazy("Somebody else than the one who asked, and than the one who wrote last, reads the text.")


class NoRemark(Refused):
    sentence = gettext_lazy("Say what you want to be changed.")


@transaction.atomic
def ask(
    article: Article,
    *,
    revisions: Mapping[str, int],
    by: User,
    at: datetime,
    publish_at: datetime | None = None,
    brings_back: bool = False,
) -> Publication:
    """Asks for the texts to be public, as they stand: at once, at `publish_at`, and after a second reading where one is wanted.

    `revisions` names the languages and what was read of each; `brings_back` says that the page showed an archived article.
    A second click finds the first one's row, also when that is published. Raises Waits, NothingNew, Changed, NotInTime,
    publishing.NotWhole.
    """
    require_editor(by)
    article = Article.objects.select_for_update().get(pk=article.pk)
    languages = sorted(revisions)
    asked = {"languages": languages, "revisions": [revisions[one] for one in languages], "publish_at": publish_at}

    def is_this(other: Publication) -> bool:
        return {name: getattr(other, name) for name in asked} == asked and other.asked_by == by

    if waiting := article.publications.waiting().first():
        if is_this(waiting):
            return waiting
        raise Waits
    texts = publishing.whole_texts(article, languages)
    nothing_new = article.is_current and not any(text.differs_from_current() for text in texts)
    done = article.publications.filter(ending=Ending.PUBLISHED).first()
    if nothing_new and done and is_this(done):
        return done
    if any(text.revision != revisions[text.language] for text in texts) or bool(article.archived_at) != brings_back:
        raise Changed
    if nothing_new:
        raise NothingNew
    if publish_at and publish_at <= at:
        raise NotInTime(_("Choose a moment that is still to come."))
    if publish_at and publish_at > at + LATEST:
        raise NotInTime(_("This is more than a year ahead. Check the year."))
    made = Publication.objects.create(
        article=article, asked_by=by, asked_at=at, needs_second=needs_second(article), **asked
    )
    if made.needs_second or publish_at:
        details = {"languages": languages, "publish_at": publish_at.isoformat() if publish_at else ""}
        auditing.record("article.publication-asked", article, by=by, at=at, details=details)
    if made.needs_second:
        article_news.asked(made, at=at)
    elif not publish_at:
        _make_public(made, at=at, by=by)
    return made


@transaction.atomic
def ask_for_old_words(version: ArticleVersion, *, by: User, at: datetime) -> Publication:
    """An old version's words become the working text again, and wait for a second reading: `publishing.restore` for two."""
    require_editor(by)
    article = Article.objects.select_for_update().get(pk=version.article_id)
    text = article.texts.select_related("current_version").get(language=version.language)
    if article.publications.waiting().exists():
        raise Waits
    if text.differs_from_current() and publishing.words_of(text) != publishing.words_of(version):
        raise Refused(_("The working text has changes that are not public. Publish them, or undo them, first."))
    if publishing.words_of(text) != publishing.words_of(version):
        text.title, text.summary, text.body = publishing.words_of(version)
        text.revision, text.edited_by, text.edited_at = text.revision + 1, by, at
        text.save()
    return ask(article, revisions={text.language: text.revision}, by=by, at=at, brings_back=bool(article.archived_at))


@transaction.atomic
def approve(publication: Publication, *, by: User, at: datetime) -> Publication:
    """The second reading: the texts are published, at once or at their moment. Harmless when it is over already.

    Raises NotAnother. A text that was changed meanwhile ends the publication as overtaken: look at what is returned.
    """
    publication = _locked(publication)
    if publication.ended_at or publication.approved_at or not publication.needs_second:
        return publication
    _require_another(publication, by)
    if is_overtaken(publication):
        return publishing.end(publication, Ending.OVERTAKEN, by=None, at=at)
    publication.approved_by, publication.approved_at = by, at
    publication.save()
    details = {"languages": publication.languages}
    auditing.record("article.publication-approved", publication.article, by=by, at=at, details=details)
    if publication.publish_at and publication.publish_at > at:
        article_news.approved(publication, at=at)
        return publication
    return _make_public(publication, at=at, by=by)


@transaction.atomic
def send_back(publication: Publication, *, remark: str, by: User, at: datetime) -> Publication:
    """Whoever reads it wants something changed first, and says what. Harmless when it is over already."""
    publication = _locked(publication)
    if publication.ended_at:
        return publication
    _require_another(publication, by)
    if not remark.strip():
        raise NoRemark
    return publishing.end(publication, Ending.RETURNED, by=by, at=at, remark=remark.strip())


@transaction.atomic
def withdraw(publication: Publication, *, by: User, at: datetime) -> Publication:
    """Nothing is published. Any editor may: to stop is never wrong. Harmless when it is over already."""
    require_editor(by)
    publication = _locked(publication)
    return publication if publication.ended_at else publishing.end(publication, Ending.WITHDRAWN, by=by, at=at)


def may_read(publication: Publication, user: User) -> bool:
    """Whether the editor's eyes are others than those of who asked, and of who wrote the texts last."""
    texts = publication.article.texts.all()
    writers = {text.edited_by_id for text in texts if text.language in publication.languages}
    return user.pk != publication.asked_by_id and user.pk not in writers


def is_overtaken(publication: Publication) -> bool:
    now = dict(publication.article.texts.values_list("language", "revision"))
    asked = zip(publication.languages, publication.revisions, strict=True)
    return any(now.get(language) != revision for language, revision in asked)


def drain(*, at: datetime) -> None:
    """Publishes all that is due, each in a transaction of its own: one that cannot be published stops no other."""
    due = Publication.objects.waiting().filter(publish_at__lte=at).exclude(needs_second=True, approved_at=None)
    for pk, publish_at in list(due.order_by("publish_at", "pk").values_list("pk", "publish_at")):
        try:
            _keep(pk, at=at)
        except OperationalError:
            raise  # the database is away: nothing else will go better
        except Exception:
            log.exception("publication %s could not be carried out", pk)
            assert publish_at is not None  # as the filter asks
            if at - publish_at > GIVE_UP:
                _give_up(pk, at=at)


@transaction.atomic
def _keep(pk: int, *, at: datetime) -> None:
    publication = _taken(pk)
    if publication is None:
        return
    with translation.override(publication.asked_by.language):
        if is_overtaken(publication):
            publishing.end(publication, Ending.OVERTAKEN, by=None, at=at)
            return
        if not may_edit(publication.asked_by):
            why = _("%(name)s does not edit guidance any more.") % {"name": publication.asked_by}
            publishing.end(publication, Ending.FAILED, by=None, at=at, remark=why)
            return
        try:
            with transaction.atomic():
                _make_public(publication, at=at, by=None)
        except Refused as why:
            publication.refresh_from_db()
            publishing.end(publication, Ending.FAILED, by=None, at=at, remark=str(why))


@transaction.atomic
def _give_up(pk: int, *, at: datetime) -> None:
    if publication := _taken(pk):
        with translation.override(publication.asked_by.language):
            why = _("Something went wrong here in the arena. Please try again, or write to us.")
            publishing.end(publication, Ending.FAILED, by=None, at=at, remark=why)


def _make_public(publication: Publication, *, at: datetime, by: User | None) -> Publication:
    """The article's lock is held. `by` is who made it happen now: None for the clock.

    Raises SecondNeeded where a second reading is wanted since it was asked for, and nobody has done it.
    """
    if needs_second(publication.article) and publication.approved_at is None:
        raise publishing.SecondNeeded
    publishing.make_public(
        publication.article, publication.languages, by=publication.asked_by, at=at, read_by=publication.approved_by
    )
    return publishing.end(publication, Ending.PUBLISHED, by=by, at=at)


def _locked(publication: Publication) -> Publication:
    """The row as it stands, with its article's lock."""
    article = Article.objects.select_for_update().get(pk=publication.article_id)
    fresh = Publication.objects.select_related("asked_by", "approved_by").get(pk=publication.pk)
    fresh.article = article
    return fresh


def _taken(pk: int) -> Publication | None:
    """The same for a worker; None when it is settled, or when somebody else holds the lock."""
    article = Article.objects.select_for_update(skip_locked=True, of=("self",)).filter(publications=pk).first()
    if article is None:
        return None
    waiting = Publication.objects.waiting().select_related("asked_by", "approved_by").filter(pk=pk).first()
    if waiting:
        waiting.article = article
    return waiting


def _require_another(publication: Publication, by: User) -> None:
    require_editor(by)
    if not may_read(publication, by):
        raise NotAnother
