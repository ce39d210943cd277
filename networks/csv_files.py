"""Tables as files that a spreadsheet opens, and that it never takes for a formula (quality.md S8)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

Cell = str | int | Decimal
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_of(rows: Iterable[Iterable[Cell]], language: str) -> bytes:
    """UTF-8 with a mark of its own, as Excel asks for; separators and the decimal mark as the language's spreadsheets have them."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter="," if language == "en" else ";")
    for row in rows:
        writer.writerow([_cell(cell, language) for cell in row])
    return file.getvalue().encode("utf-8-sig")


def _cell(cell: Cell, language: str) -> str:
    if isinstance(cell, str):
        return harmless(cell)
    return str(cell) if language == "en" else str(cell).replace(".", ",")


def harmless(text: str) -> str:
    """Text that begins as a formula does, perhaps after spaces, with an apostrophe before it."""
    return f"'{text}" if text.startswith(STARTS) or text.lstrip().startswith(STARTS) else text
