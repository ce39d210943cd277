from celery import shared_task
from django.utils import timezone

from procurements import reminding, scheduling, upkeeping
from records import pulsing


@shared_task(name="procurements.remind_due")
@pulsing.beat("procurements.remind_due")
def remind_due() -> None:
    reminding.remind(timezone.now())


@shared_task(name="procurements.publish_due")
@pulsing.beat("procurements.publish_due")
def publish_due() -> None:
    scheduling.drain(at=timezone.now())


@shared_task(name="procurements.keep_search")
@pulsing.beat("procurements.keep_search")
def keep_search() -> None:
    upkeeping.close_over(timezone.now())
    upkeeping.refresh()
