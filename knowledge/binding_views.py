"""Guidance beside what one does elsewhere in the arena, and what of it is bound to nothing."""

from __future__ import annotations

from itertools import chain

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from knowledge import binding, templating
from knowledge.browsing import with_files
from knowledge.editor_views import for_editors
from knowledge.models import Audience
from procurements import bound
from procurements.models import Phase
from ui.pages import render_page

ASKED = 40  # places that one page may name: more than any has


@login_not_required
@require_safe
def guidance_beside(request: HttpRequest) -> HttpResponse:
    """What helps at the places of `?place=problem&place=...&phase=need&procedure=open&audience=procurer`.

    A piece for other pages to fetch, with a list for each field that something is bound to; and a page of its own. What the
    address says wrongly is passed over, so that a page that was opened before a change still gets an answer.
    """
    asked, language = request.GET, get_language() or "en"
    places = bound.known(asked.getlist("place")[:ASKED])
    names = [place.name for place in places]
    found = binding.beside(
        names,
        phase=phase if (phase := asked.get("phase", "")) in Phase.values else "",
        procedure=asked.get("procedure", "")[:30],
        audiences=[one for one in asked.getlist("audience")[:10] if one in Audience.values],
        language=language,
    )
    rows = binding.at_fields([place.name for place in places if not place.is_page], language=language)
    files = templating.templates_of((row.article for row in chain(found, *rows.values())), language)
    context = {
        "is_inline": "inline" in asked,
        "found": with_files(found, files),
        "fields": [(place, with_files(rows[place.name], files)) for place in places if place.name in rows],
    }
    return render_page(request, "knowledge/guidance_beside.html", context, partial="piece")


@require_safe
@for_editors
def binding_list(request: MemberRequest) -> HttpResponse:
    gaps: dict[str, list[bound.Place]] = {}
    for place in binding.gaps():
        gaps.setdefault(str(place.group), []).append(place)
    context = {"broken": binding.broken(), "gaps": gaps, "missing": sum(map(len, gaps.values()))}
    return render_page(request, "knowledge/binding_list.html", context)
