"""Template files: numbered versions in each language, who fetched how often, who wants to hear of the next one (D5).

The words about a template are an article; its files are these rows. Bytes arrive before, through `files.receiving`, outside of
any transaction. What is withdrawn stays in the list of versions, and the one before it stands again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.rules import Refused
from files import counting
from files.models import StoredFile
from knowledge.models import Article, Genre, TemplateFile, TemplateFollower
from knowledge.offering import Offered
from knowledge.rules import may_edit, require_editor
from records import auditing

ORDER = {code: place for place, (code, _name) in enumerate(settings.LANGUAGES)}


class NoNews(Refused):
    sentence = gettext_lazy("Say what is new, for those who have the version before.")


def standing() -> QuerySet[TemplateFile]:
    """The newest ready file of each article and language, what is withdrawn left out."""
    rows = TemplateFile.objects.filter(withdrawn_at=None, file__state=StoredFile.State.READY)
    newer = rows.filter(article=OuterRef("article"), language=OuterRef("language"), number__gt=OuterRef("number"))
    return rows.filter(~Exists(newer)).select_related("file", "article")


def templates_of(articles: Iterable[Article], language: str) -> dict[int, Offered]:
    """For each article that has files, the one to offer a reader of `language`: in it, or in the next best. One query."""
    wanted = [article.pk for article in articles if article.genre == Genre.TEMPLATE]
    found: dict[int, Offered] = {}
    for row in _by_reader(standing().filter(article__in=wanted) if wanted else [], language):
        found.setdefault(row.article_id, Offered(row))
    return found


@transaction.atomic
def add(
    article: Article, *, language: str, file: StoredFile, by: User | None, at: datetime, news: str = ""
) -> TemplateFile:
    """The next version in that language. The same file again is no new version.

    From the second on it says what is new, or raises NoNews. Who follows is told when it is public (`template_news`).
    """
    require_editor(by)
    article = Article.objects.select_for_update().get(pk=article.pk)
    if article.genre != Genre.TEMPLATE:
        raise Refused(_("Only a template has files to fill in."))
    rows = list(article.template_files.filter(language=language).select_related("file").order_by("-number"))
    last = next((row for row in rows if row.withdrawn_at is None), None)
    if last and (last.file.name, last.file.sha256) == (file.name, file.sha256):
        return last
    if rows and not news.strip():
        raise NoNews
    made = article.template_files.create(
        language=language,
        number=rows[0].number + 1 if rows else 1,
        file=file,
        news=news.strip() if rows else "",
        added_by=by,
        added_at=at,
    )
    auditing.record("template.added", article, by=by, at=at, details={"language": language, "number": made.number})
    return made


@transaction.atomic
def withdraw(row: TemplateFile, *, by: User, at: datetime) -> TemplateFile:
    """Nobody fetches this version any more. A second time is harmless; it is never taken back: add the file again."""
    require_editor(by)
    article = Article.objects.select_for_update().get(pk=row.article_id)
    row = TemplateFile.objects.select_related("article", "file").get(pk=row.pk)
    if row.withdrawn_at:
        return row
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    details = {"language": row.language, "number": row.number}
    auditing.record("template.withdrawn", article, by=by, at=at, details=details)
    return row


def may_fetch(row: TemplateFile, user: object) -> bool:
    """Everybody, of a public article, what is not withdrawn; its editors every version."""
    return may_edit(user) or (row.article.is_current and row.withdrawn_at is None)


def follow(article: Article, language: str, *, by: User, at: datetime) -> None:
    """The person hears of the next version in that language. Nobody else knows: it stands in no log."""
    TemplateFollower.objects.bulk_create(
        [TemplateFollower(article=article, user=by, language=language, since=at)], ignore_conflicts=True
    )


def unfollow(article: Article, language: str, *, by: User) -> None:
    TemplateFollower.objects.filter(article=article, user=by, language=language).delete()


def of_article(article: Article, user: Any, language: str) -> dict[str, Any]:
    """What `knowledge/_template.html` shows beside a template's words; nothing for another article. At most four queries."""
    if article.genre != Genre.TEMPLATE:
        return {}
    rows = list(article.template_files.select_related("file"))
    for row in rows:
        row.article = article
    offered = [Offered(row) for row in _by_reader(_newest(rows), language)]
    mine = TemplateFollower.objects.filter(article=article, user=user) if user.is_authenticated else None
    followed = set(mine.values_list("language", flat=True)) if mine is not None else set()
    return {
        "template_files": [(one, one.language in followed) for one in offered],
        "template_history": [row for row in rows if row.withdrawn_at is None and row.file.is_ready and row.news],
        "template_downloads": sum(counting.downloads_of(row.file_id for row in rows).values()) if rows else 0,
    }


def _newest(rows: Iterable[TemplateFile]) -> list[TemplateFile]:
    found: dict[str, TemplateFile] = {}
    for row in sorted(rows, key=lambda row: -row.number):
        if row.withdrawn_at is None and row.file.is_ready:
            found.setdefault(row.language, row)
    return list(found.values())


def _by_reader(rows: Iterable[TemplateFile], language: str) -> list[TemplateFile]:
    """The reader's language first, then the others as the arena orders them."""
    return sorted(rows, key=lambda row: (row.language != language, ORDER.get(row.language, len(ORDER))))
