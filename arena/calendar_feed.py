"""A person's own calendar: the page, and the feed that calendar programs subscribe to (A39, G7; RFC 5545, RFC 7986)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from icalendar import Calendar, Event

from accounts import keying
from accounts.models import CalendarKey, User
from accounts.requests import MemberRequest
from arena.dates import dates_of
from procurements.dates import Entry
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
        body = as_ics(person, dates_of(person, at=timezone.now()))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="arena.ics"'
    response["Cache-Control"] = "private, max-age=300"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def as_ics(person: User, entries: list[Entry]) -> bytes:
    """The calendar in the person's language. Moments stand in UTC and are said in words with their own zone."""
    feed = Calendar()
    feed.add("prodid", "-//Arena for innovation procurement//Dates//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("name", _plain(settings.NAME))
    feed.add("x-wr-calname", _plain(settings.NAME))  # what programs that do not know NAME show
    feed.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for entry in entries:
        feed.add_component(_event(entry, person.language))
    written: bytes = feed.to_ical()
    return written


def _event(entry: Entry, language: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{urlsplit(settings.URL).hostname}")
    event.add("dtstart", entry.moment.astimezone(UTC) if entry.moment else entry.day)
    if entry.ends:
        event.add("dtend", entry.ends.astimezone(UTC))
    event.add("dtstamp", _second(entry.changed_at))
    event.add("last-modified", _second(entry.changed_at))
    event.add("sequence", entry.changes)
    event.add("status", "CANCELLED" if entry.is_called_off else "CONFIRMED")
    event.add(
        "transp", "OPAQUE" if entry.ends and not entry.is_called_off else "TRANSPARENT"
    )  # a deadline makes nobody busy
    event.add("summary", _plain(f"{entry.what}: {entry.title}"))
    said = [entry.in_words(language), entry.organisation, settings.URL + entry.path]
    if entry.is_called_off and entry.ends:
        said.insert(0, _("This meeting is called off."))
    elif entry.is_called_off:
        said.insert(0, _("This is called off: the notice was closed before its time."))
    event.add("description", "\n".join(_plain(line) for line in said))
    event.add("url", settings.URL + entry.path)
    return event


def _plain(text: str) -> str:
    """One line, without control characters: RFC 5545 (3.1) has no place for them, and `icalendar` escapes the rest."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _address(secret: str) -> str:
    return settings.URL + reverse("calendar_feed", args=[secret])
