"""TED's daily packages: `/packages/daily/{year}{number, five digits}`, a tar.gz of all notices of one issue of OJ S.

Numbers run from 1 each year, one a working day; nothing says which one is the last, so the next ones are tried until there is
none. A number that is left out, while a later one is there, is passed over.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from interchange.fetching.deliveries import Delivery
from interchange.fetching.downloading import NotThere, Server
from interchange.models import LARGEST_UPLOAD

AHEAD = 3  # numbers that are tried behind the last one
AT_FIRST = 20  # working days back, holidays among them, for a source that was never read


def server() -> Server:
    return Server(settings.TED_URL, f"Mozilla/5.0 (compatible; arena; +{settings.URL})")


def fetch_next(server: Server, position: str, folder: Path, at: datetime) -> Delivery | None:
    """The package behind `position`, as in "202600157"; None: there is none yet."""
    last = position or first_position(at.date())
    candidates = [f"{int(last) + more:09}" for more in range(1, AHEAD + 1)]
    if at.year > int(last[:4]):
        candidates.append(f"{int(last[:4]) + 1}00001")
    for number in candidates:
        path = folder / f"ted-{number}.tar.gz"
        try:
            with path.open("wb") as file:
                server.get(f"/packages/daily/{number}", file, most=LARGEST_UPLOAD)
        except NotThere:
            continue
        passed_over = [one for one in candidates if one < number and number[:4] == last[:4]]
        return Delivery(number, path, f"TED has no package {', '.join(passed_over)}." if passed_over else "")
    return None


def first_position(today: date) -> str:
    """About three weeks back: OJ S has at most one issue a working day, so the count of those is never behind."""
    new_year = date(today.year, 1, 1)
    working_days = sum((new_year + timedelta(days=n)).weekday() < 5 for n in range((today - new_year).days))
    return f"{today.year}{max(0, working_days - AT_FIRST):05}"
