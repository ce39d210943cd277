"""Markdown as a workbook: each `## heading` is a sheet, with the sentences above its table, ready to be filled in.

A column called `Level [must; should]` offers those words in every cell. A row whose first cell is `…` stands for thirty empty
ones, and its formulas for all of theirs: `{r}` in a formula is the row's number. The same Markdown gives the same bytes.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from knowledge.rendering import markdown

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
EMPTY_ROWS = 30
OFFERS = re.compile(r"(.*?)\s*\[(.+)\]$")
NARROW, WIDE, LETTERS = 14, 46, 0.9  # of a column, in characters of the sheet
LONGEST_NAME = 31  # of a sheet


@dataclass
class _Sheet:
    name: str
    words: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)  # the first is the header


def xlsx_of(text: str, *, title: str, language: str) -> bytes:
    """The workbook. Sentences before the first heading stand on the first sheet."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": title, "created": EPOCH, "comments": language})
        looks = {
            "title": book.add_format({"bold": True, "font_size": 16}),
            "words": book.add_format({"text_wrap": True, "valign": "top"}),
            "head": book.add_format(
                {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#E4EEEA"}
            ),
            "cell": book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#7A8A86"}),
        }
        for number, sheet in enumerate(_sheets(text)):
            _write(book, sheet, looks, title=title if number == 0 else sheet.name)
    return file.getvalue()


def _sheets(text: str) -> list[_Sheet]:
    found: list[_Sheet] = []
    before: list[str] = []
    tokens = iter(markdown.parse(text))
    for token in tokens:
        if token.type == "heading_open":
            name = next(tokens).content
            if token.tag == "h2":
                found.append(_Sheet(name, words=before if not found else []))
        elif token.type == "inline":
            (found[-1].words if found else before).append(token.content.replace("\n", " "))
        elif token.type == "tr_open":
            found[-1].rows.append([])
        elif token.type in ("th_open", "td_open"):
            found[-1].rows[-1].append(next(tokens).content)
    return found


def _write(book: Any, sheet: _Sheet, looks: dict[str, Any], *, title: str) -> None:
    page = book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", sheet.name)[:LONGEST_NAME])
    columns = max((len(row) for row in sheet.rows), default=4)
    page.write_string(0, 0, title, looks["title"])
    at = 1
    for words in sheet.words:
        page.merge_range(at, 0, at, max(columns - 1, 1), words, looks["words"])
        page.set_row(at, 15 * (1 + len(words) // (20 * max(columns, 2))))
        at += 1
    if not sheet.rows:
        return
    head, body = sheet.rows[0], [filled for row in sheet.rows[1:] for filled in _filled(row)]
    top = at + 1
    for column, name in enumerate(head):
        offers = OFFERS.match(name)
        page.write_string(top, column, offers[1] if offers else name, looks["head"])
        longest = max([len(name) // 2, *(len(row[column]) for row in body if not row[column].startswith("="))])
        page.set_column(column, column, min(max(NARROW, longest * LETTERS), WIDE))
        if offers and body:
            choices = [one.strip() for one in offers[2].split(";")]
            page.data_validation(top + 1, column, top + len(body), column, {"validate": "list", "source": choices})
    for number, row in enumerate(body, start=top + 1):
        for column, words in enumerate(row):
            _put(page, number, column, words, looks["cell"])
    page.freeze_panes(top + 1, 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)


def _filled(row: list[str]) -> list[list[str]]:
    if row[0] != "…":
        return [row]
    return [["", *(cell if cell.startswith("=") else "" for cell in row[1:])]] * EMPTY_ROWS


def _put(page: Any, row: int, column: int, words: str, look: Any) -> None:
    if words.startswith("="):
        page.write_formula(row, column, words.replace("{r}", str(row + 1)), look, "")
    elif words:
        page.write_string(row, column, words, look)
    else:
        page.write_blank(row, column, None, look)
