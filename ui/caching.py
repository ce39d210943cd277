"""Conditional GET: who has the answer already gets 304 and no body. For what is the same for everybody who asks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date


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
    """What `make` makes, or 304 for one who has it already. `keep` is what caches may do: by default ask each time."""
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


@cache
def release() -> str:
    """What this process was started from: the templates and the translations. A new release makes every page anew."""
    files = [*(settings.BASE_DIR / "templates").rglob("*.html"), *(settings.BASE_DIR / "locale").rglob("*.mo")]
    styles = [settings.BASE_DIR / "static" / "arena.css"]
    return etag_of(*(path.read_bytes() for path in sorted([*files, *styles])))
