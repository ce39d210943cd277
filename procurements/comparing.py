"""Two texts side by side, when a colleague saved while somebody was typing (A3)."""

import copy
import difflib
import re
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.utils.functional import Promise

from procurements.forms import NoticeForm, columns_of
from procurements.models import Notice
from procurements.steps import Step
from procurements.wording import label_of
from procurements.writing import digest
from taxonomy.forms import aims_of

MARKED = 4_000  # words of one text; longer ones are shown without marks, so that no text makes the page slow
WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """Some words, and whether they stand in one text alone."""

    words: str
    differs: bool


@dataclass(frozen=True)
class Conflict:
    """A field in which the two texts differ. `is_mine` is what is chosen until somebody chooses otherwise."""

    name: str
    label: str | Promise
    theirs: Any
    yours: Any
    their_pieces: list[Piece]
    your_pieces: list[Piece]
    is_mine: bool


def twin(notice: Notice) -> Notice:
    """The same row for a form to write on."""
    return copy.copy(notice)


def write_seen(seen: dict[str, str]) -> str:
    return " ".join(f"{name}:{mark}" for name, mark in seen.items())


def read_seen(text: str) -> dict[str, str]:
    """What `write_seen` wrote; nothing of what it did not write."""
    pairs = (part.split(":") for part in text.split())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and hasattr(Notice, pair[0])}


def conflicts(form: NoticeForm, notice: Notice) -> list[Conflict]:
    """Where what was typed differs from what stands in `notice` now.

    A field that the writer had not touched was changed by the colleague alone, and theirs is chosen.
    """
    form.is_valid()
    seen = read_seen(form.data.get("seen", ""))
    found = []
    wording = form.wording()
    for name in form.asked:
        columns = [column for column in columns_of(name) if column in wording]
        if all(getattr(notice, column) == wording[column] for column in columns):
            continue
        theirs, yours = getattr(notice, name), wording[name]
        is_text = isinstance(theirs, str) and isinstance(yours, str) and name not in form_choices(form)
        their_pieces, your_pieces = pieces(theirs, yours) if is_text else ([], [])
        is_mine = any(seen.get(column) != digest(wording[column]) for column in columns)
        if name == "goals":
            their_pieces = _aims(theirs, notice.goal_targets)
            your_pieces = _aims(yours, wording["goal_targets"])
        found.append(Conflict(name, form[name].label, theirs, yours, their_pieces, your_pieces, is_mine))
    return found


def _aims(goals: list[int], targets: list[str]) -> list[Piece]:
    lines = [f"{goal}. {target}".rstrip(". ") for goal, target in aims_of(goals, targets)]
    return [Piece("\n".join(lines), False)] if lines else []


def form_choices(form: BaseForm) -> set[str]:
    """Fields whose value is a code: it is shown by its word, and not compared letter by letter."""
    return {name for name, field in form.fields.items() if hasattr(field, "choices")}


def pieces(theirs: str, yours: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts, cut where they begin and end to differ, word by word."""
    one, other = WORD.findall(theirs), WORD.findall(yours)
    if max(len(one), len(other)) > MARKED:
        return [Piece(theirs, False)], [Piece(yours, False)]
    cut: tuple[list[Piece], list[Piece]] = ([], [])
    for what, i, j, k, m in difflib.SequenceMatcher(None, one, other).get_opcodes():
        for side, words in ((cut[0], one[i:j]), (cut[1], other[k:m])):
            if words:
                side.append(Piece("".join(words), what != "equal"))
    return cut


def shown(notice: Notice, step: Step) -> list[tuple[str, str, Any]]:
    """What stands in a step that nobody may change now: name, label, value."""
    return [(name, label_of(name), getattr(notice, name)) for name in step.fields_of_wording]
