"""When a notification is to be mailed: pure arithmetic of clocks and zones."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.models import Rhythm

MORNING = time(7, 0)  # no zone changes its clock at seven, so the moment exists once on every day
MONDAY = 0


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


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not a zone, not a name of one, a directory of zones
        return ZoneInfo("UTC")
