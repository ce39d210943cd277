from celery import shared_task
from django.utils import timezone

from networks import reminding


@shared_task(name="networks.remind_due")
def remind_due() -> None:
    reminding.remind(timezone.now())
