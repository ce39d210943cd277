"""Buyers who procure one thing together: create a group, invite, ask for a place, answer, hand over the lead."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.grants import Can
from accounts.models import Organisation
from accounts.requests import MemberRequest
from accounts.rules import Refused
from networks import grouping, overview, summing
from networks.forms import AnswerForm, AskForm, DecideForm, GroupEditForm, GroupForm
from networks.models import BuyerGroup, Letter, Participant, ParticipantChange
from networks.plan_views import group_from_plan
from networks.views import HITS, acting_buyer, attempt, chosen, invitable, may_found
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of

State = Participant.State


@require_safe
def group_list(request: MemberRequest) -> HttpResponse:
    groups = BuyerGroup.objects.visible_to(request.user).select_related("lead")
    places = (
        Participant.objects.present()
        .filter(organisation__in=Organisation.objects.of(request.user), group__in=groups)
        .select_related("group__lead", "organisation")
        .order_by("group__name", "group", "organisation__name")
    )
    context = {"places": places, "may_found": may_found(request)}
    return render_page(request, "networks/group_list.html", context)


def group_create(request: MemberRequest) -> HttpResponse:
    lead = acting_buyer(request)
    form = GroupForm(request.POST or None, lead=lead, initial=group_from_plan(request))
    if request.method == "POST" and form.is_valid():
        try:
            group = grouping.create(**form.cleaned_data, lead=lead, by=request.user, at=timezone.now())
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(
                request, _("The buyer group exists, and your organisation leads it. Now invite the others.")
            )
            return redirect(group)
    return render_page(request, "networks/group_create.html", {"form": form, "organisation": lead})


@require_safe
def group_detail(request: MemberRequest, slug: str) -> HttpResponse:
    """What the group is, where it stands and what comes next; who is only invited or has asked sees less."""
    group = get_object_or_404(BuyerGroup.objects.visible_to(request.user).select_related("lead", "network"), slug=slug)
    places = list(
        group.participants.present()
        .filter(organisation__in=Organisation.objects.of(request.user))
        .select_related("organisation")
    )
    own = [
        (place, grouping.answers_now(place), place.state in Participant.STANDING)
        for place in group.participants.answerable_by(request.user).select_related("organisation")
    ]
    states = {place.state for place in places}
    if not states & set(Participant.INSIDE):
        context = {"group": group, "own": own, "waiting": [place for place in places if place.state == State.ASKED]}
        context["is_invited"] = State.INVITED in states
        return render_page(request, "networks/group_outside.html", context)
    is_lead = _leads(request, group)
    counts = overview.how_many(group)
    sums = summing.sums(group) if states & set(Participant.STANDING) else None
    changes = ParticipantChange.objects.filter(participant__group=group)
    context = {
        "group": group,
        "own": own,
        "is_lead": is_lead,
        "counts": counts,
        "sums": sums,
        "steps": (steps := overview.steps(group, counts, sums)),
        "next_act": overview.next_act(steps),
        "asked": group.participants.filter(state=State.ASKED).select_related("organisation", "signed_by"),
        "invited": group.participants.filter(state=State.INVITED).select_related("organisation"),
        "successors": group.participants.filter(state=State.COMMITTED)
        .exclude(organisation=group.lead)
        .select_related("organisation"),
        "to_sign": Letter.objects.answerable_by(request.user)
        .waiting()
        .filter(participant__group=group)
        .select_related("participant__organisation", "participant__group"),
        "changed": summing.changed_since_publication(group) if sums else [],
        "page_obj": page_of(
            changes.select_related("participant__organisation", "by").order_by("-at", "-id"), request.GET
        ),
    }
    return render_page(request, "networks/group_detail.html", context)


@limited("invite")
def group_ask(request: MemberRequest, slug: str) -> HttpResponse:
    """For an administrator of a verified buyer that knows the group and is not in it: what a place means, and asking for one."""
    organisation = acting_buyer(request)
    group = get_object_or_404(grouping.askable_by(organisation).select_related("lead", "network"), slug=slug)
    if group.participants.present().filter(organisation=organisation).exists():
        return redirect(group)
    form = AskForm(request.POST or None, is_fixed=group.list_fixed_at is not None)
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            grouping.ask(group, **said, organisation=organisation, by=request.user, at=timezone.now())
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(
                request, _("The request is with the lead of the group. You hear from us when it is answered.")
            )
            return redirect(group)
    context = {"group": group, "form": form, "organisation": organisation}
    return render_page(request, "networks/group_ask.html", context)


def group_decide(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """The lead's answer to one who has asked for a place."""
    group = get_object_or_404(BuyerGroup.objects.led_by(request.user, Can.ADMINISTER), slug=slug)
    asking = group.participants.select_related("organisation", "signed_by")
    participant = get_object_or_404(asking.filter(state=State.ASKED) if request.method != "POST" else asking, pk=pk)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accepted = form.cleaned_data["answer"] == "yes"
        attempt(
            request,
            lambda: grouping.decide(
                participant,
                accepted=accepted,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            ),
            _("Your answer is given, and the organisation is told."),
        )
        return redirect(group)
    closed = group.list_fixed_at is not None and participant.wished_state in Participant.STANDING
    context = {
        "group": group,
        "participant": participant,
        "wish": State(participant.wished_state or State.OBSERVER).label,
        "is_closed": closed,
        "form": form,
    }
    return render_page(request, "networks/group_decide.html", context)


def group_edit(request: MemberRequest, slug: str) -> HttpResponse:
    group = get_object_or_404(BuyerGroup.objects.led_by(request.user, Can.ADMINISTER), slug=slug)
    form = GroupEditForm(request.POST or None, instance=group)
    if request.method == "POST" and form.is_valid():
        try:
            grouping.edit(group, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("What the group says of itself is saved."))
            return redirect(group)
    return render_page(request, "networks/group_edit.html", {"group": group, "form": form})


@limited("invite")
def group_invite(request: MemberRequest, slug: str) -> HttpResponse:
    group = get_object_or_404(BuyerGroup.objects.led_by(request.user, Can.ADMINISTER), slug=slug)
    if request.method == "POST":
        organisation = get_object_or_404(Organisation, pk=chosen(request, "organisation"))
        attempt(
            request,
            lambda: grouping.invite(group, organisation=organisation, by=request.user, at=timezone.now()),
            _("%(name)s is invited, and its administrators are told.") % {"name": organisation.name},
        )
        return redirect("networks:group_invite", slug)
    present = group.participants.present()
    q = request.GET.get("q", "").strip()[:200]
    context = {"group": group, "q": q, "hits": invitable(q).exclude(pk__in=present.values("organisation"))[:HITS]}
    return render_page(request, "networks/group_invite.html", context)


@require_POST
def group_answer(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    participant = get_object_or_404(Participant.objects.answerable_by(request.user), pk=pk, group__slug=slug)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise Http404  # the page has no such button
    said = form.cleaned_data
    attempt(
        request,
        lambda: grouping.answer(participant, **said, by=request.user, at=timezone.now()),
        _("Your organisation's answer is given, and the lead is told."),
    )
    remains = BuyerGroup.objects.visible_to(request.user).filter(slug=slug).exists()
    return redirect("networks:group_detail", slug) if remains else redirect("networks:group_list")


@require_POST
def group_mandate(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Gives the lead the mandate to publish without asking this participant each time, or takes it back."""
    participant = get_object_or_404(Participant.objects.answerable_by(request.user), pk=pk, group__slug=slug)
    gives = request.POST.get("gives") == "yes"
    attempt(
        request,
        lambda: grouping.set_mandate(participant, gives=gives, by=request.user, at=timezone.now()),
        _("The lead has your organisation's mandate to publish.")
        if gives
        else _("Your organisation approves each text itself before it is published."),
    )
    return redirect("networks:group_detail", slug)


def _leads(request: MemberRequest, group: BuyerGroup) -> bool:
    return BuyerGroup.objects.led_by(request.user, Can.ADMINISTER).filter(pk=group.pk).exists()
