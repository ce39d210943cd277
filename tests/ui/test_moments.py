from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from ui import moments

DEADLINE = datetime(2025, 3, 14, 22, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "words"),
    [
        ("sv", "Europe/Stockholm", "fredag 14 mars 2025 kl. 23.59 (svensk tid)"),
        ("nb", "Europe/Oslo", "fredag 14. mars 2025 kl. 23.59 (norsk tid)"),
        ("en", "Europe/Stockholm", "Friday 14 March 2025, 23:59 (Swedish time)"),
        ("sv", "Europe/Helsinki", "lördag 15 mars 2025 kl. 00.59 (finsk tid)"),
        ("en", "Europe/Copenhagen", "Friday 14 March 2025, 23:59 (Danish time)"),
        ("en", "America/New_York", "Friday 14 March 2025, 18:59 (America/New_York, UTC-04:00)"),
        ("en", "UTC", "Friday 14 March 2025, 22:59 (UTC)"),
    ],
)
def test_a_moment_is_said_with_weekday_clock_and_zone(language, zone, words):
    assert moments.say(DEADLINE, zone, language) == words


def test_an_unknown_zone_is_said_as_utc_and_an_unknown_language_in_english():
    assert moments.say(DEADLINE, "Mars/Olympus", "fi") == "Friday 14 March 2025, 22:59 (Mars/Olympus, UTC+00:00)"


@pytest.mark.parametrize(
    ("utc", "words"),
    [
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "söndag 28 mars 2027 kl. 01.59 (svensk tid)"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "söndag 28 mars 2027 kl. 03.00 (svensk tid)"),
    ],
)
def test_the_clock_jumps_when_summer_time_begins(utc, words):
    assert moments.say(utc, "Europe/Stockholm", "sv") == words


@pytest.mark.parametrize(
    ("utc", "words"),
    [
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "søndag 31. oktober 2027 kl. 02.30 (norsk tid, sommertid)"),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "søndag 31. oktober 2027 kl. 02.30 (norsk tid, vintertid)"),
        (datetime(2027, 10, 31, 2, 30, tzinfo=UTC), "søndag 31. oktober 2027 kl. 03.30 (norsk tid)"),
    ],
)
def test_the_hour_that_comes_twice_says_which_one_it_is(utc, words):
    assert moments.say(utc, "Europe/Oslo", "nb") == words


def test_the_day_of_a_moment_is_said_as_the_reader_has_it():
    with translation.override("nb"), timezone.override("Europe/Helsinki"):
        assert moments.say_day_here(DEADLINE) == "15. mars 2025"
    with translation.override("sv"):
        assert moments.say_day_here(DEADLINE) == "14 mars 2025"


def test_days_and_numbers_are_written_as_the_language_does():
    assert moments.say_day(date(2025, 3, 14), "nb") == "14. mars 2025"
    assert moments.number(Decimal("1200000.00"), "sv") == "1\u00a0200\u00a0000"
    assert moments.number(Decimal("1200000.5"), "nb") == "1\u00a0200\u00a0000,50"
    assert moments.number(1200000, "en") == "1,200,000"
