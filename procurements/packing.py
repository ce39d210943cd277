"""The packet for those who want to procure the same (C15): what was published, as files that open without the arena.

Published facts alone. The same procurement gives the same bytes until something more is published, so nothing here asks
for the clock.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from files import storing
from files.models import StoredFile
from networks.csv_files import Cell, csv_of
from procurements import advising, buyer_list, parts_shown
from procurements.buyer_list import Buyer
from procurements.models import Kind, Notice, NoticeVersion, Outcome, Procurement, VersionDocument
from taxonomy import labels

KINDS = (Kind.NEED, Kind.CONSULTATION, Kind.PRIOR, Kind.COMPETITION, Kind.AWARD, Kind.EFFECT)
SCHEMA = "packet/1"
MOST_BYTES = 50 * 1024 * 1024  # of documents; what does not fit is named in the README with its address
IN_MEMORY = 4 * 1024 * 1024


@dataclass(frozen=True)
class Page:
    """One notice as a file: its current version and what belongs to it."""

    name: str
    notice: Notice
    version: NoticeVersion


@dataclass(frozen=True)
class Enclosed:
    """One public document. `name` is its place in the packet; empty where it did not fit or is not ready."""

    row: VersionDocument
    notice: Notice
    name: str


def pack(procurement: Procurement, *, language: str, address: str) -> IO[bytes]:
    """The ZIP, at its beginning, for the caller to close. `address` is the arena's own, as https://example.org.

    In `language`, which must be active. Small packets stay in memory; large ones go through a file that has no name.
    """
    pages = list(_pages(procurement))
    documents = _documents(pages)
    newest = max((page.version.published_at for page in pages), default=procurement.created_at)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # the caller closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:

        def write(name: str, content: bytes) -> None:
            archive.writestr(_entry(name, newest), content)

        context = _context(procurement, pages, documents, language=language, address=address)
        write("README.html", render_to_string("procurements/packet/readme.html", context).encode())
        for page in pages:
            words = {**context, **_of_page(page, language), "page": page}
            write(page.name, render_to_string("procurements/packet/notice.html", words).encode())
        write("look.css", render_to_string("procurements/packet/look.css").encode())
        write("structure.json", json.dumps(structure_of(procurement, pages), ensure_ascii=False, indent=2).encode())
        write(_("volumes.csv"), csv_of(_volumes(context["buyers"]), language))
        for one in documents:
            if one.name:
                with storing.read(one.row.file_id) as source, archive.open(_entry(one.name, newest), "w") as target:
                    shutil.copyfileobj(source, target)
    file.seek(0)
    return file


def name_of(procurement: Procurement) -> str:
    """What the file is called when it is saved."""
    return f"{safe(procurement.ocid) or 'packet'}.zip"


def safe(words: str) -> str:
    """A name that every file system takes: plain letters, digits, dots and hyphens, and no path."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain).strip("-.")[:80].strip("-.")


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    moment = at.astimezone(UTC)
    entry = zipfile.ZipInfo(name, (max(moment.year, 1980), *moment.timetuple()[1:6]))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _pages(procurement: Procurement) -> Iterator[Page]:
    notices = procurement.notices.published().filter(kind__in=KINDS).select_related("current_version")
    order = {kind: place for place, kind in enumerate(KINDS)}
    for number, notice in enumerate(sorted(notices, key=lambda one: (order[Kind(one.kind)], one.pk)), start=1):
        version = notice.current_version
        assert version is not None
        notice.procurement, version.notice = procurement, notice
        yield Page(f"{number:02}-{notice.kind}.html", notice, version)


def _documents(pages: list[Page]) -> list[Enclosed]:
    """Every public document once, until the packet is full."""
    found: list[Enclosed] = []
    seen, size = set(), 0
    for page in pages:
        for row in page.version.documents.select_related("file"):
            if row.file_id in seen:
                continue
            seen.add(row.file_id)
            fits = row.file.is_ready and size + row.file.size <= MOST_BYTES and storing.path_of(row.file_id).exists()
            size += row.file.size if fits else 0
            name = f"documents/{len(seen):02}-{_file_name(row.file)}" if fits else ""
            found.append(Enclosed(row, page.notice, name))
    return found


def _file_name(file: StoredFile) -> str:
    stem, dot, ending = file.name.rpartition(".")
    return f"{safe(stem) or 'document'}{dot and '.'}{safe(ending)}" if dot else safe(ending) or "document"


def _context(
    procurement: Procurement, pages: list[Page], documents: list[Enclosed], *, language: str, address: str
) -> dict[str, Any]:
    binding = next((page.version for page in reversed(pages) if page.notice.kind == Kind.COMPETITION), None)
    binding = binding or (pages[-1].version if pages else None)
    buyers = buyer_list.buyers_of(binding) if binding else []
    outcomes = Outcome.objects.filter(notice__in=[page.notice for page in pages]).prefetch_related("winners")
    newest = {one.notice_id: one for one in outcomes.order_by("number")}
    return {
        "procurement": procurement,
        "pages": pages,
        "documents": documents,
        "buyers": buyers,
        "standing": buyer_list.add(buyers),
        "outcomes": list(newest.values()),
        "language": language,
        "address": address.rstrip("/"),
        "group": procurement.buyer_group,
        "schema": SCHEMA,
    }


def _of_page(page: Page, language: str) -> dict[str, Any]:
    procedure = page.version.procedure
    words = labels.code_labels("procurement-procedure-type", [procedure], language) if procedure else {}
    return {
        "notice": page.notice,
        "version": page.version,
        "procedure": words.get(procedure, procedure),
        "ways": [way for way in advising.WAYS.values() if procedure and way.procedure == procedure],
        "cpv": labels.cpv_labels(page.version.cpv, language).items(),
        "is_without_files": True,
        "now": page.version.published_at,
        **parts_shown.shown(page.notice, page.version),
    }


def structure_of(procurement: Procurement, pages: list[Page]) -> dict[str, Any]:
    """The bones of the procurement, for a machine; `docs/packet.md` describes every name."""
    return {
        "schema": SCHEMA,
        "ocid": procurement.ocid,
        "buyer": procurement.organisation.name,
        "notices": [_bones(page) for page in pages],
    }


def _bones(page: Page) -> dict[str, Any]:
    version = page.version
    return {
        "kind": page.notice.kind,
        "version": version.number,
        "published": version.published_at.isoformat(),
        "language": version.language,
        "title": version.title,
        "cpv": version.cpv,
        "regions": version.regions,
        "goals": version.goals,
        "innovation": version.innovation,
        "procedure": version.procedure,
        "nature": version.nature,
        "value": str(version.value) if version.value is not None else None,
        "currency": version.currency,
        "stages": [
            {"name": stage.name, "suppliers": stage.suppliers, "decision": stage.decision}
            for stage in version.stages.all()
        ],
        "assets": [
            {"name": asset.name, "origin": asset.origin, "level": asset.level, "motive": asset.motive}
            for asset in version.assets.all()
        ],
        "documents": [
            {"title": row.title, "file": row.file.name, "sha256": row.file.sha256}
            for row in version.documents.select_related("file")
        ],
        "buyers": [
            {
                "name": buyer.organisation.name,
                "country": buyer.organisation.country,
                "lead": buyer.is_lead,
                "state": buyer.state or None,
                "volumes": [
                    {"item": item, "unit": unit, "volume": str(volume)}
                    for (item, unit), volume in buyer.volumes.items()
                ],
            }
            for buyer in buyer_list.buyers_of(version)
        ],
    }


def _volumes(buyers: list[Buyer]) -> Iterator[list[Cell]]:
    yield [_("Organisation"), _("Takes part as"), _("What is bought"), _("Counted in"), _("Volume")]
    for buyer in buyers:
        role = _("Lead") if buyer.is_lead else buyer.label
        for (item, unit), volume in buyer.volumes.items():
            yield [buyer.organisation.name, role, item, unit, volume]
