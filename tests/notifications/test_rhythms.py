"""Pure arithmetic of clocks; the zones' rules come from the time zone database."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from notifications.models import Rhythm
from notifications.rhythms import mail_due_at, mornings

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def here(*moment):
    return datetime(*moment, tzinfo=STOCKHOLM)


def test_at_once_is_now_and_off_is_never():
    at = here(2026, 11, 22, 13)
    assert mail_due_at(Rhythm.AT_ONCE, "Europe/Stockholm", at) == at
    assert mail_due_at(Rhythm.OFF, "Europe/Stockholm", at) is None


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (here(2026, 11, 22, 6, 59), here(2026, 11, 22, 7)),
        (here(2026, 11, 22, 7, 0), here(2026, 11, 23, 7)),  # what comes at seven itself missed the bus
        (here(2026, 11, 22, 23, 59), here(2026, 11, 23, 7)),
        (here(2026, 12, 31, 12), here(2027, 1, 1, 7)),
        (here(2026, 3, 28, 12), here(2026, 3, 29, 7)),  # the night loses an hour
        (here(2026, 3, 29, 1, 59), here(2026, 3, 29, 7)),
        (here(2026, 10, 24, 12), here(2026, 10, 25, 7)),  # the night gains one
        (datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM, fold=1), here(2026, 10, 25, 7)),
    ],
)
def test_daily_is_the_next_seven_oclock_of_the_persons_clock(at, due):
    assert mail_due_at(Rhythm.DAILY, "Europe/Stockholm", at) == due


def test_the_clock_change_moves_the_hour_in_utc():
    assert mail_due_at(Rhythm.DAILY, "Europe/Stockholm", here(2026, 3, 28, 12)) == datetime(2026, 3, 29, 5, tzinfo=UTC)
    assert mail_due_at(Rhythm.DAILY, "Europe/Stockholm", here(2026, 10, 24, 12)) == datetime(
        2026, 10, 25, 6, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (here(2026, 11, 22, 12), here(2026, 11, 23, 7)),  # a Sunday
        (here(2026, 11, 23, 6, 59), here(2026, 11, 23, 7)),  # a Monday, early
        (here(2026, 11, 23, 7), here(2026, 11, 30, 7)),
        (here(2026, 11, 24, 7), here(2026, 11, 30, 7)),
    ],
)
def test_weekly_is_the_next_monday_at_seven(at, due):
    assert mail_due_at(Rhythm.WEEKLY, "Europe/Stockholm", at) == due


def test_people_far_apart_have_their_own_mornings():
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert mail_due_at(Rhythm.DAILY, "Pacific/Kiritimati", at) == datetime(2026, 11, 22, 17, tzinfo=UTC)
    assert mail_due_at(Rhythm.DAILY, "Pacific/Niue", at) == datetime(2026, 11, 22, 18, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "/etc", "Europe"])
def test_a_zone_that_does_not_exist_counts_as_utc(zone):
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert mail_due_at(Rhythm.DAILY, zone, at) == datetime(2026, 11, 23, 7, tzinfo=UTC)


@given(
    at=some.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=some.just(UTC)),
    zone=some.sampled_from(
        ["Europe/Stockholm", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo"]
    ),
)
def test_a_morning_is_never_past_and_never_more_than_a_day_or_a_week_away(at, zone):
    for rhythm, longest in ((Rhythm.DAILY, timedelta(hours=25)), (Rhythm.WEEKLY, timedelta(days=7, hours=1))):
        due = mail_due_at(rhythm, zone, at)
        assert at < due <= at + longest
        local = due.astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute) == (7, 0)
        assert rhythm == Rhythm.DAILY or local.weekday() == 0


@given(at=some.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=some.just(UTC)))
@settings(max_examples=40, deadline=None)
def test_what_is_kept_for_a_quarter_of_an_hour_is_what_holds_at_its_every_moment(at):
    kept = mornings(at)
    assert "Asia/Kathmandu" in kept.zones  # 5 hours 45 minutes
    assert kept.daily == [mail_due_at(Rhythm.DAILY, zone, at) for zone in kept.zones]
    assert kept.weekly == [mail_due_at(Rhythm.WEEKLY, zone, at) for zone in kept.zones]
