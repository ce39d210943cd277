"""The chaos run in small (quality R1, F1): 60 publishes x 5 recipients, workers killed, the broker emptied.

The ledger is what the publisher was told is done, not what the portal's tables say.
"""

import random
import time
from collections import Counter

import pytest
import redis
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from arena.settings import redis_address
from notifications import telling
from notifications.models import Mail, Notification
from tests import make
from tests.notifications import kit

PUBLISHES, RECIPIENTS, SECONDS = 60, 5, 6
KILLS, FLUSHES = (8, 22, 36, 50), (15, 43)


@pytest.fixture
def real_parts(transactional_db, tmp_path, real_bells):
    sink = kit.MailSink(tmp_path)
    workers = kit.Workers(sink, tmp_path, lease=4)
    yield sink, workers
    workers.close()
    sink.close()


def publish(number, people):
    with transaction.atomic():
        telling.tell(
            "test-news",
            f"publish:{number}",
            people[0],
            [telling.Recipient(person) for person in people],
            at=timezone.now(),
            facts={"title": f"[publish:{number}]"},
        )


def test_nothing_is_lost_and_nothing_is_doubled_when_workers_die_and_the_broker_forgets(real_parts):
    sink, workers = real_parts
    chance = random.Random(1)
    crowd = [make.user() for _ in range(60)]
    broker = redis.from_url(redis_address(settings.REDIS_BROKER_DB))
    running = [workers.worker(), workers.worker()]
    workers.beat()
    ledger = Counter()
    kit.wait_until(lambda: broker.exists("_kombu.binding.celery"), 20)
    for number in range(PUBLISHES):
        if number in KILLS:
            sink.caught.clear()
            sink.trap.set()
        people = chance.sample(crowd, RECIPIENTS)
        for _ in range(chance.choice((1, 1, 2))):  # a publisher that is not sure says it again
            publish(number, people)
        ledger.update((f"publish:{number}", person.email) for person in people)
        if number in KILLS:
            assert sink.caught.wait(15)  # a mail is with the mail server, and its sender waits for the answer
            for victim in running:
                workers.kill(victim)
            running = [workers.worker(), workers.worker()]
        if number in FLUSHES:
            broker.flushdb()
        time.sleep(SECONDS / PUBLISHES)

    def settled():
        now = timezone.now()
        waiting = Notification.objects.filter(mail_due_at__lte=now).exists()
        return not waiting and not Mail.objects.filter(state__in=[Mail.State.PENDING, Mail.State.SENDING]).exists()

    kit.wait_until(settled, 30)

    inbox = Counter(Notification.objects.values_list("event__key", "recipient__email"))
    assert inbox == ledger
    assert set(ledger.values()) == {1}

    messages = sink.messages()
    arrived = Counter(kit.number_of(message) for message in messages)
    assert max(arrived.values()) == 1
    state = {str(pk): state for pk, state in Mail.objects.values_list("pk", "state")}
    assert set(state.values()) <= {Mail.State.SENT, Mail.State.UNKNOWN}
    assert {pk for pk in state if state[pk] == Mail.State.SENT} <= set(arrived)
    assert set(arrived) <= set(state)

    told = Counter(
        (line.strip("* []\r\n"), message["To"])
        for message in messages
        for line in message.get_body(("plain",)).get_content().splitlines()
        if line.startswith("* [publish:")
    )
    assert max(told.values()) == 1
    unknown = {
        (item.event.key, item.recipient.email)
        for item in Notification.objects.filter(mail_items__mail__state=Mail.State.UNKNOWN).select_related(
            "event", "recipient"
        )
    }
    assert set(ledger) <= set(told) | unknown
    doubtful = [pk for pk in state if state[pk] == Mail.State.UNKNOWN]
    assert len(KILLS) <= len(doubtful) <= 2 * len(KILLS)  # one a killed sender at most, and the run did hit the window
