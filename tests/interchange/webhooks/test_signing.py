"""Signatures as standardwebhooks.com has them; a secret that stands nowhere; a day with two of them."""

from datetime import timedelta

import pytest

from interchange.webhooks import keeping, signing
from tests import make
from tests.interchange.webhooks import kit

pytestmark = pytest.mark.django_db
BODY = b'{"a":"\xc3\xa5"}'


def signed_by(secret, headers, body=BODY):
    return kit.is_signed(secret, headers, body, now=int(headers["webhook-timestamp"]))


def test_a_receiver_that_has_the_secret_knows_the_message():
    webhook = kit.webhook()
    headers = signing.headers(webhook, "the-id", BODY, at=make.NOW)
    assert signed_by(signing.secret(webhook), headers)
    assert headers["webhook-timestamp"] == str(int(make.NOW.timestamp()))


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_what_was_changed_on_the_way_is_not_known(name):
    webhook = kit.webhook()
    headers = signing.headers(webhook, "the-id", BODY, at=make.NOW)
    changed = {"webhook-id": "another", "webhook-timestamp": "1700000000", "webhook-signature": "v1,AAAA"}[name]
    assert not signed_by(signing.secret(webhook), {**headers, name: changed})
    assert not signed_by(signing.secret(webhook), headers, BODY + b" ")


def test_every_webhook_has_a_secret_of_its_own_that_hangs_on_the_arenas_key(settings):
    one, other = kit.webhook(), kit.webhook()
    before = signing.secret(one)
    assert before.startswith("whsec_")
    assert before != signing.secret(other)
    assert before == signing.secret(one)
    settings.SECRET_KEY = "another key of the arena"
    assert signing.secret(one) != before


def test_after_a_change_both_secrets_sign_for_a_day():
    webhook = kit.webhook()
    old = signing.secret(webhook)
    keeping.rotate(webhook, by=webhook.owner, at=make.NOW)
    webhook.refresh_from_db()
    new = signing.secret(webhook)
    assert new != old

    def known_after(hours):
        headers = signing.headers(webhook, "the-id", BODY, at=make.NOW + timedelta(hours=hours))
        return [signed_by(secret, headers) for secret in (old, new)]

    assert [known_after(hours) for hours in (0, 23, 24, 48)] == [
        [True, True],
        [True, True],
        [False, True],
        [False, True],
    ]
