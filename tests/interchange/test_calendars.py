"""Calendars of a notice and of a search (product.md G7, B20): moments in UTC, the same date under the same name, ends that say so."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from arena.dates import dates_of
from interchange import calendars
from procurements import closing, publishing
from procurements.models import Notice, Stage
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]
NOW = make.NOW
STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as travel:
        yield travel


@pytest.fixture
def editor():
    return make.member(make.buyer(name="Fjällviks kommun"), language="en")


def noticed(editor, **wording):
    return make.notice(buyer=editor.memberships.get().organisation, by=editor, **wording)


def amended(notice, editor, *, at=NOW + timedelta(minutes=5), **wording):
    Notice.objects.filter(pk=notice.pk).update(**wording)
    publishing.publish(notice, by=editor, at=at, reason="Ändrat.")
    notice.refresh_from_db()


def events(address):
    answer = Client().get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    named = {str(event["uid"]).split("@")[0].partition("-")[2]: event for event in found}
    assert len(named) == len(found)
    return named


def events_of(notice):
    return events(reverse("feeds:notice_calendar", args=[notice.slug]))


def test_a_notice_has_its_deadline_its_last_time_for_questions_and_its_stages(editor):
    notice = noticed(editor, kind="competition", published=False, questions_until=NOW + timedelta(days=10))
    Stage.objects.create(notice=notice, position=1, name="Prov", starts_on=date(2027, 2, 1), ends_on=date(2027, 5, 1))
    publishing.publish(notice, by=editor, at=NOW)
    found = events_of(notice)
    assert set(found) == {"deadline", "questions", "stage-0-begins", "stage-0-ends"}
    assert found["stage-0-begins"]["dtstart"].dt == date(2027, 2, 1)
    assert all({"UID", "DTSTAMP", "DTSTART", "SEQUENCE"} <= set(event) for event in found.values())


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        (datetime(2027, 3, 27, 23, 59), "20270327T225900Z"),  # the night before the clock goes forward
        (datetime(2027, 3, 28, 23, 59), "20270328T215900Z"),
        (datetime(2027, 10, 30, 23, 59), "20271030T215900Z"),
        (datetime(2027, 10, 31, 23, 59), "20271031T225900Z"),
        (datetime(2027, 10, 31, 2, 30, fold=1), "20271031T013000Z"),  # the hour that comes twice
    ],
)
def test_a_deadline_is_the_same_moment_on_either_side_of_summer_time(local, utc, editor):
    """In the calendar in UTC; on the page, in the feed and in the description with the clock of its zone (B20)."""
    notice = noticed(editor, deadline_at=local.replace(tzinfo=STOCKHOLM).astimezone(UTC))
    event = events_of(notice)["deadline"]
    assert f"DTSTART:{utc}" in event.to_ical().decode()
    clock = f"{local:%H:%M} (Swedish time"
    assert clock in event["description"]
    address = f"/en/procurements/{notice.slug}/"
    page = Client().get(address).content.decode()
    offset = f"{local.replace(tzinfo=STOCKHOLM):%z}"
    iso = f"{local:%Y-%m-%dT%H:%M}{offset[:3]}:{offset[3:]}"
    assert f'datetime="{iso}"' in page
    assert f'"validThrough": "{iso}"' in page
    assert clock in page
    assert clock in Client().get("/en/procurements/feed.atom").content.decode()


def test_a_date_that_is_moved_keeps_its_name_and_counts_up(editor):
    notice = noticed(editor)
    before = events_of(notice)["deadline"]
    amended(notice, editor, deadline_at=NOW + timedelta(days=60))
    after = events_of(notice)["deadline"]
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 2)
    assert after["dtstamp"].dt == NOW + timedelta(minutes=5)


def test_a_notice_that_is_closed_calls_its_dates_off(editor):
    notice = noticed(editor)
    closing.close(notice, by=editor, at=NOW + timedelta(minutes=5), reason="Löst.")
    event = events_of(notice)["deadline"]
    assert (event["status"], event["sequence"]) == ("CANCELLED", 1)


def test_a_date_that_an_amendment_takes_out_is_called_off_and_comes_back_as_the_same(editor):
    until = NOW + timedelta(days=10)
    notice = noticed(editor, questions_until=until)
    amended(notice, editor, questions_until=None)
    gone = events_of(notice)["questions"]
    assert (gone["status"], gone["sequence"]) == ("CANCELLED", 2)
    assert gone["dtstart"].dt == until
    assert "taken out" in gone["description"]
    amended(notice, editor, at=NOW + timedelta(minutes=9), questions_until=until)
    back = events_of(notice)["questions"]
    assert (back["status"], back["sequence"]) == ("CONFIRMED", 4)


def test_a_persons_own_calendar_says_the_same_of_it(editor):
    notice = noticed(editor, questions_until=NOW + timedelta(days=10))
    amended(notice, editor, deadline_at=None, questions_until=None)
    own = {entry.key: entry for entry in dates_of(editor, at=NOW + timedelta(hours=1))}
    assert {key.partition("-")[2] for key, entry in own.items() if entry.is_taken_out} == {"deadline", "questions"}
    mine = Calendar.from_ical(calendars.as_ics(list(own.values()), name="Mine", language="en")).walk("VEVENT")
    public = events_of(notice)
    assert {str(one["uid"]): one.to_ical() for one in mine} == {
        str(one["uid"]): one.to_ical() for one in public.values()
    }


def test_a_search_has_the_deadlines_of_what_it_finds(editor):
    noticed(editor, title="Fallskydd")
    noticed(editor, kind="consultation")
    answer = Client().get("/en/procurements/calendar.ics?kind=need")
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["summary"]) == "Deadline: Fallskydd"
    assert Client().get("/en/procurements/calendar.ics?q=finnsinte").status_code == 200


def test_one_who_has_it_already_is_told_so(editor):
    address = reverse("feeds:notice_calendar", args=[noticed(editor).slug])
    first = Client().get(address)
    assert first["Cache-Control"] == "public, max-age=300"
    assert Client().get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
