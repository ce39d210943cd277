"""The page that searches everything. What it finds and in which order says `site_search`."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from arena import site_search
from procurements.browsing import Browse
from taxonomy.glossary import anchor
from taxonomy.models import Term
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of

PER_PAGE = 20


@login_not_required
@require_safe
@limited("search", reads=True)
def search(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    q = Browse.from_address(request.GET).q
    kind = request.GET.get("kind", "")
    kind = kind if kind in site_search.KINDS else ""
    found = site_search.find(q, kind=kind, at=at)
    page = page_of(found.hits, request.GET, per_page=PER_PAGE)
    context = {
        "q": q,
        "kind": kind,
        "found": found,
        "page_obj": page,
        "terms": [_explained(term, get_language() or "sv") for term in found.terms],
        "rows": site_search.shown(list(page), found),
        "more_notices": _more_notices(found, list(page)),
        "now": at,
    }
    response = render_page(request, "arena/search.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def _more_notices(found: site_search.Found, shown: list[site_search.Hit]) -> site_search.Count | None:
    """How many needs and procurements there are, where the page does not show them all."""
    here = sum(hit.kind == "notice" for hit in shown)
    return next((count for count in found.counts if count.kind == "notice" and count.number > here), None)


def _explained(term: Term, language: str) -> dict[str, Any]:
    """A term with its definition, and what it is called otherwise: by its synonyms, and in the other languages."""
    names = [*term.synonyms(language), *(term.label(code) for code in ("sv", "nb", "en") if code != language)]
    return {
        "anchor": anchor(term),
        "label": term.label(language),
        "definition": term.definition(language),
        "names": list(dict.fromkeys(name for name in names if name != term.label(language))),
    }
