"""Mail that comes back, and mail that was reported: the address is spared, the person is told, once (B7, D13)."""

import mailbox
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as some

from notifications import bouncing, mailboxes, reports, unsubscribing
from notifications.models import Bounce, Mail, Notification, Suppression
from tests import make
from tests.notifications.returned import Mailbox, arf, dsn

State = Mail.State
AT = make.NOW + timedelta(minutes=5)


@pytest.fixture
def sent(tell, person, send):
    tell("n:1", person)
    send()
    return Mail.objects.get()


def take_in(raw, at=AT):
    return [bouncing.take_in(report, at=at) for report in reports.read(raw)]


def reason(mail):
    found = unsubscribing.suppression_of(mail.address)
    return found.reason if found else None


@pytest.mark.parametrize("whole", [True, False])
def test_a_mail_that_came_back_spares_the_address_and_tells_the_person_in_the_inbox(sent, person, whole):
    assert take_in(dsn(sent, whole=whole)) == [True]
    sent.refresh_from_db()
    assert (sent.state, reason(sent)) == (State.RETURNED, unsubscribing.BOUNCED)
    assert "550 5.1.1 no such user" in sent.error
    assert Notification.objects.filter(recipient=person, event__kind="mail-failed").count() == 1


def test_the_same_report_twice_is_one(sent, client, person):
    for _time in range(2):
        assert take_in(dsn(sent)) == [True]
    assert Bounce.objects.count() == 1
    unsubscribing.allow_again(person, at=AT)
    take_in(dsn(sent))  # the mailbox is read again: the person's word stands
    assert reason(sent) is None


@pytest.mark.parametrize("wrong", ["another address", "another host", "no such mail", "never left"])
def test_a_report_is_believed_only_of_a_mail_that_went_to_that_address(sent, wrong):
    raw = dsn(sent, to="other@example.org") if wrong == "another address" else dsn(sent)
    if wrong == "another host":
        raw = raw.replace(f"{sent.pk}@localhost".encode(), f"{sent.pk}@evil.example".encode())
    if wrong == "no such mail":
        raw = raw.replace(str(sent.pk).encode(), b"00000000-0000-4000-8000-000000000000")
    if wrong == "never left":
        Mail.objects.update(state=State.PENDING, settled_at=None)
    assert take_in(raw) == [False]
    assert not Suppression.objects.exists()
    assert not Bounce.objects.exists()


@pytest.mark.parametrize("status", ["5.7.1", "5.6.0", "5.3.4"])
def test_words_that_were_not_wanted_say_nothing_against_the_address(sent, status):
    take_in(dsn(sent, status=status))
    sent.refresh_from_db()
    assert (sent.state, reason(sent)) == (State.RETURNED, None)


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("failed", "4.4.7"), ("failed", "5.2.2")])
def test_what_is_late_is_noted_and_three_mails_in_a_week_are_enough(tell, person, send, action, status):
    for number in range(3):
        assert not Suppression.objects.exists()
        tell(f"n:{number}", person, at=make.NOW + timedelta(hours=number))
        send(make.NOW + timedelta(hours=number))
        mail = Mail.objects.latest("created_at")
        for warning in range(2):  # one mail that is late says so several times
            take_in(dsn(mail, action=action, status=status, key=f"late-{number}-{warning}"))
        mail.refresh_from_db()
        assert mail.state == State.SENT
    assert reason(mail) == unsubscribing.BOUNCED


def test_late_mails_of_long_ago_do_not_count(tell, person, send):
    for number in range(3):
        at = make.NOW + timedelta(days=5 * number)
        tell(f"n:{number}", person, at=at)
        send(at)
        take_in(dsn(Mail.objects.latest("created_at"), action="delayed", key=f"late-{number}"), at)
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("to", ["", "the address"])
def test_a_complaint_stops_mail_to_the_address(sent, to):
    assert take_in(arf(sent, to=to and sent.address)) == [True]
    sent.refresh_from_db()
    assert (sent.state, reason(sent)) == (State.SENT, unsubscribing.COMPLAINED)


def test_a_reader_who_says_that_it_is_no_spam_does_not_complain(sent):
    assert take_in(arf(sent, sort="not-spam")) == []


def test_a_mail_that_arrived_after_all_is_no_bounce(sent):
    for action in ("delivered", "relayed", "expanded", "nonsense", ""):
        assert take_in(dsn(sent, action=action)) == []


def nested(depth):
    head = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth))
    return f"MIME-Version: 1.0\r\n{head}".encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 1000,
        b"Subject: hello\r\n\r\nI am on holiday.",
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b--",
        b'Content-Type: multipart/report; boundary="b"\r\n\r\n'
        + b"--b\r\nContent-Type: message/rfc822\r\n\r\nx\r\n" * 50_000,
        b"Content-Type: multipart/report; " + b"a=b; " * 100_000 + b"\r\n\r\n",
        b"Content-Type: multipart/report" + b";\r\n a=b" * 100_000 + b"\r\n\r\n",
        b"Message-ID: " + b"<" * 500_000,
        b"x" * 5_000_000,
        nested(100),
        nested(5000),
    ],
    ids=range(11),
)
def test_hostile_mail_is_no_report_and_costs_little(raw):
    start = time.monotonic()
    assert reports.read(raw) == []
    assert time.monotonic() - start < 2


@given(raw=some.binary(max_size=300), where=some.integers(0, 900), cut=some.integers(0, 300))
@settings(max_examples=150, deadline=None)
def test_a_damaged_report_never_raises(raw, where, cut):
    whole = dsn(Mail(address="anna@example.org"))
    reports.read(whole[:where] + raw + whole[where + cut :])


@pytest.mark.parametrize("kind", ["maildir", "imap"])
def test_reports_leave_the_mailbox_and_what_is_none_stays_as_seen(sent, kind, settings, tmp_path, capsys):
    other, huge = b"Subject: hello\r\n\r\nI am on holiday.\r\n", dsn(sent) + b"x" * 1_100_000
    if kind == "imap":
        box = Mailbox(dsn(sent), other, huge)
        settings.BOUNCE_URL = box.url
    else:
        box = mailbox.Maildir(tmp_path / "box", create=True)
        for words in (dsn(sent), other, huge):
            box.add(words)
        settings.BOUNCE_URL = f"maildir://{tmp_path}/box"
    call_command("take_in_bounces")
    assert "1 reports were taken in; 2 messages were none" in capsys.readouterr().out
    call_command("take_in_bounces")
    assert "0 reports were taken in; 0 messages were none" in capsys.readouterr().out
    assert reason(sent) == unsubscribing.BOUNCED
    if kind == "imap":
        assert {number: flags for number, (_words, flags) in box.messages.items()} == {2: {"\\Seen"}, 3: {"\\Seen"}}
    else:
        assert len(box) == 2
    box.close()


@pytest.mark.parametrize("url", ["imap://a:b@mail.example/INBOX", "pop3://a:b@mail.example", "file:///etc"])
def test_a_password_never_goes_over_the_net_in_the_open(url):
    with pytest.raises(ValueError, match="imaps"):
        mailboxes.empty(url, lambda raw: True)


def test_without_a_mailbox_the_command_says_what_to_set(settings):
    settings.BOUNCE_URL = ""
    with pytest.raises(CommandError, match="ARENA_BOUNCE_URL"):
        call_command("take_in_bounces")


def test_the_inbox_says_why_and_one_button_tries_again(sent, client, person):
    take_in(dsn(sent))
    client.force_login(person)
    for page in ("notifications:inbox", "notifications:preferences"):
        html = client.get(reverse(page)).content.decode()
        assert "550 5.1.1 no such user" in html
        assert reverse("notifications:mail_allow") in html
    client.post(reverse("notifications:mail_allow"))
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(("why", "is_told"), [(unsubscribing.BOUNCED, True), (unsubscribing.UNSUBSCRIBED, False)])
def test_the_next_login_says_that_mail_does_not_arrive(client, db, why, is_told):
    person = make.user(language="en")
    unsubscribing.suppress(person.email, why, at=make.NOW)
    client.post("/en/account/login/", {"login": person.email, "password": make.PASSWORD})
    shown = client.get("/en/inbox/").content.decode()
    assert ("came back or was reported" in shown) == is_told
