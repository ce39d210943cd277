from celery import shared_task
from django.utils import timezone

from matchmaking import announcing, counting, engine
from notifications import doorbell


@shared_task(name="matchmaking.match_due")
def match_due() -> None:
    doorbell.answered("match")
    at = timezone.now()
    engine.drain(at)
    announcing.drain(at)  # those who were told of a notice a moment ago hear of its news, too


@shared_task(name="matchmaking.count_words")
def count_words() -> None:
    counting.refresh()
