"""What is suggested to an organisation and its people, and what it says that it offers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.grants import Can
from accounts.models import Organisation
from accounts.requests import MemberRequest
from matchmaking import dismissing, subscribing
from matchmaking.forms import PROFILE, DismissForm, OfferForm, start
from matchmaking.models import Match, Receiver, Subscription
from matchmaking.reasons import sentences, with_labels
from matchmaking.subscribing import CRITERIA, Found
from suppliers.models import SupplierProfile
from ui.pages import render_page
from ui.paging import page_of


@require_safe
def match_list(request: MemberRequest) -> HttpResponse:
    """Suggested for you: one row a notice, newest first; `?show=dismissed` has what was put away."""
    at = timezone.now()
    best = Match.objects.best_for(request.user)
    is_dismissed = request.GET.get("show") == "dismissed"
    matches = (best.dismissed() if is_dismissed else best.suggested()).order_by("-created_at", "-pk")
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
        "now": at,
    }
    return render_page(request, "matchmaking/match_list.html", context)


def match_rows(matches: list[Match], request: MemberRequest) -> list[dict[str, Any]]:
    """Each match with its reasons in words; three queries for all labels, one for what the person may answer for."""
    language = get_language() or "sv"
    explained = with_labels([match.reasons for match in matches], [language])
    kept = set(Subscription.objects.kept_by(request.user).values_list("pk", flat=True)) if matches else set()
    return [
        {
            "match": match,
            "notice": match.version.notice,
            "version": match.version,
            "reasons": sentences(reasons, language),
            "may_dismiss": match.subscription_id in kept,
        }
        for match, reasons in zip(matches, explained, strict=True)
    ]


@require_POST
def match_dismiss(request: MemberRequest, pk: int) -> HttpResponse:
    match = _kept_match(request, pk)
    form = DismissForm(request.POST)
    if form.is_valid():
        dismissing.dismiss(match, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        messages.success(request, _("Put away. You find it under “Not relevant”, where one click brings it back."))
    else:
        messages.error(request, _("Choose why it is not relevant. Nothing was changed."))
    return redirect("matchmaking:match_list")


@require_POST
def match_restore(request: MemberRequest, pk: int) -> HttpResponse:
    dismissing.restore(_kept_match(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("It is among your suggestions again."))
    return redirect("matchmaking:match_list")


def _kept_match(request: MemberRequest, pk: int) -> Match:
    kept = Match.objects.filter(subscription__in=Subscription.objects.kept_by(request.user))
    return get_object_or_404(kept.select_related("version", "subscription__organisation"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def offer_edit(request: MemberRequest) -> HttpResponse:
    """What the organisation that the person acts for offers, and what it therefore hears of: one page, one save."""
    organisation = Organisation.objects.of(request.user, Can.WRITE).filter(pk=_acting_for(request) or 0).first()
    if organisation is None:
        return _offer_of_others(request)
    at = timezone.now()
    profile = SupplierProfile.objects.filter(organisation=organisation).first() or SupplierProfile(
        organisation=organisation
    )
    subscription = _subscription_of(organisation)
    form = OfferForm(request.POST or None, initial=_offer_start(profile, subscription, request))
    if request.method == "POST" and form.is_valid():
        form.put_on(subscription)
        if "preview" not in request.POST:
            subscribing.save_offer(
                subscription, profile=form.profile, rhythm=form.cleaned_data["rhythm"], by=request.user, at=at
            )
            messages.success(request, _("Saved. From now on you hear of what fits, and buyers can find you."))
            return redirect("matchmaking:offer_edit")
    context = {"form": form, "organisation": organisation, "supplier": profile, "subscription": subscription}
    context |= _shown(subscription, request) if not form.errors else {}
    return render_page(request, "matchmaking/offer_edit.html", context, status=422 if form.errors else 200)


def _offer_of_others(request: MemberRequest) -> HttpResponse:
    """For a reader, who can hear of the matches but not change the offer; and for a person without an organisation."""
    subscription = (
        Subscription.objects.filter(organisation=_acting_for(request)).first() if request.acting_for else None
    )
    context = {"organisation": request.acting_for, "subscription": subscription, **_shown(subscription, request)}
    return render_page(
        request, "matchmaking/offer_reader.html", context, status=404 if request.method == "POST" else 200
    )


def _shown(subscription: Subscription | None, request: MemberRequest) -> dict[str, Any]:
    """What the criteria have given, what is open already, and whether the person hears of it."""
    if subscription is None or not any(getattr(subscription, name) for name in subscribing.NARROWING):
        return {}
    at = timezone.now()
    dismissed = Match.objects.dismissed().filter(subscription=subscription.pk).values("dismissed_reason")
    reasons = dict(Match.Irrelevance.choices)
    return {
        "preview": subscribing.preview(subscription, at=at),
        "already_open": open_rows(subscribing.already_open(subscription, at=at)),
        "now": at,
        "is_receiver": Receiver.objects.filter(subscription=subscription.pk, user=request.user).exists(),
        "dismissals": [
            (reasons.get(row["dismissed_reason"], row["dismissed_reason"]), row["number"])
            for row in dismissed.annotate(number=Count("version__notice", distinct=True)).order_by("-number")
        ],
    }


def open_rows(found: list[Found]) -> list[dict[str, Any]]:
    language = get_language() or "sv"
    explained = with_labels([[reason.as_json() for reason in each.score.reasons] for each in found], [language])
    return [
        {"notice": each.notice, "version": each.notice.current_version, "reasons": sentences(reasons, language)}
        for each, reasons in zip(found, explained, strict=True)
    ]


def _offer_start(profile: SupplierProfile, subscription: Subscription, request: MemberRequest) -> dict[str, Any]:
    rhythm = {"rhythm": subscribing.rhythm_of(request.user)}
    return {**start(profile, PROFILE), **start(subscription, CRITERIA), **rhythm}


def _subscription_of(organisation: Organisation) -> Subscription:
    found = Subscription.objects.filter(organisation=organisation).first()
    return found or Subscription(organisation=organisation, name=organisation.name[:120])


def _acting_for(request: MemberRequest) -> int | None:
    return request.acting_for.pk if request.acting_for else None


@require_POST
def offer_receive(request: MemberRequest) -> HttpResponse:
    """Each member says for itself whether to hear of the organisation's suggestions."""
    own = Subscription.objects.filter(organisation__in=Organisation.objects.of(request.user))
    subscription = get_object_or_404(own, organisation=_acting_for(request))
    wants = request.POST.get("wants") == "yes"
    subscribing.receive(subscription, wants=wants, by=request.user, at=timezone.now())
    said = (
        _("You hear of what fits from now on.")
        if wants
        else _("You no longer hear of these. Your colleagues are not affected.")
    )
    messages.success(request, said)
    return redirect("matchmaking:offer_edit")
