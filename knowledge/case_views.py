"""A case from a finished procurement: found and begun, its facts corrected; and the way to it from the procurement's page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import MemberRequest
from accounts.rules import Refused
from knowledge import casing
from knowledge.case_forms import CaseForm, FindForm
from knowledge.editor_views import for_editors
from knowledge.models import Article, CaseFacts, Genre
from procurements.models import Notice, Procurement
from ui.pages import render_page
from ui.paging import page_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def case_create(request: MemberRequest) -> HttpResponse:
    """Finds what has ended and has no case; one click begins it."""
    at = timezone.now()
    if request.method == "POST":
        ocid = request.POST.get("procurement", "").replace("\0", "")  # PostgreSQL knows no NUL
        procurement = get_object_or_404(Procurement, ocid=ocid)
        try:
            article = casing.begin(procurement, language=get_language() or "sv", by=request.user, at=at)
        except Refused as why:
            messages.error(request, str(why))
            return redirect("knowledge:case_create")
        messages.success(
            request,
            _("The case is begun with what the procurement has told in public. Nobody but editors sees it yet."),
        )
        return redirect("knowledge:case_edit", article.slug)
    form = FindForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = casing.candidates(words=asked.get("q", ""), buyer=asked.get("buyer", ""), at=at)
    page = page_of(found, request.GET)
    context = {
        "form": form,
        "page_obj": page,
        "rows": [(one, list(one.notices.all())) for one in page],
        "asked": any(asked.values()),
    }
    return render_page(request, "knowledge/case_create.html", context, partial="results")


@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def case_edit(request: MemberRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.for_list(), slug=slug, genre=Genre.CASE)
    case = CaseFacts.objects.filter(article=article).first()
    form = CaseForm(request.POST or None, instance=case)
    context: dict[str, Any] = {"article": article, "form": form, "tongues": dict(settings.LANGUAGES)}
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            casing.change(
                article, form.cleaned_data, seen=_moment(form.cleaned_data["seen"]), by=request.user, at=timezone.now()
            )
        except casing.Stale as stale:
            typed = request.POST.copy()
            typed["seen"] = stale.now.edited_at.isoformat()
            context |= {"form": CaseForm(typed, instance=stale.now), "why": str(stale), "now": stale.now}
            status = 409
        else:
            messages.success(request, _("The facts are saved."))
            return redirect("knowledge:case_edit", slug)
    return render_page(request, "knowledge/case_edit.html", context, status=status)


@login_not_required
@require_safe
def procurement_case(request: HttpRequest, slug: str) -> HttpResponse:
    """The case about a procurement: a piece for its public page to fetch, and a page of its own. By any of its notices."""
    notice = get_object_or_404(
        Notice.objects.published().at_address(slug).select_related("procurement", "current_version")
    )
    article = casing.about(notice.procurement)
    version = article.version_for(get_language() or "en") if article else None
    context = {"notice": notice, "article": article, "version": version}
    return render_page(request, "knowledge/procurement_case.html", context, partial="case")


def _moment(written: str) -> datetime | None:
    """What the page said; anything else is no moment, and so never the one that stands."""
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None
