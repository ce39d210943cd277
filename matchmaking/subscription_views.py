"""A person's saved searches: saving one makes alerts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import MemberRequest
from matchmaking import saved_searches, subscribing
from matchmaking.describing import in_words
from matchmaking.forms import SubscriptionForm, start
from matchmaking.models import Receiver, Subscription
from matchmaking.offer_views import shown
from matchmaking.subscribing import CRITERIA
from notifications.models import Rhythm
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of

SORTS = {
    "name": (gettext_lazy("Name"), ("name", "pk")),
    "newest": (gettext_lazy("Newest first"), ("-created_at", "-pk")),
    "found": (gettext_lazy("Most found first"), ("-found", "name", "pk")),
}


@require_safe
def subscription_list(request: MemberRequest) -> HttpResponse:
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "name"
    own = _with_numbers(Subscription.objects.filter(person=request.user, follows=""), request)
    page = page_of(own.order_by(*SORTS[sort][1]), request.GET)
    listed = list(page.object_list)
    usual = subscribing.usual_rhythm(request.user)
    context = {
        "page_obj": page,
        "rows": [
            {"subscription": each, "asks_for": words, "rhythm": _rhythm(each.rhythm, usual)}
            for each, words in zip(listed, in_words(listed, get_language() or "sv"), strict=True)
        ],
        "sort": sort,
        "sorts": [(code, label) for code, (label, _order) in SORTS.items()],
    }
    return render_page(request, "matchmaking/subscription_list.html", context)


def _with_numbers(subscriptions: QuerySet[Subscription], request: MemberRequest) -> QuerySet[Any]:
    """Each with how many notices it has `found` that stand, and the person's `rhythm` for it."""
    current = Count(
        "matches", filter=Q(matches__dismissed_at=None, matches__version=F("matches__version__notice__current_version"))
    )
    own = Receiver.objects.filter(subscription=OuterRef("pk"), user=request.user)
    return subscriptions.annotate(found=current, rhythm=Subquery(own.values("rhythm")))


def _rhythm(own: str | None, usual: str) -> str:
    """As mail comes: what is chosen for all suggestions decides where nothing is chosen here, and "no mail" there always."""
    return str(Rhythm(usual if usual == Rhythm.OFF else own or usual).label)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("foresee")
def subscription_create(request: MemberRequest) -> HttpResponse:
    """Begins with the search that the person came from: the address is that of the list with its filters."""
    begun = saved_searches.from_address(request.GET)
    return _edit(request, Subscription(person=request.user), {**begun.criteria, "rhythm": ""}, begun.left_out)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("foresee", reads=True)
def subscription_edit(request: MemberRequest, pk: int) -> HttpResponse:
    subscription = _own(request, pk)
    rhythm = subscribing.rhythm_of(subscription, request.user)
    return _edit(request, subscription, {**start(subscription, ("name", *CRITERIA)), "rhythm": rhythm}, [])


def _edit(
    request: MemberRequest, subscription: Subscription, initial: dict[str, Any], left_out: list[str]
) -> HttpResponse:
    usual, hears = subscribing.usual_rhythm(request.user), initial["rhythm"] is not None
    form = SubscriptionForm(request.POST or None, initial=initial, usual=usual, hears=hears)
    context: dict[str, Any] = {"form": form, "subscription": subscription, "left_out": left_out}
    if request.method == "POST" and form.is_valid():
        form.put_on(subscription)
        if "preview" not in request.POST:
            try:
                kept = subscribing.save_search(
                    subscription, rhythm=form.chosen_rhythm, by=request.user, at=timezone.now()
                )
            except subscribing.TooMany as why:
                form.add_error(None, str(why))
            else:
                messages.success(request, _("Saved. You hear as soon as something fits."))
                return redirect("matchmaking:subscription_edit", kept.pk)
    if not form.errors and (subscription.pk or form.is_bound):
        context |= shown(subscription)
    return render_page(request, "matchmaking/subscription_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def subscription_delete(request: MemberRequest, pk: int) -> HttpResponse:
    subscription = _own(request, pk)
    if request.method != "POST":
        return render_page(request, "matchmaking/subscription_delete.html", {"subscription": subscription})
    subscribing.remove(subscription, by=request.user, at=timezone.now())
    messages.success(request, _("Deleted. You no longer hear of what it found."))
    return redirect("matchmaking:subscription_list")


@require_POST
def subscription_pause(request: MemberRequest, pk: int) -> HttpResponse:
    subscribing.pause(_own(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("Paused. Nothing is suggested by it until you start it again."))
    return redirect("matchmaking:subscription_list")


@require_POST
def subscription_resume(request: MemberRequest, pk: int) -> HttpResponse:
    subscribing.resume(_own(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("Started again. You hear of what is published from now on."))
    return redirect("matchmaking:subscription_list")


def _own(request: MemberRequest, pk: int) -> Subscription:
    return get_object_or_404(Subscription, pk=pk, person=request.user)
