"""Banners, for those who edit guidance; and how a reader puts one away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from knowledge import banners
from knowledge.editor_views import for_editors
from knowledge.models import Banner
from networks.meeting_forms import ClockField
from ui.forms import Form
from ui.moments import say
from ui.pages import render_page
from ui.paging import page_of

MOST_HIDDEN = 20  # the newest; a cookie is small
HIDDEN_FOR = 30 * 24 * 3600  # seconds
OF_A_LANGUAGE = re.compile(rf"^/(?:{'|'.join(code for code, _name in settings.LANGUAGES)})/")


@dataclass(frozen=True)
class Line:
    """A banner in one language, its moments in words."""

    pk: int | None
    weight: str
    text: str
    url: str
    language: str
    since: str
    until: str
    is_news: bool


class BannerForm(Form):
    """The moments are in the editor's own zone."""

    text_sv = forms.CharField(label=gettext_lazy("In Swedish"), max_length=300)
    text_nb = forms.CharField(label=gettext_lazy("In Norwegian"), max_length=300)
    text_en = forms.CharField(label=gettext_lazy("In English"), max_length=300)
    url = forms.CharField(
        label=gettext_lazy("Address to read more"),
        help_text=gettext_lazy(
            "A path of the arena, as in /sv/guidance/, which leads to the reader's own language; or an address with https://."
        ),
        max_length=300,
        required=False,
    )
    weight = forms.ChoiceField(label=gettext_lazy("What kind"), choices=Banner.Weight.choices)
    starts_at = ClockField(label=gettext_lazy("From"))
    ends_at = ClockField(label=gettext_lazy("Until"))

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("starts_at", "ends_at"):
            self.fields[name].zone = zone  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        is_ours = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
        if url and not is_ours:
            if not url.startswith("https://"):
                raise ValidationError(_("Write a path that begins with / or an address that begins with https://."))
            forms.URLField(assume_scheme="https").clean(url)
        return url

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        starts_at, ends_at = clean.get("starts_at"), clean.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The banner must end after it begins."))
        return clean

    def said(self) -> banners.Said:
        return banners.Said(**self.cleaned_data)


@require_safe
@for_editors
def banner_list(request: MemberRequest) -> HttpResponse:
    context = {"page_obj": page_of(Banner.objects.select_related("made_by"), request.GET), "now": timezone.now()}
    return render_page(request, "knowledge/banner_list.html", context)


@for_editors
def banner_create(request: MemberRequest) -> HttpResponse:
    form = BannerForm(request.POST or None, zone=request.user.zone)
    if _is_to_be_saved(request, form):
        banners.make(form.said(), by=request.user, at=timezone.now())
        messages.success(request, _("The banner is saved. All pages show it within half a minute of its time."))
        return redirect("knowledge:banner_list")
    return _page(request, form, None)


@for_editors
def banner_edit(request: MemberRequest, pk: int) -> HttpResponse:
    banner = get_object_or_404(Banner, pk=pk)
    standing = {name: getattr(banner, name) for name in banners.Said.__dataclass_fields__}
    form = BannerForm(request.POST or None, initial=standing, zone=request.user.zone)
    if _is_to_be_saved(request, form):
        banners.edit(banner, form.said(), by=request.user, at=timezone.now())
        messages.success(request, _("The banner is saved. All pages show it within half a minute of its time."))
        return redirect("knowledge:banner_list")
    return _page(request, form, banner)


@for_editors
@require_POST
def banner_end(request: MemberRequest, pk: int) -> HttpResponse:
    banners.end(get_object_or_404(Banner, pk=pk), by=request.user, at=timezone.now())
    messages.success(request, _("The banner is ended. It is gone from all pages within half a minute."))
    return redirect("knowledge:banner_list")


@csrf_exempt  # a token would give every visitor a cookie for a line of news; all that a stranger could do is to hide it
@login_not_required
@require_POST
def banner_hide(request: HttpRequest, pk: int) -> HttpResponse:
    """The reader has seen the news. The browser remembers which; the arena does not."""
    back = request.POST.get("next", "")
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    response = redirect(back if safe else "home")
    hidden = [*(one for one in hidden_by(request) if one != pk), pk][-MOST_HIDDEN:]
    response.set_cookie(
        _cookie(),
        ".".join(map(str, hidden)),
        max_age=HIDDEN_FOR,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )
    return response


def hidden_by(request: HttpRequest) -> list[int]:
    """Ids of the news that the reader has put away; a cookie that somebody made up hides nothing but that."""
    said = request.COOKIES.get(_cookie(), "")[:400]
    return [int(one) for one in said.split(".") if one.isascii() and one.isdigit()]


def shown_to(request: HttpRequest) -> list[Line]:
    """What stands on top of the page. Only news can be put away."""
    hidden, language = set(hidden_by(request)), get_language() or "en"
    found = [in_words(each, language) for each in banners.board.shown(timezone.now())]
    return [line for line in found if not line.is_news or line.pk not in hidden]


def in_words(banner: Banner, language: str) -> Line:
    zone = timezone.get_current_timezone_name()  # the reader's, or Swedish time
    return Line(
        pk=banner.pk,
        weight=banner.weight,
        text=banner.text(language),
        url=OF_A_LANGUAGE.sub(f"/{language}/", banner.url),
        language=language,
        since=say(banner.starts_at, zone, language),
        until=say(banner.ends_at, zone, language),
        is_news=banner.weight == Banner.Weight.NEWS,
    )


def _is_to_be_saved(request: HttpRequest, form: BannerForm) -> bool:
    return request.method == "POST" and form.is_valid() and "look" not in request.POST


def _page(request: HttpRequest, form: BannerForm, banner: Banner | None) -> HttpResponse:
    """With the banner as it would look, in each language, when that was asked for."""
    look = Banner(**form.cleaned_data) if form.is_bound and form.is_valid() else None
    lines = [in_words(look, code) for code, _name in settings.LANGUAGES] if look else []
    context = {"form": form, "banner": banner, "lines": lines}
    return render_page(request, "knowledge/banner_edit.html", context, status=422 if form.errors else 200)


def _cookie() -> str:
    return "__Host-hidden-banners" if settings.SESSION_COOKIE_SECURE else "hidden-banners"
