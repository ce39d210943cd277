"""When a notification is to be mailed: pure arithmetic of clocks and zones."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from notifications.models import Rhythm

MORNING = time(7, 0)  # no zone changes its clock at seven, so the moment exists once on every day
MONDAY = 0


@dataclass(frozen=True)
class Mornings:
    """Three columns of one length: the zones, and the moments (UTC) of a daily and of a weekly mail in each."""

    zones: list[str]
    daily: list[datetime | None]
    weekly: list[datetime | None]


def mail_due_at(rhythm: str, zone: str, at: datetime) -> datetime | None:
    """The moment (UTC) when something that is written at `at` is to be mailed to a person in `zone`; None: never.

    Daily is the next seven o'clock in the morning of the person's own clock, weekly that of the next Monday.
    An unknown zone counts as UTC.
    """
    if rhythm == Rhythm.OFF:
        return None
    if rhythm == Rhythm.AT_ONCE:
        return at
    clock = _zone(zone)
    here = at.astimezone(clock)
    day = here.date()
    if here >= datetime.combine(day, MORNING, clock):
        day += timedelta(days=1)
    if rhythm == Rhythm.WEEKLY:
        day += timedelta(days=(MONDAY - day.weekday()) % 7)
    return datetime.combine(day, MORNING, clock).astimezone(UTC)


def mornings(at: datetime) -> Mornings:
    """When all that is written at `at` is to be mailed, for every zone there is.

    Clocks of today differ from UTC by whole quarters of an hour, so that nobody's seven o'clock passes within one.
    """
    return _mornings(at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond))


@lru_cache(maxsize=4)
def _mornings(quarter: datetime) -> Mornings:
    zones = sorted(available_timezones() | {"UTC"})
    daily, weekly = ([mail_due_at(rhythm, zone, quarter) for zone in zones] for rhythm in (Rhythm.DAILY, Rhythm.WEEKLY))
    return Mornings(zones, daily, weekly)


@lru_cache(maxsize=1000)  # all zones: ZoneInfo itself remembers eight, and reads the file of any other again
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not a zone, not a name of one, a directory of zones
        return ZoneInfo("UTC")
