"""What changed between two texts, line by line."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from lxml.html import HtmlElement

from knowledge import mending

SIGNS = {"h2": "## ", "h3": "### ", "h4": "#### ", "li": "- ", "blockquote": "> ", "caption": "— "}
LINES = {*SIGNS, "p", "pre", "tr", "figure", "figcaption", "ul", "ol", "table", "thead", "tbody", "hr"}


@dataclass(frozen=True)
class Line:
    kind: str  # "added", "removed", "same", or "gap": lines between that are the same
    text: str


KINDS = {"+": "added", "-": "removed", " ": "same", "@": "gap"}


def lines_between(before: str, after: str) -> list[Line]:
    """The lines that differ, each with two lines around it."""
    made = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2))
    return [Line(KINDS[line[0]], "" if line[0] == "@" else line[1:]) for line in made[2:]]  # two lines of file names


def text_lines(html: str) -> str:
    """The HTML of an article as lines that a person reads and compares: a block, an item or a row of a table each.

    What cannot be read but matters stands beside it: where a link leads, what a picture shows, the language of a part.
    """
    lines: list[str] = [""]
    _write(mending.parse(html), lines)
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _write(element: HtmlElement, lines: list[str]) -> None:
    is_line = element.tag in LINES and next(element.iterancestors("td", "th"), None) is None
    if is_line and lines[-1] in SIGNS.values():  # the paragraph that an item begins with
        lines[-1] += SIGNS.get(element.tag, "")
    elif is_line:
        lines.append(SIGNS.get(element.tag, ""))
    if element.tag == "img":
        lines[-1] += f" [{element.get('alt', '')}] <{element.get('src', '')}>"
    if language := element.get("lang"):
        lines[-1] += f"({language}) "
    if (element.text or "").strip() or element.tag not in LINES:
        lines[-1] += element.text or ""
    for child in element:
        _write(child, lines)
        if child.tag in ("p", "ul", "ol") and element.tag in ("td", "th"):
            lines[-1] += " "
        elif child.tag in LINES or child.tag == "br":
            lines.append("")
        elif child.tag in ("td", "th") and child.getnext() is not None:
            lines[-1] += " | "
        lines[-1] += (child.tail or "") if (child.tail or "").strip() or child.tag not in LINES else ""
    if element.tag == "a":
        lines[-1] += f" <{element.get('href', '')}>"
