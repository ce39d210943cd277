import pytest
from django.core import mail as outbox
from django.urls import reverse

from accounts.models import Duty
from notifications import health, unsubscribing
from notifications.models import Mail, Notification
from records.models import AuditEvent
from tests import make
from tests.notifications.conftest import hidden_from

ADDRESS = "notifications:mail_log"


@pytest.fixture
def support(client, db):
    person = make.user(duty=Duty.SUPPORT)
    client.force_login(person)
    return client


def ask(client, **query):
    response = client.get(reverse(ADDRESS), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("duty", [None, Duty.CURATOR, Duty.PROGRAMME])
def test_there_is_no_such_page_for_others(client, db, duty):
    client.force_login(make.user(duty=duty))
    assert client.get(reverse(ADDRESS)).status_code == 404
    mail = Mail.objects.create(kind="immediate", address="a@example.org", due_at=make.NOW, created_at=make.NOW)
    for name in ("mail_release", "mail_give_up"):
        assert client.post(reverse(f"notifications:{name}", args=[mail.pk])).status_code == 404
    assert client.post(reverse("notifications:mail_release_held")).status_code == 404


def test_it_says_what_became_of_each_notification(support, tell, person, send):
    tell("n:1", person, title="Fallsensorer")
    send()
    tell("n:2", person, title="Rena tak", kind="test-news")
    unsubscribing.prefer(person, "test-news", "off", at=make.NOW)
    html = ask(support, address=person.email)
    assert "Fallsensorer" in html
    assert "Rena tak" in html
    html = ask(support, address=person.email, words="fallSENSOR")
    assert "Fallsensorer" in html
    assert "Rena tak" not in html


def test_what_support_may_not_see_is_named_by_its_kind_alone(support, tell, person):
    tell("n:1", person, kind="test-alarm", title="Hemlig leverantör")
    tell("n:2", person, title="Hemlig kommun")
    hidden_from.add(person.pk)
    html = ask(support, address=person.email)
    assert "Hemlig" not in html
    assert "Kind test-alarm" in html
    assert "Kind test-alarm" not in ask(support, address=person.email, words="Hemlig")


def test_it_says_that_nobody_has_the_address_and_that_mail_is_stopped(support, db):
    unsubscribing.suppress("gone@example.org", unsubscribing.REFUSED, at=make.NOW)
    assert "Refused" in ask(support, address="Gone@example.org") or "gone" in ask(support, address="Gone@example.org")


def test_an_unknown_mail_can_be_released_and_is_then_sent_under_the_same_number(support, tell, person, send):
    from notifications import composing, sending

    tell("n:1", person)
    composing.compose_due(make.NOW)
    sending._unknown(sending.claim(make.NOW), "test", make.NOW)
    mail = Mail.objects.get()
    assert reverse("notifications:mail_release", args=[mail.pk]) in ask(support)
    for _ in range(2):
        support.post(reverse("notifications:mail_release", args=[mail.pk]))
    assert Notification.objects.get().mail_due_at is None
    assert [event.details for event in AuditEvent.objects.filter(action="mail.released")] == [{"from": "unknown"}]
    mail.refresh_from_db()
    send(mail.due_at)
    assert outbox.outbox[0].extra_headers["Message-ID"].startswith(f"<{mail.pk}@")


def test_a_mail_can_be_given_up(support, db):
    mail = Mail.objects.create(
        kind="immediate",
        address="a@example.org",
        state="failed",
        due_at=make.NOW,
        created_at=make.NOW,
        settled_at=make.NOW,
    )
    support.post(reverse("notifications:mail_give_up", args=[mail.pk]))
    mail.refresh_from_db()
    assert mail.state == Mail.State.DROPPED
    assert AuditEvent.objects.filter(action="mail.given-up", subject_id=mail.pk).count() == 1


def test_the_words_of_an_account_mail_are_not_kept_for_a_second_try(support, db):
    mail = Mail.objects.create(
        kind="account:x",
        address="a@example.org",
        state="failed",
        due_at=make.NOW,
        created_at=make.NOW,
        settled_at=make.NOW,
    )
    support.post(reverse("notifications:mail_release", args=[mail.pk]))
    mail.refresh_from_db()
    assert mail.state == Mail.State.FAILED


def test_health_tells_for_how_long_the_oldest_thing_waits(tell, person, send):
    from datetime import timedelta

    later = make.NOW + timedelta(minutes=7)
    assert health.oldest_undone(later) is None
    tell("n:1", person)
    assert health.oldest_undone(later) == timedelta(minutes=7)
    send()
    assert health.oldest_undone(later) is None
    assert health.counts()["sent"] == 1
