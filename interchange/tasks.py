from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from interchange import dumping, uploading
from interchange.fetching import rounds
from interchange.webhooks import tasks as webhook_tasks  # noqa: F401  where celery looks for tasks
from notifications import doorbell
from records import pulsing

SLICE = timedelta(minutes=1)  # then other work that waits for this worker has its turn
DUMPING = 4 * 3600  # seconds: millions of releases take an hour
ROUND = timedelta(minutes=10)  # well under the task's time limit; the next beat goes on


@shared_task(name="interchange.import_due")
@pulsing.beat("interchange.import_due")
def import_due() -> None:
    doorbell.answered("import")
    uploading.sweep(timezone.now())
    if uploading.import_due(timezone.now, until=timezone.now() + SLICE):
        doorbell.ring("import")


@shared_task(name="interchange.fetch_due")
@pulsing.beat("interchange.fetch_due")
def fetch_due() -> None:
    rounds.fetch_due(timezone.now, until=timezone.now() + ROUND)


@shared_task(name="interchange.dump_due", soft_time_limit=DUMPING, time_limit=DUMPING + 60)
@pulsing.beat("interchange.dump_due")
def dump_due() -> None:
    dumping.dump_due(timezone.now())
    dumping.tidy(timezone.now())
