"""The rows of the list as a file: CSV, JSON or XLSX, the same rows in the same order as on the page (E14)."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from interchange.api import facts
from interchange.api.facts import Facts
from networks.csv_files import harmless
from procurements.browsing import Browse
from procurements.models import Notice

MOST = 20_000  # rows of one file; who needs more reads the API or the daily dump
TOGETHER = 500  # rows whose labels are looked up at once
HEAVY = (
    "search__document",
    *(f"current_version__{name}" for name in ("problem", "affected", "description", "participation")),
)

Cell = str | int | float | datetime | None


@dataclass(frozen=True)
class Column:
    title: str | Promise
    meaning: str | Promise
    value: Callable[[Facts], Cell]
    width: int = 14


def _labels(name: str) -> Callable[[Facts], Cell]:
    return lambda said: "; ".join(one["label"] for one in said[name])


def _codes(name: str, key: str = "code") -> Callable[[Facts], Cell]:
    return lambda said: "; ".join(str(one[key]) for one in said[name])


def _moment(name: str) -> Callable[[Facts], Cell]:
    return lambda said: datetime.fromisoformat(said[name]) if said[name] else None


def _state(said: Facts) -> str:
    words = {"open": _("Open"), "closed": _("Closed"), "withdrawn": _("Withdrawn"), "cancelled": _("Cancelled")}
    return words[said["state"]]


COLUMNS = (
    Column(gettext_lazy("Code"), gettext_lazy("The lasting end of the address of the notice."), lambda n: n["code"]),
    Column(
        gettext_lazy("Kind"),
        gettext_lazy("What the notice is: a need, a consultation, a competition and so on."),
        lambda n: n["kind"]["label"],
    ),
    Column(
        gettext_lazy("State"), gettext_lazy("Open while it can be answered; closed after its deadline, too."), _state
    ),
    Column(
        gettext_lazy("Title"),
        gettext_lazy("As the buyer wrote it, in the language of the notice."),
        lambda n: n["title"],
        60,
    ),
    Column(gettext_lazy("Buyer"), gettext_lazy("Who answers for the procurement."), lambda n: n["buyer"]["name"], 30),
    Column(
        gettext_lazy("Organisation number"),
        gettext_lazy("Of the buyer; empty where it is not known, or personal."),
        lambda n: n["buyer"]["number"],
    ),
    Column(
        gettext_lazy("Several buyers together"),
        gettext_lazy("1 where a group of buyers buys together, else 0."),
        lambda n: int(n["is_joint"]),
    ),
    Column(
        gettext_lazy("Published"), gettext_lazy("When its current version was published."), _moment("published_at"), 18
    ),
    Column(
        gettext_lazy("Deadline"),
        gettext_lazy("The last moment for answers, in the time zone beside it."),
        _moment("deadline_at"),
        18,
    ),
    Column(
        gettext_lazy("Time zone"), gettext_lazy("In which the buyer means its times."), lambda n: n["time_zone"], 18
    ),
    Column(
        gettext_lazy("Value"),
        gettext_lazy("As the buyer estimates it, without VAT."),
        lambda n: n["value"] and n["value"]["amount"],
    ),
    Column(gettext_lazy("Currency"), gettext_lazy("Of the value."), lambda n: n["value"] and n["value"]["currency"]),
    Column(
        gettext_lazy("Procedure"),
        gettext_lazy("How it is bought, by the list of eForms."),
        lambda n: n["procedure"] and n["procedure"]["label"],
    ),
    Column(gettext_lazy("CPV codes"), gettext_lazy("What it concerns, the main code first."), _codes("cpv"), 20),
    Column(gettext_lazy("Concerns"), gettext_lazy("The same in words."), _labels("cpv"), 40),
    Column(gettext_lazy("Places (NUTS)"), gettext_lazy("Where."), _codes("regions")),
    Column(gettext_lazy("Places"), gettext_lazy("The same in words."), _labels("regions"), 20),
    Column(
        gettext_lazy("Agenda 2030 goals"),
        gettext_lazy("The numbers of the goals that it serves."),
        _codes("goals", "number"),
    ),
    Column(
        gettext_lazy("Innovation"),
        gettext_lazy("A: the buyer says that it is innovation. B: strong signs. C: some signs."),
        lambda n: n["innovation_level"],
    ),
    Column(
        gettext_lazy("OCID"),
        gettext_lazy("Of the procurement, in the Open Contracting Data Standard."),
        lambda n: n["ocid"],
        30,
    ),
    Column(gettext_lazy("Address"), gettext_lazy("The page of the notice."), lambda n: n["address"], 60),
)


MOST_RANKED = 5_000


@dataclass(frozen=True)
class Table:
    """One question, written down in one language."""

    browse: Browse
    language: str
    at: datetime
    most: int = MOST

    def batches(self) -> Iterator[list[Facts]]:
        """So that neither memory nor the number of queries a row grows with the table."""
        notices: Iterator[Notice] = (
            self._browse().notices(self.at).defer(*HEAVY)[: self.most].iterator(chunk_size=TOGETHER)
        )
        while together := list(islice(notices, TOGETHER)):
            with translation.override(self.language):  # not held over a yield: others work in between
                made = facts.listed(together, self.language, at=self.at)
            yield made

    def _browse(self) -> Browse:
        """To rank very many hits would keep the database busy for seconds: they come newest first."""
        if self.browse.order != "relevance" or self.browse.rows(self.at)[: MOST_RANKED + 1].count() <= MOST_RANKED:
            return self.browse
        return replace(self.browse, sort="newest")

    def cut(self) -> str:
        """The sentence that says so when there are more rows; else empty."""
        if self.browse.notices(self.at).order_by()[: self.most + 1].count() <= self.most:
            return ""
        with translation.override(self.language):
            return limit_in_words(self.most)

    def cells(self, batch: Iterable[Facts]) -> list[list[Cell]]:
        with translation.override(self.language):
            return [[column.value(said) for column in COLUMNS] for said in batch]

    def heads(self) -> list[tuple[str, str]]:
        with translation.override(self.language):
            return [(str(column.title), str(column.meaning)) for column in COLUMNS]


def limit_in_words(most: int = MOST) -> str:
    said = ngettext(
        "A file holds %(n)s row at most; there are more. Narrow the search, or use the API.",
        "A file holds %(n)s rows at most; there are more. Narrow the search, or use the API.",
        most,
    )
    return said % {"n": most}


# --- CSV --------------------------------------------------------------------------------------------------------------


class _Line:
    """What a CSV writer writes to: it gives back what it was given."""

    def write(self, text: str) -> str:
        return text


def as_csv(table: Table) -> Iterator[bytes]:
    """UTF-8 with a mark of its own, as Excel asks for; the separator and decimal mark of the language's spreadsheets."""
    writer = csv.writer(_Line(), delimiter="," if table.language == "en" else ";")
    yield b"\xef\xbb\xbf" + writer.writerow([title for title, _meaning in table.heads()]).encode()
    for batch in table.batches():
        lines = [writer.writerow([_in_text(cell, table.language) for cell in row]) for row in table.cells(batch)]
        yield "".join(lines).encode()
    if said := table.cut():
        yield writer.writerow([said]).encode()


def _in_text(cell: Cell, language: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, str):
        return harmless(cell)
    return str(cell) if language == "en" else str(cell).replace(".", ",")


# --- JSON -------------------------------------------------------------------------------------------------------------


def as_json(table: Table) -> Iterator[bytes]:
    """The short form of the API, in one file."""
    yield b'{"items": ['
    begun = False
    for batch in table.batches():
        written = ",\n".join(json.dumps(said, ensure_ascii=False) for said in batch)
        yield ((",\n" if begun else "\n") + written).encode()
        begun = True
    said = table.cut()
    yield f'\n], "most": {table.most}, "is_cut": {json.dumps(bool(said))}}}\n'.encode()


# --- XLSX -------------------------------------------------------------------------------------------------------------


def as_xlsx(table: Table) -> IO[Any]:
    """A workbook in a file that goes when it is closed: the rows, and a sheet that says what the columns mean.

    Texts are written as texts, never as formulas or links. The memory does not grow with the rows.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, {"constant_memory": True, **safe})
    bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    with translation.override(table.language):
        names = (_("Notices"), _("What the columns mean"))
    rows, meanings = (book.add_worksheet(name[:31]) for name in names)
    heads = table.heads()
    for place, column in enumerate(COLUMNS):
        rows.set_column(place, place, column.width)
        rows.write_string(0, place, heads[place][0], bold)
    rows.freeze_panes(1, 0)
    number = 0
    for batch in table.batches():
        for cells in table.cells(batch):
            number += 1
            for place, cell in enumerate(cells):
                _write(rows, number, place, cell, moment)
    meanings.set_column(0, 0, 26)
    meanings.set_column(1, 1, 90)
    lines = [*heads, ("", table.cut())]
    for line, (title, meaning) in enumerate(lines):
        meanings.write_string(line, 0, title, bold)
        meanings.write_string(line, 1, meaning)
    book.close()
    file.seek(0)
    return file


def _write(sheet: Any, row: int, place: int, cell: Cell, moment: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, place, harmless(cell)[:32_767])
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, place, cell.replace(tzinfo=None), moment)
    elif cell is not None:
        sheet.write_number(row, place, cell)
