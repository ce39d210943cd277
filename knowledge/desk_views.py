"""The editors' desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from accounts.rules import Refused
from knowledge import binding, desk, links, opining, publishing
from knowledge.editor_views import for_editors
from knowledge.loading import REVIEWED_EVERY
from knowledge.models import Article
from knowledge.publishing_forms import DeskForm, ReviewForm
from ui.pages import render_page
from ui.paging import page_of

MOST = 10  # of what waits and of what is due, above the list that has them all


@require_safe
@for_editors
def article_review_list(request: MemberRequest) -> HttpResponse:
    today = timezone.localdate()
    form = DeskForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {"q": "", "genre": "", "state": ""}
    articles = desk.found(chosen["q"], chosen["genre"], chosen["state"], on=today)
    waiting, counts = desk.waiting(request.user), dict(desk.counts(today))
    context = {
        "today": today,
        "form": form,
        "page_obj": page_of(desk.shown(articles), request.GET),
        "counts": counts.items(),
        "cares": _cares(),
        "waiting": waiting[:MOST],
        "waiting_more": max(0, len(waiting) - MOST),
        "due": desk.to_review(today)[:MOST],
        "due_more": max(0, counts[desk.State.LATE] + counts[desk.State.SOON] - MOST),
        "next_by": today + REVIEWED_EVERY,
    }
    return render_page(request, "knowledge/article_review_list.html", context, partial="results")


def _cares() -> list[tuple[str, int, str]]:
    """What else an editor looks after: its name, how much waits, and where."""
    return [
        (_("Bindings that lead nowhere"), len(binding.broken()), reverse("knowledge:binding_list")),
        (_("Links that are broken"), links.number_broken(), f"{reverse('knowledge:link_list')}?show=broken"),
        (_("Words from readers to be read"), opining.counts()["waiting"], reverse("knowledge:opinion_list")),
    ]


@for_editors
@require_POST
def article_review(request: MemberRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article, slug=slug)
    form = ReviewForm(request.POST, today=timezone.localdate())
    try:
        if not form.is_valid():
            raise Refused(_("Give the day of the next review, within ten years, as in 2027-11-30."))
        publishing.review(article, next_by=form.cleaned_data["next_by"], by=request.user, at=timezone.now())
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("Thank you. The article is marked as reviewed today."))
    return redirect("knowledge:article_review_list")
