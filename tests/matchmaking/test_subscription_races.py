"""Subscriptions that change while the matcher, an upgrade or the nightly tidying is at them."""

import random
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from matchmaking import anchoring, dismissing, engine, looking_back, subscribing
from matchmaking.models import Anchor, AskedKey, Match, MatchFailure, Subscription, due
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def beside(act):
    """Runs the act in a thread of its own; returns the thread, and a list that gets its error."""
    errors = []

    def run():
        try:
            act()
        except Exception as why:
            errors.append(why)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, errors


def held_at(words, reached, go):
    """Holds every statement that has the words in it until `go`."""

    def hold(execute, sql, params, many, context):
        if words in sql:
            reached.set()
            go.wait(5)
        return execute(sql, params, many, context)

    return connection.execute_wrapper(hold)


def test_a_search_can_be_deleted_while_a_notice_is_matched(at):
    search = make.subscription(person=make.user(), cpv=["33196000"])
    make.notice()
    reached, go = threading.Event(), threading.Event()

    def delete():
        with held_at('DELETE FROM "matchmaking_subscription"', reached, go):
            subscribing.remove(search, by=search.person, at=at)

    deleting, refused = beside(delete)
    assert reached.wait(5)
    matching, failed = beside(lambda: engine.drain(at))
    matching.join(1)
    go.set()
    deleting.join()
    matching.join()
    assert not refused
    assert not failed
    assert not due(at).exists()
    assert not Match.objects.exists()


def test_what_is_paused_during_an_upgrade_does_not_stand_in_the_index(at):
    search = make.subscription(person=make.user())
    Anchor.objects.all().delete()
    paused, go = threading.Event(), threading.Event()

    def pause():
        with transaction.atomic():
            subscribing.pause(search, by=search.person, at=at)
            paused.set()
            go.wait(5)

    pausing, _errors = beside(pause)
    assert paused.wait(5)
    upgrade, failed = beside(anchoring.anchor_missing)
    upgrade.join(0.3)
    go.set()
    pausing.join()
    upgrade.join()
    assert not failed
    assert not Anchor.objects.exists()


@pytest.mark.parametrize("begins", ["before the tidying", "while it reads"])
def test_a_key_that_is_asked_for_again_while_keys_are_tidied_stays(at, begins):
    anna = make.user()
    make.subscription(person=anna, words=["fall"])
    gone = make.subscription(person=anna, words=["larm"], name="Larm")
    subscribing.remove(gone, by=anna, at=at)
    begun, go = threading.Event(), threading.Event()

    def save():
        with transaction.atomic():
            if begins == "before the tidying":
                connection.cursor().execute("SELECT pg_current_xact_id()")
            begun.set()
            go.wait(5)
            make.subscription(person=anna, words=["larm"], name="Larm igen")

    saving, failed = beside(save)
    assert begun.wait(5)

    def save_before_the_lock(execute, sql, params, many, context):
        if sql.startswith("LOCK TABLE"):
            go.set()
            saving.join(5)  # nobody waits for the tidying until then
            assert not saving.is_alive()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(save_before_the_lock):
        anchoring.tidy()
    assert not failed
    assert AskedKey.objects.filter(pk="w:larm").exists()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_at_once_the_index_says_what_the_subscriptions_say(at, seed):
    buyer = make.buyer()
    writer = make.member(buyer)
    people = [make.user() for _each in range(6)]
    ids = [make.subscription(person=person, words=["fall"], name=str(n)).pk for n in range(2) for person in people]
    stop = threading.Event()

    def moment(rng):
        return at + timedelta(seconds=rng.random() * 1000)

    def edit(rng):
        search = Subscription.objects.get(pk=rng.choice(ids))
        search.cpv = rng.sample(["33196000", "72000000", "33100000", "45000000"], 2)
        search.words = rng.sample(["fall", "larm", "sensor hem", "båt"], rng.randint(0, 2))
        subscribing.save(search, by=search.person, at=moment(rng))

    def pause(rng):
        search = Subscription.objects.get(pk=rng.choice(ids))
        rng.choice([subscribing.pause, subscribing.resume])(search, by=search.person, at=moment(rng))

    def judge(rng):
        rows = Match.objects.select_related("version__notice__procurement__organisation", "subscription__person")
        if match := rows.order_by("?").first():
            act = rng.choice([lambda **by: dismissing.dismiss(match, reason="field", **by), None])
            act = act or (lambda **by: dismissing.restore(match, **by))
            act(by=match.subscription.person, at=at + timedelta(hours=1))

    def work(_rng):
        engine.drain(at)
        looking_back.drain(at)

    def come_and_go(rng):
        subscribing.remove(make.subscription(person=(person := rng.choice(people))), by=person, at=at)

    def tidy(_rng):
        anchoring.tidy()

    def publish(_rng):
        make.notice(buyer=buyer, by=writer)

    def again_and_again(act, seed):
        rng = random.Random(seed)
        while not stop.is_set():
            act(rng)

    acts = [edit, edit, pause, judge, judge, work, work, come_and_go, tidy, publish]
    running = [beside(lambda act=act, n=n: again_and_again(act, 100 * seed + n)) for n, act in enumerate(acts)]
    stop.wait(5)
    stop.set()
    for thread, _errors in running:
        thread.join()
    assert [errors for _thread, errors in running if errors] == []
    engine.drain(at + timedelta(hours=2))  # those whose search was deleted in the middle wait for their next try
    assert not MatchFailure.objects.exists()
    asked = set(AskedKey.objects.values_list("pk", flat=True))
    for search in Subscription.objects.prefetch_related("lessons"):
        standing = set(search.anchors.values_list("key", "number", "flags"))
        anchoring.anchor(search)
        assert set(search.anchors.values_list("key", "number", "flags")) == standing
    assert set(AskedKey.objects.values_list("pk", flat=True)) == asked
