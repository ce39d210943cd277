"""What an organisation says that it offers, and whether its people hear of what fits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.grants import Can
from accounts.models import Organisation
from accounts.requests import MemberRequest
from matchmaking import previewing, subscribing
from matchmaking.forms import PROFILE, OfferForm, ReceiveForm, start
from matchmaking.models import Match, Subscription
from matchmaking.previewing import Found
from matchmaking.reasons import sentences, with_labels
from matchmaking.subscribing import CRITERIA
from notifications.models import Rhythm
from procurements import choosing
from suppliers.models import SupplierProfile
from taxonomy.forms import Typed, chosen_in
from ui.limiting import limited
from ui.pages import render_page


@require_http_methods(["GET", "HEAD", "POST"])
@limited("foresee", reads=True)
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
    form = _form(request, profile, subscription)
    if request.method == "POST" and form.is_valid():
        form.put_on(subscription)
        if "preview" not in request.POST:
            subscribing.save_offer(
                subscription, profile=form.profile, rhythm=form.chosen_rhythm, by=request.user, at=at
            )
            messages.success(request, _("Saved. From now on you hear of what fits, and buyers can find you."))
            return redirect("matchmaking:offer_edit")
    context = {"form": form, "organisation": organisation, "supplier": profile, "subscription": subscription}
    context |= _heard(subscription, request)
    context |= shown(subscription) if not form.errors else {}
    return render_page(request, "matchmaking/offer_edit.html", context, status=422 if form.errors else 200)


def _form(request: MemberRequest, profile: SupplierProfile, subscription: Subscription) -> OfferForm:
    rhythm = subscribing.rhythm_of(subscription, request.user)
    initial = {**start(profile, PROFILE), **start(subscription, CRITERIA), "rhythm": rhythm}
    usual = subscribing.usual_rhythm(request.user)
    return OfferForm(request.POST or None, initial=initial, usual=usual, hears=rhythm is not None)


def _offer_of_others(request: MemberRequest) -> HttpResponse:
    """For a reader, who can hear of the matches but not change the offer; and for a person without an organisation."""
    subscription = (
        Subscription.objects.filter(organisation=_acting_for(request)).first() if request.acting_for else None
    )
    context: dict[str, Any] = {"organisation": request.acting_for, "subscription": subscription}
    if subscription:
        context |= {**_heard(subscription, request), **shown(subscription)}
    return render_page(
        request, "matchmaking/offer_reader.html", context, status=404 if request.method == "POST" else 200
    )


def _heard(subscription: Subscription, request: MemberRequest) -> dict[str, Any]:
    """Whether the person hears of it, how often, and what was called not relevant."""
    rhythm = subscribing.rhythm_of(subscription, request.user)
    dismissed = Match.objects.dismissed().filter(subscription=subscription.pk).values("dismissed_reason")
    reasons = dict(Match.Irrelevance.choices)
    return {
        "is_receiver": rhythm is not None,
        "rhythm": rhythm,
        "rhythms": Rhythm.choices,
        "usual": Rhythm(subscribing.usual_rhythm(request.user)).label,
        "dismissals": [
            (reasons.get(row["dismissed_reason"], row["dismissed_reason"]), row["number"])
            for row in dismissed.annotate(number=Count("version__notice", distinct=True)).order_by("-number")
        ],
    }


def shown(subscription: Subscription) -> dict[str, Any]:
    """What the criteria have given, what could narrow them, and what is open already."""
    if not subscribing.narrows(lambda name: getattr(subscription, name)):
        return {}
    at = timezone.now()
    found = previewing.preview(subscription, at=at)
    return {
        "preview": found,
        "advice": previewing.advice(found, get_language() or "sv"),
        "unsearched": previewing.unsearched(found.criteria),
        "already_open": open_rows(previewing.already_open(subscription, at=at)),
        "now": at,
    }


def open_rows(found: list[Found]) -> list[dict[str, Any]]:
    language = get_language() or "sv"
    explained = with_labels([each.score.hits for each in found], [language])
    return [
        {"notice": each.notice, "version": each.notice.current_version, "reasons": sentences(reasons, language)}
        for each, reasons in zip(found, explained, strict=True)
    ]


def _subscription_of(organisation: Organisation) -> Subscription:
    found = Subscription.objects.filter(organisation=organisation).first()
    return found or Subscription(organisation=organisation, name=organisation.name[:120])


def _acting_for(request: MemberRequest) -> int | None:
    return request.acting_for.pk if request.acting_for else None


@require_POST
def offer_receive(request: MemberRequest) -> HttpResponse:
    """Each member says for itself whether to hear of the organisation's suggestions, and how often by mail."""
    own = Subscription.objects.filter(organisation__in=Organisation.objects.of(request.user))
    subscription = get_object_or_404(own, organisation=_acting_for(request))
    wants = request.POST.get("wants") == "yes"
    form = ReceiveForm(request.POST)
    rhythm = form.cleaned_data["rhythm"] if "rhythm" in request.POST and form.is_valid() else None
    subscribing.receive(subscription, wants=wants, rhythm=rhythm, by=request.user, at=timezone.now())
    said = (
        _("You hear of what fits from now on.")
        if wants
        else _("You no longer hear of these. Your colleagues are not affected.")
    )
    messages.success(request, said)
    return redirect("matchmaking:offer_edit")


@require_GET
@limited("suggest", reads=True)
def name_suggestions(request: HttpRequest, of: str) -> HttpResponse:
    """The choices of a NameField while one types: what is ticked stays, names with the words follow."""
    things = choosing.THINGS.get(of)
    if things is None:
        return HttpResponse(status=404)
    words = request.GET.get(f"{of}-words", "").replace("\0", "").strip()[: choosing.MAX_WORDS]
    widget = {"name": of, **choosing.choices(things, Typed(chosen_in(request.GET, of), words))}
    return render(request, "matchmaking/name_suggestions.html", {"widget": widget})
