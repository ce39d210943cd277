"""What all addresses of the API have in common: who asks, how often, with which parameters, and in which shape it is answered."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from interchange.api import counting, keying, parameters
from interchange.api.parameters import LANG, Parameter
from interchange.api.problems import Problem
from interchange.models import ApiKey, Scope

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="arena"'}


class PlainJson(JSONRenderer):
    """UTF-8 as it is, whatever the parameters of the header Accept say."""

    ensure_ascii = False

    def get_indent(self, accepted_media_type: str, renderer_context: Any) -> int | None:
        return None


class ApiView(APIView):
    """Declare `parameters`, and `scope` where a key is needed. `asked` holds what was asked, checked; `key` who asks."""

    authentication_classes = []
    permission_classes = []
    parser_classes = []
    renderer_classes = [PlainJson]
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    scope: ClassVar[str] = ""
    caching: ClassVar[str] = "public, max-age=60"
    key: ApiKey | None = None
    format_kwarg = None
    asked: dict[str, Any]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        view: Any = super().as_view(**initkwargs)
        view.limited_as = counting.ANYBODY  # what the test of the table of limits reads
        return view

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(str(request.method))
        if request.method == "OPTIONS":  # asked by browsers, without a key, before they ask
            return
        self.key = self._key(request._request)
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        self.asked = parameters.check(request._request.GET, (*self.parameters, LANG))

    def _key(self, request: HttpRequest) -> ApiKey | None:
        """Whoever comes with a key that opens nothing is told so, and counted by its address."""
        sort, _space, secret = request.headers.get("Authorization", "").partition(" ")
        at = timezone.now()
        key = keying.key_of(secret.strip(), at=at) if sort.lower() == "bearer" and secret else None
        counting.count(request, key)
        if sort and key is None:
            detail = _(
                "It is revoked, past its time, or was never made; or its owner does not act for its organisation."
            )
            raise Problem(
                "bad-key",
                detail,
                headers={"WWW-Authenticate": CHALLENGE["WWW-Authenticate"] + ', error="invalid_token"'},
            )
        if key is not None:
            keying.use(key, at=at)
        if self.scope and key is None:
            raise Problem("key-needed", _("Send a key in the header Authorization: Bearer arena_…"), headers=CHALLENGE)
        if self.scope and key is not None and self.scope not in key.scopes:
            detail = _("The key lacks the scope “%(scope)s”.") % {"scope": self.scope}
            raise Problem("not-allowed", detail, scope=self.scope)
        return key

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if not hasattr(request, "accepted_renderer"):
            request.accepted_renderer, request.accepted_media_type = PlainJson(), PlainJson.media_type
        made = super().finalize_response(request, response, *args, **kwargs)
        if made.status_code < 400:
            made.headers.setdefault("Cache-Control", self._cache())
        return made

    def _cache(self) -> str:
        if self.scope:
            return "private, no-store"
        return self.caching.replace("public", "private") if self.key else self.caching

    @property
    def language(self) -> str:
        return (get_language() or "sv")[:2]


__all__ = ["ApiView", "Scope"]
