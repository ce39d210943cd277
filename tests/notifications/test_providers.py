"""A provider over HTTP: what it answers decides what becomes of a mail (G11). The provider runs on this machine."""

from datetime import timedelta

import pytest

from notifications import composing, sending
from notifications.models import Mail, Notification, Suppression
from tests import make
from tests.notifications.provider import Provider

State = Mail.State


@pytest.fixture
def use(settings):
    """use("resend"): mail leaves by a provider of that name; returns the provider."""
    running = []

    def start(name):
        running.append(provider := Provider())
        settings.MAIL_PROVIDER, settings.EMAIL_BACKEND = name, f"anymail.backends.{name}.EmailBackend"
        key = {"postmark": "POSTMARK_SERVER_TOKEN"}.get(name, f"{name.upper()}_API_KEY")
        settings.ANYMAIL = {key: "key", f"{name.upper()}_API_URL": provider.url, "REQUESTS_TIMEOUT": (1, 2)}
        return provider

    yield start
    for provider in running:
        provider.close()


@pytest.fixture
def resend(use):
    return use("resend")


def the_mail():
    return Mail.objects.get()


def test_a_mail_leaves_with_its_number_as_the_key_and_keeps_the_providers_name(tell, person, send, resend):
    tell("n:1", person, title="Fallsensorer sökes")
    send()
    [(key, body)] = resend.requests
    assert key == str(the_mail().pk)
    assert body["subject"] == "Fallsensorer sökes"
    assert body["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (the_mail().state, the_mail().provider_id) == (State.SENT, "re_1")


def test_several_mails_of_a_round_have_each_their_own_key(tell, send, resend):
    for number in range(3):
        tell(f"n:{number}", make.user())
    send()
    assert len({key for key, _body in resend.requests}) == len(resend.taken) == 3


@pytest.mark.parametrize("lost", ["taken, then silence", "taken, then 500", 500, 503])
def test_where_nobody_knows_it_is_sent_again_under_the_same_key_and_taken_once(tell, person, send, resend, lost):
    resend.plan.append(lost)
    tell("n:1", person)
    send()
    assert the_mail().state == State.PENDING
    send(the_mail().due_at)
    assert the_mail().state == State.SENT
    assert len(resend.requests) == 2
    assert len({key for key, _body in resend.requests}) == len(resend.taken) == 1


def test_a_sender_that_died_is_followed_by_another_with_the_same_key(tell, person, send, resend, settings):
    tell("n:1", person)
    composing.compose_due(make.NOW)
    dead = sending.claim(make.NOW)
    resend.take(str(dead.pk), {"subject": "what the dead sender wrote"})
    send(make.NOW + timedelta(seconds=settings.MAIL_LEASE_SECONDS))
    assert the_mail().state == State.PENDING
    send(the_mail().due_at)
    assert the_mail().state == State.SENT  # the provider knows the key: it had left, in other words
    assert len(resend.taken) == 1


def test_outside_the_providers_window_it_is_unknown_as_with_a_mail_server(tell, person, send, resend):
    tell("n:1", person)
    composing.compose_due(make.NOW)
    Mail.objects.update(created_at=make.NOW - timedelta(hours=23))
    resend.plan.append("taken, then silence")
    send()
    assert the_mail().state == State.UNKNOWN
    assert Notification.objects.get().mail_due_at is not None


def test_brevo_is_told_the_key_in_its_own_way_and_forgets_it_soon(tell, person, send, use):
    brevo = use("brevo")
    brevo.plan += ["taken, then silence"] * 8
    tell("n:1", person)
    send()
    while the_mail().state == State.PENDING:
        assert the_mail().due_at < make.NOW + timedelta(minutes=14)
        send(the_mail().due_at)
    assert the_mail().state == State.UNKNOWN
    assert {key for key, _body in brevo.requests} == {str(the_mail().pk)}
    assert len(brevo.requests) > 1
    assert len(brevo.taken) == 1


def test_a_provider_without_keys_is_asked_once(tell, person, send, use):
    postmark = use("postmark")
    postmark.plan.append("taken, then silence")
    tell("n:1", person)
    send()
    assert the_mail().state == State.UNKNOWN
    assert len(postmark.requests) == 1


def test_too_much_at_once_waits_as_long_as_the_provider_asks(tell, person, send, resend):
    resend.plan.append((429, {"name": "rate_limit_exceeded"}))
    tell("n:1", person)
    send()
    assert timedelta(seconds=45) <= the_mail().due_at - make.NOW <= timedelta(seconds=75)
    send(the_mail().due_at)
    assert (the_mail().state, len(resend.taken)) == (State.SENT, 1)


@pytest.mark.parametrize("status", [401, 402, 403])
def test_a_wrong_key_of_ours_is_nobody_elses_fault_and_is_tried_again(tell, person, send, resend, status):
    resend.plan.append(status)
    tell("n:1", person)
    send()
    assert the_mail().state == State.PENDING
    assert f"answered {status}" in the_mail().error
    assert not Suppression.objects.exists()


def test_words_that_the_provider_refuses_fail_for_good(tell, person, send, resend):
    resend.plan.append((422, {"name": "validation_error", "message": "Invalid subject"}))
    tell("n:1", person)
    send()
    assert the_mail().state == State.FAILED
    assert "Invalid subject" in the_mail().error
    assert Notification.objects.filter(event__kind="mail-failed", recipient=person).exists()


def test_a_key_that_another_sender_is_at_work_with_is_waited_for(tell, person, send, resend):
    resend.plan.append((409, {"name": "concurrent_idempotent_requests"}))
    tell("n:1", person)
    send()
    assert the_mail().state == State.PENDING


def test_a_provider_that_is_away_is_tried_again_and_nothing_is_unknown(tell, person, send, use):
    use("postmark").close()
    tell("n:1", person)
    send()
    assert the_mail().state == State.PENDING
    assert "no connection" in the_mail().error
