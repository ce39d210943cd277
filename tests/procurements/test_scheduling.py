"""Publishing at a chosen moment (A17): once, whatever happens to the workers; locked meanwhile; and said when it cannot be."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notifications.models import Notification
from procurements import closing, publishing, scheduling, writing
from procurements.models import Notice, Schedule
from records.models import AuditEvent
from tests import make
from tests.procurements.joint import UNTIL, joint

EIGHT = make.NOW + timedelta(hours=20)
STEP = timedelta(seconds=1)


def scheduled(notice, *, publish_at=EIGHT, at=make.NOW, **said):
    fresh = Notice.objects.get(pk=notice.pk)
    return scheduling.schedule(
        fresh, publish_at=publish_at, revision=fresh.revision, by=fresh.edited_by, at=at, **said
    )  # fmt: skip


def versions(notice):
    return list(notice.versions.values_list("number", "published_at"))


@pytest.mark.django_db
def test_it_is_published_at_its_moment_and_not_before():
    notice = make.notice(published=False)
    promise = scheduled(notice)
    scheduling.drain(at=EIGHT - STEP)
    assert versions(notice) == []
    for _round in range(3):
        scheduling.drain(at=EIGHT)
    assert versions(notice) == [(1, EIGHT)]
    promise.refresh_from_db()
    assert promise.done_at == EIGHT
    assert AuditEvent.objects.get(action="notice.published").actor == notice.edited_by


@pytest.mark.django_db
def test_when_the_groups_list_cannot_be_fixed_it_fails_at_once_with_the_reason():
    shared = joint()
    User.objects.filter(pk=shared.leda.pk).update(language="en")
    moment = datetime.combine(UNTIL, datetime.min.time(), UTC) + timedelta(
        hours=23
    )  # by the group's clock the day after
    said = {"kind": "competition", "zone": "UTC", "deadline_at": moment + timedelta(days=60)}
    notice = make.notice(group=shared.group, by=shared.leda, published=False, **said)
    promise = scheduled(make.approved(notice), publish_at=moment)
    scheduling.drain(at=moment)
    promise.refresh_from_db()
    assert "The last day for options has passed" in promise.failure
    assert versions(notice) == []


@pytest.mark.django_db
def test_the_text_is_locked_until_it_is_taken_back():
    notice = make.notice(published=False)
    promise = scheduled(notice)
    change = {"wording": {"title": "Nytt"}, "revision": 1, "by": notice.edited_by, "at": make.NOW}
    with pytest.raises(writing.Locked):
        writing.save(notice, **change)
    with pytest.raises(writing.Locked):
        publishing.publish(notice, by=notice.edited_by, at=make.NOW)
    for _click in range(2):
        scheduling.take_back(promise, by=notice.edited_by, at=make.NOW)
    assert writing.save(notice, **change).title == "Nytt"
    scheduling.drain(at=EIGHT)
    assert versions(notice) == []
    assert AuditEvent.objects.filter(action="notice.unscheduled").count() == 1


@pytest.mark.django_db
def test_a_second_click_is_the_same_promise_and_another_moment_is_refused():
    notice = make.notice(published=False)
    assert scheduled(notice) == scheduled(notice)
    with pytest.raises(scheduling.AlreadyScheduled):
        scheduled(notice, publish_at=EIGHT + STEP)


@pytest.mark.django_db
def test_a_moment_after_the_deadline_or_behind_us_is_refused_at_once():
    notice = make.notice(published=False, deadline_at=make.NOW + timedelta(days=1))
    for moment in (make.NOW + timedelta(days=1), make.NOW, make.NOW + timedelta(days=500)):
        with pytest.raises(publishing.NotPublishable):
            scheduled(notice, publish_at=moment)
    assert not Schedule.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["the deadline passed", "the right ended", "an approval is missing"])
def test_what_cannot_be_published_is_told_to_the_team_and_unlocks_the_text(what):
    notice = make.notice(published=False, deadline_at=EIGHT + timedelta(hours=1))
    promise, at = scheduled(notice), EIGHT
    if what == "the deadline passed":
        at = EIGHT + timedelta(hours=2)  # no worker was awake
    elif what == "the right ended":
        notice.edited_by.memberships.update(role="reader")
    else:
        type(notice.procurement.organisation).objects.update(publishes_with_two=True)
    for _round in range(2):
        scheduling.drain(at=at)
    promise.refresh_from_db()
    assert (promise.failed_at, promise.done_at, versions(notice)) == (at, None, [])
    assert promise.failure
    assert Notification.objects.filter(event__kind="publication-failed").count() == 1
    writing.save(notice, wording={"title": "Nytt"}, revision=1, by=notice.edited_by, at=at)


@pytest.mark.django_db
def test_one_that_cannot_be_published_stops_no_other():
    bad = make.notice(published=False, deadline_at=EIGHT + STEP)
    good = make.notice(published=False)
    for notice in (bad, good):
        scheduled(notice)
    scheduling.drain(at=EIGHT + 2 * STEP)
    assert versions(bad) == []
    assert len(versions(good)) == 1


@pytest.mark.django_db
def test_an_amendment_waits_with_its_reason_and_closing_takes_it_back():
    notice = make.notice()
    writing.save(notice, wording={"summary": "Ny."}, revision=1, by=notice.edited_by, at=make.NOW)
    with pytest.raises(publishing.ReasonMissing):
        scheduled(notice)
    promise = scheduled(notice, reason="Fler bad om det.")
    closing.close(notice, by=notice.edited_by, at=make.NOW + STEP, reason="Behovet är löst.")
    promise.refresh_from_db()
    assert promise.taken_back_at == make.NOW + STEP


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "clock", "fold", "moment"),
    [
        ("2027-03-28", "01:59", "", datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        ("2027-03-28", "02:30", "", "error"),  # it does not exist
        ("2027-03-28", "03:00", "", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        ("2027-10-31", "02:30", "", "error"),  # which of the two?
        ("2027-10-31", "02:30", "0", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        ("2027-10-31", "02:30", "1", datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
    ],
)
def test_both_changes_of_the_clock(signed_in, day, clock, fold, moment):
    notice = make.notice(published=False, deadline_at=None, at=timezone.now() - timedelta(hours=1))
    said = {"when": "later", "publish_at_day": day, "publish_at_clock": clock, "publish_at_fold": fold, "revision": 1}
    answer = signed_in(notice.edited_by).post(reverse("procurements:notice_publish", args=[notice.slug]), said)
    if moment == "error":
        assert answer.status_code == 422
        assert 'id="id_publish_at_error"' in answer.content.decode()
        return
    assert answer.status_code == 302
    assert notice.schedules.get().publish_at == moment
    scheduling.drain(at=moment - STEP)
    assert versions(notice) == []
    scheduling.drain(at=moment)
    assert versions(notice) == [(1, moment)]


@pytest.mark.django_db
def test_the_page_says_what_waits_and_takes_it_back(signed_in):
    notice = make.notice(published=False, deadline_at=None)
    client, address = signed_in(notice.edited_by), reverse("procurements:notice_publish", args=[notice.slug])
    scheduled(notice)
    assert reverse("procurements:schedule_take_back", args=[notice.slug]) in client.get(address).content.decode()
    client.post(reverse("procurements:schedule_take_back", args=[notice.slug]))
    assert not notice.schedules.waiting().exists()


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_publish_once():
    notices = [make.notice(published=False) for _one in range(4)]
    for notice in notices:
        scheduled(notice)
    barrier = threading.Barrier(4)

    def work():
        barrier.wait()
        try:
            for _round in range(3):
                scheduling.drain(at=EIGHT)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [versions(notice) for notice in notices] == [[(1, EIGHT)]] * 4


DIE = """
import os, signal, sys, django
django.setup()
from django.utils import timezone
from procurements import publishing, scheduling
whole = publishing.searching.index
def index(version):
    whole(version)
    print("inside", flush=True)
    signal.pause()
publishing.searching.index = index
scheduling.drain(at=timezone.now())
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_in_the_middle_leaves_nothing_and_the_next_one_publishes():
    """A process of its own stands with the version written and not committed; it is killed; the promise stands."""
    begun = timezone.now() - timedelta(hours=2)
    notice = make.notice(published=False, deadline_at=None, at=begun)
    promise = scheduled(notice, publish_at=begun + timedelta(hours=1), at=begun)
    where = connection.settings_dict
    port = f":{where['PORT']}" if where["PORT"] else ""
    who = quote(where["USER"]) + (f":{quote(where['PASSWORD'])}" if where["PASSWORD"] else "")
    address = f"postgres://{who}@{quote(where['HOST'], safe='')}{port}/{where['NAME']}"
    environment = {
        **os.environ, "ARENA_MODE": "test", "DJANGO_SETTINGS_MODULE": "arena.settings", "DATABASE_URL": address,
    }  # fmt: skip
    worker = subprocess.Popen(
        [sys.executable, "-c", DIE], cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE
    )  # fmt: skip
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"inside\n"
    scheduling.drain(at=timezone.now())  # another worker: the lock is taken, and it does not wait
    assert versions(notice) == []
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    for _round in range(100):
        scheduling.drain(at=timezone.now())
        if versions(notice):
            break
        time.sleep(0.05)  # until PostgreSQL has noticed
    scheduling.drain(at=timezone.now())
    assert len(versions(notice)) == 1
    promise.refresh_from_db()
    assert promise.done_at
