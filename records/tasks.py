import logging

from celery import shared_task
from django.utils import timezone

from records import keeping, sealing

log = logging.getLogger(__name__)


@shared_task(name="records.seal_due")
def seal_due() -> None:
    try:
        sealing.seal_due(timezone.now())
    except OSError:  # the seals stand; the next round anchors what this one could not
        log.exception("the audit log's anchor could not be written")


@shared_task(name="records.sweep_kept")
def sweep_kept() -> None:
    keeping.sweep(timezone.now())
