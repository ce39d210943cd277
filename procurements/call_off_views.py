"""Using an option: the option holder asks, the lead answers, and those who buy together see who has joined (C7)."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.grants import Can
from accounts.models import Organisation
from accounts.requests import MemberRequest
from accounts.rules import Refused
from networks.models import BuyerGroup
from procurements import calling_off
from procurements.call_off_forms import CallOffForm, DecideForm
from procurements.calling_off import Options
from procurements.models import CallOff, Notice, Procurement
from procurements.requests import notice_or_404
from ui.pages import render_page


def call_off(request: MemberRequest, slug: str) -> HttpResponse:
    """The option holder's form; whoever cannot call off reads why, and what to do instead."""
    notice, options = _with_options(slug)
    organisation = _calling(request, options)
    now = timezone.now()
    standing = notice.procurement.call_offs.filter(
        organisation=organisation, refused_at=None, withdrawn_at=None
    ).first()
    if standing and request.method == "POST":
        return redirect("procurements:call_off_list", slug=notice.slug)  # the second of two clicks
    why = calling_off.why_not(options, organisation, at=now)
    form = CallOffForm(request.POST or None, items=options.group.items.all(), buyer=options.of(organisation))
    if request.method == "POST" and form.is_valid():
        try:
            calling_off.ask(
                notice.procurement,
                organisation=organisation,
                volumes=form.volumes(),
                message=form.cleaned_data["message"],
                by=request.user,
                at=now,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your call-off is sent. The lead is told, and you hear when it has answered."))
            return redirect("procurements:call_off_list", slug=notice.slug)
    context = {
        "notice": notice,
        "options": options,
        "organisation": organisation,
        "form": form,
        "why_not": why,
        "standing": standing,
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "procurements/call_off.html", context, status=status)


def _with_options(slug: str) -> tuple[Notice, Options]:
    notice = notice_or_404(Notice.objects.published(), slug)
    options = calling_off.options_of(notice.procurement)
    if options is None:
        raise Http404
    return notice, options


def _calling(request: MemberRequest, options: Options) -> Organisation:
    """For whom: a buyer that the person administers, an option holder before another, whom it acts for now before the rest."""
    own = list(Organisation.objects.of(request.user, Can.ADMINISTER).verified_buyers().order_by("name", "pk"))
    holders = {buyer.organisation.pk for buyer in options.holders}
    acting = request.acting_for.pk if request.acting_for else None
    own.sort(key=lambda one: (one.pk not in holders, one.pk != acting))
    if not own:
        raise Http404
    return own[0]


@require_safe
def call_off_list(request: MemberRequest, slug: str) -> HttpResponse:
    """For those who buy together: who has used its option, who may until when, and how much is left."""
    notice, options = _with_options(slug)
    procurement = notice.procurement
    bought_in = BuyerGroup.objects.bought_in_by(request.user).filter(pk=options.group.pk)
    if not bought_in.exists() and not Procurement.objects.of(request.user).filter(pk=procurement.pk).exists():
        raise Http404
    now = timezone.now()
    own = Organisation.objects.of(request.user, Can.ADMINISTER)
    leads = own.filter(pk=options.group.lead_id).exists()
    call_offs = procurement.call_offs.select_related("organisation").prefetch_related("volumes__item")
    if not leads:  # a no, and what still waits, is between the lead and the one that asked
        call_offs = call_offs.filter(
            Q(approved_at__isnull=False) | Q(organisation__in=Organisation.objects.of(request.user))
        )
    holding = set(options.group.participants.filter(state="option").values_list("organisation", flat=True))
    context = {
        "notice": notice,
        "options": options,
        "call_offs": call_offs,
        "left": calling_off.left_of(options),
        "may_still": [buyer for buyer in options.holders if buyer.organisation.pk in holding],
        "is_in_time": options.is_in_time(now),
        "leads": leads,
        "own": set(own.values_list("pk", flat=True)),
    }
    return render_page(request, "procurements/call_off_list.html", context)


def call_off_decide(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """The lead reads the call-off and answers."""
    notice, options = _with_options(slug)
    asked = get_object_or_404(
        CallOff.objects.filter(
            procurement=notice.procurement,
            procurement__organisation__in=Organisation.objects.of(request.user, Can.ADMINISTER),
        ).select_related("organisation", "procurement__buyer_group", "asked_by"),
        pk=pk,
    )
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now, by, clean = timezone.now(), request.user, form.cleaned_data
        try:
            if clean["verdict"] == "approve":
                calling_off.approve(asked, by=by, at=now)
                messages.success(
                    request, _("Approved. The organisation is committed, and its administrators are told.")
                )
            else:
                calling_off.refuse(asked, reason=clean["reason"], by=by, at=now)
                messages.success(request, _("Not approved. The organisation's administrators are told why."))
        except Refused as why:
            messages.error(request, str(why))
        return redirect("procurements:call_off_list", slug=notice.slug)
    context = {
        "notice": notice,
        "options": options,
        "asked": asked,
        "form": form,
        "published": options.of(asked.organisation),
        "volumes": asked.volumes.select_related("item"),
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "procurements/call_off_decide.html", context, status=status)


@require_POST
def call_off_withdraw(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    notice = notice_or_404(Notice.objects.published(), slug)
    own = Organisation.objects.of(request.user, Can.ADMINISTER)
    asked = get_object_or_404(CallOff.objects.filter(procurement=notice.procurement, organisation__in=own), pk=pk)
    try:
        calling_off.withdraw(asked, by=request.user, at=timezone.now())
        messages.success(request, _("The call-off is taken back. You can call off again while there is time."))
    except Refused as why:
        messages.error(request, str(why))
    return redirect("procurements:call_off_list", slug=notice.slug)
