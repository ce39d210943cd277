"""Where a reader is in a list: a word that says nothing to it, and that nobody wrote but us.

A cursor opens nothing, so it needs no secret: a check sum tells a broken one from a whole one, and harvesters keep theirs when the
arena's keys are changed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from typing import Any

from django.utils.translation import gettext as _

from interchange.api.problems import Problem

FORM = r"^[A-Za-z0-9_-]{2,1200}\.[0-9a-f]{16}$"
LONGEST = 1220


def write(kind: str, *position: Any) -> str:
    """`kind` is the list that it belongs to, with its question; the position is made of numbers and texts."""
    packed = base64.urlsafe_b64encode(json.dumps(position, separators=(",", ":")).encode()).decode().rstrip("=")
    return f"{packed}.{_sum(kind, packed)}"


def read(kind: str, cursor: str, *, of: tuple[type, ...], name: str = "cursor") -> list[Any]:
    """The position. Raises a Problem for what is broken, cut off, made by somebody else, or of another question."""
    packed, _dot, check = cursor.partition(".")
    if re.match(FORM, cursor) and check == _sum(kind, packed):
        try:
            position = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        except (binascii.Error, ValueError):
            position = None
        if isinstance(position, list) and [type(one) for one in position] == list(of) and all(map(_fits, position)):
            return position
    raise broken(name)


def broken(name: str = "cursor") -> Problem:
    return Problem("broken-cursor", _("The cursor is broken, or belongs to another question."), parameter=name)


def _fits(one: Any) -> bool:
    """Whether a column can be compared with it: anyone can reckon the check sum of what we never wrote."""
    if isinstance(one, str):
        return "\0" not in one and not any("\ud800" <= letter <= "\udfff" for letter in one)
    return not isinstance(one, int) or abs(one) < 2**63


def _sum(kind: str, packed: str) -> str:
    return hashlib.sha256(f"{kind}\0{packed}".encode()).hexdigest()[:16]
