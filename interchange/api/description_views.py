"""Where to begin, the description for programs, and the same for people."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from interchange.api import counting, deprecations, describing, problems, shapes
from interchange.api.base_views import ApiView
from interchange.api.facts import here
from ui.limiting import limited
from ui.pages import render_page

LICENSE = "https://creativecommons.org/publicdomain/zero/1.0/"
LISTS = ("notice_list", "change_list", "organisation_list", "network_list", "plan_list", "code_list_list")


class Start(ApiView):
    caching = "public, max-age=3600"

    @extend_schema(
        operation_id="start",
        summary="Where to begin",
        description="The addresses of the lists, the licence, and where all this is described.",
        responses=shapes.Start,
    )
    def get(self, request: Request) -> Response:
        addresses = {name.removesuffix("_list"): here(reverse(f"api:{name}")) for name in LISTS}
        return Response(
            {
                "name": settings.NAME,
                "version": describing.VERSION,
                "license": LICENSE,
                "description": here(reverse("api:openapi_json")),
                "documentation": here(reverse("interchange:api_description")),
                "addresses": addresses,
            }
        )


@login_not_required
@require_safe
@limited(counting.ANYBODY, reads=True)
def openapi_json(request: HttpRequest) -> HttpResponse:
    return _file(OpenApiJsonRenderer(), "application/vnd.oai.openapi+json;version=3.1")


@login_not_required
@require_safe
@limited(counting.ANYBODY, reads=True)
def openapi_yaml(request: HttpRequest) -> HttpResponse:
    return _file(OpenApiYamlRenderer(), "application/vnd.oai.openapi;version=3.1")


def _file(renderer: Any, content_type: str) -> HttpResponse:
    content: bytes = renderer.render(describing.description())
    return HttpResponse(content, content_type=content_type, headers={"Cache-Control": "public, max-age=3600"})


@login_not_required
@require_safe
def problem(request: HttpRequest, name: str) -> HttpResponse:
    """The `type` of a problem leads to what is said of it."""
    if name not in problems.TYPES:
        raise Http404
    return redirect(f"{reverse('interchange:api_description')}#problem-{name}")


@login_not_required
@require_safe
def api_description(request: HttpRequest) -> HttpResponse:
    """The description as a page of ours."""
    found = describing.description()
    context: dict[str, Any] = {
        "operations": list(describing.operations(found)),
        "shapes": list(describing.shapes_of(found)),
        "problems": [(name, status, title) for name, (status, title) in problems.TYPES.items()],
        "deprecated": deprecations.DEPRECATED,
        "example": here("/api/v1/notices?q=fallsensor&region=SE224"),
        "limits": {"anybody": settings.LIMITS["api"]["ip"], "key": settings.LIMITS["api_key"]["key"]},
    }
    return render_page(request, "interchange/api_description.html", context)
