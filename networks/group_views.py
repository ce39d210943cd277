"""Buyers who procure one thing together: create a group, invite, answer, hand over the lead."""

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
from networks import grouping, summing
from networks.forms import AnswerForm, GroupForm
from networks.models import BuyerGroup, Letter, Participant, ParticipantChange
from networks.views import HITS, acting_buyer, attempt, chosen, invitable, may_found
from ui.limiting import limited
from ui.pages import render_page


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
    form = GroupForm(request.POST or None, lead=lead)
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
    group = get_object_or_404(BuyerGroup.objects.visible_to(request.user).select_related("lead", "network"), slug=slug)
    changes = ParticipantChange.objects.filter(participant__group=group)
    own = group.participants.answerable_by(request.user).select_related("organisation")
    now = timezone.now()
    letters = Letter.objects.visible_to(request.user).newest().filter(participant__group=group)
    is_lead = BuyerGroup.objects.led_by(request.user, Can.ADMINISTER).filter(pk=group.pk).exists()
    bought_in = BuyerGroup.objects.bought_in_by(request.user).filter(pk=group.pk).exists()
    context = {
        "group": group,
        "own": [(participant, participant.possible_answers()) for participant in own],
        "is_lead": is_lead,
        "invited": group.participants.filter(state=Participant.State.INVITED).select_related("organisation"),
        "successors": group.participants.filter(state=Participant.State.COMMITTED)
        .exclude(organisation=group.lead)
        .select_related("organisation"),
        "sums": summing.sums(group) if bought_in else None,
        "letters": [
            (letter, letter.state(now))
            for letter in letters.select_related("participant__organisation", "participant__group").order_by(
                "participant__organisation__name", "pk"
            )
        ],
        "has_items": group.items.exists(),
        "is_changed": is_lead and summing.changed_since_publication(group),
        "changes": changes.select_related("participant__organisation", "by").order_by("-at", "-id"),
    }
    return render_page(request, "networks/group_detail.html", context)


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
    state = form.cleaned_data["state"]
    attempt(
        request,
        lambda: grouping.answer(participant, state=state, by=request.user, at=timezone.now()),
        _("Your organisation's answer is given, and the lead is told."),
    )
    remains = BuyerGroup.objects.visible_to(request.user).filter(slug=slug).exists()
    return redirect("networks:group_detail", slug) if remains else redirect("networks:group_list")


@require_POST
def group_hand_over(request: MemberRequest, slug: str) -> HttpResponse:
    group = get_object_or_404(BuyerGroup.objects.led_by(request.user, Can.ADMINISTER), slug=slug)
    successor = get_object_or_404(group.participants.present(), pk=chosen(request, "participant"))
    attempt(
        request,
        lambda: grouping.hand_over(group, to=successor, by=request.user, at=timezone.now()),
        _("The lead is handed over. Your organisation stays committed."),
    )
    return redirect(group)
