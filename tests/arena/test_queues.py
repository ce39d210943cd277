"""Which queue each kind of work waits in, and what the settings say to which broker."""

import json
import subprocess
import sys

import pytest
from celery import current_app
from django.conf import settings

from arena.embedded import ROOT
from notifications import doorbell

QUEUES = {
    "matchmaking.match_due": "match",
    "matchmaking.count_words": "celery",
    "notifications.send_due": "mail",
    "files.scan_due": "files",
    "files.sweep_due": "files",
    "records.seal_due": "celery",
    "procurements.publish_due": "celery",
    "networks.remind_due": "celery",
    "arena.follow_up_merges": "celery",
}


def queue_of(task):
    return current_app.amqp.router.route({}, task)["queue"]


@pytest.mark.parametrize("task", QUEUES)
def test_a_kind_of_work_waits_in_its_own_queue(task):
    queue = queue_of(task)
    assert (queue.name, queue.routing_key, queue.exchange.name) == (QUEUES[task], QUEUES[task], "celery")


def test_what_beat_and_the_bells_ring_for_exists_and_waits_where_a_worker_listens():
    current_app.loader.import_default_modules()
    rung = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} | set(doorbell.TASKS.values())
    assert rung <= set(current_app.tasks)
    listened = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    assert {queue_of(task).name for task in current_app.tasks if not task.startswith("celery.")} == listened


def test_a_worker_without_a_choice_takes_from_every_queue_and_one_with_a_choice_from_its_own():
    every = current_app.amqp.Queues(settings.CELERY_TASK_QUEUES)
    assert set(every.consume_from) == {"celery", "match", "mail", "files"}
    every.select(["match"])
    assert set(every.consume_from) == {"match"}


def settings_with(**environment):
    """The settings of a process that has these variables, as far as they are about the broker."""
    asked = (
        "import json; from arena import settings as s; print(json.dumps({name: value for name, value in vars(s).items()"
        " if name.startswith(('CELERY_BROKER', 'CELERY_WORKER')) and not callable(value)}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env={"ARENA_MODE": "test", **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_with_redis_the_broker_is_redis_and_no_busy_worker_hoards_a_bell():
    found = settings_with(REDIS_URL="redis://cache:6379", REDIS_BROKER_DB="3")
    assert found["CELERY_BROKER_URL"] == "redis://cache:6379/3"
    assert found["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"] > settings.CELERY_TASK_TIME_LIMIT
    assert found["CELERY_WORKER_DISABLE_PREFETCH"] is True
    assert found["CELERY_WORKER_PREFETCH_MULTIPLIER"] == 1


def test_with_rabbitmq_nothing_is_said_that_only_redis_understands():
    address = "amqp://arena:secret@rabbit:5672/arena"
    found = settings_with(REDIS_URL="redis://cache:6379", ARENA_BROKER_URL=address)
    assert found["CELERY_BROKER_URL"] == address
    assert found["CELERY_BROKER_TRANSPORT_OPTIONS"] == {
        "max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0
    }  # fmt: skip
    assert "CELERY_WORKER_DISABLE_PREFETCH" not in found
    assert found["CELERY_BROKER_CONNECTION_TIMEOUT"] <= 2  # a request that rings does not wait for long
