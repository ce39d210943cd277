"""A person's own calendar: the page, and the feed that calendar programs subscribe to (A39, G7; RFC 5545, RFC 7986)."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import keying
from accounts.models import CalendarKey
from accounts.requests import MemberRequest
from arena.dates import dates_of
from interchange.calendars import as_ics
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of

SHOWN_ONCE = "calendar_secret"  # in the session, from the POST that makes the key to the page that shows it


@require_safe
def calendar(request: MemberRequest) -> HttpResponse:
    """What is coming, and how a calendar program gets it by itself."""
    at = timezone.now()
    secret = request.session.pop(SHOWN_ONCE, "")
    context = {
        "page_obj": page_of([entry for entry in dates_of(request.user, at=at) if entry.starts >= at], request.GET),
        "key": CalendarKey.objects.filter(user=request.user, revoked_at=None).first(),
        "address": _address(secret) if secret else "",
        "now": at,
    }
    return render_page(request, "arena/calendar.html", context)


@require_POST
def calendar_key_make(request: MemberRequest) -> HttpResponse:
    request.session[SHOWN_ONCE] = keying.make_key(request.user, at=timezone.now())
    messages.success(request, _("Your calendar has an address of its own now. Copy it: it is shown only this once."))
    return redirect("calendar")


@require_POST
def calendar_key_revoke(request: MemberRequest) -> HttpResponse:
    keying.revoke(request.user, at=timezone.now())
    messages.success(request, _("The address is closed. Programs that subscribed to it get nothing more."))
    return redirect("calendar")


@login_not_required
@require_safe
@limited("calendar", reads=True, thing="secret")
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Everything that the page shows, for a program; the secret in the address is the authority, and nothing is written."""
    person = keying.holder_of(secret)
    if person is None:
        raise Http404
    with translation.override(person.language):
        body = as_ics(dates_of(person, at=timezone.now()), name=settings.NAME, language=person.language)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="arena.ics"'
    response["Cache-Control"] = "private, max-age=300"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _address(secret: str) -> str:
    return settings.URL + reverse("calendar_feed", args=[secret])
