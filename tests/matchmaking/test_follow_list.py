"""What I follow: one list with the next date of each, what was let go of with its way back, and what is muted."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaking import engine, following, following_list, looking_back
from matchmaking.models import Attention, Subscription
from procurements import closing, interest
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]
NOW = make.NOW
PAGE = "/en/matches/following/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False) as travel:
        yield travel


@pytest.fixture
def anna():
    return make.member(make.supplier(), language="en")


def subject(kind, slug):
    found = following.subject_of(kind, slug, "en")
    assert found
    return found


def followed(anna, **wording):
    notice = make.notice(**wording)
    following.follow(notice.procurement, by=anna, at=NOW)
    return notice


def interested(notice, person):
    supplier = person.memberships.get().organisation
    return interest.register(notice.procurement, organisation=supplier, level="meeting", message="", by=person, at=NOW)


def rows(person, **how):
    found = following_list.rows(person, at=NOW, **how)
    return following_list.with_details(found, at=NOW, language="en")


def said(client, address=PAGE):
    return client.get(address).content.decode()


def test_everything_stands_in_one_list_the_nearest_date_first(anna):
    far = followed(anna, title="Långt bort", deadline_at=NOW + timedelta(days=40))
    near = followed(anna, title="Nära", deadline_at=NOW + timedelta(days=20), questions_until=NOW + timedelta(days=3))
    shown = make.notice(title="Visat intresse", deadline_at=NOW + timedelta(days=10))
    interested(shown, anna)
    buyer = far.procurement.organisation
    following.follow_subject(subject("buyer", buyer.slug), by=anna, at=NOW)
    following.follow_subject(subject("field", "72000000"), by=anna, at=NOW)
    engine.drain(NOW)
    looking_back.drain(NOW)
    found = rows(anna)
    assert [row.name for row in found[:3]] == [near.title, shown.title, buyer.name]
    assert {row.name for row in found[2:4]} == {buyer.name, far.title}
    assert [sorted(row.kinds) for row in found[:2]] == [["procurement"], ["interest"]]
    assert found[0].next.what == "Last time for questions"
    assert (found[1].state, found[1].since) == ("Received", NOW)
    assert (found[-1].next, found[-1].kinds) == (None, {"field"})
    by_name = [row.name for row in rows(anna, sort="name")]
    assert by_name == sorted(by_name, key=str.casefold)
    assert [row.name for row in rows(anna, only="interest")] == [shown.title]


def test_what_one_follows_and_is_interested_in_is_one_row(anna):
    notice = followed(anna)
    interested(notice, anna)
    [row] = rows(anna)
    assert row.kinds == {"procurement", "interest"}


def test_a_row_says_what_happened_last(anna):
    notice = followed(anna)
    assert [row.last for row in rows(anna)] == ["Published"]
    make.answered(make.question(notice=notice), at=NOW + timedelta(minutes=1))
    assert [row.last for row in rows(anna)] == ["Questions were answered"]


def test_what_is_closed_has_no_date_to_come(anna):
    notice = followed(anna)
    closing.close(notice, by=notice.edited_by, at=NOW, reason="Löst.")
    [row] = rows(anna)
    assert (row.state, row.next) == ("Closed", None)


def test_what_follows_from_a_buyer_has_the_nearest_deadline_that_it_found(anna):
    buyer = make.buyer()
    following.follow_subject(subject("buyer", buyer.slug), by=anna, at=NOW)
    for days in (30, 12):
        make.notice(buyer=buyer, title=f"Om {days} dagar", deadline_at=NOW + timedelta(days=days))
    engine.drain(NOW)
    [row] = rows(anna)
    assert (row.next.title, row.next.moment) == ("Om 12 dagar", NOW + timedelta(days=12))


def test_nobody_sees_what_another_follows(anna, signed_in):
    notice = followed(anna)
    following.mute(make.notice(title="Tystat").procurement, by=anna, at=NOW)
    other = signed_in(make.member(anna.memberships.get().organisation, language="en"))
    assert notice.title not in said(other)
    assert "Tystat" not in said(other, f"{PAGE}?show=muted")
    assert "You follow nothing yet" in said(other)


def test_one_click_stops_and_one_brings_it_back(anna, signed_in):
    notice, client = followed(anna, title="Färre fall"), signed_in(anna)
    address = f"{PAGE}procurement/{notice.slug}/set/"
    answer = client.post(address, {"do": "unfollow", "from": "list", "kind": "procurement"}, follow=True)
    assert answer.redirect_chain[0][0] == f"{PAGE}?kind=procurement&stopped=procurement%2F{notice.slug}"
    page = answer.content.decode()
    assert "You no longer follow “Färre fall”." in page
    assert not Attention.objects.exists()
    answer = client.post(address, {"do": "follow", "from": "list"}, follow=True)
    assert "You follow it now. Only you can see that." in answer.content.decode()
    assert Attention.objects.get().level == "follows"


def test_one_click_stops_a_buyer_and_one_brings_it_back(anna, signed_in):
    buyer, client = make.buyer(name="Fjällviks kommun"), signed_in(anna)
    following.follow_subject(subject("buyer", buyer.slug), by=anna, at=NOW)
    assert "Fjällviks kommun" in said(client)
    address = f"{PAGE}buyer/{buyer.slug}/set/"
    page = client.post(address, {"do": "unfollow", "from": "list"}, follow=True).content.decode()
    assert "You no longer follow “Fjällviks kommun”." in page
    assert address in page
    client.post(address, {"do": "follow", "from": "list"})
    assert Subscription.objects.get().follows == f"B:{buyer.pk}"


def test_the_muted_stand_apart_and_come_back_by_one_click(anna, signed_in):
    notice, client = make.notice(title="Tystat"), signed_in(anna)
    following.mute(notice.procurement, by=anna, at=NOW)
    assert "Tystat" not in said(client)
    assert "Hear of it again" in said(client, f"{PAGE}?show=muted")
    answer = client.post(f"{PAGE}procurement/{notice.slug}/set/", {"do": "unmute", "from": "list"}, follow=True)
    page = answer.content.decode()
    assert "You hear of “Tystat” again." in page
    assert "Nothing is muted" in page
    client.post(f"{PAGE}procurement/{notice.slug}/set/", {"do": "mute", "from": "list"})
    assert Attention.objects.get().level == "muted"


def test_a_muted_interest_stays_in_the_list_and_says_so(anna, signed_in):
    notice = make.notice(title="Tystat")
    interested(notice, anna)
    following.mute(notice.procurement, by=anna, at=NOW)
    assert "You hear no more of it" in said(signed_in(anna))


@pytest.mark.parametrize("stopped", ["", "procurement/finns-inte-abcdefgh", "buyer/x", "nonsense", "field/1"])
def test_a_made_up_address_of_what_was_stopped_says_nothing(anna, signed_in, stopped):
    assert "You no longer follow" not in said(signed_in(anna), f"{PAGE}?stopped={stopped}")


def test_the_list_costs_no_query_a_row(anna, signed_in):
    client, counts = signed_in(anna), []
    for number in (1, 3):
        for _each in range(number):
            notice = followed(anna, questions_until=NOW + timedelta(days=3))
            make.answered(make.question(notice=notice), at=NOW)
            interested(make.notice(), anna)
            following.follow_subject(subject("buyer", notice.procurement.organisation.slug), by=anna, at=NOW)
            following.follow_subject(subject("network", make.network().slug), by=anna, at=NOW)
        engine.drain(NOW)
        looking_back.drain(NOW)
        said(client)
        with CaptureQueriesContext(connection) as queries:
            said(client)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_reminder_is_chosen_on_a_page_of_its_own(anna, signed_in):
    client = signed_in(anna)
    assert "You are reminded 7 days before a deadline." in said(client)
    assert client.post(f"{PAGE}reminder/", {"days": "61"}).status_code == 422
    client.post(f"{PAGE}reminder/", {"days": "1"})
    assert "You are reminded 1 day before a deadline." in said(client)
    client.post(f"{PAGE}reminder/", {"days": "0"})
    assert "You are not reminded of deadlines." in said(client)
