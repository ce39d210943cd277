import smtplib
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import OperationalError, connection, transaction

from notifications import rendering, sending, telling
from notifications.models import Mail, MailItem, Notification, Suppression
from notifications.rendering import Poisoned
from tests import make
from tests.notifications.conftest import hidden_from, poisoned

State = Mail.State


@pytest.fixture
def answers(monkeypatch):
    """What the mail server does, one answer a try; when the list is empty it takes the mail."""
    planned: list[Exception] = []
    take = EmailBackend.send_messages

    def answer(self, messages):
        if planned:
            raise planned.pop(0)
        return take(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", answer)
    return planned


def the_mail():
    return Mail.objects.get()


def test_the_mails_number_is_its_message_id(tell, person, send, settings):
    settings.URL = "https://arena.example"
    tell("n:1", person)
    send()
    assert outbox.outbox[0].extra_headers["Message-ID"] == f"<{the_mail().pk}@arena.example>"
    assert the_mail().state == State.SENT
    assert the_mail().settled_at == make.NOW


def test_running_again_sends_nothing_again(tell, person, send):
    tell("n:1", person)
    assert send() == 1
    assert send() == 0
    assert len(outbox.outbox) == 1


@pytest.mark.parametrize(
    "temporary",
    [
        ConnectionRefusedError(),
        smtplib.SMTPDataError(451, b"later"),
        smtplib.SMTPRecipientsRefused({"a": (450, b"greylisted")}),
    ],
)
def test_a_mail_that_surely_did_not_leave_is_tried_again_later(tell, person, send, answers, temporary):
    tell("n:1", person)
    answers.append(temporary)
    send()
    waiting = the_mail()
    assert waiting.state == State.PENDING
    assert timedelta(seconds=45) <= waiting.due_at - make.NOW <= timedelta(seconds=75)
    send(waiting.due_at - timedelta(seconds=1))
    assert outbox.outbox == []
    send(waiting.due_at)
    assert the_mail().state == State.SENT


def test_after_eight_tries_within_three_days_it_has_failed(tell, person, send, answers):
    tell("n:1", person)
    answers += [ConnectionRefusedError()] * 20
    at, tries = make.NOW, 0
    while not tries or the_mail().state == State.PENDING:
        send(at)
        tries, at = tries + 1, the_mail().due_at
        assert at <= make.NOW + timedelta(hours=72)
    assert (tries, the_mail().state) == (8, State.FAILED)


def test_an_address_that_is_refused_is_suppressed_and_the_person_is_told_in_the_inbox(tell, person, send, answers):
    tell("n:1", person)
    answers.append(smtplib.SMTPRecipientsRefused({person.email: (550, b"no such user")}))
    send()
    assert the_mail().state == State.FAILED
    assert "550 no such user" in the_mail().error
    assert Suppression.objects.get().address == person.email
    assert Notification.objects.filter(event__kind="mail-failed", recipient=person).count() == 1
    tell("n:2", person)
    send()
    assert Mail.objects.filter(state=State.DROPPED).count() == 1
    assert outbox.outbox == []


def test_words_that_are_refused_do_not_suppress_the_address(tell, person, send, answers):
    tell("n:1", person)
    answers.append(smtplib.SMTPDataError(554, b"spam"))
    send()
    assert the_mail().state == State.FAILED
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("broken", [smtplib.SMTPServerDisconnected("gone"), TimeoutError(), ConnectionResetError()])
def test_a_connection_that_breaks_leaves_the_mail_unknown_and_unrepeated(tell, person, send, answers, broken):
    tell("n:1", person)
    answers.append(broken)
    send()
    send(make.NOW + timedelta(hours=1))
    assert the_mail().state == State.UNKNOWN
    assert outbox.outbox == []


def test_an_unknown_mails_unread_lines_go_into_the_next_digest_once(tell, person, send, answers):
    tell("n:1", person)
    answers += [TimeoutError(), TimeoutError()]
    send()
    morning = Notification.objects.get().mail_due_at
    assert morning > make.NOW
    send(morning)
    assert Mail.objects.filter(state=State.UNKNOWN).count() == 2
    assert Notification.objects.get().mail_due_at is None
    assert sorted(MailItem.objects.values_list("is_repeat", flat=True)) == [False, True]
    send(morning + timedelta(days=8))
    assert outbox.outbox == []


def test_a_sender_that_died_leaves_its_mail_unknown_when_the_lease_ends(tell, person, send, settings):
    tell("n:1", person)
    from notifications import composing

    composing.compose_due(make.NOW)
    assert sending.claim(make.NOW) is not None
    send(make.NOW + timedelta(seconds=settings.MAIL_LEASE_SECONDS - 1))
    assert the_mail().state == State.SENDING
    send(make.NOW + timedelta(seconds=settings.MAIL_LEASE_SECONDS))
    assert the_mail().state == State.UNKNOWN
    assert Notification.objects.get().mail_due_at is not None


def test_a_slow_sender_that_comes_back_is_believed(tell, person, settings):
    from notifications import composing

    tell("n:1", person)
    composing.compose_due(make.NOW)
    mine = sending.claim(make.NOW)
    late = make.NOW + timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    sending.sweep(late)
    assert sending.settle(mine, State.SENT, late)
    assert the_mail().state == State.SENT
    assert Notification.objects.get().mail_due_at is None


def test_a_kind_where_silence_harms_more_is_sent_again_with_the_same_message_id(tell, person, send, answers):
    tell("n:1", person, kind="test-must")
    answers.append(TimeoutError())
    send()
    assert the_mail().state == State.PENDING
    send(the_mail().due_at)
    assert outbox.outbox[0].extra_headers["Message-ID"].startswith(f"<{the_mail().pk}@")


def test_one_line_that_cannot_be_made_does_not_hold_back_the_others(tell, person, send):
    poisoned.add("n:2")
    for number in range(5):
        tell(f"n:{number}", person)
    send()
    [message] = outbox.outbox
    assert message.body.count("* Nytt") == 4
    alone = Mail.objects.get(state=State.PENDING)
    assert [item.notification.event.key for item in alone.items.all()] == ["n:2"]
    at = alone.due_at
    for _ in range(7):
        send(at)
        at = Mail.objects.get(pk=alone.pk).due_at
    alone.refresh_from_db()
    assert (alone.state, alone.attempts) == (State.FAILED, 8)
    assert "poison" in alone.error
    assert len(outbox.outbox) == 1


@pytest.mark.parametrize(
    "change",
    ["revoked", "membership ended", "unsubscribed", "stopped all", "closed account", "deleted account", "put away"],
)
def test_a_right_that_ended_between_the_event_and_the_mail_takes_the_line_with_it(tell, send, change):
    from accounts.models import Membership
    from notifications import composing, less, reading, unsubscribing

    company = make.supplier()
    person = make.member(company)
    tell("n:1", person, organisation=company)
    composing.compose_due(make.NOW)
    if change == "revoked":
        hidden_from.add(person.pk)
    elif change == "membership ended":
        Membership.objects.filter(user=person).update(ended_at=make.NOW)
    elif change == "unsubscribed":
        less.unsubscribe(unsubscribing.Wish(person, ("kind:test-news",)), at=make.NOW)
    elif change == "stopped all":
        less.unsubscribe(unsubscribing.Wish(person, ()), at=make.NOW)
    elif change == "closed account":
        person.is_active = False
        person.save()
    elif change == "put away":
        reading.put_away(Notification.objects.get(), at=make.NOW)
    else:
        person.emailaddress_set.all().delete()
        person.delete()
    send()
    assert outbox.outbox == []
    assert not Mail.objects.exclude(state=State.DROPPED).exists()


def test_what_the_mail_is_about_being_gone_drops_the_mail(tell, person, send):
    about = make.organisation()
    tell("n:1", person, subject=about)
    about.delete()
    send()
    assert the_mail().state == State.DROPPED


def test_a_person_who_changed_address_gets_the_mail_at_the_new_one(tell, person, send):
    from notifications import composing

    tell("n:1", person)
    composing.compose_due(make.NOW)
    person.email = "ny@example.org"
    person.save()
    send()
    assert outbox.outbox[0].to == ["ny@example.org"]


def test_on_hold_nothing_is_sent_until_a_person_releases_it(tell, person, send, settings):
    from notifications import releasing

    settings.HOLD_MAIL = True
    tell("n:1", person)
    send()
    assert (the_mail().state, outbox.outbox) == (State.STALE, [])
    settings.HOLD_MAIL = False
    send(make.NOW + timedelta(days=1))
    assert (the_mail().state, outbox.outbox) == (State.STALE, [])
    assert releasing.release_held(by=make.user(), at=make.NOW) == 1
    send()
    assert (the_mail().state, len(outbox.outbox)) == (State.SENT, 1)


def test_a_database_that_is_away_while_a_mail_is_made_costs_it_seconds_and_no_try(transactional_db, monkeypatch):
    """Not a minute, and not one of its eight tries: a restart of PostgreSQL meets every mail that is being made."""
    person = make.user()
    with transaction.atomic():
        telling.tell("test-news", "n:1", person, [telling.Recipient(person)], at=make.NOW, facts={})
    make_it = rendering.message_for

    def away(mail, lines):
        notification = Notification.objects.get()
        connection.close()
        raise Poisoned(notification, OperationalError("terminating connection"))

    monkeypatch.setattr(rendering, "message_for", away)
    sending.send_due(lambda: make.NOW)
    assert (the_mail().state, the_mail().attempts) == (State.PENDING, 0)
    monkeypatch.setattr(rendering, "message_for", make_it)
    sending.send_due(lambda: make.NOW + timedelta(seconds=10))
    assert the_mail().state == State.SENT
    assert len(outbox.outbox) == 1
