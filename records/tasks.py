from celery import shared_task
from django.utils import timezone

from records import keeping, pulsing, sealing


@shared_task(name="records.seal_due")
@pulsing.beat("records.seal_due")
def seal_due() -> None:
    sealing.seal_due(timezone.now())  # an anchor that cannot be written is a run that failed: /readyz hears of it


@shared_task(name="records.sweep_kept")
@pulsing.beat("records.sweep_kept")
def sweep_kept() -> None:
    keeping.sweep(timezone.now())
