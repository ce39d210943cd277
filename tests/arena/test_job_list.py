from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Duty
from arena import watching
from matchmaking.models import MatchFailure, MatchRun, NewsFailure, NewsRun, due
from procurements import closing
from records.models import AuditEvent, Pulse
from tests import make


@pytest.fixture
def support(signed_in, db):
    return signed_in(make.user(duty=Duty.SUPPORT))


def page(client):
    response = client.get(reverse("job_list"))
    assert response.status_code == 200
    return response.content.decode()


def all_well(at):
    rows = [Pulse(task=task, started_at=at, finished_at=at, runs=1, host="one") for task in watching.TASKS]
    Pulse.objects.bulk_create(rows)


def test_every_task_that_beats_is_explained_in_words():
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(watching.TASKS)


def test_a_stopped_worker_is_a_red_mark_within_ten_minutes(support, monkeypatch):
    now = timezone.now()
    all_well(now)
    assert "Everything is at work" in page(support)
    monkeypatch.setattr(watching, "UP_SINCE", now - timedelta(days=1))
    with time_machine.travel(now + timedelta(minutes=10, seconds=5), tick=False):
        html = page(support)
    assert "tag wrong" in html
    assert "tasks have stopped" in html


def test_it_says_what_waits_and_since_when(support):
    all_well(timezone.now())
    make.notice(at=timezone.now() - timedelta(hours=2))
    html = page(support)
    assert "Notices to be matched" in html
    assert "longer than five minutes" in html


@pytest.fixture
def failed(db):
    """A notice that could not be matched, and news that could not be told."""
    notice, at = make.notice(), timezone.now()
    other = make.notice()
    MatchRun.objects.create(version=other.current_version, at=at)
    closing.close(other, by=make.member(other.procurement.organisation), at=at, reason="Inget behov.")
    said = {"attempts": 3, "error": "ValueError: anna@example.org", "failed_at": at, "next_at": at + timedelta(hours=1)}
    return (
        MatchFailure.objects.create(version=notice.current_version, **said),
        NewsFailure.objects.create(news=other.news.get(), **said),
    )


@pytest.mark.parametrize("sort", ["match", "news"])
def test_what_failed_is_tried_again_now(support, failed, sort):
    failure = failed[sort == "news"]
    assert due(timezone.now()).count() == 0
    html = page(support)
    assert "ValueError" in html
    assert "anna@example.org" not in html
    assert reverse("failure_retry", args=[sort, failure.pk]) in html
    support.post(reverse("failure_retry", args=[sort, failure.pk]))
    failure.refresh_from_db()
    assert failure.next_at <= timezone.now()
    assert AuditEvent.objects.filter(action__endswith=".tried-again").count() == 1


@pytest.mark.parametrize("sort", ["match", "news"])
def test_what_is_given_up_waits_no_more_and_nobody_is_told(support, failed, sort):
    failure = failed[sort == "news"]
    address = reverse("failure_give_up", args=[sort, failure.pk])
    support.post(address)
    assert support.post(address).status_code == 404
    run = NewsRun.objects.get(news=failure.pk) if sort == "news" else MatchRun.objects.get(version=failure.pk)
    assert run.told == 0
    assert AuditEvent.objects.filter(action__endswith=".given-up").count() == 1


@pytest.mark.parametrize("duty", [None, Duty.CURATOR, Duty.PROGRAMME])
def test_there_is_no_such_page_for_others(signed_in, failed, duty):
    client = signed_in(make.user(duty=duty))
    assert client.get(reverse("job_list")).status_code == 404
    assert client.post(reverse("failure_give_up", args=["match", failed[0].pk])).status_code == 404


def test_there_is_no_other_sort_of_failure(support, failed):
    assert support.post(reverse("failure_retry", args=["mail", failed[0].pk])).status_code == 404


def test_a_page_costs_as_many_queries_for_one_failure_as_for_many(support, django_assert_max_num_queries):
    all_well(timezone.now())
    for _ in range(5):
        notice = make.notice()
        said = {"error": "x", "failed_at": make.NOW, "next_at": make.NOW}
        MatchFailure.objects.create(version=notice.current_version, **said)
    with django_assert_max_num_queries(35):
        page(support)
