"""The pages that answer when something went wrong. They touch neither database nor session nor context processors."""

import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer("400", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer("403", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer("404", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this while it handles the exception: a database that is away for a moment is not a fault of the page (R7)."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = _answer("503", status=503)
        response.headers["Retry-After"] = "5"
        return response
    return _answer("500", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer("csrf", status=403)


def _answer(page: str, *, status: int) -> HttpResponse:
    context = {"site_name": settings.NAME, "contact_email": settings.CONTACT_EMAIL}
    return HttpResponse(render_to_string(f"errors/{page}.html", context), status=status)
