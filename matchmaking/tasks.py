from celery import shared_task
from django.utils import timezone

from matchmaking import anchoring, announcing, closing_soon, counting, engine, looking_back
from notifications import doorbell
from records import pulsing


@shared_task(name="matchmaking.match_due")
@pulsing.beat("matchmaking.match_due")
def match_due() -> None:
    doorbell.answered("match")
    at = timezone.now()
    engine.drain(at)
    looking_back.drain(at)
    announcing.drain(at)  # those who were told of a notice a moment ago hear of its news, too


@shared_task(name="matchmaking.remind_due")
@pulsing.beat("matchmaking.remind_due")
def remind_due() -> None:
    closing_soon.remind(timezone.now())


@shared_task(name="matchmaking.count_words")
@pulsing.beat("matchmaking.count_words")
def count_words() -> None:
    counting.refresh()


@shared_task(name="matchmaking.tidy")
@pulsing.beat("matchmaking.tidy")
def tidy() -> None:
    anchoring.tidy()
