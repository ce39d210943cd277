"""What people are told, in words and in their own language."""

from datetime import timedelta

import pytest

from matchmaking import engine
from notifications import kinds
from notifications.models import Notification
from taxonomy.models import CpvCode
from tests import make
from tests.matchmaking.test_matching import amend

pytestmark = pytest.mark.django_db


def line(user, kind, language="en"):
    notification = Notification.objects.select_related("event", "recipient").get(recipient=user, event__kind=kind)
    [notification] = kinds.with_subjects([notification])
    assert kinds.may_see(notification)
    return kinds.line(notification, language)


@pytest.fixture
def anna():
    anna = make.member(make.supplier())
    make.subscription(person=anna, cpv=["33100000"], words=["fall"], regions=["SE"])
    return anna


def test_a_suggestion_names_the_buyer_and_the_reasons(anna, at):
    CpvCode.objects.get_or_create(
        pk="33196000",
        defaults={"label_sv": "Hjälpmedel", "label_nb": "Hjelpemidler", "label_en": "Medical aids", "level": 3},
    )
    notice = make.notice(buyer=make.buyer(name="Eslövs kommun"))
    engine.match(notice.current_version_id, at=at)
    said = line(anna, "match")
    assert said.title == notice.title
    assert said.facts.startswith("Need · Eslövs kommun")
    assert said.reasons[0].startswith("CPV 33196 Medical aids")
    assert said.reasons[1] == "the word fall"
    assert said.reasons[-1] == "your saved search Det vi söker"


def test_a_moved_deadline_stands_in_the_title_with_both_times(anna, at):
    notice = make.notice(deadline_at=at + timedelta(days=30))
    engine.match(notice.current_version_id, at=at)
    engine.match(amend(notice, deadline_at=at + timedelta(days=40)).pk, at=at)
    said = line(anna, "amendment")
    assert said.title.startswith("New deadline Friday 1 January 2027")
    assert "before Tuesday 22 December 2026" in said.title
    assert said.text == "Changed: deadline."


def test_a_suggestion_costs_no_query_a_line(anna, at, django_assert_num_queries):
    for _each in range(3):
        make.notice()
    engine.drain(at)
    listed = kinds.with_subjects(Notification.objects.filter(recipient=anna).select_related("event", "recipient"))
    with django_assert_num_queries(0):
        for notification in listed:
            assert kinds.may_see(notification)
            kinds.line(notification, "sv")
