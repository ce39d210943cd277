from celery import shared_task
from django.utils import timezone

from networks import reminding, work_news
from records import pulsing


@shared_task(name="networks.remind_due")
@pulsing.beat("networks.remind_due")
def remind_due() -> None:
    reminding.remind(timezone.now())


@shared_task(name="networks.remind_of_work_due")
@pulsing.beat("networks.remind_of_work_due")
def remind_of_work_due() -> None:
    work_news.remind(timezone.now())
