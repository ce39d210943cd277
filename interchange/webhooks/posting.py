"""One message to one address, through the arena's one door (`ui.outside`, quality S11).

Nothing of the answer but its status and when to come again is kept: what stands in it is shown to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from interchange.webhooks import addressing
from ui import outside

LONGEST_WAIT = timedelta(hours=24)  # that a receiver can ask for


@dataclass(frozen=True)
class Answer:
    status: int
    after: timedelta  # the receiver's Retry-After; zero: it said nothing
    milliseconds: int


def post(url: str, body: bytes, headers: dict[str, str], *, at: datetime) -> Answer:
    """Sends, and returns what was answered, whatever it was. Raises `outside.Refused` and `outside.NotReached`."""
    reply = outside.ask("POST", url, headers, body, doors=addressing.doors())
    return Answer(reply.status, _after(reply.headers.get("Retry-After", ""), at), reply.milliseconds)


def _after(said: str, at: datetime) -> timedelta:
    """Seconds or a date (RFC 9110, 10.2.3); what is neither counts as nothing."""
    if said.isascii() and said.isdecimal() and len(said) < 10:
        return min(timedelta(seconds=int(said)), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, OverflowError):  # a year of twenty digits is the machine's fault, not the date's
        return timedelta(0)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(timedelta(0), min(moment - at, LONGEST_WAIT))
