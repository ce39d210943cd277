from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from notifications import doorbell, sending

AT_MOST = timedelta(minutes=10)  # well under the task's time limit; the next bell goes on


@shared_task(name="notifications.send_due")
def send_due() -> None:
    doorbell.answered("send")
    sending.send_due(timezone.now, until=timezone.now() + AT_MOST)
