from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Duty
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
