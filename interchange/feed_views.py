"""Feeds and calendars over HTTP. All are public and the same for everyone; caches may keep them for five minutes."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from interchange import calendars, describing, feeds
from knowledge import occasions
from procurements.browsing import Browse
from procurements.dates import of_notice
from procurements.models import Notice
from ui.caching import etag_of, unless_known
from ui.limiting import limited

FRESH = 300  # seconds that a cache may keep it
ATOM, ICS = "application/atom+xml; charset=utf-8", "text/calendar; charset=utf-8"


@login_not_required
@require_safe
@limited("feed", reads=True)
def notice_feed(request: HttpRequest) -> HttpResponse:
    """What a search finds, the newest fifty; the same filters in the address as in the list's (F5)."""
    browse = Browse.from_address(request.GET)
    query = browse.as_query(sort="")
    feed = feeds.of_search(
        browse,
        address=address("feeds:notice_feed", query),
        page=address("procurements:notice_list", query),
        language=get_language() or "sv",
        at=timezone.now(),
    )
    return fresh(request, feeds.write(feed), ATOM, changed_at=feed.updated_at)


@login_not_required
@require_safe
@limited("feed", reads=True)
def notice_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """What was published, changed, answered and closed of one notice (F3)."""
    notice = published_or_404(slug)
    if notice.slug != slug:
        return redirect("feeds:notice_changes", notice.slug, permanent=True)
    own = settings.URL + reverse("feeds:notice_changes", args=[notice.slug])
    feed = feeds.of_notice(notice, address=own, language=get_language() or "sv")
    return fresh(request, feeds.write(feed), ATOM, changed_at=feed.updated_at)


@login_not_required
@require_safe
@limited("feed", reads=True)
def notice_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Its dates, for a calendar program (G7)."""
    notice = published_or_404(slug)
    if notice.slug != slug:
        return redirect("feeds:notice_calendar", notice.slug, permanent=True)
    version = notice.current_version
    assert version is not None
    body = calendars.as_ics(of_notice(notice), name=version.title, language=get_language() or "sv")
    return fresh(request, body, ICS, name=f"{notice.slug}.ics")


@login_not_required
@require_safe
@limited("feed", reads=True)
def search_calendar(request: HttpRequest) -> HttpResponse:
    """Deadlines of what a search finds."""
    browse = Browse.from_address(request.GET)
    name = f"{settings.NAME}: {browse.q}" if browse.q else settings.NAME
    entries = calendars.of_search(browse, at=timezone.now())
    body = calendars.as_ics(entries, name=name, language=get_language() or "sv")
    return fresh(request, body, ICS, name="procurements.ics")


@login_not_required
@require_safe
@limited("feed", reads=True)
def event_feed(request: HttpRequest) -> HttpResponse:
    """All events of the calendar, from sixty days back, so that programs learn what was moved or cancelled (D8)."""
    since = timezone.now() - occasions.LOOKS_BACK
    entries = list(occasions.dates_of(occasions.public().filter(ends_at__gte=since).order_by("starts_at", "pk")))
    body = calendars.as_ics(entries, name=settings.NAME, language=get_language() or "sv")
    return fresh(request, body, ICS, name="events.ics")


@login_not_required
@require_safe
@limited("feed", reads=True)
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """One event, for a calendar program; a former address of its article leads to the present one."""
    occasion = occasions.public().filter(article__slug=slug).first()
    if occasion is None:
        moved = get_object_or_404(occasions.public(), article__old_slugs__slug=slug)
        return redirect("feeds:event_calendar", moved.article.slug)
    entries = list(occasions.dates_of([occasion]))
    body = calendars.as_ics(entries, name=entries[0].title, language=get_language() or "sv")
    return fresh(request, body, ICS, name=f"{slug}.ics")


@login_not_required
@require_safe
@limited("feed", reads=True)
def catalogue(request: HttpRequest) -> HttpResponse:
    """The arena's data sets, for the portals that gather them (DCAT-AP, as JSON-LD)."""
    return fresh(request, describing.written(describing.catalogue()), "application/ld+json")


def published_or_404(slug: str) -> Notice:
    notices = Notice.objects.published().select_related("current_version", "procurement__organisation")
    return get_object_or_404(notices.at_address(slug))


def address(name: str, query: str) -> str:
    """The page's address for a search, as `Browse.as_query` writes it."""
    return settings.URL + reverse(name) + (f"?{query}" if query else "")


def fresh(
    request: HttpRequest, body: bytes, kind: str, *, changed_at: datetime | None = None, name: str = ""
) -> HttpResponse:
    """The body, or 304 for one who has it already. Its ETag changes with what the public reads, and with nothing else."""
    kept = f"public, max-age={FRESH}"
    response = unless_known(
        request, etag_of(body), lambda: HttpResponse(body, content_type=kind), changed_at=changed_at, keep=kept
    )
    if name:
        response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
