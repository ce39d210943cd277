import pytest
from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.core import mail as outbox
from django.test import RequestFactory
from django.urls import reverse

from notifications import unsubscribing
from notifications.models import Mail
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask():
    """An account mail with a code, as allauth asks for it."""

    def call(address="ny@example.org", **context):
        request = RequestFactory().get("/")
        with request_context(request):
            get_adapter(request).send_mail(
                "account/email/password_reset_code", address, {"code": "SECRET-CODE", "user": None, **context}
            )
        return Mail.objects.latest("created_at")

    return call


def now(mail):
    return mail.created_at


def test_the_request_sends_nothing_and_the_sender_does(ask, send):
    mail = ask()
    assert outbox.outbox == []
    send(now(mail))
    [message] = outbox.outbox
    assert message.to == ["ny@example.org"]
    assert "SECRET-CODE" in message.body
    assert "List-Unsubscribe" not in message.extra_headers


def test_no_code_is_left_lying_when_the_mail_is_settled(ask, send):
    mail = ask()
    send(now(mail))
    mail.refresh_from_db()
    assert (mail.state, mail.context) == (Mail.State.SENT, {})


def test_an_old_code_is_not_sent(ask, send):
    from notifications.adapter import A_CODE_LASTS

    mail = ask()
    send(now(mail) + A_CODE_LASTS)
    mail.refresh_from_db()
    assert (mail.state, mail.context, outbox.outbox) == (Mail.State.DROPPED, {}, [])


def test_account_mails_go_before_all_others(ask, tell, person, send, monkeypatch):
    mail = ask()
    tell("n:1", person, at=now(mail))
    send(now(mail))
    assert [message.to for message in outbox.outbox] == [["ny@example.org"], [person.email]]


def test_a_person_who_said_no_to_news_still_gets_a_code(ask, person, send):
    unsubscribing.suppress(person.email, unsubscribing.UNSUBSCRIBED, at=make.NOW)
    send(now(ask(person.email)))
    assert outbox.outbox[0].to == [person.email]


@pytest.mark.parametrize("known", [True, False])
def test_asking_for_a_new_password_writes_one_mail_whoever_asks(client, person, known):
    client.post(reverse("account_reset_password"), {"email": person.email if known else "unknown@example.org"})
    assert Mail.objects.filter(priority=Mail.Priority.ACCOUNT).count() == 1
    assert outbox.outbox == []
