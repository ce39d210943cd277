"""Events: the calendar that everybody reads, one's own place, and what editors do with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import MemberRequest
from accounts.rules import Refused
from knowledge import attending, occasions
from knowledge.editor_views import LANGUAGES, for_editors
from knowledge.models import Article, ArticleVersion, Attendance, Genre, Occasion
from knowledge.occasion_forms import EventSearchForm, NeedsForm, OccasionForm, RecordingForm
from knowledge.rules import may_edit
from networks.csv_files import csv_of
from records import auditing
from ui.limiting import limited
from ui.moments import zone_of
from ui.pages import render_page
from ui.paging import page_of


@dataclass(frozen=True)
class Event:
    """An event as its page shows it to one reader."""

    occasion: Occasion
    now: datetime
    attendance: Attendance | None  # the reader's own
    line: int  # the reader's number on the waiting list; 0: not on it
    closed: str  # why nobody can register, in a sentence; empty while everybody can
    is_full: bool
    reads_address: bool

    @property
    def is_over(self) -> bool:
        return self.occasion.ends_at <= self.now

    @property
    def is_to_come(self) -> bool:
        return self.now < self.occasion.starts_at and self.occasion.cancelled_at is None

    @property
    def needs_form(self) -> NeedsForm:
        return NeedsForm(initial={"needs": self.attendance.needs if self.attendance else ""})


def event_of(article: Article, request: HttpRequest) -> Event | None:
    """What the page of the article shows beside its words; None where it is no event, or nobody said yet when it is."""
    if article.genre != Genre.EVENT:
        return None
    occasion = Occasion.objects.filter(article=article).first()
    if occasion is None:
        return None
    at, place = timezone.now(), None
    if isinstance(request.user, User):
        place = attending.registered(occasion).filter(user=request.user).first()
    why = attending.closed(occasion, at)
    has_address = occasion.online_url and occasion.cancelled_at is None
    return Event(
        occasion=occasion,
        now=at,
        attendance=place,
        line=attending.place_in_line(place) if place and not place.seated_at else 0,
        closed=why.in_words() if why else "",
        is_full=not why and not place and attending.free_seats(occasion) == 0,
        reads_address=bool(has_address and ((place and place.seated_at) or may_edit(request.user))),
    )


@login_not_required
@require_safe
@limited("search", reads=True)
def event_list(request: HttpRequest) -> HttpResponse:
    at, is_past = timezone.now(), request.GET.get("when") == "past"
    public = occasions.public()
    shown = public.filter(ends_at__lte=at) if is_past else public.filter(ends_at__gt=at)
    weeks = shown.exclude(theme_week="").order_by("theme_week").values_list("theme_week", flat=True).distinct()
    form = EventSearchForm(request.GET, weeks=list(weeks))
    order = ("-starts_at", "-pk") if is_past else ("starts_at", "pk")
    page = page_of(form.narrowed(shown).order_by(*order), request.GET)
    context = {
        "form": form,
        "page_obj": page,
        "months": _by_month(page.object_list),
        "is_past": is_past,
        "is_narrowed": any(form.cleaned_data.values()),
        "may_edit": may_edit(request.user),
        "now": at,
    }
    return render_page(request, "knowledge/event_list.html", context, partial="results")


@require_POST
@limited("attend")
def event_register(request: MemberRequest, slug: str) -> HttpResponse:
    occasion = _public_or_404(slug)
    form = NeedsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what you need in 300 characters or less."))
        return redirect(occasion.article)
    try:
        place = attending.register(
            occasion,
            needs=form.cleaned_data["needs"],
            organisation=request.acting_for,
            by=request.user,
            at=timezone.now(),
        )
    except Refused as why:
        messages.error(request, str(why))
    else:
        seat, line = _("You have a seat. Welcome!"), _("All seats are taken. You are on the waiting list.")
        messages.success(request, seat if place.seated_at else line)
    return redirect(occasion.article)


@require_POST
@limited("attend")
def event_leave(request: MemberRequest, slug: str) -> HttpResponse:
    occasion = _public_or_404(slug)
    attending.leave(occasion, by=request.user, at=timezone.now())
    messages.success(request, _("You are no longer registered for the event."))
    return redirect(occasion.article)


@for_editors
def event_edit(request: MemberRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.for_list(), slug=slug, genre=Genre.EVENT)
    occasion = Occasion.objects.filter(article=article).first()
    form, status = OccasionForm(request.POST or None, occasion=occasion), 200
    if request.method == "POST" and form.is_valid():
        try:
            occasions.set_facts(
                article, form.facts(), seen=form.cleaned_data["seen"], by=request.user, at=timezone.now()
            )
        except Refused as why:
            form.add_error(None, str(why))
        except occasions.Stale as stale:
            # Sent again, one's own words stand: a choice now, not an accident.
            status, typed = 409, request.POST.copy()
            typed["seen"] = stale.now.edited_at.isoformat()
            form, occasion = OccasionForm(typed, occasion=stale.now), stale.now
            form.add_error(None, str(stale))
        else:
            messages.success(request, _("The event is saved. If it is moved, all who have registered are told."))
            return redirect("knowledge:event_edit", slug)
    if form.errors and status == 200:
        status = 422
    recording_form = RecordingForm(initial={"url": occasion.recording_url if occasion else ""})
    return _edit_page(request, article, occasion, form, recording_form, status=status)


def _edit_page(
    request: MemberRequest,
    article: Article,
    occasion: Occasion | None,
    form: OccasionForm,
    recording_form: RecordingForm,
    *,
    status: int,
) -> HttpResponse:
    context = {
        "article": article,
        "form": form,
        "occasion": occasion,
        "recording_form": recording_form,
        "is_begun": occasion is not None and occasion.starts_at <= timezone.now(),
        "is_over": occasion is not None and occasion.ends_at <= timezone.now(),
        "tongues": LANGUAGES,
    }
    return render_page(request, "knowledge/event_edit.html", context, status=status)


@for_editors
@require_POST
def event_cancel(request: MemberRequest, slug: str) -> HttpResponse:
    occasion = get_object_or_404(Occasion, article__slug=slug)
    try:
        occasions.cancel(occasion, by=request.user, at=timezone.now())
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("The event is cancelled, and all who have registered are told."))
    return redirect("knowledge:event_edit", slug)


@for_editors
@require_POST
def event_recording(request: MemberRequest, slug: str) -> HttpResponse:
    occasion = get_object_or_404(Occasion, article__slug=slug)
    form = RecordingForm(request.POST)
    if form.is_valid():
        try:
            occasions.add_recording(occasion, form.cleaned_data["url"], by=request.user, at=timezone.now())
        except Refused as why:
            form.add_error("url", str(why))
        else:
            messages.success(request, _("The recording is saved."))
            return redirect("knowledge:event_edit", slug)
    article = get_object_or_404(Article.objects.for_list(), slug=slug)
    return _edit_page(request, article, occasion, OccasionForm(occasion=occasion), form, status=422)


@require_safe
@for_editors
def event_attendee_list(request: MemberRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.for_list(), slug=slug, genre=Genre.EVENT)
    occasion = get_object_or_404(Occasion, article=article)
    places = attending.registered(occasion).select_related("user", "organisation")
    context = {
        "article": article,
        "occasion": occasion,
        "seated": places.filter(seated_at__isnull=False),
        "waiting": places.filter(seated_at=None),
        "tongues": LANGUAGES,
    }
    return render_page(request, "knowledge/event_attendee_list.html", context)


@require_safe
@limited("export", reads=True)
@for_editors
def event_attendee_download(request: MemberRequest, slug: str) -> HttpResponse:
    """The same list as a table; that somebody took it out of the arena is written down."""
    occasion = get_object_or_404(Occasion, article__slug=slug)
    auditing.record("event.attendees_downloaded", occasion, by=request.user, at=timezone.now())
    body = csv_of(attending.rows_for_editors(occasion), get_language() or "en")
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}.csv"'
    return response


def _public_or_404(slug: str) -> Occasion:
    return get_object_or_404(occasions.public(), article__slug=slug)


def _by_month(found: Iterable[Occasion]) -> list[tuple[date, list[tuple[Occasion, ArticleVersion]]]]:
    """With their words in the reader's language, under the first day of the month in which they begin where they are."""
    language = get_language() or "en"
    pairs = [(one, one.article.version_for(language)) for one in found]
    shown = [(one, version) for one, version in pairs if version]

    def month(pair: tuple[Occasion, Any]) -> date:
        return pair[0].starts_at.astimezone(zone_of(pair[0].zone)).date().replace(day=1)

    return [(first, list(rows)) for first, rows in groupby(shown, key=month)]
