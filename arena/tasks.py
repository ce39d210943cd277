from celery import shared_task
from django.utils import timezone

from arena import merging
from records import pulsing


@shared_task(name="arena.follow_up_merges")
@pulsing.beat("arena.follow_up_merges")
def follow_up_merges() -> None:
    merging.follow_up(timezone.now())
