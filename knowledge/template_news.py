"""That a template has a new version: told to those who asked to hear of it, once a version (D5).

A public file with a number above one whose news nobody has written is the queue. So it does not matter what the file waited
for: the article's publication, or the virus scanner.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from knowledge import templating
from knowledge.models import Article, TemplateFile, TemplateFollower
from notifications.kinds import Change, Kind, Line
from notifications.less import Less
from notifications.models import Event, Notification, Rhythm
from notifications.rounds import each_alone
from notifications.telling import Recipient, tell

KEY = "template-renewed:"
WITHIN = timedelta(days=90)  # a file that became public later than that is no news


def due(at: datetime) -> QuerySet[TemplateFile]:
    """Newest versions after the first, public and ready, of which nobody has been told."""
    told = Event.objects.filter(key=Concat(Value(KEY), Cast(OuterRef("pk"), CharField())))
    newest = templating.standing().filter(number__gt=1, added_at__gt=at - WITHIN)
    return newest.filter(~Exists(told), article__in=Article.objects.public()).order_by("pk")


def tell_due(at: datetime) -> int:
    """Tells those who follow; returns of how many files. A round that runs twice tells once."""
    return each_alone(list(due(at)), lambda row: _tell(row, at=at))


def _tell(row: TemplateFile, *, at: datetime) -> None:
    there_since = max(row.added_at, row.file.scanned_at or row.added_at)  # who asked after that has it already
    followers = TemplateFollower.objects.filter(article=row.article_id, language=row.language, since__lt=there_since)
    people = [Recipient(each.user) for each in followers.select_related("user")]
    tell("template-renewed", f"{KEY}{row.pk}", row, people, at=at)


def _may_see(notification: Notification) -> bool:
    row: TemplateFile = notification.subject
    return row.article.is_current and row.withdrawn_at is None


def _still_followed(notifications: Sequence[Notification]) -> set[int]:
    rows = TemplateFollower.objects.filter(
        user__in={each.recipient_id for each in notifications},
        article__in={each.subject.article_id for each in notifications},
    )
    followed = set(rows.values_list("user", "article", "language"))
    return {
        each.pk
        for each in notifications
        if (each.recipient_id, each.subject.article_id, each.subject.language) in followed
    }


def _title(article: Article, language: str) -> str:
    version = article.version_for(language)
    return version.title if version else article.slug


def _line(notification: Notification, language: str) -> Line:
    row: TemplateFile = notification.subject
    said = {"title": _title(row.article, language), "number": row.number}
    return Line(
        title=_("A new version of the template “%(title)s”") % said,
        url=f"{row.article.get_absolute_url()}#files",
        text=row.news,
        reasons=(_("you asked to hear of new versions of this template"),),
        facts=_("Version %(number)s") % said,
    )


def _less(notification: Notification) -> Sequence[str]:
    row: TemplateFile = notification.subject
    return (f"template:{row.article_id}-{row.language}",)


def find(user: User, value: str) -> Less | None:
    """The way to hear no more of one template, for `notifications.less`. `value` is the article's key and the language."""
    number, _hyphen, language = value.partition("-")
    article = Article.objects.public().for_list().filter(pk=int(number)).first() if number.isdecimal() else None
    if article is None:
        return None
    follows = TemplateFollower.objects.filter(article=article, user=user, language=language).exists()

    def stop(at: datetime) -> str:
        templating.unfollow(article, language, by=user)
        return "followed" if follows else ""

    def undo(at: datetime, was: str) -> None:
        templating.follow(article, language, by=user, at=at)

    return Less(
        f"template:{value}",
        _("Hear no more of the template “%(title)s”") % {"title": _title(article, user.language)},
        _("You can still download it, and ask again on its page."),
        not follows,
        stop,
        undo,
    )


KINDS = (
    Kind(
        code="template-renewed",
        label=gettext_lazy("New versions of templates"),
        description=gettext_lazy("When a template that you asked to hear of has a new version."),
        default_rhythm=Rhythm.DAILY,
        change=Change.CHANGED,
        may_see=_may_see,
        line=_line,
        less=_less,
        still_wanted=_still_followed,
        shown_to_support=True,
        subject_with=("article", "file"),
        subject_prefetch=("article__texts__current_version",),
    ),
)
