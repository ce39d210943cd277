"""When lots close before the rest of their notice: its own deadline is the last of theirs, and until then something is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F

from procurements.models import Lot, Notice


def closing_early(notices: Iterable[Notice]) -> dict[int, list[datetime]]:
    """{current version: when lots of it close before its own deadline, the earliest first}. One query; none without imported notices."""
    imported = [notice.current_version_id for notice in notices if notice.source_id]
    found: dict[int, list[datetime]] = {}
    if imported:
        lots = Lot.objects.filter(version__in=imported, deadline_at__lt=F("version__deadline_at")).order_by(
            "deadline_at"
        )
        for version, moment in lots.values_list("version", "deadline_at").distinct():
            if moment:
                found.setdefault(version, []).append(moment)
    return found


def next_of(notice: Notice, at: datetime) -> datetime | None:
    """The next of these moments."""
    moments = closing_early([notice]).get(notice.current_version_id or 0, [])
    return next((moment for moment in moments if moment > at), None)


def before(deadline: datetime | None, lots: Sequence[Lot]) -> list[datetime]:
    """The same of lots that are at hand."""
    return sorted({lot.deadline_at for lot in lots if lot.deadline_at and deadline and lot.deadline_at < deadline})
