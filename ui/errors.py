"""The pages that answer when something went wrong. They touch neither database nor session nor context processors."""

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django calls this as well for what it read no further: more than `DATA_UPLOAD_MAX_MEMORY_SIZE` in the fields of a form."""
    if isinstance(exception, RequestDataTooBig):
        return _answer("413", status=413)
    return _answer("400", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer("403", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer("404", status=404)


def too_many(request: HttpRequest, kept: str = "") -> HttpResponse:
    """`kept` is the address where the person finds what was sent, if it was kept.

    A page that asked with htmx stays as it is, with everything typed in it, and says so where it has its messages.
    """
    is_piece = request.headers.get("HX-Request") == "true"
    response = _answer("_429" if is_piece else "429", status=429, kept=kept)
    if is_piece:
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#main > .messages", "innerHTML show:top"
        response.headers["HX-Push-Url"] = "false"
    response.headers["Retry-After"] = "300"  # allauth's longest; `ui.limiting` knows better for its own
    response.headers["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this while it handles the exception: a database that is away for a moment is not a fault of the page (R7)."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = _answer("503", status=503)
        response.headers["Retry-After"] = "5"
        return response
    return _answer("500", status=500)


def maintenance(request: HttpRequest, kept: str, retry_after: int) -> HttpResponse:
    """`kept` is the address where the sender finds what was sent, if it was kept; `retry_after` is seconds."""
    response = _answer("maintenance", status=503, kept=kept)
    response.headers["Retry-After"] = str(retry_after)
    response.headers["Cache-Control"] = "no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "", kept: str = "") -> HttpResponse:
    """`kept` is the address where the person finds what was typed, if it was kept."""
    return _answer("csrf", status=403, kept=kept)


def _answer(page: str, *, status: int, **more: str) -> HttpResponse:
    context = {"site_name": settings.NAME, "contact_email": settings.CONTACT_EMAIL, **more}
    return HttpResponse(render_to_string(f"errors/{page}.html", context), status=status)
