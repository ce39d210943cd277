"""following: one click on a procurement, a buyer, a network or a field; who then hears of what, and who does not."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from matchmaking import announcing, engine, following, hearing, subscribing
from matchmaking.models import Attention, Subscription
from notifications import kinds, sending
from notifications.models import Notification
from procurements import closing, interest, messaging
from procurements.models import Closing, News
from records.models import AuditEvent
from tests import make
from tests.matchmaking.test_matching import amend
from tests.matchmaking.test_next_steps import published_next

pytestmark = pytest.mark.django_db
LATER = make.NOW + timedelta(hours=1)


@pytest.fixture
def anna():
    return make.member(make.supplier(), language="en")


@pytest.fixture
def notice():
    made = make.notice(title="Färre fall")
    engine.drain(make.NOW)
    return made


def heard(user):
    """What the person was told: its kind, its title, and why."""
    told = Notification.objects.filter(recipient=user).select_related("event", "recipient").order_by("pk")
    lines = [(each.event.kind, kinds.line(each, "en")) for each in kinds.with_subjects(told) if kinds.may_see(each)]
    return [(kind, line.title, list(line.reasons)) for kind, line in lines]


def mailed(person, at=LATER) -> int:
    """How many mails leave for the person."""
    mail.outbox.clear()
    sending.send_due(lambda: at)
    return sum(message.to == [person.email] for message in mail.outbox)


def interested(notice, person, at=make.NOW):
    supplier = person.memberships.get().organisation
    return interest.register(
        notice.procurement, organisation=supplier, level="interested", message="", by=person, at=at
    )


def cancelled(notice, way=Closing.WITHDRAWN):
    closing.close(notice, by=notice.edited_by, at=LATER, reason="Vi väntar.", way=way)
    announcing.drain(LATER)


def answered(notice):
    make.answered(make.question(notice=notice), at=LATER)
    announcing.drain(LATER)


def test_who_follows_hears_of_changes_answers_messages_the_end_and_the_next_step(notice, anna, at):
    following.follow(notice.procurement, by=anna, at=at)
    engine.match(amend(notice, deadline_at=at + timedelta(days=40)).pk, at=LATER)
    answered(notice)
    messaging.send(notice, number=1, language="sv", subject="Visningen", text="Flyttas.", by=notice.edited_by, at=LATER)
    announcing.drain(LATER)
    published_next(notice, "competition")
    closing.close(notice, by=notice.edited_by, at=LATER + timedelta(days=3), reason="Klart.")
    announcing.drain(LATER + timedelta(days=3))
    assert [kind for kind, _title, _why in heard(anna)] == [
        "amendment", "answers", "supplier-message", "next-step", "closing",
    ]  # fmt: skip
    assert {reason for _kind, _title, why in heard(anna) for reason in why} == {"you follow it"}
    assert mailed(anna, LATER + timedelta(days=3)) == 1


def test_following_twice_is_following_once_and_each_change_is_written_down(notice, anna, at):
    for verb in (following.follow, following.follow, following.mute, following.mute, following.unmute):
        verb(notice.procurement, by=anna, at=at)
    assert not Attention.objects.exists()
    following.unfollow(notice.procurement, by=anna, at=at)
    actions = AuditEvent.objects.filter(subject_type="matchmaking.attention").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "attention.follows", "attention.muted", "attention.ended",
    ]  # fmt: skip
    assert {event.details == {} for event in actions} == {True}


def test_what_one_follows_one_does_not_mute_and_the_other_way_round(notice, anna, at):
    following.follow(notice.procurement, by=anna, at=at)
    following.unmute(notice.procurement, by=anna, at=at)
    assert Attention.objects.get().level == "follows"
    following.mute(notice.procurement, by=anna, at=at)
    following.unfollow(notice.procurement, by=anna, at=at)
    assert Attention.objects.get().level == "muted"


def test_who_has_stopped_hears_nothing_more_and_what_waits_is_not_mailed(notice, anna, at):
    following.follow(notice.procurement, by=anna, at=at)
    answered(notice)
    following.unfollow(notice.procurement, by=anna, at=LATER)
    assert mailed(anna) == 0
    answered(notice)
    assert len(heard(anna)) == 1


def test_the_buyers_own_people_may_follow_and_hear_nothing_that_is_theirs(notice, at):
    for person in (notice.edited_by, make.member(notice.procurement.organisation)):
        following.follow(notice.procurement, by=person, at=at)
        cancelled(notice)
        assert heard(person) == []


@pytest.mark.parametrize("way", ["search", "interest", "question"])
def test_the_muted_hear_nothing_by_whatever_way_they_heard(anna, at, way):
    if way == "search":
        make.subscription(person=anna)
    notice = make.notice()
    engine.drain(at)
    if way == "interest":
        interested(notice, anna)
    if way == "question":
        make.question(notice=notice, by=anna, organisation=anna.memberships.get().organisation)
    before = len(heard(anna))
    following.mute(notice.procurement, by=anna, at=at)
    engine.match(amend(notice, deadline_at=at + timedelta(days=40)).pk, at=LATER)
    answered(notice)
    published_next(notice, "competition")
    assert len(heard(anna)) == before


def test_what_waits_to_be_mailed_is_not_mailed_to_who_mutes_it(anna, at):
    make.subscription(person=anna)
    notice = make.notice()
    engine.drain(at)
    interested(notice, anna)
    engine.match(amend(notice, deadline_at=at + timedelta(days=40)).pk, at=LATER)
    assert len(heard(anna)) == 2
    following.mute(notice.procurement, by=anna, at=LATER)
    assert mailed(anna, LATER + timedelta(days=1)) == 0


@pytest.mark.parametrize("way", [Closing.EARLY, Closing.WITHDRAWN])
def test_an_early_end_is_told_to_the_muted_whose_interest_stands(notice, anna, at, way):
    bo = make.member(make.supplier(), language="en")
    interested(notice, anna)
    for person in (anna, bo):
        following.mute(notice.procurement, by=person, at=at)
    cancelled(notice, way)
    assert [(kind, why) for kind, _title, why in heard(anna)] == [("closing", ["you have registered interest"])]
    assert heard(bo) == []
    assert mailed(anna) == 1


def test_a_muted_interest_that_was_withdrawn_is_told_nothing(notice, anna, at):
    made = interested(notice, anna)
    following.mute(notice.procurement, by=anna, at=at)
    interest.withdraw(made, by=anna, at=LATER)
    cancelled(notice)
    assert heard(anna) == []


def test_who_follows_and_is_interested_hears_once_with_both_reasons(notice, anna, at):
    interested(notice, anna)
    following.follow(notice.procurement, by=anna, at=at)
    cancelled(notice)
    [(_kind, _title, why)] = heard(anna)
    assert why == ["you have registered interest", "you follow it"]


def test_hearers_cost_no_query_a_person(at, django_assert_num_queries):
    notice = make.notice()
    for number in (1, 6):
        for _each in range(number):
            following.follow(notice.procurement, by=make.user(), at=at)
        with django_assert_num_queries(3):
            people = hearing.hearers(notice, among=set(), without=set())
    assert len(people) == 7


def subject(kind, thing):
    found = following.subject_of(kind, thing.slug if kind != "field" else thing, "en")
    assert found is not None
    return found


def test_following_a_buyer_a_network_or_a_field_finds_what_it_publishes(lists, anna, at):
    buyer = make.buyer(name="Fjällviks kommun")
    network = make.network(leader=buyer)
    group = make.group(lead=buyer, network=network)
    for followed in (subject("buyer", buyer), subject("network", network), subject("field", "33196000")):
        person = make.user(language="en")
        following.follow_subject(followed, by=person, at=at)
        made = following.follow_subject(followed, by=person, at=at)
        assert Subscription.objects.get(person=person) == made
        assert (made.follows, made.name) == (followed.key, followed.name[:120])
    make.notice(group=group, title="Färre fall")
    make.notice(cpv=["72000000"])
    engine.drain(at)
    for made in Subscription.objects.filter(person__isnull=False):
        [(kind, _title, why)] = heard(made.person)
        assert kind == "match"
        assert f"you follow {made.name}" in why


def test_to_stop_following_a_buyer_takes_its_search_away(anna, at):
    buyer = subject("buyer", make.buyer())
    following.follow_subject(buyer, by=anna, at=at)
    for _again in range(2):
        following.unfollow_subject(buyer, by=anna, at=at)
    assert not Subscription.objects.filter(person=anna).exists()


def test_following_what_was_paused_starts_it_again(anna, at):
    buyer = subject("buyer", make.buyer())
    made = following.follow_subject(buyer, by=anna, at=at)
    subscribing.pause(made, by=anna, at=at)
    subscribing.receive(made, wants=False, by=anna, at=at)
    assert following.followed(anna, [buyer]) == set()
    following.follow_subject(buyer, by=anna, at=at)
    assert following.followed(anna, [buyer]) == {buyer.key}


def test_a_person_follows_so_many_and_no_more(anna, at, monkeypatch):
    monkeypatch.setattr(following, "MOST", 1)
    following.follow_subject(subject("buyer", make.buyer()), by=anna, at=at)
    with pytest.raises(following.TooMany, match="You follow 1 buyers"):
        following.follow_subject(subject("buyer", make.buyer()), by=anna, at=at)


@pytest.mark.parametrize("kind", ["buyer", "network", "field", "person"])
def test_what_does_not_exist_or_does_not_buy_cannot_be_followed(kind, db):
    make.supplier(slug="leverantoren")
    assert following.subject_of(kind, "leverantoren", "en") is None


def test_a_merged_buyer_is_followed_where_it_went(anna, at):
    old, new = make.buyer(), make.buyer()
    old.merged_into = new
    old.save()
    assert subject("buyer", old).key == f"B:{new.pk}"


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one(at):
    person, procurement = make.user(), make.notice().procurement
    buyer = subject("buyer", make.buyer())
    start, failed = threading.Barrier(4), []

    def work(verb, thing) -> None:
        try:
            start.wait(timeout=10)
            verb(thing, by=person, at=at)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    clicks = [(following.follow, procurement), (following.follow_subject, buyer)] * 2
    workers = [threading.Thread(target=work, args=click) for click in clicks]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)
    assert failed == []
    assert (Attention.objects.count(), Subscription.objects.count()) == (1, 1)
    assert AuditEvent.objects.filter(action="attention.follows").count() == 1


def test_news_of_an_outcome_reaches_followers(notice, anna, at):
    following.follow(notice.procurement, by=anna, at=at)
    News.objects.create(notice=notice, kind=News.Kind.OUTCOME, at=LATER)
    announcing.drain(LATER)
    assert [kind for kind, _title, _why in heard(anna)] == ["outcome"]
