"""One buyer turns to another: write, read, answer, go on together."""

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
from networks import approaching
from networks.approaching import Subject, local_path
from networks.forms import GroupForm
from networks.models import Approach, Plan
from networks.plan_forms import ApproachForm, ReplyForm, group_from
from networks.plan_views import acting_writer, whole_number
from networks.views import attempt
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of


@require_safe
def approach_list(request: MemberRequest) -> HttpResponse:
    page = page_of(approaching.for_list(request.user), request.GET)
    own = {member.organisation_id for member in request.memberships}
    context = {
        "page_obj": page,
        "rows": [(one, one.sender if one.receiver_id in own else one.receiver, one.sender_id in own) for one in page],
        "waiting": approaching.waiting(request.user),
    }
    return render_page(request, "networks/approach_list.html", context)


@limited("approach")
def approach_create(request: MemberRequest) -> HttpResponse:
    sender = acting_writer(request)
    subject = _subject(request, sender)
    if existing := approaching.open_between(sender, subject.receiver, subject.path):
        return redirect(existing)
    form = ApproachForm(request.POST or None, initial={"wish": request.GET.get("wish") or Approach.Wish.CONTACT})
    if request.method == "POST" and form.is_valid():
        try:
            made = approaching.approach(
                sender=sender,
                receiver=subject.receiver,
                wish=form.cleaned_data["wish"],
                about=subject.about,
                about_path=subject.path,
                text=form.cleaned_data["text"],
                is_vouched_for=subject.is_signed,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Your message is sent. You hear from us when they answer."))
            return redirect(made)
    context = {"form": form, "sender": sender, "subject": subject}
    return render_page(request, "networks/approach_create.html", context)


@require_safe
def approach_detail(request: MemberRequest, pk: int) -> HttpResponse:
    return _approach_page(request, _approach(request, pk), ReplyForm())


@require_POST
@limited("approach")
def approach_reply(request: MemberRequest, pk: int) -> HttpResponse:
    approach = _approach(request, pk, Can.WRITE)
    form, organisation = ReplyForm(request.POST), _own_side(request, approach, Can.WRITE)
    if organisation is None:
        raise Http404
    if not form.is_valid():
        return _approach_page(request, approach, form, status=422)
    text = form.cleaned_data["text"]
    attempt(
        request,
        lambda: approaching.reply(approach, organisation=organisation, text=text, by=request.user, at=timezone.now()),
        _("Your answer is sent."),
    )
    return redirect(approach)


@require_POST
def approach_close(request: MemberRequest, pk: int) -> HttpResponse:
    approach = _approach(request, pk, Can.WRITE)
    organisation = _own_side(request, approach, Can.WRITE)
    if organisation is None:
        raise Http404
    attempt(
        request,
        lambda: approaching.close(approach, organisation=organisation, by=request.user, at=timezone.now()),
        _("The conversation is closed. Both of you can still read it."),
    )
    return redirect("networks:approach_list")


def approach_group(request: MemberRequest, pk: int) -> HttpResponse:
    """Founds a buyer group and invites the other organisation, in one step."""
    approach = _approach(request, pk, Can.ADMINISTER)
    lead = _own_side(request, approach, Can.ADMINISTER)
    if lead is None or not (lead.is_buyer and approaching.other_side(approach, lead).is_buyer):
        raise Http404
    form = GroupForm(request.POST or None, lead=lead, initial=group_from(approach))
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("name", "purpose", "network")}
        try:
            group = approaching.found_group(approach, **said, lead=lead, by=request.user, at=timezone.now())
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(
                request, _("The buyer group exists, your organisation leads it, and the other is invited.")
            )
            return redirect(group)
    context = {"form": form, "approach": approach, "lead": lead, "other": approaching.other_side(approach, lead)}
    return render_page(request, "networks/approach_group.html", context)


def _approach_page(request: MemberRequest, approach: Approach, form: ReplyForm, status: int = 200) -> HttpResponse:
    own = _own_side(request, approach, Can.READ)
    if own is None:
        raise Http404
    lead = _own_side(request, approach, Can.ADMINISTER)
    other = approaching.other_side(approach, own)
    context = {
        "approach": approach,
        "conversation": approach.messages.select_related("organisation", "by"),
        "own": own,
        "other": other,
        "writes": _own_side(request, approach, Can.WRITE) is not None,
        "may_group": lead is not None and lead.is_buyer and approaching.other_side(approach, lead).is_buyer,
        "form": form,
    }
    return render_page(request, "networks/approach_detail.html", context, status=status)


def _approach(request: MemberRequest, pk: int, can: Can = Can.READ) -> Approach:
    return get_object_or_404(Approach.objects.of(request.user, can).select_related("sender", "receiver"), pk=pk)


def _own_side(request: MemberRequest, approach: Approach, can: Can) -> Organisation | None:
    """The organisation of the two that the person may do this for: the one that they act for, else another of theirs."""
    own = Organisation.objects.of(request.user, can).filter(pk__in=(approach.sender_id, approach.receiver_id))
    return min(own, key=lambda one: one != request.acting_for, default=None)


def _subject(request: MemberRequest, sender: Organisation) -> Subject:
    """What it is about: a plan that the person may see, an organisation, or what another room has signed. Else Http404."""
    if token := _given(request, "invitation"):
        subject = approaching.subject_of(token)
        if subject is None:
            raise Http404
    elif number := _given(request, "plan"):
        visible = Plan.objects.visible_to(request.user).select_related("organisation")
        plan = get_object_or_404(visible, pk=whole_number(number))
        subject = Subject(plan.organisation, plan.title, local_path(plan.get_absolute_url()))
    else:
        buyers = Organisation.objects.verified_buyers().filter(merged_into=None)
        receiver = get_object_or_404(buyers, slug=_given(request, "organisation"))
        subject = Subject(receiver, receiver.name, local_path(receiver.get_absolute_url()))
    if subject.receiver == sender:
        raise Http404
    return subject


def _given(request: MemberRequest, name: str) -> str:
    return request.POST.get(name) or request.GET.get(name, "")
