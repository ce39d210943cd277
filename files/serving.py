"""Giving a file back: as an attachment under its own name, a picture of a page to be shown; so that no browser takes it for
a page of ours (S7)."""

import logging
import unicodedata
from datetime import datetime
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from files import counting, storing
from files.models import StoredFile

log = logging.getLogger(__name__)

PUBLIC_SECONDS = 300  # a document that is withdrawn is gone from every cache in five minutes
SAFE_IN_EXTENDED = "!#$&+-.^_`|~"  # RFC 8187, attr-char


def respond(
    request: HttpRequest, file: StoredFile, *, at: datetime, is_public: bool = False, is_picture: bool = False
) -> HttpResponseBase:
    """The file, or 304 for a browser that has it. Called by a view that has decided that this person may have it.

    Raises Http404 for a file that is not ready: held for the scanner, refused, or not whole. Whole answers to GET are
    counted. `is_public` lets caches on the way keep it; whoever is logged in gets `no-store` all the same.
    `is_picture`: part of a page of ours, made anew by us; it is shown, and its fetching is not counted.
    """
    if not file.is_ready:
        raise Http404
    etag = f'"{file.sha256}"'
    if unchanged := get_conditional_response(request, etag=etag, response=None):
        return _headed(unchanged, file, etag, is_public, is_picture)
    if request.method == "HEAD":
        return _headed(HttpResponse(content_type=file.content_type), file, etag, is_public, is_picture)
    try:
        response = FileResponse(storing.read(file.pk), content_type=file.content_type)
    except FileNotFoundError:
        log.error("file %s has a row and no bytes", file.pk)
        raise Http404 from None
    if not is_picture:
        counting.count(file, at=at)
    return _headed(response, file, etag, is_public, is_picture)


def _headed(
    response: HttpResponseBase, file: StoredFile, etag: str, is_public: bool, is_picture: bool
) -> HttpResponseBase:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}" if is_public else "private, no-cache"
    if response.status_code == 200:
        response.headers["Content-Length"] = str(file.size)
        response.headers["Content-Disposition"] = "inline" if is_picture else disposition(file.name)
        response.headers["Accept-Ranges"] = "none"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def disposition(name: str) -> str:
    """RFC 6266: the name itself for browsers of today, and its likeness in plain letters for what is older."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(letter if letter.isalnum() or letter in " .,-_()+=&'!#" else "_" for letter in plain).strip()
    return f"attachment; filename=\"{plain or 'file'}\"; filename*=UTF-8''{quote(name, safe=SAFE_IN_EXTENDED)}"
