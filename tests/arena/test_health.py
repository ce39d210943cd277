from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Duty
from arena import watching
from records import sealing
from records.auditing import record
from records.models import Pulse
from tests import make


@pytest.fixture
def database_is_away(transactional_db):
    """Every new connection fails, as while PostgreSQL restarts."""
    host = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/nowhere"
    yield
    connection.close()
    connection.settings_dict["HOST"] = host


def test_a_page_says_that_the_database_is_away_and_when_to_come_back(database_is_away):
    response = Client(raise_request_exception=False).get("/sv/procurements/")
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert b"<h1>" in response.content


def test_the_process_is_alive_without_its_database(database_is_away):
    assert Client().get("/healthz").status_code == 200
    assert Client(raise_request_exception=False).get("/readyz").status_code == 503


@pytest.mark.django_db
def test_readiness_tells_how_old_the_queue_is_to_the_arenas_own_people_alone(client):
    make.notice(at=timezone.now() - timedelta(hours=1))  # nobody has matched it
    assert client.get("/readyz").json() == {"status": "degraded", "database": True, "redis": True}
    client.force_login(make.user(duty=Duty.ADMIN))
    assert client.get("/readyz").json()["oldest_undone_seconds"] >= 3600


@pytest.fixture
def well(db):
    """Every task has just ended well; returns when."""
    now = timezone.now()
    Pulse.objects.bulk_create([Pulse(task=task, started_at=now, finished_at=now) for task in watching.TASKS])
    return now


def status(client, at):
    with time_machine.travel(at, tick=False):
        return client.get("/readyz").json()


def test_a_worker_that_died_is_seen_though_nothing_waits(client, well, monkeypatch):
    monkeypatch.setattr(watching, "UP_SINCE", well - timedelta(days=1))
    assert status(client, well + timedelta(minutes=9))["status"] == "ready"
    assert status(client, well + timedelta(minutes=11)) == {"status": "degraded", "database": True, "redis": True}
    client.force_login(make.user(duty=Duty.SUPPORT))
    assert "records.seal_due" in status(client, well + timedelta(minutes=11))["stopped"]


def test_before_the_first_pulse_after_a_start_nothing_is_wrong_for_ten_minutes(client, db, monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(watching, "UP_SINCE", now)
    assert status(client, now + timedelta(minutes=9))["status"] == "ready"
    assert status(client, now + timedelta(minutes=11))["status"] == "degraded"


def test_an_anchor_that_is_a_day_late_is_an_alarm(client, well, settings, tmp_path):
    settings.ANCHOR_FILE = str(tmp_path / "anchor.log")
    with transaction.atomic():
        record("notice.changed", make.user(), by=None, at=well)
    sealing.seal_due(well)
    assert status(client, well)["status"] == "ready"
    with transaction.atomic():
        record("notice.changed", make.user(), by=None, at=well)
    sealing._seal_batch(well - timedelta(hours=25))  # sealed, and not anchored
    assert status(client, well)["status"] == "degraded"
