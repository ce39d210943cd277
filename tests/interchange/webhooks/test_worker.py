"""Real worker processes that are killed, a broker that forgets everything, a receiver that takes its time (R1, R3 and R8 for webhooks)."""

import collections
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.utils import timezone

from interchange.models import Delivery
from interchange.webhooks import signing
from tests import make
from tests.interchange.webhooks import kit
from tests.notifications.kit import Workers, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def workers(transactional_db, tmp_path):
    made = Workers(SimpleNamespace(port=9), tmp_path)
    made.environment |= {"ARENA_WEBHOOKS_LOCAL": "yes", "ARENA_WEBHOOK_LEASE": "3"}
    yield made
    made.close()


def settled(number):
    return lambda: Delivery.objects.filter(state=Delivery.State.SENT).count() >= number


def test_a_sender_that_is_killed_before_it_writes_down_the_receipt_sends_the_same_id_again(workers, receiver):
    webhook = kit.webhook(url=receiver.url, at=timezone.now())
    first = workers.worker()
    workers.beat()
    receiver.trap.set()
    notice = make.notice(at=timezone.now())
    assert receiver.caught.wait(90)
    workers.kill(first)
    workers.worker()
    wait_until(settled(1), 90)
    told = Delivery.objects.get()
    assert (told.notice, told.state, told.attempts) == (notice, Delivery.State.SENT, 2)
    assert [said["id"] for said in receiver.said] == [str(told.pk)] * 2
    assert all(kit.is_signed(signing.secret(webhook), *each) for each in receiver.got)


def test_a_broker_that_forgets_everything_loses_no_message(workers, receiver):
    webhooks = [kit.webhook(url=receiver.url, at=timezone.now()) for _ in range(3)]
    hands = [workers.worker(), workers.worker()]
    workers.beat()
    for number in range(10):
        make.notice(at=timezone.now())
        cache._cache.get_client().flushall()
        if number % 4 == 2:
            workers.kill(hands.pop(0))
            hands.append(workers.worker())
    wait_until(settled(30), 120)
    assert Delivery.objects.count() == 30
    heard = collections.Counter(said["id"] for said in receiver.said)
    assert set(heard) == {str(pk) for pk in Delivery.objects.values_list("pk", flat=True)}
    assert {each.deliveries.count() for each in webhooks} == {10}
