from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Mail
from records.models import Pulse
from tests import make

TOKEN = "a-token-of-the-tests-own-2026"


@pytest.fixture
def token(settings):
    settings.METRICS_TOKEN = TOKEN
    return {"Authorization": f"Bearer {TOKEN}"}


def read(headers):
    """The samples, as {name with labels: number}."""
    answer = Client().get("/metrics", headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(number) for name, _space, number in (line.rpartition(" ") for line in lines)}


@pytest.mark.django_db
def test_without_a_token_that_is_set_there_is_no_such_page(settings):
    settings.METRICS_TOKEN = ""
    for given in ("", "Bearer ", "Bearer None"):
        assert Client().get("/metrics", headers={"Authorization": given}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("given", [None, "", TOKEN, "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer \u00e5"])
def test_with_another_token_there_is_no_such_page_either(token, given):
    headers = {} if given is None else {"Authorization": given}
    assert Client().get("/metrics", headers=headers).status_code == 404


@pytest.mark.django_db
def test_it_tells_how_long_what_waits_has_waited_and_how_the_tasks_beat(token):
    at = timezone.now()
    make.notice(at=at - timedelta(hours=1))
    Pulse.objects.create(
        task="files.scan_due", started_at=at, finished_at=at - timedelta(seconds=90), runs=7, failures=2
    )
    found = read(token)
    assert found['arena_queue_length{queue="notices"}'] == 1
    assert 3600 <= found['arena_queue_oldest_seconds{queue="notices"}'] < 3700
    assert 90 <= found['arena_task_age_seconds{task="files.scan_due"}'] < 100
    assert found['arena_task_runs_total{task="files.scan_due"}'] == 7
    assert found['arena_task_failures_total{task="files.scan_due"}'] == 2
    assert {f'arena_task_stopped{{task="{task}"}}' for task in ("records.seal_due", "matchmaking.match_due")} <= set(
        found
    )


@pytest.mark.django_db
def test_mails_that_go_their_usual_way_are_counted_in_hundreds_and_trouble_one_by_one(token):
    def mails(state, number):
        settled = {"settled_at": make.NOW} if state not in ("pending", "stale") else {}
        rows = [
            Mail(
                kind="immediate", address="a@example.org", state=state, due_at=make.NOW, created_at=make.NOW, **settled
            )
            for _ in range(number)
        ]
        Mail.objects.bulk_create(rows)

    mails("sent", 199)
    mails("pending", 99)
    mails("unknown", 3)
    found = read(token)
    assert found['arena_mails{state="sent"}'] == 100
    assert found['arena_mails{state="pending"}'] == 0
    assert found['arena_queue_length{queue="mails-due"}'] == 0
    assert found['arena_mails{state="unknown"}'] == 3


@pytest.mark.django_db
def test_an_interest_changes_no_number(token):
    """Whoever has the token may not learn that somebody is interested (quality 4.3)."""
    from procurements import interest

    notice = make.notice()
    supplier = make.supplier()
    person = make.member(supplier)
    read(token)
    before = read(token)
    interest.register(
        notice.procurement, organisation=supplier, level="meeting", message="Hej", by=person, at=timezone.now()
    )
    after = read(token)
    ages = {name for name in before if "seconds" in name}
    assert {name: after[name] for name in after if name not in ages} == {
        name: before[name] for name in before if name not in ages
    }
    assert all(abs(after[name] - before[name]) < 5 for name in ages)
