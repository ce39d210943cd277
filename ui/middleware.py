import logging
from collections.abc import Callable
from time import monotonic

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed

from ui.logs import at_work

GetResponse = Callable[[HttpRequest], HttpResponse]

log = logging.getLogger("arena.requests")


class LogMiddleware:
    """Lets each line of the log say which request it belongs to; at level INFO each request has a line of its own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.began = monotonic()  # type: ignore[attr-defined]
        before = at_work.set(request)
        try:
            response = self.get_response(request)
            log.info("answered", extra={"status_code": response.status_code})
            return response
        finally:
            at_work.reset(before)


class SanityMiddleware:
    """Refuses what no page of ours can mean, before any view: NUL cannot be stored in PostgreSQL, and pages know two verbs."""

    METHODS = ("GET", "HEAD", "POST", "OPTIONS")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in self.METHODS:
            return HttpResponseNotAllowed(self.METHODS)
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path or "%00" in query or "\0" in query:
            return HttpResponseBadRequest(
                "The address has a character that no address of ours has.", content_type="text/plain; charset=utf-8"
            )
        return self.get_response(request)


class HeadersMiddleware:
    """Headers that Django has no setting for. Pages of a person who is logged in stay out of every cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        user = getattr(request, "_cached_user", None)  # only if the page asked who it is: not another query now
        if user is not None and user.is_authenticated:
            response.headers["Cache-Control"] = "no-store, private"
        return response
