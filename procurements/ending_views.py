from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import MemberRequest
from procurements import concluding, standing
from procurements.ending_forms import (
    FeedbackForm,
    OutcomeForm,
    Winners,
    WinnerSet,
    is_award_possible,
    start_of,
    with_a_row_more,
)
from procurements.models import Feedback, Interest, Notice
from procurements.requests import notice_or_404
from ui.pages import render_page
from ui.paging import page_of

AT_ONCE = 200  # suppliers that can be given the same answer in one go


def outcome_edit(request: MemberRequest, slug: str) -> HttpResponse:
    """How it ended, for everyone to read; a second time it is a correction, with its reason."""
    notice = notice_or_404(Notice.objects.publishable_by(request.user).published(), slug)
    at = timezone.now()
    if notice.is_open(at):
        messages.info(request, _("It is still open. Close it, or wait for the deadline, before you say how it ended."))
        return redirect(notice)
    last = notice.outcomes.prefetch_related("winners").order_by("number").last()
    grows = "more" in request.POST
    start, stood = with_a_row_more(request.POST) if grows else start_of(last)
    is_posted = request.method == "POST" and not grows
    typed = request.POST if is_posted else None
    form = OutcomeForm(typed, notice=notice, last=last, initial=start)
    winners = cast(WinnerSet, Winners(typed, initial=stood, prefix="winner")) if is_award_possible(notice) else None
    if is_posted and form.is_valid() and (winners is None or winners.is_valid()):
        chosen = winners.chosen() if winners else []
        try:
            concluding.record_outcome(notice, by=request.user, at=at, winners=chosen, **form.cleaned_data)
        except concluding.Refused as refused:
            for name, sentence in refused.problems.items():
                if name == "winners" and winners:
                    winners.forms[0].add_error("name", sentence)  # beside the field that it is about
                else:
                    form.add_error(name if name in form.fields else None, sentence)
        else:
            messages.success(request, _("The outcome is public. Those who follow it are being told now."))
            return redirect(notice)
    context = {"notice": notice, "form": form, "winners": winners, "last": last}
    return render_page(request, "procurements/outcome_edit.html", context, status=422 if is_posted else 200)


def feedback_give(request: MemberRequest, slug: str) -> HttpResponse:
    """An answer to one supplier, or the same words to several; each reads its own alone."""
    notice = notice_or_404(Notice.objects.seen_inside_by(request.user).editable_by(request.user), slug)
    interests = _asked_for(request, notice)
    told = Feedback.objects.filter(
        procurement=notice.procurement, organisation__in=[each.organisation for each in interests]
    )
    start = {"text": told[0].text} if len(interests) == 1 and told else {}
    form = FeedbackForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        for interest in interests:
            concluding.answer(interest, text=form.cleaned_data["text"], by=request.user, at=timezone.now())
        messages.success(request, _("Your answer is given. Each supplier reads its own alone."))
        return redirect("procurements:interest_list", slug=notice.slug)
    context = {
        "notice": notice,
        "interests": interests,
        "form": form,
        "told": {each.organisation_id: each for each in told},
    }
    return render_page(request, "procurements/feedback_give.html", context, status=422 if form.errors else 200)


def _asked_for(request: MemberRequest, notice: Notice) -> list[Interest]:
    """The interests that the page names; 404 for what is not the team's to see, or no key at all."""
    named = (request.POST if request.method == "POST" else request.GET).getlist("interest")[:AT_ONCE]
    seen = Interest.objects.seen_by_buyer(request.user).filter(procurement=notice.procurement)
    try:
        found = list(seen.filter(pk__in=named).select_related("organisation", "procurement").order_by("received_at"))
    except ValidationError as error:  # not a key
        raise Http404 from error
    if not found:
        raise Http404
    return found


@require_POST
def procurement_conclude(request: MemberRequest, slug: str) -> HttpResponse:
    notice = notice_or_404(Notice.objects.managed_by(request.user).seen_inside_by(request.user).published(), slug)
    try:
        concluding.conclude(notice.procurement, by=request.user, at=timezone.now())
    except concluding.Refused as refused:
        for sentence in refused.problems.values():
            messages.error(request, sentence)
        return redirect("procurements:interest_list", slug=notice.slug)
    messages.success(request, _("The procurement is concluded. It stays public, and so does its outcome."))
    return redirect(notice)


@require_safe
def interest_own(request: MemberRequest) -> HttpResponse:
    """Everything the person's organisations have sent to buyers, and where each stands: nothing stays silent (B22)."""
    at = timezone.now()
    page = page_of(
        Interest.objects.own(request.user).select_related("organisation").order_by("-received_at"), request.GET
    )
    interests = list(page.object_list)
    context = {"page_obj": page, "rows": standing.standing_of(interests, at=at), "now": at}
    return render_page(request, "procurements/interest_own.html", context)
