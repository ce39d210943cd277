from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, partial: str = "", status: int = 200
) -> HttpResponse:
    """The whole page, or only its `partial` when htmx asks for a piece. Caches are told that the two differ."""
    wants_piece = (
        bool(partial)
        and request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )
    response = render(request, f"{template}#{partial}" if wants_piece else template, context, status=status)
    if partial:
        patch_vary_headers(response, ["HX-Request"])
    return response
