"""Conditional GET: who has the answer already gets 304 and no body. For what is the same for everybody who asks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

MADE_OF = (".py", ".html", ".mo", ".css", ".js", ".svg", ".csv")


def etag_of(*parts: object) -> str:
    """The same for the same parts, in quotes as HTTP writes it."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else str(part).encode())
        digest.update(b"\0")
    return f'"{digest.hexdigest()}"'


def unless_known(
    request: HttpRequest,
    etag: str,
    make: Callable[[], HttpResponse],
    *,
    changed_at: datetime | None = None,
    keep: str = "no-cache",
) -> HttpResponse:
    """What `make` makes, or 304 for one who has it already. `keep` is what caches may do: by default ask each time.

    `changed_at` is for what has changed whenever that moment has: who knows no ETag is answered by it alone.
    """
    seconds = int(changed_at.timestamp()) if changed_at else None
    response = get_conditional_response(request, etag=etag, last_modified=seconds) or make()
    response["ETag"] = etag
    response["Cache-Control"] = keep
    if seconds is not None:
        response["Last-Modified"] = http_date(seconds)
    return response


def is_visitor(request: HttpRequest) -> bool:
    """Nobody in particular: no session and no message that waits, so that the page has nothing of the reader's own."""
    return settings.SESSION_COOKIE_NAME not in request.COOKIES and "messages" not in request.COOKIES


def release() -> str:
    """What makes a page, beside its facts: the code with its templates, words and styles, and who says that it is theirs."""
    return etag_of(_code(), settings.NAME, settings.CONTACT_EMAIL, settings.URL, settings.MODE)


@cache
def _code() -> str:
    """Of the files that this process was started from."""
    own = [Path(one.path) for one in apps.get_app_configs() if Path(one.path).parent == settings.BASE_DIR]
    rooms = [*own, *(settings.BASE_DIR / name for name in ("templates", "locale", "static"))]
    files = sorted(path for room in rooms for path in room.rglob("*") if path.suffix in MADE_OF)
    return etag_of(*(part for path in files for part in (path.relative_to(settings.BASE_DIR), path.read_bytes())))
