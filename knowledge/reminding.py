"""Articles that somebody is to read again: 30 days before the day, and once when it has passed (D3).

Each reminder is a fact with a key of its own, so that the round can run twice or late and still tell once.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from knowledge import article_news
from knowledge.models import Article
from notifications.rounds import each_alone


def remind(at: datetime) -> int:
    """Tells of every review that comes or is late; returns how many articles went well. One that fails stops no other."""
    due = list(Article.objects.due_for_review(timezone.localdate(at)).order_by("review_by", "pk"))
    return each_alone(due, lambda article: article_news.review_due(article, at=at))
