"""A message to all who follow: the public reads it at once, each who follows hears once, and nobody is written to alone (C14)."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.grants import Role
from matchmaking import announcing, engine
from notifications import sending
from notifications.models import Notification
from procurements import closing, interest, messaging
from procurements.models import Closing, News, SupplierMessage
from records.models import AuditEvent
from tests import make
from tests.answers import masked

pytestmark = pytest.mark.django_db
LATER = make.NOW + timedelta(hours=1)
WORDS = {"subject": "Visningen flyttas", "text": "Vi ses den 3 mars klockan 10.\n\nVälkomna!", "language": "sv"}


@pytest.fixture
def notice():
    return make.notice(title="Färre fall")


def send(notice, *, number=1, at=LATER, **words):
    return messaging.send(notice, **{**WORDS, **words}, number=number, by=notice.edited_by, at=at)


def follower(notice, *, level="follow"):
    person = make.member(make.supplier(), language="en")
    organisation = person.memberships.get().organisation
    interest.register(notice.procurement, organisation=organisation, level=level, message="", by=person, at=make.NOW)
    return person


def page(notice, name="supplier_message_send"):
    return reverse(f"procurements:{name}", args=[notice.slug])


def test_it_is_public_on_the_notice_and_in_its_record_at_once(notice, client):
    send(notice)
    for name in ("notice_detail", "notice_record"):
        read = client.get(page(notice, name)).content.decode()
        assert "Visningen flyttas" in read
        assert "Vi ses den 3 mars klockan 10." in read
    event = AuditEvent.objects.get(action="notice.message_sent")
    assert (event.details, event.actor_id) == ({"number": 1}, notice.edited_by_id)


def test_everyone_who_follows_hears_once_and_nobody_else(notice):
    looks_for_it, interested = make.member(make.supplier(), language="en"), follower(notice, level="interested")
    make.subscription(person=looks_for_it)
    engine.match(notice.current_version_id, at=make.NOW)
    asker = make.member(make.supplier(), language="en")
    make.question(notice=notice, organisation=asker.memberships.get().organisation, by=asker)
    make.member(make.supplier(), language="en")
    send(notice)
    for _round in range(2):
        announcing.drain(LATER)
    told = Notification.objects.filter(event__kind="supplier-message")
    assert sorted(told.values_list("recipient", flat=True)) == sorted([looks_for_it.pk, interested.pk, asker.pk])
    mail.outbox.clear()
    sending.send_due(lambda: LATER)
    [sent] = [one for one in mail.outbox if one.to == [interested.email]]
    assert "Visningen flyttas" in sent.body
    assert "Vi ses den 3 mars klockan 10." in sent.body
    assert f"{notice.get_absolute_url()}#message-1"[3:] in sent.body


def test_a_second_click_is_the_same_message(notice):
    assert send(notice) == send(notice, at=LATER + timedelta(minutes=1))
    assert (SupplierMessage.objects.count(), News.objects.count()) == (1, 1)


def test_who_sends_while_a_colleague_has_just_sent_is_told_so(notice):
    send(notice)
    with pytest.raises(messaging.AnotherCameFirst):
        send(notice, text="Något annat.")
    assert send(notice, number=2, text="Något annat.").number == 2
    assert News.objects.filter(kind="message").count() == 2


@pytest.mark.parametrize("words", [{"subject": "  "}, {"text": " \n"}])
def test_it_says_something(notice, words):
    with pytest.raises(messaging.Unsaid):
        send(notice, **words)


def test_nothing_is_sent_about_a_draft_or_about_what_was_withdrawn(notice):
    with pytest.raises(messaging.NotStanding):
        send(make.notice(published=False))
    closing.close(notice, by=notice.edited_by, at=LATER, reason="Fel.", way=Closing.WITHDRAWN)
    with pytest.raises(messaging.NotStanding):
        send(notice)
    assert not SupplierMessage.objects.exists()


def test_after_an_early_end_those_who_follow_can_still_be_told(notice):
    closing.close(notice, by=notice.edited_by, at=LATER, reason="Klart.", way=Closing.EARLY)
    assert send(notice).number == 1


def test_what_was_sent_is_never_changed(notice):
    message = send(notice)
    for change in (lambda: SupplierMessage.objects.update(text="Annat."), message.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_it_is_read_once_more_before_it_is_sent(notice, signed_in, client):
    own = signed_in(notice.edited_by)
    assert own.get(page(notice)).status_code == 200
    typed = {**WORDS, "number": 1}
    read = own.post(page(notice), {**typed, "then": "read"}).content.decode()
    assert "Vi ses den 3 mars klockan 10." in read
    assert not SupplierMessage.objects.exists()
    again = own.post(page(notice), {**typed, "then": "write"}).content.decode()
    assert "Vi ses den 3 mars klockan 10." in again
    for _click in range(2):
        assert own.post(page(notice), {**typed, "then": "send"}).url.endswith("#message-1")
    assert SupplierMessage.objects.count() == 1


def test_what_was_typed_is_kept_when_something_is_wrong_or_somebody_was_first(notice, signed_in):
    own = signed_in(notice.edited_by)
    wrong = own.post(page(notice), {**WORDS, "subject": "", "number": 1, "then": "read"})
    assert (wrong.status_code, "Välkomna!" in wrong.content.decode()) == (422, True)
    send(notice, text="Kollegans ord.")
    late = own.post(page(notice), {**WORDS, "number": 1, "then": "send"})
    read = late.content.decode()
    assert (late.status_code, "Välkomna!" in read, "Kollegans ord." in read) == (422, True, True)
    assert 'name="number" value="2"' in read


def test_the_page_never_tells_who_follows_nor_how_many(notice, signed_in):
    own = signed_in(notice.edited_by)

    def main():
        return masked(own.get(page(notice)))[2].partition("<main")[2]

    nobody = main()
    for _each in range(3):
        follower(notice)
    assert main() == nobody


@pytest.mark.parametrize("who", ["reader", "other", "supplier"])
def test_only_who_may_publish_may_send(notice, signed_in, who):
    person = {
        "reader": lambda: make.member(notice.procurement.organisation, role=Role.READER),
        "other": lambda: make.member(make.buyer(), role=Role.ADMIN),
        "supplier": lambda: make.member(make.supplier()),
    }[who]()
    assert signed_in(person).post(page(notice), {**WORDS, "number": 1, "then": "send"}).status_code == 404
    assert not SupplierMessage.objects.exists()


def test_thirty_messages_cost_the_public_page_one_query(notice, client):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get(page(notice, "notice_detail"))
        return len(caught)

    queries()
    send(notice)
    one = queries()
    for number in range(2, 31):
        send(notice, number=number)
    assert queries() == one


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_are_one_message():
    notice = make.notice()
    start, failed = threading.Barrier(2), []

    def click():
        try:
            start.wait()
            send(notice)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert (SupplierMessage.objects.count(), News.objects.count()) == (1, 1)
