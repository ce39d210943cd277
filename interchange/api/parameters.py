"""What may stand after the question mark: declared once, checked strictly, and described from the same lines.

The page leaves out what makes no sense, because a person sees at once what came of it. A program does not: it is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter

from interchange.api.problems import Problem

MOST_VALUES = 20  # of one parameter that may be given several times


@dataclass(frozen=True)
class Parameter:
    """`schema` is JSON Schema for one value: type, format, pattern, enum, minimum, maximum, maxLength are understood."""

    name: str
    description: str
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string", "maxLength": 200})
    many: bool = False

    def described(self) -> OpenApiParameter:
        schema: dict[str, Any] = self.schema
        if self.many:
            schema = {"type": "array", "items": self.schema, "maxItems": MOST_VALUES}
        return OpenApiParameter(self.name, schema, OpenApiParameter.QUERY, description=self.description, explode=True)

    def read(self, given: list[str]) -> Any:
        """The value, or a list of them. Raises a Problem that names the parameter."""
        if len(given) > (MOST_VALUES if self.many else 1):
            raise self._wrong(_("It is given too many times."))
        values = [self._one(text) for text in given]
        return values if self.many else values[0]

    def _one(self, text: str) -> Any:
        if "\0" in text:
            raise self._wrong(_("It has a character that cannot be stored."))
        if len(text) > self.schema.get("maxLength", 4000):
            raise self._wrong(_("It is too long."))
        if self.schema.get("type") == "integer":
            return self._number(text)
        if "enum" in self.schema and text not in self.schema["enum"]:
            raise self._wrong(_("It must be one of: %(values)s.") % {"values": ", ".join(self.schema["enum"])})
        if "pattern" in self.schema and not re.fullmatch(self.schema["pattern"], text):
            raise self._wrong(_("It does not have the form that it must have."))
        if reader := FORMATS.get(self.schema.get("format", "")):
            try:
                return reader(text)
            except ValueError:
                raise self._wrong(_("It is no day or moment as ISO 8601 writes it.")) from None
        return text

    def _number(self, text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise self._wrong(_("It must be a whole number."))
        number, least, most = int(text), self.schema.get("minimum"), self.schema.get("maximum")
        if (least is not None and number < least) or (most is not None and number > most):
            raise self._wrong(_("It must be from %(least)s to %(most)s.") % {"least": least, "most": most})
        return number

    def _wrong(self, detail: str) -> Problem:
        return Problem("bad-parameter", detail, parameter=self.name)


def a_day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)


def a_moment(text: str) -> datetime:
    """RFC 3339, with an offset: a moment without one would be another moment for every reader."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6}\d*)?)?([Zz]|[+-]\d\d:\d\d)", text, re.ASCII):
        raise ValueError(text)
    moment = datetime.fromisoformat(text.upper())
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


FORMATS: dict[str, Callable[[str], Any]] = {"date": a_day, "date-time": a_moment}


def check(given: QueryDict, known: Iterable[Parameter]) -> dict[str, Any]:
    """What was asked, by name; what was not given is not there. Raises a Problem that names the first that is wrong."""
    by_name = {one.name: one for one in known}
    for name in given:
        if name not in by_name:
            detail = _("“%(name)s” is not known here. Known are: %(known)s.")
            said = {"name": name[:80], "known": ", ".join(sorted(by_name))}
            raise Problem("unknown-parameter", detail % said, parameter=name[:80])
    return {name: by_name[name].read(given.getlist(name)) for name in given}


LANG = Parameter(
    "lang",
    "The language of labels and of problems, instead of the header `Accept-Language`. Without either: Swedish.",
    {"type": "string", "enum": ["sv", "nb", "en"]},
)


def cursor(form: str) -> Parameter:
    return Parameter(
        "cursor",
        "`next` of the page before. It belongs to the question that it came with.",
        {"type": "string", "pattern": form},
    )


def size(most: int, usual: int) -> Parameter:
    return Parameter(
        "size", f"How many on a page; {usual} if nothing is said.", {"type": "integer", "minimum": 1, "maximum": most}
    )
