"""The pages of a meeting: calling, warning of a clash, changing, minutes, and who finds them (C2, C10)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.grants import Role
from networks import convening, joining
from networks.models import Meeting
from tests import make

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"networks:{name}", args=args)


@pytest.fixture(autouse=True)
def clock(at):
    with time_machine.travel(at, tick=False) as travel:
        yield travel


@pytest.fixture
def leader():
    return make.buyer(name="Lunds kommun")


@pytest.fixture
def lena(leader):
    return make.member(leader, role=Role.ADMIN, name="Lena Ledare", language="en")


@pytest.fixture
def network(leader, lena):
    return make.network(leader=leader, by=lena, name="Trygga hem")


@pytest.fixture
def mona(network):
    organisation = make.buyer(name="Malmö stad")
    make.joined(network, organisation)
    return make.member(organisation, name="Mona Medlem")


def typed(**fields):
    whole = {
        "title": "Vårmöte",
        "zone": "Europe/Oslo",
        "starts_at_day": "2027-01-15",
        "starts_at_clock": "10:00",
        "ends_at_day": "2027-01-15",
        "ends_at_clock": "11:30",
        "place": "Rådhuset",
        "link": "https://video.example.org/rum",
        "agenda": "1. Fallsensorer",
    }
    return {**whole, **fields}


def test_the_leader_calls_a_meeting_in_the_browser_and_a_member_reads_it(network, lena, mona, signed_in):
    client = signed_in(lena)
    assert client.get(url("meeting_create", network.slug)).status_code == 200
    answer = client.post(url("meeting_create", network.slug), typed())
    meeting = Meeting.objects.get()
    assert answer["Location"] == url("meeting_detail", meeting.pk)
    assert meeting.starts_at == datetime(2027, 1, 15, 9, 0, tzinfo=UTC)
    page = signed_in(mona).get(f"/en/networks/meetings/{meeting.pk}/").content.decode()
    for words in ("Vårmöte", "10:00 (Norwegian time)", "Rådhuset", "1. Fallsensorer", "video.example.org/rum"):
        assert words in page
    assert "Write the minutes" not in page
    assert "Vårmöte" in signed_in(mona).get(url("meeting_list", network.slug)).content.decode()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"starts_at_clock": ""}, "starts_at"),
        ({"ends_at_clock": "09:00"}, "ends_at"),
        ({"title": "\u200b"}, "title"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"starts_at_day": "2027-03-28", "starts_at_clock": "02:30", "ends_at_day": "2027-03-28"}, "starts_at"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_the_rest_stays(network, lena, signed_in, fields, wrong):
    page = signed_in(lena).post(url("meeting_create", network.slug), typed(**fields))
    assert page.status_code == 422
    assert wrong in page.context["form"].errors
    assert "1. Fallsensorer" in page.content.decode()
    assert not Meeting.objects.exists()


def test_the_zone_is_the_person_s_own_to_begin_with(network, leader, signed_in):
    berlin = make.member(leader, zone="Europe/Berlin")
    page = signed_in(berlin).get(url("meeting_create", network.slug)).content.decode()
    assert '<option value="Europe/Berlin" selected>' in page


def test_a_clash_is_warned_of_before_anybody_is_told_and_does_not_stop(network, lena, mona, signed_in, at):
    moment = datetime(2027, 1, 15, 9, 30, tzinfo=UTC)
    make.meeting(network, by=lena, title="Redan då", starts_at=moment, ends_at=moment + timedelta(hours=1))
    client = signed_in(lena)
    page = client.post(f"/en/networks/{network.slug}/meetings/call/", typed())
    assert page.status_code == 200
    assert "Redan då" in page.content.decode()
    assert "Nothing is saved yet" in page.content.decode()
    assert Meeting.objects.count() == 1
    knows = page.context["form"]["knows"].value()
    assert client.post(url("meeting_create", network.slug), typed(knows=knows)).status_code == 302
    assert Meeting.objects.count() == 2


def test_a_meeting_that_the_person_may_not_see_is_no_clash(network, lena, mona, signed_in):
    elsewhere = make.network(name="Annat nätverk")
    make.joined(elsewhere, mona.memberships.get().organisation)
    moment = datetime(2027, 1, 15, 9, 30, tzinfo=UTC)
    make.meeting(elsewhere, title="Hemligt möte", starts_at=moment, ends_at=moment + timedelta(hours=1))
    assert signed_in(lena).post(url("meeting_create", network.slug), typed()).status_code == 302


def test_who_saves_an_older_meeting_sees_the_other_s_words_and_keeps_their_own(network, leader, lena, signed_in, at):
    meeting = make.meeting(network, by=lena, title="Vårmöte")
    times = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at, "zone": meeting.zone}
    said = convening.Said(title="Deras titel", agenda="Deras dagordning", **times)
    convening.change(meeting, said, revision=1, organisation=leader, by=lena, at=at)
    client = signed_in(lena)
    page = client.post(url("meeting_edit", meeting.pk), typed(title="Min titel", revision="1"))
    text = page.content.decode()
    assert page.status_code == 409
    assert all(words in text for words in ("Deras titel", "Deras dagordning", "Min titel"))
    meeting.refresh_from_db()
    assert meeting.title == "Deras titel"
    revision = page.context["form"]["revision"].value()
    assert client.post(url("meeting_edit", meeting.pk), typed(title="Min titel", revision=revision)).status_code == 302
    meeting.refresh_from_db()
    assert meeting.title == "Min titel"


def test_minutes_written_by_two_at_once_lose_nothing(network, leader, lena, mona, signed_in, at):
    meeting = make.meeting(network, by=lena, agenda="1. Dagordningen")
    client = signed_in(lena)
    assert "1. Dagordningen" in client.get(url("meeting_minutes", meeting.pk)).content.decode()
    convening.write_minutes(meeting, minutes="Deras ord", revision=1, organisation=leader, by=lena, at=at)
    page = client.post(url("meeting_minutes", meeting.pk), {"minutes": "Mina ord", "revision": "1"})
    assert page.status_code == 409
    assert "Deras ord" in page.content.decode()
    assert "Mina ord" in page.content.decode()
    revision = page.context["form"]["revision"].value()
    client.post(url("meeting_minutes", meeting.pk), {"minutes": "Mina ord, och deras", "revision": revision})
    assert "Mina ord, och deras" in signed_in(mona).get(url("meeting_detail", meeting.pk)).content.decode()


def test_a_meeting_is_cancelled_and_says_so(network, lena, mona, signed_in):
    meeting = make.meeting(network, by=lena)
    assert signed_in(lena).post(url("meeting_cancel", meeting.pk)).status_code == 302
    page = signed_in(mona).get(f"/en/networks/meetings/{meeting.pk}/").content.decode()
    assert "This meeting is cancelled" in page
    assert "Cancelled" in signed_in(mona).get(f"/en/networks/{network.slug}/meetings/").content.decode()


def test_earlier_meetings_stand_on_a_page_of_their_own(network, lena, signed_in, at):
    make.meeting(network, by=lena, title="Förra året", starts_at=at - timedelta(days=9), ends_at=at - timedelta(days=8))
    make.meeting(network, by=lena, title="Nästa vecka")
    client = signed_in(lena)
    coming = client.get(url("meeting_list", network.slug)).content.decode()
    held = client.get(url("meeting_list", network.slug), {"when": "past"}).content.decode()
    assert ("Nästa vecka" in coming, "Förra året" in coming) == (True, False)
    assert ("Nästa vecka" in held, "Förra året" in held) == (False, True)


def test_an_empty_list_says_what_to_do(network, lena, mona, signed_in):
    for person in (lena, mona):
        for when in ("", "past"):
            page = signed_in(person).get(url("meeting_list", network.slug), {"when": when})
            assert 'class="empty"' in page.content.decode()


def test_everybody_in_a_group_reads_the_same_minutes_and_the_invited_none(signed_in, at):
    group = make.group()
    people = {}
    for state in ("committed", "option", "observer", "invited"):
        organisation = make.buyer()
        make.participant(group, organisation, state=state)
        people[state] = make.member(organisation)
    lead = make.member(group.lead)
    meeting = make.meeting(group, by=lead)
    convening.write_minutes(meeting, minutes="Samma ord", revision=1, organisation=group.lead, by=lead, at=at)
    for state, person in people.items():
        client = signed_in(person)
        page = client.get(url("meeting_detail", meeting.pk))
        assert page.status_code == (404 if state == "invited" else 200)
        assert ("Samma ord" in page.content.decode()) == (state != "invited")
        assert client.get(url("group_meeting_list", group.slug)).status_code == page.status_code
        writes = 200 if state == "committed" else 404
        assert client.get(url("meeting_minutes", meeting.pk)).status_code == writes
        assert client.get(url("group_meeting_create", group.slug)).status_code == writes


def test_outsiders_and_former_members_find_no_page_at_all(network, lena, mona, signed_in, at):
    meeting = make.meeting(network, by=lena)
    organisation = mona.memberships.get().organisation
    joining.leave(network.members.get(organisation=organisation), by=make.member(organisation, role=Role.ADMIN), at=at)
    for person in (mona, make.user(), make.member(make.supplier())):
        client = signed_in(person)
        for name in ("meeting_detail", "meeting_edit", "meeting_minutes"):
            assert client.get(url(name, meeting.pk)).status_code == 404
        for name in ("meeting_edit", "meeting_minutes", "meeting_cancel"):
            assert client.post(url(name, meeting.pk), typed(minutes="x", revision="1")).status_code == 404
        for name in ("meeting_list", "meeting_create"):
            assert client.get(url(name, network.slug)).status_code == 404


def test_the_list_costs_the_same_however_many_meetings(network, lena, signed_in, django_assert_num_queries):
    client = signed_in(lena)
    make.meeting(network, by=lena)
    client.get(url("meeting_list", network.slug))
    with CaptureQueriesContext(connection) as few:
        client.get(url("meeting_list", network.slug))
    for _one in range(30):
        make.meeting(network, by=lena)
    with django_assert_num_queries(len(few)):
        client.get(url("meeting_list", network.slug))


def test_the_group_s_own_page_shows_the_next_meeting_to_those_inside_and_not_to_the_invited(signed_in, at):
    group, invited = make.group(), make.buyer()
    make.participant(group, invited, state="invited")
    make.meeting(group, title="Nästa möte")
    make.meeting(group, title="Förra mötet", starts_at=at - timedelta(days=2), ends_at=at - timedelta(days=1))
    lead = signed_in(make.member(group.lead)).get(url("group_detail", group.slug)).content.decode()
    assert ("Nästa möte" in lead, "Förra mötet" in lead) == (True, False)
    other = signed_in(make.member(invited)).get(url("group_detail", group.slug))
    assert "Nästa möte" not in other.content.decode()
