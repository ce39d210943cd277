from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from records import pulsing, sealing, tasks
from records.auditing import record
from records.models import Pulse
from tests import make
from tests.threads import at_once

NOW = make.NOW
TASK = "records.seal_due"


def beat(task=TASK, *moments, error=None):
    clock = iter(moments or (NOW, NOW + timedelta(seconds=1)))
    with pulsing.beat(task, lambda: next(clock)):
        if error:
            raise error


@pytest.mark.django_db
def test_a_run_leaves_when_it_began_and_ended_and_where():
    beat()
    pulse = Pulse.objects.get()
    assert (pulse.task, pulse.started_at, pulse.finished_at) == (TASK, NOW, NOW + timedelta(seconds=1))
    assert pulse.host
    assert (pulse.runs, pulse.failures, pulse.error) == (1, 0, "")


@pytest.mark.django_db
def test_what_a_task_raises_goes_on_its_way_and_is_written_down_in_one_line():
    beat()
    with pytest.raises(ValueError, match="broken"):
        beat(error=ValueError("broken\r\nfor anna@example.org"))
    pulse = Pulse.objects.get()
    assert pulse.error == "ValueError: broken for (address)"
    assert pulse.finished_at == NOW + timedelta(seconds=1), "the last run that ended well"
    assert (pulse.runs, pulse.failures) == (2, 1)


@pytest.mark.django_db
def test_two_workers_at_once_lose_no_count():
    """On connections of their own, which commit; they take away what they wrote."""

    def act():
        for _ in range(20):
            with pulsing.beat("tests.twice", lambda: NOW):
                pass

    def look():
        runs = Pulse.objects.get(task="tests.twice").runs
        Pulse.objects.all().delete()
        return runs

    assert at_once(act, act, act) == [None, None, None]
    assert at_once(look) == [60]


@pytest.mark.django_db
def test_a_run_that_ends_late_does_not_make_the_pulse_older():
    beat(TASK, NOW, NOW + timedelta(minutes=5))
    beat(TASK, NOW, NOW + timedelta(minutes=1))
    assert Pulse.objects.get().finished_at == NOW + timedelta(minutes=5)


@pytest.mark.django_db
def test_without_the_database_the_task_runs_and_its_own_error_is_the_one_that_is_seen():
    done = []

    def away(error=None):
        connection.settings_dict = {**connection.settings_dict, "HOST": "/nowhere"}  # this thread's connection alone
        beat(error=error)
        done.append(1)

    [nothing] = at_once(away)
    [raised] = at_once(lambda: away(KeyError("its own")))
    assert (nothing, done) == (None, [1])
    assert repr(raised) == "KeyError('its own')"


@pytest.mark.parametrize("task", sorted({entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}))
def test_every_task_that_beats_leaves_a_pulse(task, db):
    current_app.loader.import_default_modules()
    current_app.tasks[task].run()
    assert Pulse.objects.get().task == task


# --- who has stopped ---------------------------------------------------------------------------------------------------


def state(at, task=TASK, up_since=NOW - timedelta(days=9)):
    return next(each for each in pulsing.states(at, up_since=up_since) if each.task == task)


@pytest.mark.django_db
def test_a_worker_that_died_is_seen_after_ten_minutes_though_nothing_waits():
    beat()
    ended = NOW + timedelta(seconds=1)
    assert not state(ended + timedelta(minutes=10)).is_stopped
    assert state(ended + timedelta(minutes=10, seconds=1)).is_stopped


@pytest.mark.django_db
def test_a_task_that_is_rung_each_hour_may_miss_three():
    beat("files.sweep_due")
    assert not state(NOW + timedelta(hours=3), "files.sweep_due").is_stopped
    assert state(NOW + timedelta(hours=3, minutes=1), "files.sweep_due").is_stopped


@pytest.mark.django_db
def test_a_task_that_runs_and_always_fails_has_stopped_too():
    beat()
    for minute in range(1, 12):
        moment = NOW + timedelta(minutes=minute)
        with pytest.raises(OSError, match="full"):
            beat(TASK, moment, moment, error=OSError("the disk is full"))
    assert state(NOW + timedelta(minutes=11)).is_stopped


@pytest.mark.django_db
def test_after_a_start_nothing_is_called_stopped_for_ten_minutes():
    up = NOW + timedelta(days=2)
    beat()  # two days ago: the machine was off
    assert not state(up + timedelta(minutes=10), up_since=up).is_stopped
    assert state(up + timedelta(minutes=11), up_since=up).is_stopped
    never = state(up + timedelta(minutes=1), "files.scan_due", up_since=up)
    assert (never.pulse, never.is_stopped, never.is_awaited) == (None, False, True)


@pytest.mark.django_db
def test_an_anchor_that_cannot_be_written_is_a_run_that_failed(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.ANCHOR_FILE = str(tmp_path / "file" / "anchor.log")  # no directory can be made there
    with transaction.atomic():
        record("notice.changed", make.user(), by=None, at=NOW)
    with pytest.raises(OSError, match=r"anchor|directory|exists"):
        tasks.seal_due()
    pulse = Pulse.objects.get()
    assert pulse.failures == 1
    assert sealing.unsealed(without=Q(pk=None)) == (0, None), "the seals stand"
    assert not sealing.is_anchor_here()
