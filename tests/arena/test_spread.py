"""Several workers under host names of their own, on one broker and one database, take from the queues and from each other's
backlog, and no work is done twice (issue 5). Nothing here is judged by the clock: the mail server holds its answers back
until as many mails are in flight as there are senders.
"""

import threading
import time
from collections import Counter

import pytest
from celery import current_app
from django.utils import timezone

from matchmaking.models import Match, MatchRun
from notifications.models import Mail, MailItem, Notification, Preference, Rhythm
from procurements.models import NoticeVersion
from tests import make
from tests.notifications import kit

NOTICES, SUPPLIERS, SENDERS, ANSWER_SECONDS = 12, 20, 4, 0.05


class PatientSink(kit.MailSink):
    """Answers a mail after 50 ms, but the first ones only when `wanted` of them are in flight at once."""

    def __init__(self, directory):
        super().__init__(directory)
        self.wanted, self.in_flight, self.most, self.changed = 1, 0, 0, threading.Condition()

    def keep(self, words):
        with self.changed:
            self.in_flight += 1
            self.most = max(self.most, self.in_flight)
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.most >= self.wanted, timeout=15)  # the sender gives up after 20
        super().keep(words)
        time.sleep(ANSWER_SECONDS)
        with self.changed:
            self.in_flight -= 1

    def expect(self, wanted):
        with self.changed:
            self.wanted, self.most = wanted, 0


@pytest.fixture
def real_parts(transactional_db, tmp_path):
    sink = PatientSink(tmp_path)
    workers = kit.Workers(sink, tmp_path)
    yield sink, workers
    workers.close()
    sink.close()


def start(workers, name, queue):
    workers.start(
        *("worker", "-n", name, "-Q", queue, "-c", "1", "--without-mingle", "--without-gossip", "-l", "WARNING")
    )


def queues_by_worker():
    found = current_app.control.inspect(timeout=0.5).active_queues() or {}
    return {name: [queue["name"] for queue in queues] for name, queues in found.items()}


def all_is_done():
    waiting = [Mail.objects.filter(state__in=[Mail.State.PENDING, Mail.State.SENDING])]
    waiting += [Notification.objects.exclude(mail_due_at=None), NoticeVersion.objects.filter(match_run=None)]
    return not any(rows.exists() for rows in waiting)


def publish(sink, *, senders):
    """Publishes half of the notices and waits until everybody was mailed; returns mails a second, for the eye alone."""
    with sink.changed:
        sink.wanted, sink.most = senders, 0
    before, began = sink.count, time.monotonic()
    for _notice in range(NOTICES // 2):
        make.notice(at=timezone.now())
    kit.wait_until(all_is_done, 180)
    return (sink.count - before) / (time.monotonic() - began)


@pytest.mark.slow
def test_workers_on_several_hosts_share_the_work_and_none_is_done_twice(real_parts):
    sink, workers = real_parts
    everybody = [make.member(make.supplier()) for _ in range(SUPPLIERS)]
    for person in everybody:
        Preference.objects.create(user=person, kind="match", rhythm=Rhythm.AT_ONCE)
        make.subscription(organisation=person.memberships.get().organisation, by=person)
    expected = {"match@a": ["match"], "match@b": ["match"], "mail@c": ["mail"]}
    for name, [queue] in expected.items():
        start(workers, name, queue)
    for number in (1, 2):
        workers.start("beat", "-s", str(workers.directory / f"beat-{number}"), "--pidfile", "", "-l", "WARNING")
    kit.wait_until(lambda: queues_by_worker() == expected, 90)

    alone = publish(sink, senders=1)
    assert sink.most == 1
    more = {f"mail@{host}": ["mail"] for host in "def"}
    for name in more:
        start(workers, name, "mail")
    kit.wait_until(lambda: queues_by_worker() == expected | more, 90)
    together = publish(sink, senders=SENDERS)
    assert sink.most == SENDERS
    print(
        f"mails a second, each answered after {ANSWER_SECONDS} s: {alone:.1f} by 1 worker, {together:.1f} by {SENDERS}"
    )

    assert MatchRun.objects.count() == NOTICES
    assert set(MatchRun.objects.values_list("told", flat=True)) == {SUPPLIERS}
    ledger = Counter(Notification.objects.filter(event__kind="match").values_list("event__key", "recipient"))
    assert len(ledger) == NOTICES * SUPPLIERS
    assert set(ledger.values()) == {1}
    assert Match.objects.count() == NOTICES * SUPPLIERS
    carried = Counter(MailItem.objects.values_list("notification", flat=True))
    assert len(carried) == NOTICES * SUPPLIERS
    assert set(carried.values()) == {1}
    arrived = Counter(kit.number_of(message) for message in sink.messages())
    assert set(arrived.values()) == {1}
    assert set(arrived) == {str(pk) for pk in Mail.objects.filter(state=Mail.State.SENT).values_list("pk", flat=True)}
    assert Mail.objects.count() == len(arrived)
