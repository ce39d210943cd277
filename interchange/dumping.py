"""Everything that is published, as two files a day (F6): releases, one a line, and a table of notices.

They are written notice by notice, so that memory does not grow with them. No moment is frozen: what is published while a file is
being written may stand in it or not, and stands in the next one.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from gzip import GzipFile
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from interchange.models import Dump
from interchange.ocds import addresses
from interchange.ocds.parties import id_of
from interchange.ocds.releases import release_id, releases_of, whole
from interchange.ocds.tenders import text_of
from interchange.parties import leader, parties_of
from networks.csv_files import harmless
from procurements.models import Notice

FOLDER = "dumps"
CHUNK = 200  # notices that are in memory at once
KEPT = timedelta(days=35)  # after that, the first of each month alone
ABANDONED = timedelta(days=1)  # what a process that died left behind
LOCK = "interchange.dumping"
ENDINGS = {Dump.Form.OCDS: "releases.jsonl.gz", Dump.Form.CSV: "notices.csv.gz"}
COLUMNS = (
    "id", "ocid", "release_id", "kind", "language", "title", "description", "buyer", "buyer_id", "buyers", "cpv", "regions",
    "goals", "procedure", "nature", "strategic", "innovation", "environment", "social", "value", "currency", "published_at",
    "deadline_at", "questions_until", "closed_as", "closed_at", "source", "address",
)  # fmt: skip


def dump_due(at: datetime) -> list[Dump]:
    """The files of the day that are not there yet. Two workers make them once: the second finds the lock taken, and goes."""
    with _alone() as is_alone:
        if not is_alone:
            return []
        made = set(Dump.objects.filter(day=at.date()).values_list("form", flat=True))
        return [dump(Dump.Form(form), day=at.date(), at=at) for form in Dump.Form.values if form not in made]


def dump(form: Dump.Form, *, day: date, at: datetime) -> Dump:
    """Writes beside the place, then moves: who fetches never sees half a file."""
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{day.isoformat()}-{ENDINGS[form]}"
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".", suffix=".part", delete=False) as file:
        try:
            written = _Counted(file)
            with GzipFile(
                filename="", mode="wb", fileobj=written, mtime=int(at.timestamp()), compresslevel=6
            ) as packed:
                rows = WRITERS[form](packed)
            file.flush()
            os.fsync(file.fileno())
            os.chmod(file.name, 0o644)
            with transaction.atomic():
                made = Dump.objects.create(
                    day=day, form=form, file=f"{FOLDER}/{name}", releases=rows, size=written.size,
                    sha256=written.digest.hexdigest(), made_at=at,
                )  # fmt: skip
                os.replace(file.name, folder / name)
        finally:
            Path(file.name).unlink(missing_ok=True)
    return made


def name_of(dump: Dump) -> str:
    """What the file is called, in its address and when it is saved."""
    return Path(str(dump.file)).name


def tidy(at: datetime) -> int:
    """Removes what is older than KEPT, but for the first of each month; returns how many files went (records/retention.py)."""
    old = Dump.objects.filter(day__lt=(at - KEPT).date())
    months: dict[tuple[int, int, str], date] = {}
    for day, form in Dump.objects.order_by("day").values_list("day", "form"):
        months.setdefault((day.year, day.month, form), day)
    gone = [one for one in old if months[one.day.year, one.day.month, one.form] != one.day]
    for one in gone:
        one.delete()
        one.file.storage.delete(str(one.file))
    return len(gone) + _sweep(at)


def notices_in_chunks(notices: QuerySet[Notice]) -> Iterator[Notice]:
    """All of them by their keys, some hundred in memory at once; no cursor stays open while they are written."""
    last = 0
    while chunk := list(notices.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = chunk[-1].pk
        yield from chunk


def write_releases(file: GzipFile) -> int:
    """One release a line, as UTF-8 without spaces; returns how many."""
    count = 0
    for notice in notices_in_chunks(whole(Notice.objects.all())):
        for release in releases_of(notice):
            file.write(json.dumps(release, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            count += 1
    return count


def write_table(file: GzipFile) -> int:
    """A line for each notice as it stands, as UTF-8 with a mark of its own for spreadsheets; returns how many."""
    buyers = ("current_version__buyers__organisation", "current_version__buyers__volumes")
    related = ("current_version", "procurement__organisation", "procurement__buyer_group__lead")
    notices = Notice.objects.published().select_related(*related).prefetch_related(*buyers)
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(lines)
    writer.writerow(COLUMNS)
    count = 0
    for notice in notices_in_chunks(notices):
        writer.writerow([harmless(cell) for cell in _cells(notice)])
        count += 1
    lines.flush()
    lines.detach()
    return count


WRITERS: dict[Dump.Form, Callable[[GzipFile], int]] = {Dump.Form.OCDS: write_releases, Dump.Form.CSV: write_table}


def _cells(notice: Notice) -> Iterable[str]:
    """In the order of COLUMNS; several codes in one cell have a space between them."""
    version = notice.current_version
    assert version is not None
    version.notice = notice
    parties = parties_of(version)
    first = leader(parties).organisation
    lists = [version.strategic, version.innovation, version.environment, version.social]
    moments = [version.published_at, version.deadline_at, version.questions_until]
    return [
        notice.source_id or notice.code,
        notice.procurement.ocid,
        release_id(version),
        notice.kind,
        version.language,
        version.title,
        text_of(version),
        first.name,
        id_of(first),
        " ".join(id_of(party.organisation) for party in parties),
        " ".join(version.cpv),
        " ".join(version.regions),
        " ".join(map(str, version.goals)),
        version.procedure,
        version.nature,
        *(" ".join(codes) for codes in lists),
        "" if version.value is None else str(version.value),
        version.currency,
        *(moment.isoformat(timespec="seconds") if moment else "" for moment in moments),
        notice.closed_as,
        notice.closed_at.isoformat(timespec="seconds") if notice.closed_at else "",
        notice.procurement.source,
        addresses.page_of(notice, version.language),
    ]


class _Counted(io.RawIOBase):
    """Passes bytes on; counts them, and knows their fingerprint."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.size, self.digest = file, 0, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # all that gzip hands over
        self.digest.update(data)
        self.size += len(data)
        return self.file.write(data)


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else is at it. The lock is the connection's, so it dies with its process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [LOCK])
        is_alone: bool = cursor.fetchone()[0]
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [LOCK])


def _sweep(at: datetime) -> int:
    """Files that no row names: of a process that died, or whose row went before them."""
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    named = set(Dump.objects.values_list("file", flat=True))
    gone = [
        file
        for file in (folder.iterdir() if folder.is_dir() else ())
        if f"{FOLDER}/{file.name}" not in named and file.stat().st_mtime < (at - ABANDONED).timestamp()
    ]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)
