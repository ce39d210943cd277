"""The log: one line an event, as JSON for machines or as text for a terminal; nobody's address, and no secret of a path.

A value can neither begin a line of its own nor colour a terminal: control characters are written out.
"""

from __future__ import annotations

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from celery import current_task
from django.http import HttpRequest

ADDRESS = re.compile(r"[^\s<>()\[\]\"'`,;:/=|@]+(?:@|%40)[^\s<>()\[\]\"'`,;:/=|@]+\.[^\s<>()\[\]\"'`,;:/=|@]+")
# What PostgreSQL says of a row that it refused is the row itself.
ROW = re.compile(
    r"(?:DETAIL|DETALJ):.*?(?=\n(?:HINT|CONTEXT|STATEMENT|LINE|Traceback|\n|The above|During)|\Z)", re.DOTALL
)
INVISIBLE = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
LONGEST_SEGMENT = 24  # what is longer, in an address that is none of ours, may be somebody's secret

at_work: ContextVar[HttpRequest | None] = ContextVar("at_work", default=None)  # the request that is being answered


def scrubbed(text: str) -> str:
    """Without e-mail addresses and without the contents of rows that the database refused."""
    return ADDRESS.sub("(address)", ROW.sub("DETAIL: (left out)", text))


def path_of(request: HttpRequest) -> str:
    """Which page was asked for, without its query: the pattern of the address, because some addresses are secrets (links to
    unsubscribe, to a draft, to a calendar). Of what is no page of ours, the beginning of what was asked."""
    if request.resolver_match and request.resolver_match.route:
        return "/" + request.resolver_match.route
    segments = [part if len(part) <= LONGEST_SEGMENT else "(long)" for part in request.path.split("/")[:8]]
    return scrubbed("/".join(segments))


class _Formatter(logging.Formatter):
    def facts(self, record: logging.LogRecord) -> dict[str, Any]:
        """What the line says, in its order."""
        given = getattr(record, "request", None)  # Django's own warnings come with theirs
        request = given if isinstance(given, HttpRequest) else at_work.get()
        facts: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": scrubbed(_message(record, request)),
        }
        if request:
            facts |= {"method": request.method, "path": path_of(request)}
            if began := getattr(request, "began", None):
                facts["ms"] = round((monotonic() - began) * 1000)
        if task := current_task:
            facts |= {"task": task.name, "task_id": task.request.id}
        facts |= {name: value for name in ("status_code", "ms") if (value := getattr(record, name, None)) is not None}
        if record.exc_info:
            facts["exception"] = scrubbed(self.formatException(record.exc_info))
        return facts


def _message(record: logging.LogRecord, request: HttpRequest | None) -> str:
    """Django writes the whole address into its warnings, as in "Not Found: /unsubscribe/the-secret/"."""
    message = record.getMessage()
    return message.replace(request.path, path_of(request)) if request and len(request.path) > 1 else message


class JsonLines(_Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = json.dumps(self.facts(record), ensure_ascii=False, default=str)
        return INVISIBLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", line)


class TextLines(_Formatter):
    """The same for a person at a terminal: one line, and what was raised below it, indented."""

    def format(self, record: logging.LogRecord) -> str:
        facts = self.facts(record)
        raised = facts.pop("exception", "")
        head = f"{facts.pop('at')} {facts.pop('level')} {facts.pop('logger')}: {facts.pop('message')}"
        line = " ".join([head, *(f"{name}={value}" for name, value in facts.items())])
        return "\n    ".join(_visible(part) for part in [line, *raised.splitlines()])


def _visible(text: str) -> str:
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
