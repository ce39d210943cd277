"""A notice's documents: adding, replacing, renaming, ordering, taking away (A24).

Each verb changes what stands now, under the notice's lock, so that colleagues who do different things both get what they
did. Only who would undo what a colleague just did to the same document is stopped, with `Changed`.
Files arrive before, through `files.receiving`, outside of any transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from files.models import StoredFile
from procurements import parts, writing
from procurements.models import Document, Notice

MOST = 50  # documents of one notice


class TooMany(Exception):
    """A notice has at most MOST documents; none of the new ones was added."""


class Changed(Exception):
    """A colleague replaced, renamed or took away the same document since the page was opened. `standing` is it now, or None."""

    def __init__(self, standing: Document | None) -> None:
        super().__init__("The document was changed by somebody else.")
        self.standing = standing


def add(notice: Notice, *, files: Iterable[StoredFile], by: User, at: datetime) -> Notice:
    """Puts the files last, each titled after its name. One that stands there already, by name and content, is not added twice.

    Raises TooMany, and writing.Locked while a publication is scheduled.
    """

    def longer(rows: parts.Rows) -> parts.Rows:
        standing = {
            (one.name, one.sha256) for one in StoredFile.objects.filter(pk__in=[row["file_id"] for row in rows])
        }
        new = [
            _row(uuid.uuid4(), title_of(file.name), file, by, at)
            for file in {file.pk: file for file in files}.values()
            if (file.name, file.sha256) not in standing
        ]
        if len(rows) + len(new) > MOST:
            raise TooMany
        return [*rows, *new]

    return _rewrite(notice, longer, by=by, at=at)


def change(
    notice: Notice,
    lineage: uuid.UUID,
    *,
    seen: tuple[str, str],
    title: str,
    file: StoredFile | None,
    by: User,
    at: datetime,
) -> Notice:
    """Renames the document, and gives it a new file when there is one; the published one before it stays reachable.

    `seen` is the title and the file's id that the page showed. Raises Changed when a colleague has changed the same of it
    to something else; a second click is harmless.
    """
    seen_title, seen_file = seen

    def changed(rows: parts.Rows) -> parts.Rows:
        row = _find(rows, lineage)
        if row is None:
            raise Changed(None)
        if title != seen_title:
            if row["title"] not in (seen_title, title):
                raise Changed(_document(row))
            row["title"] = title
        if file and not _is_same(row["file_id"], file):
            if str(row["file_id"]) != seen_file:
                raise Changed(_document(row))
            row |= {"file_id": file.pk, "added_by_id": by.pk, "added_at": at}
        return rows

    return _rewrite(notice, changed, by=by, at=at)


def remove(notice: Notice, lineage: uuid.UUID, *, seen_file: str, by: User, at: datetime) -> Notice:
    """Takes the document out of the working text; versions that have it keep it. One that is gone already is no error."""

    def shorter(rows: parts.Rows) -> parts.Rows:
        row = _find(rows, lineage)
        if row and str(row["file_id"]) != seen_file:
            raise Changed(_document(row))
        return [one for one in rows if one is not row]

    return _rewrite(notice, shorter, by=by, at=at)


def move(notice: Notice, lineage: uuid.UUID, *, by_steps: int, by: User, at: datetime) -> Notice:
    """Earlier (-1) or later (+1) in the list; at its end it stays."""

    def moved(rows: parts.Rows) -> parts.Rows:
        if row := _find(rows, lineage):
            place = rows.index(row)
            rows.insert(max(0, min(len(rows) - 1, place + by_steps)), rows.pop(place))
        return rows

    return _rewrite(notice, moved, by=by, at=at)


def title_of(name: str) -> str:
    """What a document is called until somebody says better: its file's name without the ending."""
    return name.rpartition(".")[0] or name


@transaction.atomic
def _rewrite(notice: Notice, change: Callable[[parts.Rows], parts.Rows], *, by: User, at: datetime) -> Notice:
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    part = parts.PARTS["documents"]
    standing = [
        {column: getattr(row, column) for column in (*part.fields, *part.beside)} for row in notice.documents.all()
    ]
    rows = change(standing)
    return writing.save(notice, wording={}, having={"documents": rows}, revision=notice.revision, by=by, at=at)


def _row(lineage: uuid.UUID, title: str, file: StoredFile, by: User, at: datetime) -> dict[str, Any]:
    return {"lineage": lineage, "title": title, "file_id": file.pk, "added_by_id": by.pk, "added_at": at}


def _find(rows: parts.Rows, lineage: uuid.UUID) -> dict[str, Any] | None:
    return next((row for row in rows if row["lineage"] == lineage), None)


def _is_same(standing_id: uuid.UUID, file: StoredFile) -> bool:
    """By name and content: the second of two clicks arrives as a file of its own."""
    return StoredFile.objects.filter(pk=standing_id, name=file.name, sha256=file.sha256).exists()


def _document(row: dict[str, Any]) -> Document:
    return Document(**row)
