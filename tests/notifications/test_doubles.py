"""Every task run twice at once (quality R3, F3): two connections, one barrier, a hundred times."""

import threading

from django.core import mail as outbox
from django.db import connection, transaction
from django.utils import timezone

from notifications import composing, releasing, sending, telling
from notifications.models import Mail, MailItem, Notification
from records import auditing, sealing
from records.models import AuditEvent, AuditSeal
from tests import make

TIMES = 100


def twice_at_once(do):
    barrier, errors = threading.Barrier(2), []

    def run():
        try:
            barrier.wait()
            do()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def tell(key, *people):
    with transaction.atomic():
        telling.tell("test-news", key, people[0], [telling.Recipient(person) for person in people], at=timezone.now())


def test_telling_composing_and_sending_twice_at_once_has_one_effect(transactional_db):
    people = [make.user() for _ in range(3)]
    for number in range(TIMES):
        twice_at_once(lambda number=number: tell(f"n:{number}", *people))
        if number % 2:
            twice_at_once(lambda: composing.compose_due(timezone.now()))
        twice_at_once(lambda: sending.send_due(timezone.now))
    assert Notification.objects.count() == MailItem.objects.count() == TIMES * 3
    assert set(Mail.objects.values_list("state", flat=True)) == {Mail.State.SENT}
    numbers = [message.extra_headers["Message-ID"] for message in outbox.outbox]
    assert len(numbers) == len(set(numbers)) == Mail.objects.count()


def test_sweeping_twice_at_once_has_one_effect(transactional_db):
    person = make.user()
    for number in range(10):
        tell(f"n:{number}", person)
        composing.compose_due(timezone.now())
        sending.claim(timezone.now())
    Mail.objects.update(lease_until=timezone.now())
    twice_at_once(lambda: sending.sweep(timezone.now()))
    assert Mail.objects.filter(state=Mail.State.UNKNOWN).count() == 10


def test_sealing_twice_at_once_makes_one_chain(transactional_db, settings, tmp_path):
    settings.ANCHOR_FILE = str(tmp_path / "anchor.log")
    person = make.user()
    for _ in range(30):
        with transaction.atomic():
            auditing.record("notice.changed", person, by=person, at=make.NOW)
        twice_at_once(lambda: sealing.seal_due(timezone.now()))
    assert AuditSeal.objects.count() == 30
    assert sealing.verify() is None


def test_two_administrators_who_release_one_mail_send_it_once(transactional_db):
    person = make.user()
    tell("n:1", person)
    composing.compose_due(timezone.now())
    mail = Mail.objects.get()
    Mail.objects.update(state=Mail.State.STALE)
    twice_at_once(lambda: releasing.release(mail, by=person, at=timezone.now()))
    assert AuditEvent.objects.filter(action="mail.released").count() == 1
