"""Doffin's public API: a search for the notices of one day, then each notice's XML, packed into one archive.

Pages count from 1, a query shows a thousand hits (a day has some fifty), and after some thirty requests it asks for a
pause. Days are read when they are over. A day that a long pause cuts in two is handed over in parts.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from interchange.eforms.document import MAX_BYTES
from interchange.fetching.deliveries import Delivery
from interchange.fetching.downloading import Busy, Failed, NotThere, Server

PER_PAGE = 100
MOST_PAGES = 10  # a thousand hits
MOST_OF_A_PAGE = 5_000_000  # bytes
AT_FIRST = timedelta(days=14)  # back, for a source that was never read
IDENTIFIER = re.compile(r"[0-9A-Za-z-]{1,40}")


def server() -> Server:
    headers = (("Ocp-Apim-Subscription-Key", settings.DOFFIN_KEY),)
    return Server(settings.DOFFIN_URL, f"Mozilla/5.0 (compatible; arena; +{settings.URL})", headers)


def fetch_next(server: Server, position: str, folder: Path, at: datetime) -> Delivery | None:
    """The day behind `position`: "2026-11-20" was read whole, "2026-11-20+30" was read but for what stands behind the thirtieth."""
    day, _plus, part = position.partition("+")
    done = int(part or 0)
    today = at.astimezone(UTC).date()
    reads = date.fromisoformat(day) + timedelta(days=not done) if day else today - AT_FIRST
    if reads >= today:
        return None
    identifiers, remark = _search(server, reads)
    path = folder / f"doffin-{reads}{f'-{done}' if done else ''}.zip"
    read, missing = _download(server, identifiers[done:], path)
    if read < len(identifiers) - done:
        if not read:
            raise AssertionError("a pause before the first notice is raised")
        return Delivery(f"{reads}+{done + read}", path, remark)
    if missing:
        remark = f"{remark} Doffin lists {', '.join(missing)}, and has no such file.".strip()
    return Delivery(str(reads), path if read > len(missing) else None, remark)


def _search(server: Server, day: date) -> tuple[list[str], str]:
    """The day's notices in an order that stays, and a remark when it shows fewer than it has."""
    found: set[str] = set()
    total = 0
    for page in range(1, MOST_PAGES + 1):
        total, hits = _page(server, day, page)
        if strange := [one for one in hits if not IDENTIFIER.fullmatch(one)]:
            raise Failed(f"Doffin calls a notice {strange[0][:60]!r}.")
        found.update(hits)
        if len(found) >= total or not hits:
            break
    remark = f"Doffin has {total} notices of {day} and shows {len(found)}." if len(found) < total else ""
    return sorted(found), remark


def _page(server: Server, day: date, page: int) -> tuple[int, list[str]]:
    """How many hits there are in all, and the identifiers of this page's."""
    file = io.BytesIO()
    asked: dict[str, str | int] = {"issueDateFrom": str(day), "issueDateTo": str(day)}
    server.get("/search", file, most=MOST_OF_A_PAGE, asked=asked | {"numHitsPerPage": PER_PAGE, "page": page})
    try:
        answer = json.loads(file.getvalue().decode(), strict=False)  # its texts have control characters as they are
        return int(answer["numHitsTotal"]), [str(hit["id"]) for hit in answer["hits"]]
    except (ValueError, KeyError, TypeError) as why:
        raise Failed("Doffin's list of hits cannot be read.") from why


def _download(server: Server, identifiers: list[str], path: Path) -> tuple[int, list[str]]:
    """How many were asked for until a pause was, and which of them are not there. Raises Busy when that was none."""
    missing = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, identifier in enumerate(identifiers):
            file = io.BytesIO()
            try:
                server.get(f"/download/{identifier}", file, most=MAX_BYTES)
            except NotThere:
                missing.append(identifier)
                continue
            except Busy:
                if number == 0:
                    raise
                return number, missing
            archive.writestr(f"{identifier}.xml", file.getvalue())
    return len(identifiers), missing
