"""When and where an event is: set, moved, cancelled, recorded; and what calendars read of it (D8)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from accounts import keying
from accounts.models import Duty
from accounts.rules import Refused
from knowledge import attending, occasions, publishing, writing
from knowledge.models import Occasion
from notifications.models import Notification
from tests import make
from tests.knowledge.test_attending import changed, come, lines_of, still_wanted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(at):
    with time_machine.travel(at, tick=False) as travel:
        yield travel


@pytest.fixture
def editor():
    return make.user(duty=Duty.CURATOR)


def calendar(address):
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    return {str(one["uid"]).split("@")[0]: one for one in Calendar.from_ical(answer.content).walk("VEVENT")}


class TestMoving:
    def test_everybody_registered_hears_the_old_time_and_the_new_one(self, at, editor):
        occasion = make.event(title="Frukost", seats=1, starts_at=datetime(2027, 1, 15, 8, 0, tzinfo=UTC))
        places = [come(occasion, at=at) for _one in range(2)]
        later = datetime(2027, 1, 22, 12, 0, tzinfo=UTC)
        changed(occasion, editor, starts_at=later, ends_at=later + timedelta(hours=1), at=at)
        for place in places:
            [(title, text)] = lines_of(place.user, "event-changed")
            assert title == "Another time: Frukost"
            assert "It begins Friday 22 January 2027, 13:00 (Swedish time)." in text
            assert "It was to begin Friday 15 January 2027, 09:00 (Swedish time)." in text

    def test_of_two_moves_before_a_mail_the_later_one_is_told(self, at, editor):
        occasion = make.event()
        place = come(occasion, at=at)
        for days in (1, 2):
            later = occasion.starts_at + timedelta(days=days)
            changed(occasion, editor, starts_at=later, ends_at=later + timedelta(hours=1), at=at + timedelta(days, 1))
        assert Notification.objects.filter(recipient=place.user, event__kind="event-changed").count() == 2
        assert still_wanted(place.user) == {"event-registered", "event-changed"}

    def test_a_new_theme_week_is_told_to_nobody_and_changes_no_calendar(self, at, editor):
        occasion = make.event()
        place = come(occasion, at=at)
        moved = changed(occasion, editor, theme_week="Cirkulära veckan", at=at + timedelta(hours=1))
        assert moved.sequence == 0
        assert lines_of(place.user, "event-changed") == []

    def test_two_editors_do_not_save_over_each_other(self, at, editor):
        occasion = make.event()
        changed(occasion, editor, place="Aulan", at=at + timedelta(hours=1))
        facts = occasions.Facts(starts_at=occasion.starts_at, ends_at=occasion.ends_at, place="Biblioteket")
        with pytest.raises(occasions.Stale):
            occasions.set_facts(occasion.article, facts, seen=occasion.edited_at, by=editor, at=at)
        assert Occasion.objects.get().place == "Aulan"

    def test_only_an_event_has_a_time_and_only_an_editor_sets_it(self, at, editor):
        facts = occasions.Facts(starts_at=at, ends_at=at + timedelta(hours=1), place="Aulan")
        with pytest.raises(Refused, match="Only an event"):
            occasions.set_facts(make.article(), facts, by=editor, at=at)
        with pytest.raises(Refused, match="Only an editor"):
            occasions.set_facts(make.article(), facts, by=make.user(), at=at)


class TestEnding:
    def test_everybody_registered_hears_that_it_is_cancelled_once(self, at, editor):
        occasion = make.event(title="Frukost", seats=1)
        places = [come(occasion, at=at) for _one in range(2)]
        for _click in range(2):
            occasion = occasions.cancel(occasion, by=editor, at=at)
        assert occasion.sequence == 1
        for place in places:
            [(title, text)] = lines_of(place.user, "event-changed")
            assert title == "Cancelled: Frukost"
            assert "will not be held" in text

    def test_an_event_that_is_over_or_cancelled_stays_so(self, at, editor):
        occasion = make.event()
        with pytest.raises(Refused, match="over"):
            occasions.cancel(occasion, by=editor, at=occasion.ends_at)
        occasions.cancel(occasion, by=editor, at=at)
        with pytest.raises(Refused, match="cancelled"):
            changed(occasion, editor, place="Aulan", at=at)
        with pytest.raises(Refused, match="when it has been held"):
            occasions.add_recording(occasion, "https://video.example.org/1", by=editor, at=occasion.ends_at)

    def test_an_event_that_people_come_to_is_cancelled_before_it_is_archived(self, at, editor):
        occasion = make.event()
        place = come(occasion, at=at)
        with pytest.raises(Refused, match="Cancel it first"):
            publishing.archive(occasion.article, by=editor, at=at)
        occasions.cancel(occasion, by=editor, at=at)
        assert publishing.archive(occasion.article, by=editor, at=at).archived_at == at
        assert len(lines_of(place.user, "event-changed")) == 1  # who has not read it yet still hears of it
        assert lines_of(place.user, "event-registered") == []

    def test_those_who_registered_hear_once_that_the_recording_is_there(self, at, editor):
        occasion = make.event()
        place, after = come(occasion, at=at), occasion.ends_at
        with pytest.raises(Refused, match="when it has been held"):
            occasions.add_recording(occasion, "https://video.example.org/1", by=editor, at=at)
        for url in ("https://video.example.org/1", "https://video.example.org/2"):
            occasions.add_recording(occasion, url, by=editor, at=after)
        assert len(lines_of(place.user, "event-recorded")) == 1

    def test_who_has_left_hears_nothing_more(self, at, editor):
        occasion = make.event()
        place = come(occasion, at=at)
        attending.leave(occasion, by=place.user, at=at)
        occasions.cancel(occasion, by=editor, at=at)
        assert lines_of(place.user, "event-changed") == lines_of(place.user, "event-registered") == []


class TestCalendars:
    def test_an_event_stands_in_utc_with_its_place_and_without_the_address_of_the_meeting(self):
        occasion = make.event(title="Frukost", place="Folkets hus", starts_at=datetime(2027, 1, 15, 8, 0, tzinfo=UTC))
        address = reverse("feeds:event_calendar", args=[occasion.article.slug])
        event = calendar(address)[f"event-{occasion.pk}"]
        assert "DTSTART:20270115T080000Z" in event.to_ical().decode()
        assert "DTEND:20270115T100000Z" in event.to_ical().decode()
        assert (event["location"], event["status"], event["sequence"]) == ("Folkets hus", "CONFIRMED", 0)
        assert "meet.example.org" not in event.to_ical().decode()

    def test_a_move_and_a_cancellation_count_up(self, at, editor):
        occasion = make.event()
        address = reverse("feeds:event_calendar", args=[occasion.article.slug])
        later = occasion.starts_at + timedelta(days=1)
        changed(occasion, editor, starts_at=later, ends_at=later + timedelta(hours=1), at=at)
        assert calendar(address)[f"event-{occasion.pk}"]["sequence"] == 1
        occasions.cancel(occasion, by=editor, at=at)
        event = calendar(address)[f"event-{occasion.pk}"]
        assert (event["sequence"], event["status"]) == (2, "CANCELLED")

    def test_words_in_another_language_count_up_and_a_former_address_leads_to_the_present_one(self, at, editor):
        occasion = make.event()
        article, address = occasion.article, reverse("feeds:event_calendar", args=[occasion.article.slug])
        counts = []
        for language, revision in (("sv", 1), ("sv", 2), ("en", 0)):  # the page is in English
            said = {"title": f"Ny {revision}", "summary": "s", "body": "<p>b</p>", "revision": revision}
            writing.save(article, language, **said, by=editor, at=at)
            publishing.publish(article, languages=[language], by=editor, at=at)
            counts.append(calendar(address)[f"event-{occasion.pk}"]["sequence"])
        assert counts == [1, 2, 3]
        bound = {"phases": [], "themes": [], "role": "curator", "owner": None, "review_by": article.review_by}
        writing.bind(article, slug="nytt-namn", **bound, by=editor, at=at)
        assert Client().get(address).url == reverse("feeds:event_calendar", args=["nytt-namn"])

    def test_the_feed_has_all_public_events_at_a_fixed_price(self, editor, at):
        draft, archived = make.event(published=False), make.event()
        publishing.archive(archived.article, by=editor, at=at)
        first = make.event()
        with CaptureQueriesContext(connection) as few:
            assert set(calendar(reverse("feeds:event_feed"))) == {f"event-{first.pk}"}
        others = [make.event() for _one in range(3)]
        with CaptureQueriesContext(connection) as many:
            assert len(calendar(reverse("feeds:event_feed"))) == 1 + len(others)
        assert len(few) == len(many) == 2
        for hidden in (draft, archived):
            address = reverse("feeds:event_calendar", args=[hidden.article.slug])
            assert Client().get(address).status_code == 404

    def test_what_one_registered_for_stands_in_the_own_calendar(self, at):
        occasion, other = make.event(title="Frukost", seats=1, language="en"), make.event()
        seated, waiting = (make.user(language="en") for _one in range(2))
        for user in (seated, waiting):
            come(occasion, user=user, at=at)
        of_seated, of_waiting = (
            calendar(reverse("calendar_feed", args=[keying.make_key(user, at=at)])) for user in (seated, waiting)
        )
        assert str(of_seated[f"event-{occasion.pk}"]["summary"]) == "Event: Frukost"
        assert str(of_waiting[f"event-{occasion.pk}"]["summary"]) == "On the waiting list: Frukost"
        assert f"event-{other.pk}" not in of_seated
