"""The stored receipt time alone decides, to the millisecond, also when the clock is changed (quality R9)."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from procurements import asking, clock, interest
from procurements.models import Interest, Question
from tests import make
from ui.forms import MomentField

pytestmark = pytest.mark.django_db
DEADLINE = make.NOW + timedelta(days=1)
MILLISECONDS = (-2000, -1000, -100, -10, -1, 0, 1, 10, 1000, 2000)


@pytest.mark.parametrize("offset", MILLISECONDS)
@pytest.mark.parametrize("field", ["questions_until", "deadline_at"])
def test_a_question_is_judged_to_the_millisecond(field, offset):
    times = {"deadline_at": DEADLINE} if field == "deadline_at" else {"questions_until": DEADLINE}
    notice = make.notice(**times)
    at = DEADLINE + timedelta(milliseconds=offset)
    if offset < 0:
        assert make.question(notice=notice, at=at).received_at == at
    else:
        with pytest.raises(asking.Refused, match="closed"):
            make.question(notice=notice, at=at)
        assert not Question.objects.exists()


def test_questions_close_before_the_notice_does():
    notice = make.notice(questions_until=DEADLINE, deadline_at=DEADLINE + timedelta(days=5))
    supplier = make.supplier()
    by = make.member(supplier)
    at = DEADLINE + timedelta(hours=1)
    interest.register(notice.procurement, organisation=supplier, level="interested", message="", by=by, at=at)
    with pytest.raises(asking.Refused, match="closed"):
        asking.ask(notice, organisation=supplier, text="Hur?", by=by, at=at)


def taken(send, offsets, threads=6):
    """Sends at each offset (milliseconds from the deadline) from several threads; those that were taken."""

    def one(offset):
        try:
            send(DEADLINE + timedelta(milliseconds=offset))
        except (asking.Refused, interest.Refused):
            return None
        else:
            return offset
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return {offset for offset in pool.map(one, offsets) if offset is not None}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_submissions_around_a_deadline_are_all_judged_by_their_stored_time(number):
    chance = random.Random(9)
    offsets = [offset for offset in range(-2000, 2001) if offset]
    chance.shuffle(offsets)
    questions, interests = offsets[: number * 9 // 10], offsets[number * 9 // 10 : number]
    notice = make.notice(deadline_at=DEADLINE)
    person = make.user()
    suppliers = {offset: make.supplier() for offset in interests}
    writers = {offset: make.member(one) for offset, one in suppliers.items()}

    def question(at):
        asking.ask(notice, organisation=None, text="Hur?", by=person, at=at)

    def interested(at):
        offset = round((at - DEADLINE) / timedelta(milliseconds=1))
        interest.register(
            notice.procurement,
            organisation=suppliers[offset],
            level="interested",
            message="",
            by=writers[offset],
            at=at,
        )

    assert taken(question, questions) == {offset for offset in questions if offset < 0}
    assert taken(interested, interests) == {offset for offset in interests if offset < 0}
    stored = [*Question.objects.values_list("received_at"), *Interest.objects.values_list("received_at")]
    assert len(stored) == len([offset for offset in questions + interests if offset < 0])
    assert [moment for (moment,) in stored if moment >= DEADLINE] == []


@pytest.mark.django_db(transaction=True)
def test_by_the_real_clock_no_verdict_disagrees_with_the_stored_time():
    """A deadline passes while six threads send: they read the database's clock themselves."""
    start = clock.received_at()
    notice = make.notice(at=start - timedelta(hours=1), deadline_at=start + timedelta(seconds=1))
    person, deadline = make.user(), notice.current_version.deadline_at

    def send(_number):
        try:
            at = clock.received_at()
            try:
                return at, asking.ask(notice, organisation=None, text=f"{_number}", by=person, at=at).received_at
            except asking.Refused:
                return at, None
        finally:
            connections.close_all()

    verdicts = []
    with ThreadPoolExecutor(6) as pool:
        while not verdicts or verdicts[-1][0] < deadline + timedelta(seconds=0.3):
            verdicts += pool.map(send, range(12))
    assert [one for one in verdicts if (one[1] is not None) != (one[0] < deadline)] == []
    assert [stored for at, stored in verdicts if stored not in (None, at)] == []
    assert {stored is None for _at, stored in verdicts} == {True, False}


def test_a_late_post_is_told_so_and_its_text_is_kept_on_the_page(signed_in):
    begun = timezone.now() - timedelta(days=2)
    notice = make.notice(at=begun, deadline_at=begun + timedelta(days=1))
    client = signed_in(make.user())
    address = reverse("procurements:question_ask", args=[notice.slug])
    response = client.post(address, {"key": "0b9ba6f6-2fd7-4e0e-8b6b-1f4e0a1a7a11", "text": "Mina långa ord"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Mina långa ord" in page
    assert not Question.objects.exists()


# --- the moments that people type: both clock changes of three years in four zones, six clocks each: 144 cases ----------------

ZONES = {"Europe/Stockholm": 1, "Europe/Oslo": 1, "Europe/Copenhagen": 1, "Europe/Helsinki": 2}  # hours east in winter
CHANGES = {
    "spring": [date(2026, 3, 29), date(2027, 3, 28), date(2028, 3, 26)],
    "autumn": [date(2026, 10, 25), date(2027, 10, 31), date(2028, 10, 29)],
}
MINUTES = (-61, -1, 0, 30, 59, 60)  # from the hour that is missing in spring, and comes twice in autumn


def cases():
    for zone, winter in ZONES.items():
        for season, days in CHANGES.items():
            for day in days:
                for minutes in MINUTES:
                    yield zone, winter, season, day, minutes


CASES = list(cases())


def test_there_are_144_cases():
    assert len(CASES) == 144


@pytest.mark.parametrize(("zone", "winter", "season", "day", "minutes"), CASES)
def test_a_typed_moment_is_right_when_the_clock_is_changed(zone, winter, season, day, minutes):
    """The European Union turns its clocks at 01:00 UTC: forward in spring, back in autumn (Directive 2000/84)."""
    field = MomentField()
    field.zone = zone
    # Winter's hour `winter` + 1 is missing in spring; in autumn the same wall clock comes twice.
    wall = datetime.combine(day, time(winter + 1)) + timedelta(minutes=minutes)
    turned = datetime.combine(day, time(1), UTC)

    def typed(fold=""):
        return field.clean([wall.date().isoformat(), f"{wall:%H:%M}", fold])

    if 0 <= minutes < 60 and season == "spring":
        with pytest.raises(ValidationError) as refused:
            typed()
        assert refused.value.code == "gap"
    elif 0 <= minutes < 60:
        with pytest.raises(ValidationError) as asked:
            typed()
        assert asked.value.code == "fold"
        assert typed("0") == turned - timedelta(hours=1) + timedelta(minutes=minutes)
        assert typed("1") == turned + timedelta(minutes=minutes)
    elif season == "spring":
        after = minutes - 60 if minutes >= 60 else minutes
        assert typed() == turned + timedelta(minutes=after)
    else:
        before = minutes - 60 if minutes < 0 else minutes
        assert typed() == turned + timedelta(minutes=before)


@pytest.mark.parametrize("offset", [-1, 1])
@pytest.mark.parametrize("fold", ["0", "1"])
def test_the_hour_that_comes_twice_closes_at_the_one_that_was_meant(fold, offset):
    field = MomentField()
    moment = field.clean(["2027-10-31", "02:30", fold])
    assert moment == datetime(2027, 10, 31, 0 if fold == "0" else 1, 30, tzinfo=UTC)
    notice = make.notice(deadline_at=moment)
    at = moment + timedelta(milliseconds=offset)
    if offset < 0:
        make.question(notice=notice, at=at)
    else:
        with pytest.raises(asking.Refused, match="closed"):
            make.question(notice=notice, at=at)


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31)])
def test_a_day_without_a_clock_ends_at_23_59_also_when_it_is_shorter_or_longer(day):
    field = MomentField()
    summer = day.month == 3
    assert field.clean([day.isoformat(), "", ""]) == datetime.combine(day, time(21 if summer else 22, 59), UTC)
