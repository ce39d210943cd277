"""What a notice has many of, read and written in one way: assets, stages, documents.

A part's rows are compared, frozen and shown as a list; `fields` are the columns that make two rows the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from procurements.models import (
    Asset,
    Document,
    Notice,
    NoticeVersion,
    Stage,
    VersionAsset,
    VersionDocument,
    VersionStage,
)
from procurements.models.parts import AssetWording, DocumentWording
from ui.moments import number, say_day

Rows = list[dict[str, Any]]

# What a list of versions fetches beforehand, so that its number of queries stays the same.
WITH_PARTS = ("assets", "stages", "documents__file", "buyers__organisation", "buyers__volumes")


@dataclass(frozen=True)
class Part:
    name: str  # also the related name on a notice and on a version
    label: str | Promise
    working: type[models.Model]
    frozen: type[models.Model]
    fields: tuple[str, ...]
    beside: tuple[str, ...] = ()  # columns of the working row alone
    related: tuple[str, ...] = ()  # rows of other models that a line names


PARTS = {
    part.name: part
    for part in (
        Part("assets", _("intellectual assets"), Asset, VersionAsset, ("name", "origin", "level", "motive")),
        Part(
            "stages",
            _("stages"),
            Stage,
            VersionStage,
            ("name", "starts_on", "ends_on", "max_cost", "suppliers", "decision"),
        ),
        Part(
            "documents",
            _("documents"),
            Document,
            VersionDocument,
            ("lineage", "title", "file_id"),
            ("added_by_id", "added_at"),
            ("file",),
        ),
    )
}


def rows_of(owner: Notice | NoticeVersion, name: str) -> Rows:
    """The rows of one part, in order, as plain columns; none for a version that is not saved."""
    if owner.pk is None:
        return []
    found: Iterable[models.Model] = getattr(owner, name).all()
    return [{field: getattr(row, field) for field in PARTS[name].fields} for row in found]


def lines_of(owner: Notice | NoticeVersion, name: str) -> list[str]:
    """The rows of one part in words, in the reader's language, as a list of changes shows them."""
    if owner.pk is None:
        return []
    found, part = getattr(owner, name).all(), PARTS[name]
    if part.related and name not in getattr(owner, "_prefetched_objects_cache", {}):
        found = found.select_related(*part.related)
    return [_line(row, owner.currency) for row in found]


def lines_of_rows(name: str, rows: Rows, currency: str) -> list[str]:
    """The same of rows that are not saved: what somebody typed while a colleague was quicker."""
    return [_line(PARTS[name].working(**row), currency) for row in rows]


def _line(row: Any, currency: str) -> str:
    if isinstance(row, DocumentWording):
        return f"{row.title} ({row.file.name})"
    if isinstance(row, AssetWording):
        return _joined(row.name, row.get_origin_display(), row.get_level_display(), row.motive)
    language = get_language() or "sv"
    days = [say_day(day, language) if day else "" for day in (row.starts_on, row.ends_on)]
    return _joined(
        row.name,
        " – ".join(days) if any(days) else "",
        f"{number(row.max_cost, language)} {currency}".strip() if row.max_cost is not None else "",
        ngettext("%(n)s supplier", "%(n)s suppliers", row.suppliers) % {"n": row.suppliers} if row.suppliers else "",
        row.decision,
    )


def _joined(*said: str) -> str:
    return " · ".join(filter(None, said))


def all_of(owner: Notice | NoticeVersion) -> dict[str, Rows]:
    """Every part: one query each, or none where they were prefetched."""
    return {name: rows_of(owner, name) for name in PARTS}


def stand_already(notice: Notice, name: str, rows: Sequence[dict[str, Any]]) -> bool:
    return [{field: row[field] for field in PARTS[name].fields} for row in rows] == rows_of(notice, name)


def replace(notice: Notice, name: str, rows: Sequence[dict[str, Any]]) -> None:
    """Writes the working rows of one part in the order given, in the transaction and under the lock of `writing.save`."""
    part = PARTS[name]
    part.working._default_manager.filter(notice=notice).delete()
    columns = (*part.fields, *part.beside)
    part.working._default_manager.bulk_create(
        part.working(notice=notice, position=place, **{column: row[column] for column in columns})
        for place, row in enumerate(rows)
    )
    getattr(notice, "_prefetched_objects_cache", {}).pop(name, None)  # what was fetched beforehand is old now


def freeze(notice: Notice, version: NoticeVersion) -> None:
    """Copies the working rows of every part to the version that was just made, in the transaction of its publication."""
    for name, part in PARTS.items():
        part.frozen._default_manager.bulk_create(
            part.frozen(version=version, position=place, **row) for place, row in enumerate(rows_of(notice, name))
        )


def copy(source: Notice | NoticeVersion, notice: Notice, names: Iterable[str]) -> None:
    """Begins a new notice with the parts of an earlier one (A28, A36). Documents come from a notice: a version does not say
    who added them.
    """
    for name in names:
        part = PARTS[name]
        columns = (*part.fields, *part.beside)
        part.working._default_manager.bulk_create(
            part.working(notice=notice, position=place, **{column: getattr(row, column) for column in columns})
            for place, row in enumerate(getattr(source, name).all())
        )
