"""A person's own calendar: what stands in it for whom, on the page and in the feed (product.md A39, G7)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from accounts import keying
from accounts.models import CalendarKey, hash_of
from arena.dates import dates_of
from matchmaking import following
from networks import convening
from procurements import closing, interest, publishing
from procurements.models import Closing, Notice, Question, Schedule, TeamMember, VersionStage
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]
NOW = make.NOW


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travel:
        yield travel


@pytest.fixture
def editor():
    return make.member(make.buyer(name="Fjällviks kommun"), language="en")


def noticed(editor, **wording):
    return make.notice(buyer=editor.memberships.get().organisation, by=editor, **wording)


def feed_of(person):
    answer = Client().get(reverse("calendar_feed", args=[keying.make_key(person, at=NOW)]))
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content)


def events(person):
    return {str(event["uid"]).split("@")[0]: event for event in feed_of(person).walk("VEVENT")}


def interested(notice, **person):
    supplier = make.member(make.supplier(), **person)
    organisation = supplier.memberships.get().organisation
    interest.register(
        notice.procurement, organisation=organisation, level="interested", message="", by=supplier, at=NOW
    )
    return supplier


def amended(notice, editor, *, at, **wording):
    Notice.objects.filter(pk=notice.pk).update(**wording)
    publishing.publish(notice, by=editor, at=at, reason="Mer tid.")
    notice.refresh_from_db()


class TestWhat:
    def test_a_deadline_stands_in_utc_and_is_said_in_words_with_its_zone(self, editor):
        notice = noticed(editor, title="Fall i hemmet", deadline_at=datetime(2027, 1, 15, 22, 59, tzinfo=UTC))
        event = events(editor)[f"{notice.code}-deadline"]
        assert event.to_ical().decode().count("DTSTART:20270115T225900Z") == 1
        assert str(event["summary"]) == "Deadline: Fall i hemmet"
        assert "Friday 15 January 2027, 23:59 (Swedish time)" in event["description"]
        assert "Fjällviks kommun" in event["description"]
        assert event["url"] == f"http://localhost:8000/en/procurements/{notice.slug}/"
        assert (event["status"], event["sequence"], event["transp"]) == ("CONFIRMED", 0, "TRANSPARENT")

    def test_the_last_time_for_questions_is_a_date_of_its_own(self, editor):
        notice = noticed(editor, questions_until=NOW + timedelta(days=10))
        assert set(events(editor)) == {f"{notice.code}-deadline", f"{notice.code}-questions"}

    def test_a_date_that_moves_is_the_same_date_with_a_higher_number(self, editor):
        notice = noticed(editor)
        before = events(editor)[f"{notice.code}-deadline"]
        amended(notice, editor, at=NOW, deadline_at=NOW + timedelta(days=60))
        after = events(editor)[f"{notice.code}-deadline"]
        assert after["uid"] == before["uid"]
        assert after["sequence"] > before["sequence"]
        assert after["dtstart"].dt == NOW + timedelta(days=60)

    def test_what_is_closed_before_its_time_says_so(self, editor):
        notice = noticed(editor)
        open_ = events(editor)[f"{notice.code}-deadline"]
        closing.close(notice, by=editor, at=NOW + timedelta(days=1), reason="Behovet är löst.")
        closed = events(editor)[f"{notice.code}-deadline"]
        assert closed["status"] == "CANCELLED"
        assert closed["sequence"] > open_["sequence"]
        assert closed["last-modified"].dt == NOW + timedelta(days=1)
        assert "called off" in closed["description"]

    def test_what_is_closed_after_its_time_took_place(self, editor, clock):
        notice = noticed(editor)
        clock.move_to(NOW + timedelta(days=31))
        closing.close(notice, by=editor, at=NOW + timedelta(days=31), reason="Klart.", way=Closing.WITHDRAWN)
        assert events(editor)[f"{notice.code}-deadline"]["status"] == "CONFIRMED"

    def test_a_day_is_a_day(self, editor):
        notice = noticed(editor, kind="competition")
        VersionStage.objects.create(
            version=notice.current_version,
            position=1,
            name="Prototyp",
            starts_on=date(2027, 2, 1),
            ends_on=date(2027, 6, 30),
        )
        begins = events(editor)[f"{notice.code}-stage-1-begins"]
        assert "DTSTART;VALUE=DATE:20270201" in begins.to_ical().decode()
        assert str(begins["summary"]).startswith("A stage begins: Prototyp")

    def test_a_publication_that_waits_and_a_question_to_answer_stand_in_it(self, editor):
        draft = noticed(editor, published=False, title="Hemligt utkast")
        Schedule.objects.create(notice=draft, revision=1, publish_at=NOW + timedelta(days=3), set_by=editor, set_at=NOW)
        notice = noticed(editor)
        question = Question.objects.create(
            notice=notice, text="Hur?", received_at=NOW, receipt="x", answer_due_on=date(2026, 12, 1)
        )
        found = events(editor)
        assert str(found[f"{draft.code}-publication"]["summary"]) == "Will be published: Hemligt utkast"
        assert found[f"question-{question.pk}"]["dtstart"].dt == date(2026, 12, 1)

    def test_markup_line_breaks_and_control_characters_make_no_lines_of_their_own(self, editor):
        title = "Fall; i, hemmet\r\nEND:VCALENDAR\x07 \\n " + "å" * 200
        notice = noticed(editor)
        Notice.objects.filter(pk=notice.pk).update(title=title)
        publishing.publish(notice, by=editor, at=NOW, reason="Ord.")
        found = feed_of(editor)
        (event,) = found.walk("VEVENT")
        assert str(event["summary"]) == "Deadline: Fall; i, hemmet END:VCALENDAR \\n " + "å" * 200
        assert all(len(line) <= 75 for line in found.to_ical().split(b"\r\n"))

    def test_texts_are_in_the_persons_language(self, editor):
        editor.language = "nb"
        editor.save()
        notice = noticed(editor, deadline_at=datetime(2027, 1, 15, 22, 59, tzinfo=UTC))
        event = events(editor)[f"{notice.code}-deadline"]
        assert "fredag 15. januar 2027 kl. 23.59 (svensk tid)" in event["description"]
        assert "/nb/procurements/" in event["url"]


class TestWhose:
    def test_a_supplier_has_the_dates_of_what_it_is_interested_in(self, editor):
        notice, other = noticed(editor), noticed(editor)
        supplier = interested(notice, language="en")
        assert set(events(supplier)) == {f"{notice.code}-deadline"}
        mine = notice.procurement.interests.get()
        interest.withdraw(mine, by=supplier, at=NOW)
        assert events(supplier) == {}
        assert other.current_version

    def test_a_draft_its_publication_and_its_questions_are_the_teams_alone(self, editor):
        notice = noticed(editor)
        supplier = interested(notice)
        Notice.objects.filter(pk=notice.pk).update(title="Hemlig ny titel", deadline_at=NOW + timedelta(days=90))
        Schedule.objects.create(
            notice=notice, revision=2, publish_at=NOW + timedelta(days=3), set_by=editor, set_at=NOW
        )
        Question.objects.create(
            notice=notice, text="Hur?", received_at=NOW, receipt="x", answer_due_on=date(2026, 12, 1)
        )
        found = events(supplier)
        assert set(found) == {f"{notice.code}-deadline"}
        assert "Hemlig" not in str(found)
        assert len(events(editor)) == 3

    def test_of_others_interest_nothing_is_told(self, editor):
        notice = noticed(editor)
        supplier = interested(notice)
        secret = keying.make_key(supplier, at=NOW)
        address = reverse("calendar_feed", args=[secret])
        before = Client().get(address).content
        for _ in range(7):
            interested(notice)
        assert Client().get(address).content == before

    def test_a_place_on_the_team_ends_with_the_membership(self, editor):
        noticed(editor)
        assert events(editor)
        editor.memberships.update(ended_at=NOW)
        assert events(editor) == {}

    def test_a_colleague_who_is_not_on_the_team_has_nothing(self, editor):
        noticed(editor)
        colleague = make.member(editor.memberships.get().organisation)
        assert dates_of(colleague, at=NOW) == []

    @pytest.mark.parametrize("many", [1, 6])
    def test_the_number_of_queries_does_not_depend_on_the_number_of_dates(self, many, editor):
        for place in range(many):
            notice = noticed(editor, questions_until=NOW + timedelta(days=3))
            VersionStage.objects.create(
                version=notice.current_version, position=1, name="A", starts_on=date(2027, 2, 1)
            )
            Schedule.objects.create(
                notice=notice, revision=1, publish_at=NOW + timedelta(days=3), set_by=editor, set_at=NOW
            )
            Question.objects.create(
                notice=notice, text="Hur?", received_at=NOW, receipt=str(place), answer_due_on=date(2026, 12, 1)
            )
        assert TeamMember.objects.filter(user=editor).count() == many
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(dates_of(editor, at=NOW)) == 5 * many
        assert len(queries) == 7


class TestKey:
    def test_the_secret_is_shown_once_and_kept_as_a_hash(self, editor, signed_in):
        client = signed_in(editor)
        answer = client.post(reverse("calendar_key_make"), follow=True)
        address = answer.context["address"]
        secret = address.rpartition("/")[2].removesuffix(".ics")
        assert CalendarKey.objects.get().digest == hash_of(secret)
        assert address not in client.get(reverse("calendar")).content.decode()
        assert Client().get(address.removeprefix("http://localhost:8000")).status_code == 200

    def test_a_new_key_closes_the_old_one_and_a_closed_one_opens_nothing(self, editor, signed_in):
        first = keying.make_key(editor, at=NOW)
        second = keying.make_key(editor, at=NOW)
        assert Client().get(reverse("calendar_feed", args=[first])).status_code == 404
        assert Client().get(reverse("calendar_feed", args=[second])).status_code == 200
        signed_in(editor).post(reverse("calendar_key_revoke"))
        signed_in(editor).post(reverse("calendar_key_revoke"))
        assert Client().get(reverse("calendar_feed", args=[second])).status_code == 404

    def test_a_person_who_is_locked_out_has_no_feed(self, editor):
        secret = keying.make_key(editor, at=NOW)
        editor.is_active = False
        editor.save()
        assert Client().get(reverse("calendar_feed", args=[secret])).status_code == 404

    @pytest.mark.parametrize("secret", ["x", "0" * 64, "-", "_" * 2000])
    def test_a_secret_that_nobody_holds_opens_nothing(self, secret):
        assert Client().get(reverse("calendar_feed", args=[secret])).status_code == 404

    def test_the_feed_is_for_no_cache_no_search_engine_and_no_referrer(self, editor):
        answer = Client().get(reverse("calendar_feed", args=[keying.make_key(editor, at=NOW)]))
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer["Cache-Control"] == "private, max-age=300"
        assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex")
        assert not answer.cookies

    def test_reading_the_feed_and_the_page_writes_nothing(self, editor, signed_in):
        address, client = reverse("calendar_feed", args=[keying.make_key(editor, at=NOW)]), signed_in(editor)
        client.get(reverse("calendar"))  # a new session writes when it began
        for reader, page in ((Client(), address), (client, reverse("calendar"))):
            with CaptureQueriesContext(connection) as queries:
                assert reader.get(page).status_code == 200
            wrote = [query["sql"] for query in queries if not query["sql"].lstrip().startswith("SELECT")]
            assert [sql for sql in wrote if "usersession" not in sql and "SAVEPOINT" not in sql] == []


def test_the_page_shows_what_comes_and_what_to_do_when_nothing_does(editor, signed_in):
    client = signed_in(editor)
    assert "No date to keep" in client.get("/en/calendar/").content.decode()
    noticed(editor, title="Fall i hemmet")
    page = client.get("/en/calendar/").content.decode()
    assert "1 date to come" in page
    assert "Fall i hemmet" in page


class TestMeetings:
    @pytest.fixture
    def group(self, editor):
        return make.group(lead=editor.memberships.get().organisation)

    def test_a_meeting_of_one_s_own_group_stands_with_its_end_and_without_its_agenda(self, editor, group):
        meeting = make.meeting(
            group, by=editor, title="Inför dialogen", agenda="CNRY", place="CNRY", link="https://a.b/CNRY"
        )
        convening.write_minutes(
            meeting, minutes="CNRY", revision=1, organisation=group.lead, by=editor, at=NOW + timedelta(minutes=1)
        )
        event = events(editor)[f"meeting-{meeting.pk}"]
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(hours=1)
        assert (str(event["summary"]), event["transp"]) == ("Meeting: Inför dialogen", "OPAQUE")
        assert "CNRY" not in event.to_ical().decode()
        assert str(event["url"]).endswith(f"/networks/meetings/{meeting.pk}/")

    def test_one_that_moves_is_the_same_with_a_higher_number_and_one_that_is_cancelled_says_so(self, editor, group):
        meeting, later = make.meeting(group, by=editor), NOW + timedelta(hours=1)
        said = convening.Said("Nytt", NOW + timedelta(days=8), NOW + timedelta(days=9), "Europe/Oslo")
        convening.change(meeting, said, revision=1, organisation=group.lead, by=editor, at=later)
        event = events(editor)[f"meeting-{meeting.pk}"]
        assert (event["sequence"], event.decoded("last-modified")) == (1, later.replace(microsecond=0))
        convening.cancel(meeting, organisation=group.lead, by=editor, at=later)
        event = events(editor)[f"meeting-{meeting.pk}"]
        assert (event["sequence"], event["status"], event["transp"]) == (2, "CANCELLED", "TRANSPARENT")
        assert "This meeting is called off." in event["description"]

    def test_the_invited_and_outsiders_have_no_meeting_of_it(self, editor, group):
        invited = make.buyer()
        make.participant(group, invited, state="invited")
        make.meeting(group, by=editor)
        assert not events(make.member(invited))
        assert not events(make.user())

    def test_the_page_shows_it(self, editor, group, signed_in):
        make.meeting(group, by=editor, title="Inför dialogen")
        assert "Inför dialogen" in signed_in(editor).get("/en/calendar/").content.decode()


def test_what_one_follows_stands_in_the_calendar_and_what_is_muted_does_not(editor):
    followed, muted = noticed(editor), noticed(editor)
    anna = interested(muted, language="en")
    following.follow(followed.procurement, by=anna, at=NOW)
    assert {f"{followed.code}-deadline", f"{muted.code}-deadline"} <= set(events(anna))
    following.mute(muted.procurement, by=anna, at=NOW)
    following.unfollow(followed.procurement, by=anna, at=NOW)
    assert not {f"{followed.code}-deadline", f"{muted.code}-deadline"} & set(events(anna))
    following.mute(followed.procurement, by=editor, at=NOW)
    assert f"{followed.code}-deadline" in events(editor), "whoever works with it keeps its dates"
