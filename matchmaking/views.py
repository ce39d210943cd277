"""What is suggested to an organisation and its people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from matchmaking import dismissing, lessons, lessons_said, marking
from matchmaking.forms import DismissForm
from matchmaking.models import Lesson, Match, MatchQuerySet, Subscription
from matchmaking.reasons import sentences, with_labels
from ui.pages import render_page
from ui.paging import page_of

DIGITS = 19  # of an id, at most


@require_safe
def match_list(request: MemberRequest) -> HttpResponse:
    """Suggested for you: one row a notice, newest first; `?show=dismissed` has what was put away."""
    at = timezone.now()
    best = Match.objects.best_for(request.user)
    is_dismissed = request.GET.get("show") == "dismissed"
    matches = (best.dismissed() if is_dismissed else best.suggested().without_muted(request.user)).order_by(
        "-created_at", "-pk"
    )
    page = page_of(
        matches.select_related(
            "version__notice__current_version",
            "version__notice__procurement__organisation",
            "subscription__organisation",
        ),
        request.GET,
    )
    rows = match_rows(list(page.object_list), request)
    context = {
        "page_obj": page,
        "rows": rows,
        "is_dismissed": is_dismissed,
        "dismissed_count": best.dismissed().count(),
        "has_subscription": bool(rows) or Subscription.objects.seen_by(request.user).exists(),
        "irrelevance": Match.Irrelevance.choices,
        "put_away": _put_away(request),
        "now": at,
    }
    return render_page(request, "matchmaking/match_list.html", context)


def match_rows(matches: list[Match], request: MemberRequest) -> list[dict[str, Any]]:
    """Each match with its reasons in words, and the words marked where they stand; a constant number of queries."""
    language = get_language() or "sv"
    explained = with_labels([[*match.hits, f"search:{match.subscription_id}"] for match in matches], [language])
    kept = set(Subscription.objects.kept_by(request.user).values_list("pk", flat=True)) if matches else set()
    words = marking.marked(matches)
    return [
        {
            "match": match,
            "notice": match.version.notice,
            "version": match.version,
            "reasons": sentences(reasons, language),
            "marked": words.get(match.pk),
            "may_dismiss": match.subscription_id in kept,
        }
        for match, reasons in zip(matches, explained, strict=True)
    ]


def _put_away(request: MemberRequest) -> dict[str, Any] | None:
    """What was put away by the click before (`?away=17`), and what else follows from it."""
    pk = request.GET.get("away", "")
    if "page" in request.GET or not (pk.isascii() and pk.isdigit() and len(pk) < DIGITS):
        return None
    match = _kept_matches(request).dismissed().filter(pk=pk).first()
    if match is None:
        return None
    learnt = lessons_said.after(match, by=request.user)
    return {"match": match, "lessons": learnt, "nothing": "" if learnt else lessons_said.nothing_learnt(match)}


@require_POST
def match_dismiss(request: MemberRequest, pk: int) -> HttpResponse:
    match = get_object_or_404(_kept_matches(request), pk=pk)
    form = DismissForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose why it is not relevant. Nothing was changed."))
        return redirect("matchmaking:match_list")
    dismissing.dismiss(match, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
    messages.success(request, _("Put away. You find it under “Not relevant”, where one click brings it back."))
    return redirect(f"{reverse('matchmaking:match_list')}?away={match.pk}")


@require_POST
def match_restore(request: MemberRequest, pk: int) -> HttpResponse:
    match = get_object_or_404(_kept_matches(request), pk=pk)
    dismissing.restore(match, by=request.user, at=timezone.now())
    messages.success(request, _("It is among your suggestions again, and what it taught is taken back."))
    return redirect("matchmaking:match_list")


def _kept_matches(request: MemberRequest) -> MatchQuerySet:
    kept = Match.objects.filter(subscription__in=Subscription.objects.kept_by(request.user))
    return kept.select_related("version__notice__procurement__organisation", "subscription__organisation")


@require_POST
def lesson_forget(request: MemberRequest, pk: int) -> HttpResponse:
    """Takes back one thing that "not relevant" taught: the button beside it on the page of its subscription."""
    kept = Lesson.objects.filter(subscription__in=Subscription.objects.kept_by(request.user))
    lesson = get_object_or_404(kept.select_related("subscription"), pk=pk)
    lessons.forget(lesson, by=request.user, at=timezone.now())
    messages.success(request, _("Taken back. It counts no more from now on; what you put away stays put away."))
    if lesson.subscription.organisation_id:
        return redirect("matchmaking:offer_edit")
    return redirect("matchmaking:subscription_edit", lesson.subscription_id)
