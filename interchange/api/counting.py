"""How many requests a reader has left, counted by the house's limits and said in headers (draft-ietf-httpapi-ratelimit-headers)."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import ngettext

from interchange.api.problems import Problem
from interchange.models import ApiKey
from ui import limiting

ANYBODY, WITH_A_KEY = "api", "api_key"  # of settings.LIMITS: by address, and by key


def count(request: HttpRequest, key: ApiKey | None) -> None:
    """Counts this request, and leaves for the answer's headers what is left. Raises a Problem when it was one too many."""
    action, thing = (WITH_A_KEY, str(key.pk)) if key else (ANYBODY, "")
    is_over = limiting.is_over(request, action, thing=thing)
    left = limiting.left(request, action, thing=thing)
    request.api_room = left  # type: ignore[attr-defined]
    if is_over:
        seconds = left.again_in if left else 60
        said = ngettext(
            "Ask again in %(seconds)s second. With a key there is more room.",
            "Ask again in %(seconds)s seconds. With a key there is more room.",
            seconds,
        )
        raise Problem("too-many-requests", said % {"seconds": seconds}, headers={"Retry-After": str(seconds)})


def headers(request: HttpRequest) -> dict[str, str]:
    """None where limits are off, or nothing was counted."""
    room: limiting.Room | None = getattr(request, "api_room", None)
    if room is None:
        return {}
    return {
        "RateLimit-Policy": f'"{room.action}";q={room.most};w={room.seconds}',
        "RateLimit": f'"{room.action}";r={room.left};t={room.again_in}',
    }
