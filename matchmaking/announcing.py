"""Tells those who follow a notice what happened to it: answers, a message, an early end, an outcome. Once each.

The queue is the absence of a NewsRun, written in the transaction that tells.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from matchmaking import draining, hearing
from matchmaking.models import NewsFailure, NewsRun, untold
from notifications.telling import tell
from procurements.models import News

KINDS = {
    News.Kind.ANSWERS: "answers",
    News.Kind.CLOSED: "closing",
    News.Kind.WITHDRAWN: "closing",
    News.Kind.CANCELLED: "closing",
    News.Kind.OUTCOME: "outcome",
    News.Kind.MESSAGE: "supplier-message",
}


def drain(at: datetime) -> int:
    """Tells all the news that waits, oldest first; returns how many pieces."""
    NewsFailure.objects.filter(news__run__isnull=False).delete()  # another worker did it while one failed
    return draining.drain(
        lambda at: untold(at).order_by("at", "pk"), lambda pk, at: announce(pk, at=at) is not None, NewsFailure, at
    )


@transaction.atomic
def announce(news_id: int, *, at: datetime) -> NewsRun | None:
    """Tells one piece of news, in one transaction; None when that has been done already."""
    News.objects.select_for_update().get(pk=news_id)  # a second worker waits here, and then finds the run
    if NewsRun.objects.filter(news=news_id).exists():
        return None
    news = News.objects.select_related(
        "notice__current_version", "notice__procurement__organisation", "notice__procurement__buyer_group"
    ).get(pk=news_id)
    NewsFailure.objects.filter(news=news).delete()
    notice = news.notice
    version = notice.current_version
    people = []
    if version is not None:
        version.notice = notice
        inside = hearing.inside(version)
        is_end = KINDS[News.Kind(news.kind)] == "closing"
        people = hearing.hearers(notice, among=hearing.told(notice), without=inside, is_end=is_end)
        if news.kind in (News.Kind.ANSWERS, News.Kind.MESSAGE):
            numbers = [number for number in news.answers.values_list("question__number", flat=True) if number]
            people += hearing.askers(notice, numbers=numbers, without=inside)
    if people:
        tell(KINDS[News.Kind(news.kind)], f"news:{news.pk}", news, people, at=at)
    return NewsRun.objects.create(news=news, at=at, told=len({each.user.pk for each in people}))
