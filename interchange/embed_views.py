"""A list of procurements on somebody else's web site (F7): a light page for an <iframe>, and how to put it there.

It is the one page that other sites may frame. It knows nobody: no session, no cookie, no script; whoever looks sees the same.
"""

import hashlib
from typing import Any
from urllib.parse import parse_qsl

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from interchange.feed_views import FRESH, address
from procurements import choosing
from procurements.browsing import STATES, Browse
from procurements.rows_shown import rows
from ui.limiting import limited
from ui.pages import render_page

SHOWN = (0, 5, 10, 20)  # lines that the list may have; none: the number alone
USUAL = 5


@login_not_required
@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@limited("feed", reads=True)
def embed_list(request: HttpRequest) -> HttpResponse:
    """`?buyer=12&show=5`, and every other filter of the list; the language is the first part of the path."""
    browse, lines = Browse.from_address(request.GET), _lines(request)
    asked = f"{get_language()} {lines} {browse.as_query()}"
    key = f"embed:{hashlib.sha256(asked.encode()).hexdigest()}"
    page = cache.get(key)
    if page is None:
        page = render_to_string("interchange/embed_list.html", _context(browse, lines))
        cache.set(key, page, FRESH)
    response = HttpResponse(page)
    response["Cache-Control"] = f"public, max-age={FRESH}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # a site that asks for it may frame it, too
    response["X-Robots-Tag"] = "noindex"
    return response


@login_not_required
@require_safe
def embed_guide(request: HttpRequest) -> HttpResponse:
    """What to copy, for the search that stands in the address: a buyer's page links here with its own."""
    browse, lines = Browse.from_address(request.GET), _lines(request)
    search, buyer = browse.as_query(), _buyer(browse)
    frame = address("feeds:embed_list", "&".join(filter(None, [search, "" if lines == USUAL else f"show={lines}"])))
    context = {
        "browse": browse,
        "buyer": buyer,
        "shown": SHOWN,
        "chosen": lines,
        "states": STATES,
        "handed_on": parse_qsl(browse.as_query(state="open")),
        "frame": frame,
        "snippet": _snippet(frame, _title(buyer), height=140 + 130 * lines),
        "feed": address("feeds:notice_feed", search),
        "calendar": address("feeds:search_calendar", search),
    }
    return render_page(request, "interchange/embed_guide.html", context)


def _snippet(frame: str, title: str, *, height: int) -> SafeString:
    """Markup for somebody else's page: an organisation's name must not be able to do anything there."""
    return format_html(
        '<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy" referrerpolicy="no-referrer"></iframe>',
        frame,
        title,
        height,
    )


def _title(buyer: Organisation | None) -> str:
    return _("Needs and procurements of %(name)s") % {"name": buyer.name} if buyer else _("Needs and procurements")


def _context(browse: Browse, lines: int) -> dict[str, Any]:
    at = timezone.now()
    found = browse.results(at, size=max(lines, 1), counts=False)
    return {
        "LANGUAGE_CODE": get_language() or "sv",
        "site_name": settings.NAME,
        "title": _title(_buyer(browse)),
        "count": found.total,
        "rows": rows(found.notices[:lines]) if lines else [],
        "lines": lines,
        "list_url": address("procurements:notice_list", browse.as_query()),
        "base": settings.URL,
        "is_open": browse.state == "open",
        "now": at,
    }


def _lines(request: HttpRequest) -> int:
    asked = request.GET.get("show", "")
    return next((number for number in SHOWN if str(number) == asked), USUAL)


def _buyer(browse: Browse) -> Organisation | None:
    return choosing.no_persons().filter(pk=browse.buyer).first() if browse.buyer else None
