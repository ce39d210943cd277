"""What of version 1 is to go: said in headers (RFC 9745, RFC 8594), in the description, and in docs/api.md.

To deprecate: a line in DEPRECATED, a line in the changelog of docs/api.md. Nothing goes within a year of its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.http import http_date

AT_LEAST = timedelta(days=365)


@dataclass(frozen=True)
class Deprecated:
    """An address by its view, as "api:plan_list"; or one field of its answer, as "summary"."""

    view: str
    since: date
    until: date
    instead: str
    field: str = ""


DEPRECATED: tuple[Deprecated, ...] = ()


def headers(view: str) -> dict[str, str]:
    """Of the answers of a view: the earliest of what is said of it. The link leads to the changelog."""
    found = sorted((one for one in DEPRECATED if one.view == view), key=lambda one: one.until)
    if not found:
        return {}
    return {
        "Deprecation": f"@{int(_midnight(min(one.since for one in found)).timestamp())}",
        "Sunset": http_date(_midnight(found[0].until).timestamp()),
        "Link": f'<{settings.URL}{reverse("interchange:api_description")}#changes>; rel="deprecation"; type="text/html"',
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=UTC)
