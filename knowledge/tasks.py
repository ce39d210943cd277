from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from knowledge import asking, attending, case_news, checking_links, opining, reminding, template_news
from records import pulsing


@shared_task(name="knowledge.publish_due")
@pulsing.beat("knowledge.publish_due")
def publish_due() -> None:
    asking.drain(at=timezone.now())


@shared_task(name="knowledge.remind_due")
@pulsing.beat("knowledge.remind_due")
def remind_due() -> None:
    reminding.remind(timezone.now())


@shared_task(name="knowledge.keep_events")
@pulsing.beat("knowledge.keep_events")
def keep_events() -> None:
    at = timezone.now()
    attending.remind(at)
    attending.forget(at)
    opining.forget(at)


@shared_task(name="knowledge.tell_due")
@pulsing.beat("knowledge.tell_due")
def tell_due() -> None:
    at = timezone.now()
    case_news.tell_due(at)
    template_news.tell_due(at)


@shared_task(name="knowledge.check_links")
@pulsing.beat("knowledge.check_links")
def check_links() -> None:
    checking_links.drain(timezone.now, until=timezone.now() + timedelta(minutes=8))
