"""What "not relevant" teaches a subscription, and how that is taken back (B6)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from matchmaking import dismissing, engine, lessons
from matchmaking.lessons import Fact, taught_by
from matchmaking.models import Anchor, Lesson, Match, Subscription
from matchmaking.reading import criteria_of
from procurements.models import Notice, NoticeVersion, Procurement
from records.models import AuditEvent
from tests import make
from tests.matchmaking.test_matching import amend

DAY = timedelta(days=1)


def match(reason, *hits, cpv=("33196000",), regions=("SE224",), value=None, country="SE", own="SE", follows=""):
    """One that stands in no database."""
    buyer = Organisation(pk=17, country=country)
    version = NoticeVersion(cpv=list(cpv), regions=list(regions), value=value, currency="SEK")
    version.notice = Notice(procurement=Procurement(organisation=buyer))
    by = {"organisation": Organisation(country=own)} if own else {}
    return Match(
        hits=list(hits), dismissed_reason=reason, version=version, subscription=Subscription(follows=follows, **by)
    )


@pytest.mark.parametrize(
    ("put_away", "fact"),
    [
        (match("field", "word:fall", "cpv:33196"), ("field", "3319")),
        (match("field", "near:331"), ("field", "331")),
        (match("field", "word:fall"), ("field", "3319")),
        (match("field", "word:fall", cpv=["48000000"]), ("field", "48")),
        (match("field", "word:fall", cpv=[]), None),
        (match("field", "word:fall", cpv=["unknown"]), None),
        (match("place", "region:SE224"), ("place", "SE224")),
        (match("place", "region:SE110", regions=["SE224", "SE110"]), ("place", "SE110")),
        (match("place", regions=["NO0ZZ"]), ("place", "NO0")),
        (match("place", "country:SE", regions=["SE"]), None),
        (match("place", regions=[], country="NO"), ("place", "NO")),
        (match("place", regions=[], country="NO", own=None), None),
        (match("buyer", "cpv:33196"), ("buyer", "17")),
        (match("buyer", "buyer:5"), ("buyer", "5")),
        (match("large", value=Decimal(1_100_000)), ("larger", "100000")),
        (match("small", value=Decimal(1_100_000)), ("smaller", "100000")),
        (match("large"), None),
        (match("other", "cpv:33196"), None),
        (match("field", "cpv:33196", own=None, follows="P:33196"), None),
    ],
)
def test_what_was_put_away_says_of_others_like_it(put_away, fact):
    assert taught_by(put_away) == (fact and Fact(*fact))


@pytest.fixture
def anna():
    return make.member(make.supplier())


@pytest.fixture
def search(anna, at):
    return make.subscription(person=anna, cpv=["33000000"], at=at - 40 * DAY)


@pytest.fixture
def writer():
    return make.member(make.buyer())


def suggest(search, writer, at, hits=("cpv:33196",), **wording):
    buyer = writer.memberships.get().organisation
    return make.match(search, make.notice(buyer=buyer, by=writer, **wording), hits=hits, at=at)


def learnt(search):
    return [(each.about, each.value, each.points) for each in search.lessons.order_by("pk")]


@pytest.mark.django_db
def test_each_notice_of_a_field_that_is_not_ours_adds_and_at_a_hundred_it_is_enough(search, anna, writer, at):
    for number, points in enumerate([15, 30, 45, 60, 75, 90, 100, 100]):
        found = suggest(search, writer, at)
        for _twice in range(2):
            dismissing.dismiss(found, reason="field", by=anna, at=at + number * DAY)
        assert learnt(search) == [("field", "3319", points)]


@pytest.mark.django_db
def test_bringing_one_back_takes_its_own_part(search, anna, writer, at):
    first, second = suggest(search, writer, at), suggest(search, writer, at)
    dismissing.dismiss(first, reason="field", by=anna, at=at)
    dismissing.dismiss(second, reason="field", by=anna, at=at + DAY)
    dismissing.restore(first, by=anna, at=at + DAY)
    assert learnt(search) == [("field", "3319", 15)]
    for _twice in range(2):
        dismissing.restore(second, by=anna, at=at + DAY)
    assert learnt(search) == []
    actions = (
        AuditEvent.objects.filter(action__startswith="lesson.").order_by("pk").values_list("action", "details__to")
    )
    assert list(actions) == [
        ("lesson.learnt", 15), ("lesson.learnt", 30), ("lesson.learnt", 15), ("lesson.forgotten", 0),
    ]  # fmt: skip


@pytest.mark.django_db
def test_what_was_taken_back_by_hand_is_learnt_anew_from_nothing(search, anna, writer, at):
    for _each in range(2):
        dismissing.dismiss(suggest(search, writer, at), reason="field", by=anna, at=at)
    for _twice in range(2):
        lessons.forget(Lesson.objects.first() or Lesson(pk=0, subscription=search), by=anna, at=at)
    assert learnt(search) == []
    assert Match.objects.dismissed().count() == 2
    dismissing.dismiss(suggest(search, writer, at), reason="field", by=anna, at=at + DAY)
    assert learnt(search) == [("field", "3319", 15)]


@pytest.mark.django_db
def test_a_buyer_is_left_out_until_the_last_of_its_notices_is_brought_back(search, anna, writer, at):
    found = [suggest(search, writer, at) for _each in range(2)]
    for each in found:
        dismissing.dismiss(each, reason="buyer", by=anna, at=at)
    buyer = str(writer.memberships.get().organisation_id)
    assert learnt(search) == [("buyer", buyer, 100)]
    dismissing.restore(found[0], by=anna, at=at)
    assert learnt(search) == [("buyer", buyer, 100)]
    dismissing.restore(found[1], by=anna, at=at)
    assert learnt(search) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "about", "strictest"), [("large", "larger", "100000"), ("small", "smaller", "300000")]
)
def test_of_what_is_too_large_or_small_there_is_one_bound_and_it_moves(
    search, anna, writer, at, reason, about, strictest
):
    found = {
        value: suggest(search, writer, at, value=Decimal(value), currency="EUR")
        for value in (200_000, 100_000, 300_000)
    }
    for each in found.values():
        dismissing.dismiss(each, reason=reason, by=anna, at=at)
    assert learnt(search) == [(about, strictest, 30)]
    dismissing.restore(found[int(strictest)], by=anna, at=at)
    assert learnt(search) == [(about, "200000", 30)]


@pytest.mark.django_db
def test_the_matcher_is_told_of_the_first_lesson_and_when_the_last_is_gone(search, anna, writer, at):
    def compared():
        return {flags & 128 for flags in Anchor.objects.filter(subscription=search).values_list("flags", flat=True)}

    assert compared() == {0}
    found = suggest(search, writer, at)
    dismissing.dismiss(found, reason="field", by=anna, at=at)
    assert compared() == {128}
    [lesson] = criteria_of(Subscription.objects.get(pk=search.pk)).lessons
    assert (lesson.about, lesson.value, lesson.points) == ("field", "3319", 15)
    dismissing.restore(found, by=anna, at=at)
    assert compared() == {0}


@pytest.mark.django_db
def test_each_subscription_that_found_it_learns_from_its_own_match(search, anna, writer, at):
    offer = make.subscription(organisation=anna.memberships.get().organisation, by=anna, words=["fall"])
    other = make.subscription(person=make.user(), cpv=["33196000"])
    notice = make.notice(by=writer, buyer=writer.memberships.get().organisation, cpv=["48000000", "33196000"])
    found = make.match(search, notice)
    make.match(offer, notice, hits=["word:fall"])
    make.match(other, notice)
    dismissing.dismiss(found, reason="field", by=anna, at=at)
    assert learnt(search) == [("field", "3319", 15)]
    assert learnt(offer) == [("field", "48", 15)]
    assert learnt(other) == []


@pytest.mark.django_db
def test_there_are_at_most_two_hundred_and_what_is_known_still_grows(search, anna, writer, at):
    Lesson.objects.bulk_create(
        Lesson(subscription=search, about="buyer", value=str(n), points=100, at=at) for n in range(lessons.MOST - 1)
    )
    Lesson.objects.create(subscription=search, about="field", value="3319", points=15, at=at - DAY)
    dismissing.dismiss(suggest(search, writer, at), reason="place", by=anna, at=at)
    assert search.lessons.count() == lessons.MOST
    for _each in range(2):
        dismissing.dismiss(suggest(search, writer, at), reason="field", by=anna, at=at)
    assert search.lessons.get(about="field").points == 30


@pytest.mark.django_db
def test_what_is_left_out_when_it_is_amended_counts_once(search, anna, writer, at):
    found = suggest(search, writer, at)
    dismissing.dismiss(found, reason="field", by=anna, at=at)
    amended = amend(Notice.objects.get(), at=at + DAY, cpv=["45000000"])
    Match.objects.create(  # as the matcher writes it for the next version
        version=amended, subscription=search, hits=["cpv:45"], score=60, created_at=at + DAY,
        dismissed_at=at, dismissed_by=anna, dismissed_reason="field",
    )  # fmt: skip
    dismissing.dismiss(suggest(search, writer, at), reason="field", by=anna, at=at + 2 * DAY)
    assert learnt(search) == [("field", "3319", 30)]


@pytest.mark.django_db
def test_the_next_one_of_a_buyer_that_is_left_out_does_not_come(search, anna, writer, at):
    buyer = writer.memberships.get().organisation
    engine.match(make.notice(buyer=buyer, by=writer).current_version_id, at=at)
    [found] = Match.objects.all()
    dismissing.dismiss(found, reason="buyer", by=anna, at=at)
    engine.match(make.notice(buyer=buyer, by=writer).current_version_id, at=at)
    assert Match.objects.count() == 1
    dismissing.restore(found, by=anna, at=at)
    engine.match(make.notice(buyer=buyer, by=writer).current_version_id, at=at)
    assert Match.objects.count() == 2


@pytest.mark.django_db
def test_what_is_learnt_costs_the_same_after_many_as_after_few(search, anna, writer, at):
    counts = []
    for number in range(5):
        found = suggest(search, writer, at)
        with CaptureQueriesContext(connection) as queries:
            dismissing.dismiss(found, reason="field", by=anna, at=at + number * DAY)
        counts.append(len(queries))
    assert counts[1] == counts[-1]
