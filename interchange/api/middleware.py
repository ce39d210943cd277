"""The door of the API: no session gets in, and nothing but JSON gets out, whoever answers inside."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers

from interchange.api import counting, deprecations, problems

ADDRESS = "/api/"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Deprecation, ETag, Link, RateLimit, RateLimit-Policy, Retry-After, Sunset",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
PRIVATE = ("api:match_list", "api:import_create")  # with a key alone, which no page of a stranger is to hold


class ApiMiddleware:
    """Stands before everything that answers by a page: errors of theirs become problems here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(ADDRESS):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.__dict__.pop("COOKIES", None)
        if request.GET.get("lang") in dict(settings.LANGUAGES):
            request.META["HTTP_ACCEPT_LANGUAGE"] = request.GET["lang"]
        response = self.get_response(request)
        if response.status_code >= 400 and response.headers.get("Content-Type") != problems.MEDIA_TYPE:
            with translation.override(translation.get_language_from_request(request)):
                response = problems.in_place_of(response)
        return _finished(request, response)


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    name = _name(request)
    if (
        response.status_code == 200
        and request.method in ("GET", "HEAD")
        and "no-store" not in response["Cache-Control"]
    ):
        response = _conditional(request, response)
    if response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    for header, value in {**counting.headers(request), **deprecations.headers(name)}.items():
        response.headers[header] = value
    if name not in PRIVATE:
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        for header, value in {**CORS, **(PREFLIGHT if request.method == "OPTIONS" else {})}.items():
            response.headers[header] = value
    _vary(response)
    return response


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Weak: the same facts, whatever compressed or ordered them on the way. Last-Modified is said, the ETag decides."""
    tag = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    modified = response.headers.get("Last-Modified")
    del response.headers["Last-Modified"]
    response = get_conditional_response(request, etag=tag, response=response) or response
    response.headers["ETag"] = tag
    if modified:
        response.headers["Last-Modified"] = modified
    return response


def _vary(response: HttpResponse) -> None:
    """By the language, and by who asks; not by a cookie, which nobody read."""
    kept = [one.strip() for one in response.headers.get("Vary", "").split(",")]
    response.headers["Vary"] = ", ".join(one for one in kept if one and one.lower() != "cookie")
    patch_vary_headers(response, ["Accept-Language", "Authorization"])


def _name(request: HttpRequest) -> str:
    try:
        return (request.resolver_match or resolve(request.path_info)).view_name
    except Resolver404:
        return ""
