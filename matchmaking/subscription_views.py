"""A person's saved searches: saving one makes alerts."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import MemberRequest
from matchmaking import saved_searches, subscribing
from matchmaking.forms import SubscriptionForm, start
from matchmaking.models import Subscription
from matchmaking.subscribing import CRITERIA
from matchmaking.views import open_rows
from notifications.models import Rhythm
from ui.pages import render_page
from ui.paging import page_of


@require_safe
def subscription_list(request: MemberRequest) -> HttpResponse:
    current = Count(
        "matches", filter=Q(matches__dismissed_at=None, matches__version=F("matches__version__notice__current_version"))
    )
    page = page_of(
        Subscription.objects.filter(person=request.user).annotate(found=current).order_by("name", "pk"), request.GET
    )
    context = {"page_obj": page, "rhythm": Rhythm(subscribing.rhythm_of(request.user)).label}
    return render_page(request, "matchmaking/subscription_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def subscription_create(request: MemberRequest) -> HttpResponse:
    """Begins with the search that the person came from: the address is that of the list with its filters."""
    begun = saved_searches.from_address(request.GET)
    return _edit(request, Subscription(person=request.user), begun.criteria, begun.left_out)


@require_http_methods(["GET", "HEAD", "POST"])
def subscription_edit(request: MemberRequest, pk: int) -> HttpResponse:
    subscription = _own(request, pk)
    return _edit(request, subscription, start(subscription, ("name", *CRITERIA)), [])


def _edit(
    request: MemberRequest, subscription: Subscription, initial: dict[str, object], left_out: list[str]
) -> HttpResponse:
    at = timezone.now()
    initial = {**initial, "rhythm": subscribing.rhythm_of(request.user)}
    form = SubscriptionForm(request.POST or None, initial=initial)
    preview, already_open = None, []
    if request.method == "POST" and form.is_valid():
        form.put_on(subscription)
        if "preview" not in request.POST:
            try:
                subscribing.save_search(subscription, rhythm=form.cleaned_data["rhythm"], by=request.user, at=at)
            except subscribing.TooMany as why:
                form.add_error(None, str(why))
            else:
                messages.success(request, _("Saved. You hear as soon as something fits."))
                return redirect("matchmaking:subscription_list")
        preview = subscribing.preview(subscription, at=at)
        already_open = open_rows(subscribing.already_open(subscription, at=at))
    context = {
        "form": form,
        "subscription": subscription,
        "left_out": left_out,
        "preview": preview,
        "already_open": already_open,
        "now": at,
    }
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
