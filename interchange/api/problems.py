"""Errors as problems (RFC 9457): a `type` that never changes, the rest in the reader's language."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status

MEDIA_TYPE = "application/problem+json"

# name: (status, title). The names are part of the promise of version 1: none goes, none changes its meaning.
TYPES: dict[str, tuple[int, str | Promise]] = {
    "bad-request": (400, gettext_lazy("The request cannot be understood")),
    "unknown-parameter": (400, gettext_lazy("Unknown parameter")),
    "bad-parameter": (400, gettext_lazy("A parameter has a value that it cannot have")),
    "broken-cursor": (400, gettext_lazy("Broken cursor")),
    "bad-key": (401, gettext_lazy("The key does not open anything")),
    "key-needed": (401, gettext_lazy("A key is needed")),
    "not-allowed": (403, gettext_lazy("The key may not do this")),
    "not-found": (404, gettext_lazy("There is nothing at this address")),
    "method-not-allowed": (405, gettext_lazy("This address does not know that method")),
    "not-acceptable": (406, gettext_lazy("There is no answer of that type")),
    "too-large": (413, gettext_lazy("What was sent is too large")),
    "unsupported-type": (415, gettext_lazy("What was sent is of a type that is not read here")),
    "not-readable": (422, gettext_lazy("The notice could not be taken in")),
    "too-many-requests": (429, gettext_lazy("Too many requests")),
    "server-error": (500, gettext_lazy("Something went wrong here")),
    "unavailable": (503, gettext_lazy("The arena is away for a moment")),
}
BY_STATUS = {status: name for name, (status, _title) in reversed(TYPES.items())}


class Problem(Exception):
    """What is answered instead. `detail` is a sentence for the reader; `more` are further members."""

    def __init__(self, name: str, detail: str = "", *, headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail or name)
        self.name, self.detail, self.headers, self.more = name, detail, headers or {}, more


def type_of(name: str) -> str:
    """An address that explains it, and that is the same for good."""
    return f"{settings.URL}/api/v1/problems/{name}"


def answer(problem: Problem) -> HttpResponse:
    code, title = TYPES[problem.name]
    said = {
        "type": type_of(problem.name),
        "title": str(title),
        "status": code,
        "detail": problem.detail,
        **problem.more,
    }
    body = {name: value for name, value in said.items() if value != ""}
    content = json.dumps(body, ensure_ascii=False).encode()
    return HttpResponse(content, status=code, content_type=MEDIA_TYPE, headers={**problem.headers})


def in_place_of(response: HttpResponse) -> HttpResponse:
    """The same for an error that was answered as a page or a line of text, before or beside the views; its headers stay."""
    name = BY_STATUS.get(response.status_code) or ("server-error" if response.status_code >= 500 else "bad-request")
    made = answer(Problem(name))
    made.status_code = response.status_code
    for header in ("Allow", "Retry-After", "Vary", "Content-Language"):
        if header in response.headers:
            made.headers[header] = response.headers[header]
    return made


def handle(problem: Exception, _context: dict[str, Any]) -> HttpResponse | None:
    """For the framework: every exception that has an answer. None for what is a fault of ours."""
    found = problem if isinstance(problem, Problem) else _known(problem)
    return answer(found) if found else None


def _known(why: Exception) -> Problem | None:
    if isinstance(why, Http404 | exceptions.NotFound):
        return Problem("not-found")
    if isinstance(why, exceptions.MethodNotAllowed):
        return Problem("method-not-allowed")
    if isinstance(why, exceptions.NotAcceptable):
        return Problem("not-acceptable", _("Ask for application/json, or leave the header Accept out."))
    if isinstance(why, exceptions.UnsupportedMediaType):
        return Problem("unsupported-type", _("Send application/xml or text/xml."))
    if isinstance(why, RequestDataTooBig):
        return Problem("too-large")
    if isinstance(why, PermissionDenied | exceptions.PermissionDenied):
        return Problem("not-allowed")
    if isinstance(why, exceptions.ParseError | SuspiciousOperation):
        return Problem("bad-request")
    if isinstance(why, exceptions.APIException) and why.status_code < status.HTTP_500_INTERNAL_SERVER_ERROR:
        return Problem(BY_STATUS.get(why.status_code, "bad-request"))
    return None
