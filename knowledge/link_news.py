"""That a link of an article is broken: told once to whoever keeps the article."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.article_news import who_reviews
from knowledge.models import Article, LinkUse, OutsideLink
from knowledge.rules import DUTIES
from notifications.kinds import Change, Kind, Line
from notifications.models import Notification, Rhythm
from notifications.telling import Recipient, tell


def broken(link: OutsideLink, *, at: datetime) -> None:
    """In the transaction that calls it broken. One line an article, however many languages lead there."""
    for article in Article.objects.public().filter(pk__in=link.uses.values("article")).order_by("pk"):
        people = [Recipient(person) for person in who_reviews(article)]
        key = f"link:{link.pk}:{at.isoformat()}:{article.pk}"
        tell("article-link", key, article, people, at=at, facts={"link": link.pk, "url": link.url})


def _look_up_duties(notifications: Sequence[Notification]) -> None:
    prefetch_related_objects([each.recipient for each in notifications], "duties")


def _may_see(notification: Notification) -> bool:
    article: Article = notification.subject
    return article.is_current and any(each.duty in DUTIES for each in notification.recipient.duties.all())


def _still_broken(notifications: Sequence[Notification]) -> set[int]:
    """The article still leads there, and nobody has mended or vouched for it."""
    asked = {each.event.facts["link"] for each in notifications}
    uses = LinkUse.objects.filter(link__in=asked, link__broken_at__isnull=False).values_list("link", "article")
    broken_now = set(uses)
    return {each.pk for each in notifications if (each.event.facts["link"], each.subject.pk) in broken_now}


def _line(notification: Notification, language: str) -> Line:
    article: Article = notification.subject
    public = article.version_for(language)
    title = _("A link is broken in “%(title)s”") % {"title": public.title if public else article.slug}
    text = _("It has failed for two days. Change it, or say that you have looked and that it holds: %(url)s")
    return Line(title, reverse("knowledge:link_list"), text=text % {"url": notification.event.facts["url"]})


KINDS = (
    Kind(
        code="article-link",
        label=gettext_lazy("Broken links in guidance"),
        description=gettext_lazy("Once, when a page that one of your articles leads to has not answered for two days."),
        default_rhythm=Rhythm.DAILY,
        change=Change.WAITING,
        may_see=_may_see,
        line=_line,
        still_wanted=_still_broken,
        subject_prefetch=("texts__current_version",),
        prepare=_look_up_duties,
    ),
)
