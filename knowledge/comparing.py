"""What changed between two texts, line by line."""

from __future__ import annotations

import difflib
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    kind: str  # "added", "removed", "same", or "gap": lines between that are the same
    text: str


KINDS = {"+": "added", "-": "removed", " ": "same", "@": "gap"}


def lines_between(before: str, after: str) -> list[Line]:
    """The lines that differ, each with two lines around it."""
    made = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2))
    return [Line(KINDS[line[0]], "" if line[0] == "@" else line[1:]) for line in made[2:]]  # two lines of file names
