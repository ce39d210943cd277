"""Approvals by those who buy together (C8): who has approved the text as it stands, and giving one's own."""

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
from networks.models import BuyerGroup, Participant
from networks.views import attempt, chosen
from procurements import approving, handing_over, wording
from procurements.approval_forms import ApprovalAskForm, ApprovalForm
from procurements.chain_views import detail
from procurements.grants import TeamCan
from procurements.models import Notice, NoticeQuerySet, Procurement
from procurements.publishing_views import drafted, parts_label
from procurements.requests import notice_or_404
from ui.pages import render_page


def _joint(notices: NoticeQuerySet) -> NoticeQuerySet:
    return notices.filter(procurement__buyer_group__isnull=False, source_id=None)


@require_safe
def approval_list(request: MemberRequest, slug: str) -> HttpResponse:
    """Who has approved the text as it stands, for the team and for those who approve; words are for those who write it."""
    notice = notice_or_404(_joint(Notice.objects.readable_by(request.user)), slug)
    return _list_page(request, notice)


def _list_page(request: MemberRequest, notice: Notice, *, form: ApprovalAskForm | None = None) -> HttpResponse:
    standing = approving.standing(notice)
    context = {
        "notice": notice,
        "standing": standing,
        "missing": [one for one in standing if one.is_missing],
        "is_about_to_change": approving.is_about_to_change(notice),
        "round": approving.round_of(notice),
        "can_edit": Notice.objects.editable_by(request.user).filter(pk=notice.pk).exists(),
        "is_team": Procurement.objects.with_place_for(request.user, TeamCan.READ).filter(notices=notice).exists(),
        "own": set(approving.organisations_of(notice, request.user).values_list("pk", flat=True)),
        "form": form or ApprovalAskForm(),
    }
    return render_page(request, "procurements/approval_list.html", context, status=422 if form else 200)


@require_POST
def approval_ask(request: MemberRequest, slug: str) -> HttpResponse:
    notice = notice_or_404(_joint(Notice.objects.editable_by(request.user)), slug)
    form = ApprovalAskForm(request.POST)
    if not form.is_valid():
        return _list_page(request, notice, form=form)
    try:
        approving.ask(notice, **form.cleaned_data, by=request.user, at=timezone.now())
    except approving.DayIsOver as why:
        form.add_error("answer_by", str(why))
        return _list_page(request, notice, form=form)
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("They are asked to approve the text as it stands, and hear of it now."))
    return redirect("procurements:approval_list", slug=notice.slug)


def approval_give(request: MemberRequest, slug: str) -> HttpResponse:
    """The text as the public will read it, what has changed since this organisation last approved it, and its decision."""
    notice = notice_or_404(approving.approvable_by(request.user), slug)
    organisations = list(approving.organisations_of(notice, request.user))
    organisation = _answers_for(request, notice, organisations)
    form = ApprovalForm(request.POST or None, initial={"revision": notice.revision})
    if request.method == "POST" and form.is_valid():
        decision = form.cleaned_data
        try:
            approving.give(notice, organisation=organisation, **decision, by=request.user, at=timezone.now())
        except approving.ReadAgain as why:
            typed = {**decision, "revision": Notice.objects.get(pk=notice.pk).revision}
            form = ApprovalForm(typed)  # the words stay, and the decision is for the text that stands now
            form.add_error(None, str(why))
            notice.refresh_from_db()
        except Refused as why:
            messages.error(request, str(why))
            return redirect("procurements:approval_list", slug=notice.slug)
        else:
            messages.success(request, _("Thank you. Those who write the text hear of your decision now."))
            return redirect("procurements:approval_list", slug=notice.slug)
    return _give_page(request, notice, organisation, organisations, form)


def _answers_for(request: MemberRequest, notice: Notice, organisations: list[Organisation]) -> Organisation:
    """The one that is named in the address; else the first that has not answered."""
    wanted = request.POST.get("organisation") or request.GET.get("organisation", "")
    if wanted:
        return next((one for one in organisations if one.slug == wanted), None) or _nobody()
    answered = {one.participant.organisation_id for one in approving.standing(notice) if one.approval}
    waiting = [one for one in organisations if one.pk not in answered]
    return next(iter(waiting or organisations), None) or _nobody()


def _nobody() -> Organisation:
    raise Http404


def _give_page(
    request: MemberRequest,
    notice: Notice,
    organisation: Organisation,
    organisations: list[Organisation],
    form: ApprovalForm,
) -> HttpResponse:
    current, since = notice.current_version, approving.changed_since(notice, organisation)
    participant = approving.asked(notice).get(organisation=organisation)
    standing = next(one for one in approving.standing(notice) if one.participant.pk == participant.pk)
    context = {
        **detail(notice, drafted(notice), request),
        "is_preview": True,
        "organisation": organisation,
        "others": [one for one in organisations if one != organisation],
        "own": standing,
        "round": approving.round_of(notice),
        "is_about_to_change": approving.is_about_to_change(notice),
        "changes": wording.changes(current, notice) if current else [],
        "has_approved_before": since is not None,
        "changed_since": [parts_label(name) for name in since or ()],
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "procurements/approval_give.html", context, status=status)


@require_POST
def group_hand_over(request: MemberRequest, slug: str) -> HttpResponse:
    """Another committed participant leads the group from now on, and answers for its procurements."""
    # Whoever led it a moment ago still takes part: the second of two clicks, or of two people, reads a sentence.
    own = Organisation.objects.of(request.user, Can.ADMINISTER)
    takes_part = Participant.objects.standing().filter(organisation__in=own)
    group = get_object_or_404(BuyerGroup.objects.filter(pk__in=takes_part.values("group")), slug=slug)
    successor = get_object_or_404(group.participants.present(), pk=chosen(request, "participant"))
    attempt(
        request,
        lambda: handing_over.hand_over_lead(group, to=successor, by=request.user, at=timezone.now()),
        _("The lead is handed over, and with it the group's procurements. Your organisation stays committed."),
    )
    return redirect(group)
