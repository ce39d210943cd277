"""The two doorbells: what is there to tell, and who is to be told. All state stands in rows."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from interchange.webhooks import gathering, sending
from notifications import doorbell
from records import pulsing

AT_MOST = timedelta(seconds=60)  # then the worker is free for others; the next bell goes on


@shared_task(name="interchange.gather_webhooks")
@pulsing.beat("interchange.gather_webhooks")
def gather_webhooks() -> None:
    gathering.gather_due(timezone.now, until=timezone.now() + AT_MOST)


@shared_task(name="interchange.send_webhooks")
@pulsing.beat("interchange.send_webhooks")
def send_webhooks() -> None:
    doorbell.answered("tell")
    sending.send_due(timezone.now, until=timezone.now() + AT_MOST)
