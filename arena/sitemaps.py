"""Everything public, for search engines (sitemaps.org): an index, and files that name each page in each language.

Of notices a file holds five thousand, in the order of their keys, so that a file is found by counting in an index and none
comes near the limits of 50,000 addresses and 50 MB, with three languages and a million notices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connections
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from knowledge.models import Article
from networks.models import Network
from procurements.models import Notice, NoticeSearch
from ui.limiting import limited

NOTICES = 5_000  # of a file: three languages make 15,000 addresses, about 10 MB
MOST_FILES = 50_000  # that an index may name (sitemaps.org)
FRESH = 3600  # seconds that the index of a million rows is kept
NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
PAGES = (
    *("home", "first_steps", "about", "accessibility", "privacy", "open_data", "procurements:notice_list"),
    *("networks:network_list", "networks:plan_list", "knowledge:article_list"),
)
CHANGED = """
SELECT file, max(moment) FROM (
    SELECT (row_number() OVER (ORDER BY notice_id) - 1) / %s AS file, greatest(published_at, closed_at) AS moment
    FROM procurements_noticesearch
) numbered GROUP BY file ORDER BY file
"""
Place = tuple[dict[str, str], datetime | None]  # the page's address in each language, and when it changed


@login_not_required
@require_safe
@limited("feed", reads=True)
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index: a file for pages, articles, organisations and networks, and as many as it takes for notices."""
    changed = cache.get_or_set("sitemap", _changed_by_file, FRESH) or []
    files: list[tuple[str, int, datetime | None]] = [(part, 1, None) for part in PARTS if part != "notices"]
    files += [("notices", number, moment) for number, moment in enumerate(changed, start=1)]
    lines = [
        f"<sitemap><loc>{settings.URL}{reverse('sitemap_part', args=[part, number])}</loc>{_lastmod(moment)}</sitemap>"
        for part, number, moment in files
    ]
    return _xml(f"<sitemapindex {NAMESPACES}>", lines, "</sitemapindex>")


@login_not_required
@require_safe
@limited("feed", reads=True)
def sitemap_part(request: HttpRequest, part: str, number: int) -> HttpResponse:
    if part not in PARTS or not 1 <= number <= MOST_FILES or (number > 1 and part != "notices"):
        raise Http404
    lines = [line for addresses, moment in PARTS[part](number) for line in _entries(addresses, moment)]
    if not lines and number > 1:
        raise Http404
    return _xml(f"<urlset {NAMESPACES}>", lines, "</urlset>")


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /*/account/", f"Sitemap: {settings.URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _changed_by_file() -> list[datetime]:
    """When something in each file of notices last changed: published anew, or closed. One query."""
    with connections[NoticeSearch.objects.db].cursor() as cursor:
        cursor.execute(CHANGED, [NOTICES])
        return [moment for _file, moment in cursor.fetchall()]


def _notices(number: int) -> Iterator[Place]:
    """What is published, and nothing else: drafts have no address here."""
    keys = NoticeSearch.objects.order_by("notice_id").values("notice_id")[(number - 1) * NOTICES : number * NOTICES]
    notices = (
        Notice.objects.filter(pk__in=keys)
        .select_related("current_version", "search")
        .only("code", "kind", "title", "closed_at", "current_version__title", "search__published_at")
        .order_by("pk")
    )
    bases = _everywhere("procurements:notice_detail", "x")
    for notice in notices:
        moment = max(notice.search.published_at, notice.closed_at or notice.search.published_at)
        yield {code: f"{base[:-2]}{notice.slug}/" for code, base in bases.items()}, moment


def _articles(number: int) -> Iterator[Place]:
    moments = Article.objects.public().annotate(moment=Max("texts__current_version__published_at"))
    for slug, moment in moments.order_by("pk").values_list("slug", "moment"):
        yield _everywhere("knowledge:article_detail", slug), moment


def _organisations(number: int) -> Iterator[Place]:
    """Those that have published something, and the buyers that may."""
    published = Notice.objects.published().values("procurement__organisation")
    known = Organisation.objects.filter(merged_into=None)
    found = known.filter(pk__in=published) | known.verified_buyers()
    for slug in found.order_by("pk").values_list("slug", flat=True)[:15_000]:
        yield _everywhere("organisation_detail", slug), None


def _networks(number: int) -> Iterator[Place]:
    for slug in Network.objects.active().order_by("pk").values_list("slug", flat=True)[:15_000]:
        yield _everywhere("networks:network_detail", slug), None


def _pages(number: int) -> Iterator[Place]:
    yield from ((_everywhere(name), None) for name in PAGES)


PARTS: dict[str, Callable[[int], Iterable[Place]]] = {
    "pages": _pages,
    "articles": _articles,
    "organisations": _organisations,
    "networks": _networks,
    "notices": _notices,
}


def _everywhere(name: str, *arguments: str) -> dict[str, str]:
    """The page's address in each language."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = settings.URL + reverse(name, args=arguments)
    return found


def _entries(addresses: dict[str, str], moment: datetime | None) -> Iterator[str]:
    """One for each language; each names all of them."""
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{escape(url)}"/>' for code, url in addresses.items()
    )
    for url in addresses.values():
        yield f"<url><loc>{escape(url)}</loc>{_lastmod(moment)}{others}</url>"


def _lastmod(moment: datetime | None) -> str:
    return f"<lastmod>{moment.astimezone(UTC).isoformat(timespec='seconds')}</lastmod>" if moment else ""


def _xml(begin: str, lines: Iterable[str], end: str) -> HttpResponse:
    body = "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', begin, *lines, end])
    return HttpResponse(body, content_type="application/xml; charset=utf-8")
