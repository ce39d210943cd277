"""The novice's path (B26): what this is about, and three clicks from the front page to a need that suits.

Front page, "New here?"; then what one does, in one's own words or as one of ten everyday fields; then the need.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from arena.plain_offers import asked
from procurements.browsing import Browse
from procurements.meaning import MOST_LETTERS
from procurements.models import Phase
from procurements.rows_shown import rows
from ui.limiting import limited
from ui.pages import render_page

SHOWN = 25  # needs on the page; the list has the others


@dataclass(frozen=True)
class Field:
    """What somebody does, in everyday words, and the divisions of CPV that hold it."""

    code: str
    label: str | Promise
    divisions: tuple[str, ...]


FIELDS = (
    Field("care", _("Health and care"), ("33", "85")),
    Field("data", _("IT, data and sensors"), ("30", "32", "38", "48", "72")),
    Field("building", _("Building and property"), ("44", "45", "70", "71")),
    Field("transport", _("Transport and roads"), ("34", "60", "63")),
    Field("energy", _("Energy and heating"), ("09", "31", "42", "65")),
    Field("water", _("Water, waste and environment"), ("41", "90")),
    Field("school", _("Schools and learning"), ("22", "37", "39", "80")),
    Field("food", _("Food and meals"), ("15", "55")),
    Field("safety", _("Safety and rescue"), ("35",)),
    Field("nature", _("Parks, forests and farming"), ("03", "16", "77")),
)


def with_open_needs(at: datetime) -> list[Field]:
    """The fields in which something is open now."""
    counts = Browse().counts(at)["cpv"]
    return [field for field in FIELDS if any(counts.get(division) for division in field.divisions)]


@login_not_required
@require_safe
def first_steps(request: HttpRequest) -> HttpResponse:
    context = {"phases": Phase, "fields": with_open_needs(timezone.now())}
    return render_page(request, "arena/first_steps.html", context)


@login_not_required
@require_safe
@limited("search", reads=True)
def first_needs(request: HttpRequest) -> HttpResponse:
    """What is open for who does this: `?q=` in own words, or `?field=` of FIELDS."""
    at = timezone.now()
    offer = " ".join(request.GET.get("q", "").replace("\0", " ")[:MOST_LETTERS].split())
    field = next((each for each in FIELDS if each.code == request.GET.get("field")), None)
    browse = Browse(chosen={"cpv": list(field.divisions)}) if field else Browse(q=asked(offer))
    results = browse.results(at, size=SHOWN)
    context = {
        "offer": "" if field else offer,
        "field": field,
        "fields": with_open_needs(at),
        "results": results,
        "rows": rows(results.notices, browse.question),
        "query": browse.as_query(),
        "now": at,
    }
    response = render_page(request, "arena/first_needs.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
