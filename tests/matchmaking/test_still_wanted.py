"""A suggestion that waits to be mailed is asked again when the mail is made (quality R15)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.grants import Role
from accounts.models import Membership
from matchmaking import dismissing, engine, subscribing
from matchmaking.models import Match
from notifications import sending
from notifications.models import Mail, Notification
from procurements import closing, interest
from tests import make
from tests.matchmaking.test_matching import amend

pytestmark = pytest.mark.django_db
MORNING = make.NOW + timedelta(days=1)  # suggestions are mailed at seven


@pytest.fixture
def supplier():
    return make.supplier()


@pytest.fixture
def anna(supplier):
    return make.member(supplier)


@pytest.fixture
def subscription(supplier, anna):
    return make.subscription(organisation=supplier, by=anna)


@pytest.fixture
def notice(subscription, at):
    made = make.notice()
    engine.match(made.current_version_id, at=at)
    return made


def mailed(at=MORNING) -> int:
    sending.send_due(lambda: at)
    return len(mail.outbox)


def test_what_is_still_wanted_is_mailed_once(notice):
    assert mailed() == mailed() == 1


def turn_off(subscription, anna, at):
    subscribing.receive(subscription, wants=False, by=anna, at=at)


def pause(subscription, anna, at):
    subscribing.pause(subscription, by=anna, at=at)


def delete(subscription, anna, at):
    subscribing.remove(subscription, by=anna, at=at)


def put_away(subscription, anna, at):
    dismissing.dismiss(Match.objects.get(), reason="field", by=anna, at=at)


def leave(subscription, anna, at):
    Membership.objects.filter(user=anna).update(ended_at=at)


def close(subscription, anna, at):
    notice = Match.objects.get().version.notice
    closing.close(notice, by=notice.edited_by, at=at, reason="Behovet är löst.")


@pytest.mark.parametrize("change", [turn_off, pause, delete, put_away, leave, close])
def test_nothing_is_mailed_of_what_ended_between_the_event_and_the_mail(notice, subscription, anna, at, change):
    change(subscription, anna, at)
    assert mailed() == 0
    assert Mail.objects.get().state == Mail.State.DROPPED


def test_the_inbox_keeps_what_was_told_before_the_search_was_deleted(notice, subscription, anna, signed_in, at):
    delete(subscription, anna, at)
    assert notice.title in signed_in(anna).get("/sv/inbox/").content.decode()


def test_a_change_reaches_those_who_are_interested_though_they_hear_of_nothing(
    notice, subscription, supplier, anna, at
):
    made = interest.register(notice.procurement, organisation=supplier, level="interested", message="", by=anna, at=at)
    delete(subscription, anna, at)
    engine.match(amend(notice, deadline_at=at + timedelta(days=40)).pk, at=at)
    assert mailed(at) == 1
    engine.match(amend(notice, deadline_at=at + timedelta(days=50)).pk, at=at)
    interest.withdraw(made, by=anna, at=at)
    assert mailed(at) == 1


def test_a_change_reaches_the_administrators_when_who_showed_interest_has_left(supplier, anna, at):
    boss, colleague = make.member(supplier, role=Role.ADMIN), make.member(supplier)
    notice = make.notice()
    interest.register(notice.procurement, organisation=supplier, level="interested", message="", by=anna, at=at)
    engine.drain(at)
    leave(None, anna, at)
    engine.match(amend(notice, deadline_at=at + timedelta(days=40)).pk, at=at)
    told = set(Notification.objects.filter(event__kind="amendment").values_list("recipient", flat=True))
    assert told == {boss.pk}
    assert colleague.pk not in told
    assert mailed(at) == 1


def test_a_moved_deadline_is_told_though_the_spelling_was_mended_before_the_matcher_came(notice, anna, at):
    moved = amend(notice, deadline_at=at + timedelta(days=40))
    mended = amend(notice, summary="Stavfel rättat.", is_minor=True)
    assert engine.drain(at) == 1
    told = Notification.objects.get(recipient=anna, event__kind="amendment")
    assert told.event.facts["deadline_after"] == moved.deadline_at.isoformat()
    assert told.event.facts["fields"] == ["summary", "deadline_at"]
    assert mended.is_minor


def test_the_mail_costs_no_query_a_line(subscription, at):
    counts = []
    for number in (2, 9):
        for _each in range(number):
            engine.match(make.notice().current_version_id, at=at)
        with CaptureQueriesContext(connection) as queries:
            mailed()
        counts.append(len(queries))
    assert counts[0] == counts[1]
