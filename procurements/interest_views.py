from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.grants import Can
from accounts.models import Organisation
from accounts.requests import MemberRequest
from procurements import clock, concluding, interest
from procurements.chain import is_open
from procurements.forms import InterestForm
from procurements.models import Feedback, Interest, Notice
from procurements.requests import notice_or_404
from ui.limiting import limited
from ui.pages import render_page


def refusal(why: str) -> str:
    return {
        "closed": _("This is closed: your message arrived after the deadline, and nothing was registered."),
        "own": _("This is your own organisation's procurement."),
        "not-allowed": _(
            "You may not register interest for this organisation. Ask its administrator for the role of editor."
        ),
    }[why]


@limited("interest")
def interest_register(request: MemberRequest, slug: str) -> HttpResponse:
    """Registers, or changes what was registered, for the organisation that the person acts for."""
    notice = notice_or_404(Notice.objects.published(), slug)
    organisation = request.acting_for
    existing = (
        Interest.objects.own(request.user)
        .active()
        .filter(procurement=notice.procurement, organisation=organisation)
        .first()
    )
    start = {"level": existing.level, "message": existing.message} if existing else {}
    form = InterestForm(request.POST or None, initial=start)
    if request.method == "POST" and organisation and form.is_valid():
        try:
            interest.register(
                notice.procurement,
                organisation=organisation,
                by=request.user,
                at=clock.received_at(),
                **form.cleaned_data,
            )
        except interest.Refused as refused:
            form.add_error(None, refusal(refused.why))
        else:
            messages.success(request, _("Your interest is registered. The buyer's team can see it; nobody else can."))
            return redirect(notice)
    context = {
        "notice": notice,
        "form": form,
        "organisation": organisation,
        "existing": existing,
        "may_write": organisation is not None
        and Organisation.objects.of(request.user, Can.WRITE).filter(pk=organisation.pk).exists(),
        "is_open": is_open(notice.procurement.published_notices(), timezone.now()),
    }
    return render_page(request, "procurements/interest_register.html", context, status=422 if form.errors else 200)


@require_POST
@limited("interest")
def interest_withdraw(request: MemberRequest, slug: str) -> HttpResponse:
    notice = notice_or_404(Notice.objects.published(), slug)
    own = Interest.objects.active().filter(
        procurement=notice.procurement,
        organisation=request.acting_for,
        organisation__in=Organisation.objects.of(request.user, Can.WRITE),
    )
    try:
        interest.withdraw(get_object_or_404(own), by=request.user, at=clock.received_at())
    except interest.Refused:
        messages.error(request, _("This is closed: interest can no longer be withdrawn. Write to the buyer instead."))
    else:
        messages.success(
            request, _("Your interest is withdrawn. The buyer's record keeps that it was there, and when it ended.")
        )
    return redirect(notice)


@require_safe
def interest_list(request: MemberRequest, slug: str) -> HttpResponse:
    """Who is interested, for the procurement's own people; for everyone else the page does not exist."""
    notice = notice_or_404(Notice.objects.readable_by(request.user), slug)
    at = timezone.now()
    if not Notice.objects.seen_inside_by(request.user).filter(pk=notice.pk).exists():
        may_manage = Notice.objects.managed_by(request.user).filter(pk=notice.pk).exists()
        context = {"notice": notice, "may_manage": may_manage}
        return render_page(request, "procurements/interest_from_outside.html", context)
    told = Feedback.objects.filter(procurement=notice.procurement).select_related("given_by")
    answers = {feedback.organisation_id: feedback for feedback in told}
    interests = list(
        Interest.objects.seen_by_buyer(request.user)
        .filter(procurement=notice.procurement)
        .select_related("organisation", "registered_by")
        .order_by("received_at")
    )
    interest.note_reading(notice.procurement, by=request.user, at=at)
    context = {
        "notice": notice,
        "rows": [(each, answers.get(each.organisation_id)) for each in interests],
        "left": concluding.left_to_do(notice.procurement, at=at),
        "may_answer": Notice.objects.editable_by(request.user).filter(pk=notice.pk).exists(),
        "may_conclude": Notice.objects.managed_by(request.user).filter(pk=notice.pk).exists(),
    }
    return render_page(request, "procurements/interest_list.html", context)
