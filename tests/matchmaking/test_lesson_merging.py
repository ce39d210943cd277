"""Two records of a buyer become one: whoever searches it, follows it or wants nothing of it means the one that is left."""

from datetime import timedelta

import pytest

from accounts.models import Duty
from matchmaking import dismissing, engine, merging, subscribing
from matchmaking.models import Anchor, AskedKey, Lesson, Match, Subscription
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make.user(duty=Duty.ADMIN)


@pytest.fixture
def buyers():
    return make.buyer(name="Gamla nämnden"), make.buyer(name="Lunds kommun")


def carry_over(buyers, admin, at):
    old, new = buyers
    for _twice in range(2):
        merging.carry_over(old, into=new, by=admin, at=at)


def test_searches_name_the_one_that_is_left_once(buyers, admin, at):
    old, new = buyers
    both = make.subscription(person=make.user(), buyers=[old.pk, 17, new.pk])
    one = make.subscription(organisation=make.supplier(), buyers=[old.pk])
    other = make.subscription(person=make.user(), buyers=[17])
    carry_over(buyers, admin, at)
    for search, named in ((both, [new.pk, 17]), (one, [new.pk]), (other, [17])):
        search.refresh_from_db()
        assert search.buyers == named


def test_the_index_finds_them_for_the_one_that_is_left(buyers, admin, at):
    search = make.subscription(person=make.user(), buyers=[buyers[0].pk])
    before = set(Anchor.objects.filter(subscription=search).values_list("key", flat=True))
    carry_over(buyers, admin, at)
    after = set(Anchor.objects.filter(subscription=search).values_list("key", flat=True))
    assert len(before) == len(after) == 1
    assert before != after
    assert AskedKey.objects.filter(pk=f"B:{buyers[1].pk}").exists()


def test_who_follows_both_follows_one(buyers, admin, at):
    anna, bo = make.user(), make.user()
    for person, followed in ((anna, buyers), (bo, buyers[:1])):
        for buyer in followed:
            make.subscription(person=person, follows=f"B:{buyer.pk}", buyers=[buyer.pk], name=buyer.name)
    carry_over(buyers, admin, at)
    for person in (anna, bo):
        [left] = Subscription.objects.filter(person=person)
        assert (left.follows, left.buyers) == (f"B:{buyers[1].pk}", [buyers[1].pk])


def test_what_was_learnt_of_it_is_known_of_the_one_that_is_left(buyers, admin, at):
    old, new = buyers
    one, both = make.subscription(), make.subscription()
    for search, buyer in ((one, old), (both, old), (both, new)):
        Lesson.objects.create(subscription=search, about="buyer", value=str(buyer.pk), points=100, at=at)
    unlike = Lesson.objects.create(subscription=one, about="larger", value=str(old.pk), points=30, at=at)
    carry_over(buyers, admin, at)
    for search in (one, both):
        assert search.lessons.get(about="buyer").value == str(new.pk)
    unlike.refresh_from_db()
    assert unlike.value == str(old.pk)


def test_an_offer_that_is_paused_by_the_merge_stands_nowhere_in_the_index(admin, at):
    first, second = make.subscription(), make.subscription()
    merging.carry_over(first.organisation, into=second.organisation, by=admin, at=at)
    assert not Anchor.objects.filter(subscription=first).exists()
    assert Anchor.objects.filter(subscription=second).exists()


def put_away(notice, by, at):
    engine.drain(at)
    dismissing.dismiss(Match.objects.get(version=notice.current_version_id), reason="buyer", by=by, at=at)


def is_of(notice, buyer):
    """As procurements.merging leaves it."""
    notice.procurement.organisation = buyer
    notice.procurement.save()


def test_what_a_merged_buyer_taught_is_taken_back_with_its_notice(buyers, admin, at):
    old, new = buyers
    anna = make.user()
    make.subscription(person=anna, buyers=[old.pk])
    notice = make.notice(buyer=old, by=make.member(old))
    put_away(notice, anna, at)
    assert Lesson.objects.get().value == str(old.pk)
    carry_over(buyers, admin, at)
    is_of(notice, new)
    assert f"buyer:{new.pk}" in Match.objects.get().hits
    dismissing.restore(Match.objects.get(), by=anna, at=at + timedelta(hours=1))
    assert not Lesson.objects.exists()


def test_of_two_lessons_that_become_one_bringing_one_notice_back_leaves_the_other_its_part(buyers, admin, at):
    anna = make.user()
    make.subscription(person=anna)
    first, second = (make.notice(buyer=buyer, by=make.member(buyer)) for buyer in buyers)
    put_away(first, anna, at)
    put_away(second, anna, at + timedelta(hours=1))
    carry_over(buyers, admin, at)
    is_of(first, buyers[1])
    for notice, left in ((second, 1), (first, 0)):
        match = Match.objects.get(version=notice.current_version_id)
        dismissing.restore(match, by=anna, at=at + timedelta(hours=2))
        assert Lesson.objects.count() == left


def test_who_goes_over_to_the_other_offer_keeps_its_rhythm(admin, at):
    first, second = make.subscription(), make.subscription()
    receiver = first.receivers.get()
    subscribing.receive(first, wants=True, rhythm="weekly", by=receiver.user, at=at)
    merging.carry_over(first.organisation, into=second.organisation, by=admin, at=at)
    assert second.receivers.get(user=receiver.user).rhythm == "weekly"
