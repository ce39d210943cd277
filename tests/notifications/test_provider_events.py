"""What a provider says by its webhook: who comes without the secret is refused, and each event counts once."""

import base64
import json
from types import ModuleType

import pytest
from django.urls import clear_url_caches

from arena import urls
from notifications import hearing, unsubscribing
from notifications.models import Bounce, Mail

SECRET = "provider:0123456789abcdefghij"


@pytest.fixture
def sent(tell, person, send):
    tell("n:1", person)
    send()
    Mail.objects.update(provider_id="re_1")
    return Mail.objects.get()


@pytest.fixture
def webhook(client, settings, sent):
    """webhook("bounced", mail): the provider's event; returns the answer's status."""
    from anymail.signals import tracking

    settings.MAIL_PROVIDER, settings.MAIL_WEBHOOK_SECRET = "resend", SECRET
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    settings.ROOT_URLCONF = ModuleType("with_webhook")
    settings.ROOT_URLCONF.urlpatterns = [*hearing.urls(), *urls.urlpatterns]
    settings.ROOT_URLCONF.handler400 = urls.handler400
    clear_url_caches()
    hearing.listen()

    def call(what, mail=sent, *, to=None, secret=SECRET, number=True, name="re_1", event="evt_1"):
        headers = [{"name": "X-Metadata", "value": json.dumps({"mail": str(mail.pk)})}] if number else []
        words = {"email_id": name, "to": [to or mail.address], "headers": headers}
        if what == "bounced":
            words["bounce"] = {"message": "The recipient's email provider sent a hard bounce message: no such user"}
        body = {"type": f"email.{what}", "created_at": "2026-11-22T12:00:00Z", "data": words}
        basic = base64.b64encode(secret.encode()).decode()
        options = {"HTTP_AUTHORIZATION": f"Basic {basic}"} if secret else {}
        return client.post(
            "/mail-events/", json.dumps(body), content_type="application/json", HTTP_SVIX_ID=event, **options
        ).status_code

    yield call
    tracking.disconnect(dispatch_uid="notifications.hearing")
    clear_url_caches()


def reason(mail):
    found = unsubscribing.suppression_of(mail.address)
    return found.reason if found else None


def test_without_a_provider_or_a_secret_there_is_no_such_address(client, db):
    assert hearing.urls() == []
    assert client.post("/mail-events/").status_code == 404


@pytest.mark.parametrize("secret", ["", "provider:wrong", "x"])
def test_who_does_not_know_the_secret_is_refused(webhook, sent, secret):
    assert webhook("bounced", sent, secret=secret) == 400
    assert not Bounce.objects.exists()


@pytest.mark.parametrize("number", [True, False])
def test_a_bounce_spares_the_address_found_by_our_number_or_by_the_providers_name(webhook, sent, number):
    for _again in range(2):
        assert webhook("bounced", sent, number=number) == 200
    sent.refresh_from_db()
    assert (sent.state, reason(sent), Bounce.objects.count()) == (Mail.State.RETURNED, unsubscribing.BOUNCED, 1)
    assert "no such user" in sent.error


def test_a_complaint_stops_mail(webhook, sent):
    assert webhook("complained", sent) == 200
    assert reason(sent) == unsubscribing.COMPLAINED


@pytest.mark.parametrize("what", ["delivered", "opened", "sent", "nonsense"])
def test_what_went_well_changes_nothing(webhook, sent, what):
    assert webhook(what, sent) == 200
    assert not Bounce.objects.exists()


def test_an_event_of_another_address_or_mail_is_not_believed(webhook, sent):
    assert webhook("bounced", sent, to="other@example.org") == 200
    assert webhook("bounced", sent, number=False, name="re_unknown") == 200
    assert webhook("bounced", Mail(), to=sent.address) == 200
    assert not Bounce.objects.exists()
    assert reason(sent) is None


def test_a_mail_whose_fate_was_unknown_is_known_when_it_comes_back(webhook, sent):
    Mail.objects.update(state=Mail.State.UNKNOWN, provider_id="")
    webhook("bounced", sent)
    sent.refresh_from_db()
    assert sent.state == Mail.State.RETURNED
