"""What matchmaking does in the background, twice at once (quality R3, F3): two connections, one barrier; a hundred times in tier 2."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matchmaking import announcing, closing_soon, engine, following, looking_back
from matchmaking.models import Match, MatchFailure, MatchRun, NewsFailure, NewsRun
from notifications.models import Event, Notification
from procurements import reminding, scheduling
from procurements.models import NoticeVersion
from records.models import AuditEvent
from tests import make
from tests.notifications.test_doubles import twice_at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("times", [10, pytest.param(100, marks=pytest.mark.slow)]),
]


@pytest.fixture
def anna():
    return make.member(make.supplier())


def told(kind):
    return Notification.objects.filter(event__kind=kind).count()


def test_matching_twice_at_once_finds_everything_once(times, anna):
    make.subscription(organisation=anna.memberships.get().organisation, by=anna)
    make.subscription(person=anna, words=["fall"])
    for _round in range(times):
        make.notice(at=timezone.now())
        make.notice(at=timezone.now())
        twice_at_once(lambda: engine.drain(timezone.now()))
    assert MatchRun.objects.count() == Event.objects.filter(kind="match").count() == 2 * times
    assert Match.objects.count() == 4 * times
    assert told("match") == 2 * times
    assert not MatchFailure.objects.exists()


def test_looking_back_twice_at_once_suggests_everything_once(times):
    make.notice(at=timezone.now())
    engine.drain(timezone.now())
    for _round in range(times):
        make.subscription(at=timezone.now())
        make.subscription(at=timezone.now())
        twice_at_once(lambda: looking_back.drain(timezone.now()))
    assert Match.objects.count() == 2 * times
    assert not looking_back.due().exists()
    assert not Notification.objects.filter(event__kind="match").exists()


def test_announcing_twice_at_once_tells_everything_once(times, anna):
    make.subscription(organisation=anna.memberships.get().organisation, by=anna)
    notice = make.notice(at=timezone.now())
    engine.drain(timezone.now())
    for _round in range(times):
        make.answered(make.question(notice=notice, at=timezone.now()), at=timezone.now())
        twice_at_once(lambda: announcing.drain(timezone.now()))
    assert NewsRun.objects.count() == times
    assert Notification.objects.filter(event__kind="answers", recipient=anna).count() == times
    assert not NewsFailure.objects.exists()


def test_reminding_twice_at_once_reminds_once(times, anna):
    at = timezone.now()
    for _round in range(times):
        notice = make.notice(at=at, deadline_at=at + timedelta(days=20))
        following.follow(notice.procurement, by=anna, at=at)
        twice_at_once(lambda: closing_soon.remind(at + timedelta(days=14)))
    assert told("closing-soon") == times


def test_reminding_a_buyer_twice_at_once_reminds_once(times):
    at = timezone.now()
    for _round in range(times):
        make.notice(at=at, deadline_at=at + timedelta(days=2))
        twice_at_once(lambda: reminding.remind(at + timedelta(days=400)))
    events = Event.objects.exclude(kind="match")
    assert events.count() == len(set(events.values_list("key", flat=True))) >= times


def test_publishing_what_is_due_twice_at_once_publishes_once(times):
    at = timezone.now()
    for _round in range(times):
        draft = make.notice(published=False, at=at, deadline_at=at + timedelta(days=60))
        later = at + timedelta(hours=1)
        scheduling.schedule(draft, publish_at=later, revision=draft.revision, by=draft.edited_by, at=at)
        twice_at_once(lambda: scheduling.drain(at=at + timedelta(hours=2)))
    assert NoticeVersion.objects.count() == times
    assert AuditEvent.objects.filter(action="notice.published").count() == times
