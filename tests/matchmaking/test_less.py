"""Less of a procurement, and of a saved search, from the links of a mail (B7)."""

import pytest

from matchmaking import less, subscribing
from matchmaking.events import changes_still, less_of, news_still
from matchmaking.models import Attention, Receiver, Subscription
from notifications import kinds
from notifications.models import Notification
from notifications.telling import Recipient, tell
from tests import make


@pytest.fixture
def anna(db):
    return make.member(make.supplier())


@pytest.fixture
def told(anna, at):
    """A suggestion that Anna's own search found; her line."""
    from django.db import transaction

    notice = make.notice()
    search = make.subscription(person=anna, cpv=["33196000"])
    make.match(search, notice)
    with transaction.atomic():
        tell("match", "match:1", notice, [Recipient(anna, None, ["cpv:33196", f"search:{search.pk}"])], at=at)
    [line] = kinds.with_subjects(Notification.objects.filter(recipient=anna).select_related("event", "recipient"))
    return line


def test_a_suggestion_offers_its_procurement_and_the_search_that_found_it(told):
    search = Subscription.objects.get(person=told.recipient)
    assert less_of(told) == [f"procurement:{told.subject.procurement_id}", f"search:{search.pk}"]


def test_a_muted_procurement_is_not_mailed_and_is_heard_again_when_it_is_taken_back(told, anna, at):
    assert news_still([told]) == changes_still([told]) == {told.pk}
    way = less.procurement(anna, str(told.subject.procurement_id))
    assert way.stop(at) == ""
    assert news_still([told]) == changes_still([told]) == set()
    less.procurement(anna, str(told.subject.procurement_id)).undo(at, "")
    assert news_still([told]) == {told.pk}


def test_who_followed_before_follows_again(told, anna, at):
    procurement = told.subject.procurement
    Attention.objects.create(user=anna, procurement=procurement, level=Attention.Level.FOLLOWS, at=at)
    was = less.procurement(anna, str(procurement.pk)).stop(at)
    less.procurement(anna, str(procurement.pk)).undo(at, was)
    assert Attention.objects.get().level == Attention.Level.FOLLOWS


def test_a_persons_own_search_is_paused_and_resumed(anna, at):
    search = make.subscription(person=anna, cpv=["33196000"])
    less.search(anna, str(search.pk)).stop(at)
    assert less.search(anna, str(search.pk)).is_stopped
    assert not Receiver.objects.hearing().filter(subscription=search).exists()
    less.search(anna, str(search.pk)).undo(at, "")
    assert Receiver.objects.hearing().filter(subscription=search).exists()


def test_of_an_organisations_offer_one_person_stops_hearing_and_the_others_go_on(anna, at):
    company = anna.memberships.get().organisation
    offer = make.subscription(organisation=company, by=anna, cpv=["33196000"])
    colleague = make.member(company)
    subscribing.receive(offer, wants=True, by=colleague, at=at)
    Receiver.objects.filter(user=anna).update(rhythm="weekly")
    was = less.search(anna, str(offer.pk)).stop(at)
    assert list(Receiver.objects.hearing().filter(subscription=offer).values_list("user", flat=True)) == [colleague.pk]
    less.search(anna, str(offer.pk)).undo(at, was)
    assert Receiver.objects.get(user=anna).rhythm == "weekly"


@pytest.mark.parametrize("value", ["", "0", "x", "9" * 30, "-1"])
def test_what_is_not_there_is_no_way(anna, value):
    assert less.search(anna, value) is None
    assert less.procurement(anna, value) is None


def test_a_strangers_search_and_a_draft_are_no_way(anna):
    assert less.search(anna, str(make.subscription(person=make.user(), cpv=["33196000"]).pk)) is None
    assert less.procurement(anna, str(make.notice(published=False).procurement_id)) is None
