"""Messages leave at least once, under one id; a receiver that is away costs itself alone."""

from datetime import timedelta

import pytest

from interchange.models import Delivery, Webhook
from interchange.webhooks import keeping, posting, sending, signing
from notifications.models import Notification
from tests import make
from tests.interchange.webhooks import kit
from tests.threads import at_once

pytestmark = pytest.mark.django_db
NOW = make.NOW
State = Delivery.State


def clock(at=NOW):
    return lambda: at


def delivery(webhook, notice=None, *, at=NOW, happening="published"):
    key = f"{happening}:{notice.pk}" if notice else f"test:{Delivery.objects.count()}"
    return Delivery.objects.create(
        webhook=webhook, notice=notice, happening=happening if notice else "", key=key, due_at=at, created_at=at
    )


def send(at=NOW):
    return sending.drain(clock(at))


def again(found):
    found.refresh_from_db()
    return found


def test_a_message_says_what_happened_and_is_signed(receiver, settings):
    settings.URL = "https://arena.example.org"
    notice = make.notice(title="Fallrisk i hemmet", buyer=make.buyer(name="Ängelholms kommun"))
    webhook = kit.webhook(url=receiver.url)
    sent = delivery(webhook, notice)
    assert send() == 1
    [(headers, body)] = receiver.got
    assert kit.is_signed(signing.secret(webhook), headers, body, now=NOW.timestamp())
    assert headers["webhook-id"] == str(sent.pk)
    assert headers["Content-Type"] == "application/json"
    [said] = receiver.said
    assert (said["id"], said["type"], said["webhook"]) == (str(sent.pk), "notice.published", str(webhook.pk))
    assert said["notice"] == {
        "code": notice.code,
        "kind": "need",
        "title": "Fallrisk i hemmet",
        "language": "sv",
        "buyer": "Ängelholms kommun",
        "ocid": notice.procurement.ocid,
        "version": 1,
        "published_at": "2026-11-22T12:00:00+00:00",
        "deadline_at": "2026-12-22T12:00:00+00:00",
        "closed_at": None,
        "closed_as": None,
        "page": f"https://arena.example.org/sv/procurements/{notice.slug}/",
        "api": f"https://arena.example.org/api/v1/notices/{notice.code}",
        "ocds": f"https://arena.example.org/sv/interchange/{notice.slug}/ocds.json",
    }
    sent = again(sent)
    assert (sent.state, sent.status, sent.settled_at, sent.error) == (State.SENT, 204, NOW, "")
    assert sent.milliseconds is not None


def test_what_is_not_public_any_more_is_dropped(receiver):
    notice = make.notice(published=False)
    sent = delivery(kit.webhook(url=receiver.url), notice)
    send()
    assert (again(sent).state, sent.error, receiver.got) == (State.DROPPED, "public", [])


def test_a_paused_webhook_sends_nothing_and_goes_on_when_it_is_started(receiver):
    webhook = kit.webhook(url=receiver.url)
    delivery(webhook)
    keeping.pause(webhook, by=webhook.owner, at=NOW)
    assert send() == 0
    keeping.resume(webhook, by=webhook.owner, at=NOW)
    assert send() == 1


@pytest.mark.parametrize("status", [199, 301, 302, 400, 401, 404, 500, 503])
def test_only_an_answer_from_200_to_299_is_a_receipt(status, receiver):
    receiver.answer = (status, {"Location": receiver.url})
    sent = delivery(kit.webhook(url=receiver.url))
    send()
    assert (again(sent).state, sent.status) == (State.PENDING, status)
    assert len(receiver.got) == 1
    assert sending.in_words(sent.error) != sent.error


def test_it_is_tried_eight_times_in_about_two_days_and_then_given_up(receiver):
    receiver.answer = (500, {})
    webhook = kit.webhook(url=receiver.url)
    sent, at, waits = delivery(webhook), NOW, []
    while again(sent).state == State.PENDING:
        at = sent.due_at
        send(at)
        waits.append(again(sent).due_at - at)
    usual = [1, 5, 30, 120, 360, 720, 1440]
    assert [0.75 <= wait / timedelta(minutes=one) <= 1.25 for wait, one in zip(waits, usual, strict=False)] == [
        True
    ] * 7
    assert (sent.state, sent.attempts, sent.settled_at) == (State.FAILED, 8, at)
    assert {headers["webhook-id"] for headers, _body in receiver.got} == {str(sent.pk)}
    assert len(receiver.got) == 8


def test_a_receiver_that_asks_for_time_gets_it(receiver):
    receiver.answer = (503, {"Retry-After": "7200"})
    sent = delivery(kit.webhook(url=receiver.url))
    send()
    assert again(sent).due_at == NOW + timedelta(hours=2)


def test_a_receiver_that_is_gone_is_not_asked_again(receiver):
    receiver.answer = (410, {})
    webhook = kit.webhook(url=receiver.url)
    sent, waiting = delivery(webhook), delivery(webhook, make.notice(), at=NOW + timedelta(seconds=1))
    send()
    webhook.refresh_from_db()
    assert (again(sent).state, again(waiting).state) == (State.FAILED, State.PENDING)
    assert (webhook.paused_at, webhook.paused_because) == (NOW, "gone")
    assert send(NOW + timedelta(days=1)) == 0


def test_after_three_days_of_failures_it_is_paused_and_its_people_hear_once(receiver):
    receiver.answer = (500, {})
    company = make.supplier()
    boss, reader = make.member(company, role="admin"), make.member(company, role="reader")
    webhook = kit.webhook(owner=make.member(company), organisation=company, url=receiver.url)
    at = NOW
    while not Webhook.objects.get().paused_at:
        delivery(webhook, at=at)
        send(at)
        at += timedelta(hours=6)
    webhook.refresh_from_db()
    assert (webhook.paused_because, webhook.paused_at) == ("failures", NOW + timedelta(days=3))
    told = Notification.objects.filter(event__kind="webhook-paused")
    assert {each.recipient for each in told} == {boss, webhook.owner}
    assert reader not in {each.recipient for each in told}
    assert all(each.mail_due_at for each in told)


def test_one_receipt_ends_the_count_of_failures(receiver):
    receiver.answer = (500, {})
    webhook = kit.webhook(url=receiver.url)
    sent = delivery(webhook)
    send()
    assert Webhook.objects.get().failing_since == NOW
    receiver.answer = (204, {})
    send(again(sent).due_at)
    assert Webhook.objects.get().failing_since is None


def test_a_receiver_that_is_away_is_asked_by_one_message_not_by_all(receiver):
    receiver.answer = (500, {})
    webhook = kit.webhook(url=receiver.url)
    for _ in range(20):
        delivery(webhook)
    send()
    assert len(receiver.got) == 1
    send(NOW + timedelta(seconds=59))
    assert len(receiver.got) == 1
    receiver.answer = (204, {})
    send(NOW + timedelta(minutes=2))
    assert Delivery.objects.filter(state=State.SENT).count() == 20


def test_one_that_is_away_holds_nobody_up(receiver):
    away = kit.webhook(url="https://nobody.example.invalid.se/")
    near = kit.webhook(url=receiver.url)
    for _ in range(5):
        delivery(away)
        delivery(near)
    send()
    assert len(receiver.got) == 5
    assert set(away.deliveries.values_list("state", flat=True)) == {State.PENDING}


def test_an_address_that_may_not_be_sent_to_is_said(names, connects):
    names["receiver.example.org"] = [["10.0.0.1"]]
    sent = delivery(kit.webhook())
    send()
    assert (again(sent).error, connects) == ("private", [])
    assert "not on the open internet" in sending.in_words(sent.error)


def test_what_nobody_thought_of_costs_a_try_and_holds_nobody_up(receiver, monkeypatch):
    sent = delivery(kit.webhook(url=receiver.url))

    def stumble(*_words, **_more):
        raise OverflowError("a fault of ours")

    monkeypatch.setattr(posting, "_after", stumble)
    assert send() == 1
    assert (again(sent).state, sent.attempts, sent.error) == (State.PENDING, 1, "broken: OverflowError")


def test_a_groups_name_is_known_inside_of_it_alone(receiver, lists):
    group = make.group(name="Hemlig grupp", lead=make.buyer(name="Ledande kommun"))
    sent = delivery(kit.webhook(url=receiver.url), make.notice(group=group))
    send()
    assert again(sent).state == State.SENT
    assert receiver.said[0]["notice"]["buyer"] == "Ledande kommun"
    assert "Hemlig" not in str(receiver.said)


def test_a_message_whose_sender_died_is_sent_again_under_the_same_id(receiver, settings):
    sent = delivery(kit.webhook(url=receiver.url))
    assert sending.claim(NOW) == sent
    lease = timedelta(seconds=settings.WEBHOOK_LEASE_SECONDS)
    assert sending.sweep(NOW + lease - timedelta(seconds=1)) == 0
    assert send(NOW + lease) == 0
    assert sending.sweep(NOW + lease) == 1
    assert send(NOW + lease) == 1
    assert (receiver.said[0]["id"], again(sent).state, sent.attempts) == (str(sent.pk), State.SENT, 2)


def test_what_comes_of_an_attempt_that_was_given_up_changes_nothing(receiver):
    sent = delivery(kit.webhook(url=receiver.url))
    late = sending.claim(NOW)
    at = NOW + timedelta(hours=1)
    sending.sweep(at)
    send(at)
    sending.failed(late, "timeout", at)
    assert (again(sent).state, Webhook.objects.get().failing_since) == (State.SENT, None)


def test_a_webhook_says_one_thing_at_a_time():
    webhook = kit.webhook()
    delivery(webhook), delivery(webhook)
    assert sending.claim(NOW)
    assert sending.claim(NOW) is None


def test_claiming_at_once_gives_each_webhook_one_message(transactional_db):
    for _ in range(3):
        webhook = kit.webhook()
        for _ in range(5):
            delivery(webhook)
    claimed = [each for each in at_once(*[lambda: sending.claim(NOW)] * 8) if each]
    claimed += iter(lambda: sending.claim(NOW), None)
    assert len(claimed) == 3
    assert len({each.webhook_id for each in claimed}) == 3


def test_sending_twice_at_once_sends_each_message_once(transactional_db, receiver):
    for _ in range(4):
        webhook = kit.webhook(url=receiver.url)
        for _ in range(5):
            delivery(webhook)
    until = NOW + timedelta(minutes=1)
    for _ in range(10):
        at_once(*[lambda: sending.send_due(clock(), until=until)] * 2)
    numbers = [headers["webhook-id"] for headers, _body in receiver.got]
    assert len(numbers) == len(set(numbers)) == 20


def test_old_messages_go_after_ninety_days():
    webhook = kit.webhook()
    for age in (89, 91):
        settled = NOW - timedelta(days=age)
        Delivery.objects.filter(pk=delivery(webhook).pk).update(state=State.SENT, settled_at=settled)
    waiting = delivery(webhook, at=NOW - timedelta(days=100))
    sending.sweep(NOW)
    assert Delivery.objects.count() == 2
    assert Delivery.objects.filter(pk=waiting.pk).exists()
