from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications import counting
from notifications.models import Notification
from tests import make
from tests.notifications.conftest import hidden_from, poisoned

INBOX = "notifications:inbox"


@pytest.fixture
def reader(client, person):
    client.force_login(person)
    return client


def page(client, query=""):
    response = client.get(reverse(INBOX) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_an_inbox_without_lines_says_what_will_come(reader):
    assert reverse("procurements:notice_list") in page(reader)


def test_lines_stand_by_day_with_their_reasons(reader, tell, person):
    tell("n:1", person, title="Fallsensorer", reasons=[{"text": "CPV 33196"}])
    tell("n:2", person, title="Rena tak", at=make.NOW - timedelta(days=1))
    html = page(reader)
    assert html.index("Fallsensorer") < html.index("Rena tak")
    assert html.count("<h2 id=") == 2
    assert "CPV 33196" in html


def test_nobody_sees_anothers_lines(reader, tell):
    tell("n:1", make.user(), title="Hemligt")
    assert "Hemligt" not in page(reader)
    pk = Notification.objects.get().pk
    for name in ("notification_open", "notification_put_away", "notification_take_back"):
        assert reader.post(reverse(f"notifications:{name}", args=[pk])).status_code == 404
    assert Notification.objects.get().read_at is None


def test_opening_marks_as_read_and_leads_there(reader, tell, person):
    tell("n:1", person, url="/sv/somewhere/")
    assert counting.unread(person) == 1
    notification = Notification.objects.get()
    address = reverse("notifications:notification_open", args=[notification.pk])
    assert reader.get(address).status_code == 405
    assert counting.unread(person) == 1
    response = reader.post(address)
    assert (response.status_code, response["Location"]) == (302, "/sv/somewhere/")
    assert counting.unread(person) == 0


def test_what_may_not_be_seen_any_more_is_not_shown(reader, tell, person):
    tell("n:1", person, title="Hemligt")
    hidden_from.add(person.pk)
    assert "Hemligt" not in page(reader)
    response = reader.post(reverse("notifications:notification_open", args=[Notification.objects.get().pk]))
    assert response["Location"] == reverse(INBOX)


def test_a_line_that_cannot_be_made_does_not_take_the_page_with_it(reader, tell, person):
    poisoned.add("n:1")
    tell("n:1", person)
    tell("n:2", person, title="Fallsensorer")
    assert "Fallsensorer" in page(reader)


def test_a_line_can_be_put_away_and_taken_back(reader, tell, person):
    tell("n:1", person, title="Fallsensorer")
    pk = Notification.objects.get().pk
    reader.post(reverse("notifications:notification_put_away", args=[pk]))
    assert "Fallsensorer" not in page(reader)
    assert counting.unread(person) == 0
    reader.post(reverse("notifications:notification_take_back", args=[pk]))
    assert "Fallsensorer" in page(reader)


def test_all_can_be_marked_as_read(reader, tell, person):
    tell("n:1", person, title="Fallsensorer")
    reader.post(reverse("notifications:inbox_read"))
    assert "Fallsensorer" in page(reader)
    assert "Fallsensorer" not in page(reader, "?show=unread")


def test_long_inboxes_have_pages(reader, tell, person):
    for number in range(30):
        tell(f"n:{number}", person, title=f"Rad {number}.", at=make.NOW + timedelta(minutes=number))
    assert "Rad 29." in page(reader)
    assert "Rad 4." not in page(reader)
    assert "Rad 4." in page(reader, "?page=2")


def test_the_number_of_queries_does_not_depend_on_the_number_of_lines(reader, tell, person):
    tell("n:0", person, subject=make.supplier())
    page(reader)  # the first page of a session writes the session
    with CaptureQueriesContext(connection) as few:
        page(reader)
    for number in range(1, 20):
        tell(f"n:{number}", person, subject=make.supplier())
    with CaptureQueriesContext(connection) as many:
        page(reader)
    assert len(many) == len(few)


def test_an_address_that_refused_mail_is_shown(reader, person):
    from notifications import unsubscribing

    unsubscribing.suppress(person.email, unsubscribing.REFUSED, at=make.NOW)
    assert reverse("notifications:mail_allow") in page(reader)


def test_strangers_are_asked_to_log_in(client, db):
    assert client.get(reverse(INBOX)).status_code == 302
