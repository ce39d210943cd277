"""Several mails are read at once, and nobody gets anything that is another's, or that was taken away meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaking import engine
from matchmaking.models import Attention, Receiver
from notifications import ahead, kinds, sending
from notifications.models import Mail
from tests import make

pytestmark = pytest.mark.django_db
MORNING = make.NOW + timedelta(days=1)


def searching(number):
    people = []
    for _each in range(number):
        supplier = make.supplier()
        people.append(make.member(supplier))
        make.subscription(organisation=supplier, by=people[-1])
    return people


def published(at):
    notice = make.notice()
    engine.match(notice.current_version_id, at=at)
    return notice


def addresses():
    return sorted(address for message in outbox.outbox for address in message.to)


def test_ten_mails_ask_hardly_more_than_five(at):
    def asked(number):
        searching(number)
        published(at)
        with CaptureQueriesContext(connection) as queries:
            assert sending.send_due(lambda: MORNING) == number
        return len(queries)

    five = asked(5)
    Receiver.objects.all().delete()
    assert asked(10) - five == 5 * 7  # three statements to claim and to settle it, and two savepoints with their ends


def test_one_who_muted_and_one_who_left_do_not_silence_the_third(at):
    muted, left, third = searching(3)
    notice = published(at)
    Attention.objects.create(user=muted, procurement=notice.procurement, level=Attention.Level.MUTED, at=at)
    left.memberships.update(ended_at=at)
    sending.send_due(lambda: MORNING)
    assert addresses() == [third.email]


def test_a_right_that_is_taken_away_while_others_are_sent_takes_the_line_with_it(at, monkeypatch):
    first, second = searching(2)
    published(at)
    monkeypatch.setattr(ahead, "GOOD_FOR", -1.0)
    send = outbox.get_connection().__class__.send_messages

    def slowly(self, messages):
        for person in (first, second):
            if person.email not in messages[0].to:
                person.memberships.update(ended_at=at)
        return send(self, messages)

    monkeypatch.setattr(outbox.get_connection().__class__, "send_messages", slowly)
    sending.send_due(lambda: MORNING)
    assert len(addresses()) == 1


def test_a_kind_that_breaks_for_one_reader_costs_the_others_nothing(at, monkeypatch):
    people = searching(3)
    published(at)
    kind = kinds.get("match")
    may_see = kind.may_see

    def breaks(notification):
        if notification.recipient_id == people[0].pk:
            raise RuntimeError("broken for one")
        return may_see(notification)

    monkeypatch.setitem(kinds._kinds, "match", replace(kind, may_see=breaks))
    sending.send_due(lambda: MORNING)
    assert addresses() == sorted(person.email for person in people[1:])
    assert Mail.objects.get(recipient=people[0]).state == Mail.State.PENDING
