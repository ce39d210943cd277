from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from files import scanning, sweeping
from records import pulsing

AT_MOST = timedelta(minutes=10)  # well under the task's time limit; the next bell goes on


@shared_task(name="files.scan_due")
@pulsing.beat("files.scan_due")
def scan_due() -> None:
    scanning.scan_due(timezone.now, until=timezone.now() + AT_MOST)


@shared_task(name="files.sweep_due")
@pulsing.beat("files.sweep_due")
def sweep_due() -> None:
    sweeping.sweep(timezone.now())
