"""The right to see is asked when the mail is made (quality R15, F15): whatever ended between event and sending, nothing of it leaves.

Every kind of news of one notice waits at once: as events, or already put into a mail that no worker has claimed.
"""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import transaction

from accounts import locking
from accounts.models import Duty, Membership
from matchmaking import announcing, dismissing, engine, following, subscribing
from matchmaking.models import Match, Receiver
from notifications import composing, kinds, less, sending, unsubscribing
from notifications.models import Notification
from procurements import interest, messaging
from tests import make
from tests.conftest import HELD, let_go
from tests.matchmaking.test_matching import amend

pytestmark = pytest.mark.django_db
CANARY = "Kanariefågelprojektet"
LATER = make.NOW + timedelta(days=1)  # after seven in the morning, when suggestions are mailed


class Reader:
    """A supplier's one person, who hears of the notice by the organisation's search alone, or by its interest alone."""

    def __init__(self, *, interested):
        self.company = make.supplier()
        self.person = make.member(self.company)
        field = "45000000" if interested else "33196000"  # so that neither hears of the other's notice
        self.notice = make.notice(title=CANARY, cpv=[field], deadline_at=make.NOW + timedelta(days=60))
        self.search = None if interested else make.subscription(organisation=self.company, by=self.person)
        if interested:
            self.interest = interest.register(
                self.notice.procurement,
                organisation=self.company,
                level="interested",
                message="",
                by=self.person,
                at=make.NOW,
            )
        self.tell()

    def tell(self):
        engine.drain(make.NOW)
        amend(self.notice, deadline_at=make.NOW + timedelta(days=70), at=make.NOW)
        engine.drain(make.NOW)
        make.answered(make.question(notice=self.notice))
        said = {"subject": "Visning", "text": "Välkomna på visning.", "language": "sv", "number": 1}
        messaging.send(self.notice, **said, by=self.notice.edited_by, at=make.NOW)
        announcing.drain(make.NOW)
        self.kinds = set(Notification.objects.filter(recipient=self.person).values_list("event__kind", flat=True))


def leave(reader, at):
    Membership.objects.filter(user=reader.person).update(ended_at=at)


def be_locked_out(reader, at):
    locking.lock(reader.person, by=make.user(duty=Duty.ADMIN), at=at)


def say_no_to_everything(reader, at):
    unsubscribing.stop_all(reader.person, at=at)


def say_no_in_the_mail(reader, at):
    """One click on the mailbox's own button (RFC 8058)."""
    waiting = Notification.objects.filter(recipient=reader.person).select_related("event", "recipient")
    link = unsubscribing.link(reader.person, less.sources_of(kinds.with_subjects(waiting)), "sv")
    wish = unsubscribing.read(link.rstrip("/").rpartition("/")[2])
    assert wish is not None
    less.unsubscribe(wish, at=at)


def bounce(reader, at):
    unsubscribing.suppress(reader.person.email, unsubscribing.REFUSED, at=at)


def mute(reader, at):
    following.mute(reader.notice.procurement, by=reader.person, at=at)


def dismiss(reader, at):
    dismissing.dismiss(
        Match.objects.filter(version__notice=reader.notice).order_by("-pk")[0], reason="field", by=reader.person, at=at
    )


def pause(reader, at):
    subscribing.pause(reader.search, by=reader.person, at=at)


def hear_no_more(reader, at):
    subscribing.receive(reader.search, wants=False, by=reader.person, at=at)


def delete_the_search(reader, at):
    subscribing.remove(reader.search, by=reader.person, at=at)


def withdraw(reader, at):
    interest.withdraw(reader.interest, by=reader.person, at=at)


ENDS = [leave, be_locked_out, say_no_to_everything, bounce, mute]
BY_SEARCH = [*ENDS, say_no_in_the_mail, dismiss, pause, hear_no_more, delete_the_search]
BY_INTEREST = [*ENDS, withdraw]


def carried():
    """What left for anybody with the notice's name in it."""
    return [each.to for each in outbox.outbox if CANARY in each.subject + each.body]


@pytest.fixture(scope="module")
def readers(django_db_setup, django_db_blocker):
    """Made once, in a transaction that the tests stand inside of: {interested: reader}."""
    with django_db_blocker.unblock():
        HELD.append(transaction.atomic())
        HELD[-1].__enter__()
        try:
            yield {interested: Reader(interested=interested) for interested in (False, True)}
        finally:
            let_go()


@pytest.fixture(params=["waits", "is put into a mail"])
def between(request):
    """What happened to the news before it ended for the reader."""
    return lambda: composing.compose_due(LATER) if request.param == "is put into a mail" else None


def left_for(reader, between, end=None):
    """Whether anything of the notice leaves for the reader."""
    address = reader.person.email
    between()
    if end:
        end(reader, LATER)
    sending.send_due(lambda: LATER)
    return [address] in carried()


@pytest.mark.parametrize("interested", [False, True])
def test_every_kind_waits_and_would_leave(readers, between, interested):
    expected = {"amendment", "answers", "supplier-message", "next-step" if interested else "match"}
    assert readers[interested].kinds == expected
    assert left_for(readers[interested], between)


@pytest.mark.parametrize("end", BY_SEARCH)
def test_nothing_leaves_for_who_heard_by_a_search(readers, between, end):
    assert not left_for(readers[False], between, end)


@pytest.mark.parametrize("end", BY_INTEREST)
def test_nothing_leaves_for_who_was_interested(readers, between, end):
    assert not left_for(readers[True], between, end)


def test_nothing_leaves_for_who_was_erased(between):
    """Whoever has acted is never erased, but locked out; a colleague who only listened can be."""
    company = make.supplier()
    boss, colleague = make.member(company), make.member(company)
    search = make.subscription(organisation=company, by=boss)
    Receiver.objects.create(subscription=search, user=colleague)
    make.notice(title=CANARY)
    engine.drain(make.NOW)
    between()
    address = colleague.email
    colleague.delete()
    sending.send_due(lambda: LATER)
    assert [address] not in carried()
    assert [boss.email] in carried()
