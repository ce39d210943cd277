"""Letters of intent that nobody may forget: a week and a day before the day to sign by.

Each reminder is a fact with a key of its own, so that the round can run twice or late and still tell once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from networks import letter_news
from networks.models import Letter
from notifications.rounds import each_alone

WEEK, DAY = 7, 1  # days before


def remind(at: datetime) -> int:
    """Writes every reminder that is due; returns how many letters went well. One that fails is logged, and stops no other."""
    today = timezone.localdate(at)
    waiting = Letter.objects.waiting().filter(sign_by__gte=today, sign_by__lte=today + timedelta(days=WEEK))
    near = list(waiting.select_related("participant__organisation", "participant__group"))
    return each_alone(near, lambda letter: _tell(letter, at))


def _tell(letter: Letter, at: datetime) -> None:
    days = DAY if letter.sign_by <= timezone.localdate(at) + timedelta(days=DAY) else WEEK
    if timezone.localdate(letter.sent_at) < letter.sign_by - timedelta(days=days):  # else the letter itself just came
        letter_news.due(letter, days, at=at)
