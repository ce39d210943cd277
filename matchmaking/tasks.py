from celery import shared_task
from django.utils import timezone

from matchmaking import engine
from notifications import doorbell


@shared_task(name="matchmaking.match_due")
def match_due() -> None:
    doorbell.answered("match")
    engine.drain(at=timezone.now())
