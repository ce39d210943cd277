"""Approving, publishing and leaving at the same moment: one comes after the other, and the result is consistent."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from accounts.grants import Role
from networks import grouping
from procurements import (
    approving,
    closing,
    concluding,
    handing_over,
    locking,
    messaging,
    procedure_choosing,
    publishing,
    scheduling,
    secrecy,
    teaming,
)
from procurements.models import Approval, Notice, Procurement, TeamRole
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def notice():
    group = make.group()
    made = make.notice(group=group, published=False)
    return Notice.objects.select_related("procurement__buyer_group").get(pk=made.pk)


@pytest.fixture
def oslo(notice):
    return make.participant(notice.procurement.buyer_group, make.buyer(name="Oslo"))


@pytest.fixture
def boss(oslo):
    return make.member(oslo.organisation, role=Role.ADMIN)


def approve(notice, oslo, boss):
    return approving.give(
        notice, organisation=oslo.organisation, verdict="approved", comment="", revision=1, by=boss, at=make.NOW
    )


def while_held(hold, act):
    """Runs `act` in another connection, which waits for what `hold` does in this one; then says what came of it."""
    came, started = [], threading.Event()

    def run():
        started.set()
        try:
            came.append(act())
        except Exception as why:
            came.append(why)
        finally:
            connections.close_all()

    with transaction.atomic():
        hold()
        thread = threading.Thread(target=run)
        thread.start()
        started.wait()
        with connection.cursor() as cursor:  # until the other one stands in the queue for a lock
            for _each in range(200):
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
                if cursor.fetchone()[0]:
                    break
                cursor.execute("SELECT pg_sleep(0.02)")
            else:
                raise AssertionError("It did not wait.")
    thread.join()
    return came[0]


def leave(oslo, boss):
    return grouping.answer(oslo, state="left", by=boss, at=make.NOW)


def test_who_has_left_a_moment_before_does_not_approve(notice, oslo, boss):
    came = while_held(lambda: leave(oslo, boss), lambda: approve(notice, oslo, boss))
    assert isinstance(came, approving.NotABuyerHere)
    assert not Approval.objects.exists()


def test_who_leaves_a_moment_after_has_approved(notice, oslo, boss):
    came = while_held(lambda: approve(notice, oslo, boss), lambda: leave(oslo, boss))
    assert came.state == "left"
    assert Approval.objects.count() == 1


def test_a_publication_waits_for_who_leaves_and_then_needs_it_no_more(notice, oslo, boss):
    by = notice.edited_by
    came = while_held(lambda: leave(oslo, boss), lambda: publishing.publish(notice, by=by, at=make.NOW))
    assert came.number == 1


def test_who_leaves_waits_for_the_publication_that_names_it(notice, oslo, boss):
    approve(notice, oslo, boss)
    by = notice.edited_by
    came = while_held(lambda: publishing.publish(notice, by=by, at=make.NOW), lambda: leave(oslo, boss))
    assert came.state == "left"
    [version] = notice.versions.all()
    assert version.buyers.filter(organisation=oslo.organisation, state="committed").exists()


def test_a_publication_waits_for_who_commits_itself_and_then_lacks_its_approval(notice):
    group, lund = notice.procurement.buyer_group, make.buyer(name="Lund")
    place = make.participant(group, lund, state="invited")
    boss, by = make.member(lund, role=Role.ADMIN), notice.edited_by

    def commit():
        grouping.answer(place, state="committed", by=boss, at=make.NOW)

    came = while_held(commit, lambda: publishing.publish(notice, by=by, at=make.NOW))
    assert isinstance(came, publishing.NotAgreed)


def test_a_publication_at_a_chosen_moment_passes_by_a_group_that_is_held_and_comes_back(notice, oslo, boss):
    approve(notice, oslo, boss)
    moment = make.NOW + timedelta(hours=1)
    scheduling.schedule(notice, publish_at=moment, revision=1, by=notice.edited_by, at=make.NOW)
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            locking.with_its_group(notice.pk)
            held.set()
            done.wait()
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    scheduling.drain(at=moment)
    done.set()
    thread.join()
    assert not notice.versions.exists()
    scheduling.drain(at=moment)
    assert notice.versions.count() == 1


VERBS = {
    "publish": lambda notice, by: publishing.publish(notice, by=by, at=make.NOW),
    "close": lambda notice, by: closing.close(notice, by=by, at=make.NOW, reason="Fel."),
    "tell": lambda notice, by: messaging.send(
        notice, subject="Möte", text="I morgon.", language="sv", number=1, by=by, at=make.NOW
    ),
    "end": lambda notice, by: concluding.record_outcome(
        notice, result="stopped", text="Slut.", decided_on=make.NOW.date(), by=by, at=make.NOW
    ),
}


@pytest.mark.parametrize("verb", VERBS)
def test_who_led_a_moment_before_does_nothing_in_the_name_of_the_new_lead(notice, oslo, verb):
    leda = make.member(notice.procurement.organisation, role=Role.ADMIN)
    make.approved(notice)
    if verb != "publish":
        publishing.publish(notice, by=leda, at=make.NOW)
    fetched = Notice.objects.publishable_by(leda).select_related("procurement__organisation").get(pk=notice.pk)
    group = notice.procurement.buyer_group
    came = while_held(
        lambda: handing_over.hand_over_lead(group, to=oslo, by=leda, at=make.NOW), lambda: VERBS[verb](fetched, leda)
    )
    assert locking.HandedOver in (type(came), type(came.__cause__))


OF_THE_PROCUREMENT = {
    "team": lambda procurement, by, colleague: teaming.place(
        procurement, user=colleague, role=TeamRole.READER, by=by, at=make.NOW
    ),
    "secrecy": lambda procurement, by, _colleague: secrecy.decide(
        procurement, ground="osl-19-3", valid_until=None, motive="", by=by, at=make.NOW
    ),
    "procedure": lambda procurement, by, _colleague: procedure_choosing.answer(
        procurement, answers={}, by=by, at=make.NOW
    ),
    "conclude": lambda procurement, by, _colleague: concluding.conclude(procurement, by=by, at=make.NOW),
}


@pytest.mark.parametrize("verb", OF_THE_PROCUREMENT)
def test_what_waits_for_a_hand_over_finds_the_procurement_with_its_new_lead(notice, oslo, verb):
    """A lock that joins what changes meanwhile would find no row at all."""
    leda = make.member(notice.procurement.organisation, role=Role.ADMIN)
    colleague = make.member(notice.procurement.organisation)
    group, procurement = notice.procurement.buyer_group, notice.procurement
    came = while_held(
        lambda: handing_over.hand_over_lead(group, to=oslo, by=leda, at=make.NOW),
        lambda: OF_THE_PROCUREMENT[verb](procurement, leda, colleague),
    )
    found = came if isinstance(came, Procurement) else came.procurement
    assert found.organisation == oslo.organisation
