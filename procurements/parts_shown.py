"""What the page of a notice shows of its assets, stages and documents: frozen with a version, or as they stand in a draft."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from files.models import StoredFile
from procurements import part_rules, parts, rights
from procurements.models import Document, Notice, NoticeVersion, VersionDocument


@dataclass(frozen=True)
class Earlier:
    """A file that a document had in an earlier version."""

    number: int  # of the version that it came with
    at: datetime
    file: StoredFile


@dataclass(frozen=True)
class Shown:
    """A document with when its present file became public; None in a draft that is not published."""

    document: Document | VersionDocument
    since: datetime | None
    number: int | None  # of the version that its present file came with
    earlier: list[Earlier] = field(default_factory=list)

    @property
    def files(self) -> list[UUID]:
        """All that it has been, the present one first."""
        return [self.document.file_id, *(past.file.pk for past in self.earlier)]

    @property
    def type(self) -> str:
        """As people call it: the ending of its name."""
        return self.document.file.name.rpartition(".")[2].upper()


def shown(notice: Notice, version: NoticeVersion) -> dict[str, Any]:
    """For the page of a version; of the working text when the version is not saved, as in a preview."""
    owner = version if version.pk else notice
    stages = list(owner.stages.all())
    return {
        "rights": rights.by_origin(owner.assets.all()),
        "stages": stages,
        "stages_total": part_rules.total_of(parts.rows_of(owner, "stages")) if stages else None,
        "documents": documents_of(notice, version if version.pk else None),
    }


def documents_of(notice: Notice, version: NoticeVersion | None) -> list[Shown]:
    """The documents of a version, or of the working text, each with the files before it: the same number of queries for all."""
    history = history_of(notice, version.number if version else None)
    rows: Iterable[Document | VersionDocument] = (
        version.documents.select_related("file") if version else notice.documents.select_related("file", "added_by")
    )
    return [_shown(document, history[document.lineage]) for document in rows]


def history_of(notice: Notice, up_to: int | None = None) -> dict[UUID, list[Earlier]]:
    """Every file that each document has been published with, oldest first, with the version that brought it."""
    rows = VersionDocument.objects.filter(version__notice=notice).select_related("version", "file")
    if up_to is not None:
        rows = rows.filter(version__number__lte=up_to)
    found: dict[UUID, list[Earlier]] = defaultdict(list)
    for row in rows.order_by("version__number"):
        before = found[row.lineage]
        if not before or before[-1].file.pk != row.file_id:
            before.append(Earlier(row.version.number, row.version.published_at, row.file))
    return found


def _shown(document: Document | VersionDocument, history: list[Earlier]) -> Shown:
    is_public = bool(history) and history[-1].file.pk == document.file_id
    now = history[-1] if is_public else None
    earlier = history[:-1] if is_public else history
    return Shown(document, now.at if now else None, now.number if now else None, earlier[::-1])
