"""The pages of events: the calendar, the event itself, registering, and what editors do (D8)."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Duty
from knowledge import attending, occasions
from knowledge.models import Attendance, Occasion
from records.models import AuditEvent
from tests import make
from tests.knowledge.test_attending import come

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(at):
    with time_machine.travel(at, tick=False) as travel:
        yield travel


@pytest.fixture
def editor():
    return make.user(duty=Duty.CURATOR, language="en")


def url(name, *args):
    return reverse(f"knowledge:{name}", args=args)


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


class TestCalendar:
    def test_events_to_come_stand_by_month_the_nearest_first(self, client, at):
        for title, days in (("Sist", 50), ("Först", 3), ("Sedan", 5)):
            make.event(title=title, starts_at=at + timedelta(days=days))
        page = read(client, url("event_list"))
        places = [page.index(words) for words in ("November 2026", "Först", "Sedan", "January 2027", "Sist")]
        assert places == sorted(places)
        assert "3 events" in page

    def test_what_has_been_held_stands_apart_with_its_recording(self, client, at, editor, clock):
        held = make.event(title="Igår", starts_at=at + timedelta(days=1))
        make.event(title="Imorgon", starts_at=at + timedelta(days=20))
        clock.move_to(at + timedelta(days=3))
        occasions.add_recording(held, "https://video.example.org/1", by=editor, at=at + timedelta(days=3))
        past, coming = read(client, url("event_list") + "?when=past"), read(client, url("event_list"))
        assert "Igår" in past
        assert "https://video.example.org/1" in past
        assert "Imorgon" not in past
        assert "Imorgon" in coming
        assert "Igår" not in coming

    def test_one_chooses_by_place_audience_and_week(self, client):
        make.event(title="Hemifrån")
        there = make.event(title="Aulan", online_url="", place="Aulan i Sundsvall", theme_week="Cirkulära veckan")
        there.article.audiences = ["supplier"]
        there.article.save()
        for query in ("place=there", "audience=supplier", "week=Cirkul%C3%A4ra+veckan"):
            page = read(client, f"{url('event_list')}?{query}")
            assert "Aulan i Sundsvall" in page
            assert "Hemifrån" not in page
        assert "Hemifrån" in read(client, f"{url('event_list')}?place=online")
        assert "2 events" in read(client, f"{url('event_list')}?place=nowhere&week=9")

    def test_an_empty_calendar_says_what_to_do(self, client):
        make.event(published=False)
        assert "No event is planned just now" in read(client, url("event_list"))
        assert "No event has been held yet" in read(client, f"{url('event_list')}?when=past")
        assert "No event fits what you chose" in read(client, f"{url('event_list')}?place=there")

    def test_the_list_costs_the_same_however_many_events(self, client):
        make.event()
        few = queries_of(client, url("event_list"))
        for _one in range(4):
            make.event()
        assert queries_of(client, url("event_list")) == few == 4


class TestTheEvent:
    def test_a_visitor_reads_when_and_where_and_is_asked_to_log_in(self, client):
        occasion = make.event(place="Aulan i Sundsvall")
        page = read(client, occasion.article.get_absolute_url())
        assert "Aulan i Sundsvall" in page
        assert "Log in and register" in page
        assert "meet.example.org" not in page

    def test_the_address_of_the_meeting_is_told_to_those_with_a_seat_and_to_editors(
        self, client, at, editor, signed_in
    ):
        occasion = make.event(seats=1)
        seated, waiting = come(occasion, at=at).user, come(occasion, at=at).user
        told = {
            who: "meet.example.org" in read(signed_in(user), occasion.article.get_absolute_url())
            for who, user in (("seated", seated), ("waiting", waiting), ("other", make.user()), ("editor", editor))
        }
        assert told == {"seated": True, "waiting": False, "other": False, "editor": True}

    def test_one_registers_waits_and_leaves_by_one_click_each(self, signed_in, at):
        occasion = make.event(seats=1)
        seated = come(occasion, at=at)
        client, slug = signed_in(make.user(language="en")), occasion.article.slug
        assert "Put me on the waiting list" in read(client, occasion.article.get_absolute_url())
        answer = client.post(url("event_register", slug), {"needs": "Ramp"}, follow=True)
        assert "You are number 1 on the waiting list." in answer.content.decode()
        attending.leave(occasion, by=seated.user, at=at)
        assert "You have a seat." in read(client, occasion.article.get_absolute_url())
        answer = client.post(url("event_leave", slug), follow=True)
        assert "You are no longer registered" in answer.content.decode()
        assert not attending.registered(occasion).exists()

    def test_how_many_others_come_is_told_to_nobody(self, signed_in, at):
        """To one who has a seat, the page with nine others is the page with none, byte for byte."""
        occasion = make.event(seats=20)
        client = signed_in(come(occasion, at=at).user)
        token = re.compile(r'name="(csrfmiddlewaretoken|read)" value="[^"]+"')
        alone = token.sub("", read(client, occasion.article.get_absolute_url()))
        for _one in range(9):
            come(occasion, at=at)
        assert token.sub("", read(client, occasion.article.get_absolute_url())) == alone

    def test_a_closed_registration_says_why_and_takes_nobody(self, signed_in, at, editor):
        occasion = make.event()
        occasions.cancel(occasion, by=editor, at=at)
        client = signed_in(make.user(language="en"))
        assert "This event is cancelled." in read(client, occasion.article.get_absolute_url())
        answer = client.post(url("event_register", occasion.article.slug), follow=True)
        assert "nobody can register any more" in answer.content.decode()
        assert not Attendance.objects.exists()

    def test_the_page_costs_the_same_however_many_come(self, client, signed_in, at):
        occasion = make.event(seats=2)
        mine = signed_in(come(occasion, at=at).user)
        address = occasion.article.get_absolute_url()
        before = queries_of(client, address), queries_of(mine, address)
        for _one in range(5):
            come(occasion, at=at)
        assert (queries_of(client, address), queries_of(mine, address)) == before

    def test_programs_read_it_as_an_event(self, client):
        occasion = make.event(title="Frukost", place="Aulan")
        page = read(client, occasion.article.get_absolute_url())
        facts = json.loads(re.search(r'<script type="application/ld\+json">(.+?)</script>', page).group(1))
        assert (facts["@type"], facts["name"]) == ("Event", "Frukost")
        assert facts["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
        assert facts["startDate"] == "2026-12-02T13:00+01:00"
        assert "meet.example.org" not in page


class TestEditors:
    FACTS = {
        "zone": "Europe/Oslo",
        "starts_at_day": "2027-03-01",
        "starts_at_clock": "09:00",
        "ends_at_day": "2027-03-01",
        "ends_at_clock": "10:30",
        "place": "Aulan",
        "takes_registrations": "on",
        "seats": "30",
    }

    def test_an_editor_says_when_and_where_it_is(self, signed_in, editor):
        article = make.article(genre="event")
        client, address = signed_in(editor), url("event_edit", article.slug)
        assert client.post(address, self.FACTS).status_code == 302
        occasion = Occasion.objects.get()
        assert (occasion.starts_at.isoformat(), occasion.seats) == ("2027-03-01T08:00:00+00:00", 30)
        again = read(client, address)
        assert 'value="09:00"' in again  # in the event's own zone

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"ends_at_clock": "08:00"}, "must end after it begins"),
            ({"place": ""}, "Say where it is"),
            ({"starts_at_clock": ""}, "Say at what time"),
            ({"register_until_day": "2027-03-02", "register_until_clock": "09:00"}, "after the event has begun"),
            ({"online_url": "javascript:alert(1)"}, "valid URL"),
        ],
    )
    def test_what_cannot_be_is_said_beside_its_field(self, wrong, said, signed_in, editor):
        article = make.article(genre="event")
        answer = signed_in(editor).post(url("event_edit", article.slug), {**self.FACTS, **wrong})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not Occasion.objects.exists()

    def test_whoever_saves_an_old_page_keeps_what_was_typed_and_chooses(self, signed_in, editor, at):
        occasion = make.event()
        client, address = signed_in(editor), url("event_edit", occasion.article.slug)
        old = {**self.FACTS, "seen": (at - timedelta(hours=1)).isoformat()}
        answer = client.post(address, old)
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "Somebody else has changed the event" in page
        seen = re.search(r'name="seen" value="([^"]+)"', page).group(1)
        assert client.post(address, {**self.FACTS, "seen": seen}).status_code == 302
        assert Occasion.objects.get().place == "Aulan"

    def test_the_list_of_those_who_come_is_a_table_that_no_spreadsheet_takes_for_a_formula(self, signed_in, editor, at):
        occasion = make.event(seats=1)
        first = come(occasion, user=make.user(name="=HYPERLINK(1)"), needs="@ramp", at=at).user
        come(occasion, user=make.user(name="Bo Ek"), at=at)
        client = signed_in(editor)
        page = read(client, url("event_attendee_list", occasion.article.slug))
        assert page.index("@ramp") < page.index("They wait for a seat") < page.index("Bo Ek")
        answer = client.get(url("event_attendee_download", occasion.article.slug))
        rows = answer.content.decode("utf-8-sig").splitlines()
        assert rows[1].startswith("'=HYPERLINK(1),")
        assert ",'@ramp," in rows[1]
        assert first.email not in page + answer.content.decode()  # the arena writes to them
        assert AuditEvent.objects.filter(action="event.attendees_downloaded", actor=editor).count() == 1

    def test_an_event_is_cancelled_and_gets_its_recording_by_forms(self, signed_in, editor, clock):
        occasion, other = make.event(), make.event()
        client = signed_in(editor)
        come(occasion, at=occasion.edited_at)
        answer = client.post(url("article_archive", occasion.article.slug), follow=True)
        assert "Cancel it first" in answer.content.decode()
        client.post(url("event_cancel", occasion.article.slug))
        early = client.post(url("event_recording", other.article.slug), {"url": "https://video.example.org/1"})
        assert (early.status_code, "https://video.example.org/1" in early.content.decode()) == (422, True)
        clock.move_to(other.ends_at)
        client = signed_in(editor)
        wrong = client.post(url("event_recording", other.article.slug), {"url": "video of the day"})
        assert (wrong.status_code, "video of the day" in wrong.content.decode()) == (422, True)
        client.post(url("event_recording", other.article.slug), {"url": "https://video.example.org/1"})
        assert Occasion.objects.get(pk=occasion.pk).cancelled_at
        assert Occasion.objects.get(pk=other.pk).recording_url == "https://video.example.org/1"

    def test_an_article_of_another_genre_has_no_such_page(self, signed_in, editor):
        assert signed_in(editor).get(url("event_edit", make.article().slug)).status_code == 404
        assert Client().get(url("event_attendee_list", make.event().article.slug)).status_code == 302
