"""What costs is limited: how often a person, an address or a link may do it (ASVS 2.4.1). The figures are `settings.LIMITS`.

allauth counts, in the cache, as it does for logins: by the address that the trusted proxies vouch for, with an IPv6 network
(/64) as one. While the cache is away nothing is counted and nobody is refused (quality R8).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.core.exceptions import RateLimited
from allauth.core.internal.ratelimit import get_cache_key, parse_rate
from allauth.core.ratelimit import consume_or_429, respond_429
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
SAFE = ("GET", "HEAD", "OPTIONS")


def limited(action: str, *, reads: bool = False, per_file: bool = False, thing: str = "") -> Callable[[View], View]:
    """Counts the POSTs of a view, and answers 429 when they are too many; what was typed is kept (`accounts.unsent.too_many`).

    `reads`: looking counts as well. `per_file`: every file counts, and a form without one does not.
    `thing`: the view's argument that names what is protected beside the sender, as a link's secret (stored as a hash).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            times = 1 if reads or request.method not in SAFE else 0
            if times and per_file:
                times = sum(len(files) for _field, files in request.FILES.lists())
            named = str(kwargs[thing]) if thing else ""
            if times and is_over(request, action, thing=named):
                return refuse(request, action)
            for _more in range(times - 1):  # a form is taken whole or not at all: its last files may pass the limit
                is_over(request, action, thing=named)
            return view(request, *args, **kwargs)

        guarded.limited_as = action  # type: ignore[attr-defined]  # what the test of the table reads
        return cast(View, guarded)

    return decorate


def is_over(request: HttpRequest, action: str, *, thing: str = "", person: Any = None) -> bool:
    """Counts once, and says whether that was once too often. What is refused does not count.

    `person`: whose it is, where the request's own user does not say so.
    """
    person = person or (request.user if request.user.is_authenticated else None)
    figures = settings.LIMITS[action] if settings.LIMITED else {}
    not_this_one = "ip" if person else "user"
    rates = [f"{most}/{seconds}s/{per}" for per, (most, seconds) in figures.items() if per != not_this_one]
    name = f"arena:{action}"
    try:
        consume_or_429(
            request,
            action=name,
            config={name: ",".join(rates)},
            key=thing or None,
            user=person,
            limit_get=True,
            raise_exception=True,
        )
    except RateLimited:
        return True
    return False


@dataclass(frozen=True)
class Room:
    """What is left of one action: so many of `most` in `seconds`; in `again_in` seconds there is more."""

    action: str
    most: int
    seconds: int
    left: int
    again_in: int


def left(request: HttpRequest, action: str, *, thing: str = "") -> Room | None:
    """For who reads limits in headers, of an action with one figure: by address, or by `thing`. None where limits are off."""
    if not settings.LIMITED:
        return None
    [(per, (most, seconds))] = settings.LIMITS[action].items()
    name = f"arena:{action}"
    rate = parse_rate(f"{most}/{seconds}s/{per}")
    history = cache.get(get_cache_key(request, app="allauth.account", action=name, rate=rate, key=thing or None), [])
    now = time.time()
    counted = [moment for moment in history if moment > now - seconds]
    again_in = math.ceil(min(counted) + seconds - now) if counted else seconds
    return Room(action, most, seconds, max(0, most - len(counted)), max(1, again_in))


def refuse(request: HttpRequest, action: str) -> HttpResponse:
    """The answer of `handler429`, with the time after which there is surely room again."""
    answer: HttpResponse = respond_429(request)
    answer.headers["Retry-After"] = str(max(seconds for _most, seconds in settings.LIMITS[action].values()))
    return answer
