"""The links of guidance that lead out of the arena: what is wrong with them, on the editors' desk."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from knowledge import links
from knowledge.editor_views import for_editors
from knowledge.link_forms import LinkFilters
from knowledge.models import OutsideLink
from ui.pages import render_page
from ui.paging import page_of


@require_safe
@for_editors
def link_list(request: MemberRequest) -> HttpResponse:
    form = LinkFilters(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "show": ""}
    page = page_of(links.shown(asked["show"], asked["q"]), request.GET)
    context = {
        "form": form,
        "counts": links.counts(),
        "is_asked": any(asked.values()),
        "page_obj": page,
        "rows": [(link, links.trouble(link)) for link in page],
        "is_checked": settings.CHECK_LINKS,
    }
    return render_page(request, "knowledge/link_list.html", context, partial="results")


@for_editors
@require_POST
def link_vouch(request: MemberRequest, pk: int) -> HttpResponse:
    links.vouch(get_object_or_404(OutsideLink, pk=pk), by=request.user, at=timezone.now())
    messages.success(request, _("Thank you. The link counts as working, and is visited again in 90 days."))
    return redirect("knowledge:link_list")
