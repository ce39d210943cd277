from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from notifications import bouncing, doorbell, sending
from records import pulsing

AT_MOST = timedelta(minutes=10)  # well under the task's time limit; the next bell goes on


@shared_task(name="notifications.send_due")
@pulsing.beat("notifications.send_due")
def send_due() -> None:
    doorbell.answered("send")
    sending.send_due(timezone.now, until=timezone.now() + AT_MOST)


@shared_task(name="notifications.take_in_bounces")
@pulsing.beat("notifications.take_in_bounces")
def take_in_bounces() -> None:
    if settings.BOUNCE_URL:
        bouncing.drain(settings.BOUNCE_URL, timezone.now)
