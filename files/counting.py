"""How often files are fetched: numbers a day, and nothing about anybody (A25).

Until the award the number itself is a secret of the owner's team (quality.md 4.2): whoever shows it asks that first.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import F, Sum

from files.models import DownloadCount, StoredFile


def count(file: StoredFile, *, at: datetime) -> None:
    """One more, on the day in UTC."""
    today = DownloadCount.objects.filter(file=file, on=at.astimezone(UTC).date())
    if not today.update(count=F("count") + 1):
        row = DownloadCount(file=file, on=at.astimezone(UTC).date())
        DownloadCount.objects.bulk_create([row], ignore_conflicts=True)  # somebody else's may have come first
        today.update(count=F("count") + 1)


def downloads_of(file_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How often each was fetched, the ones that never were with 0. For the owner's team alone."""
    wanted = list(file_ids)
    rows = DownloadCount.objects.filter(file__in=wanted).values_list("file").annotate(Sum("count")).order_by()
    return dict.fromkeys(wanted, 0) | dict(rows)
