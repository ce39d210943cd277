"""Verification from both sides: whoever asks, and the administrators who decide. To decide and to tell are one."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import verifying
from accounts.forms import DecisionForm, EvidenceForm
from accounts.models import Duty, Membership, Organisation, User, VerificationRequest
from accounts.persons import for_admins
from accounts.requests import MemberRequest
from accounts.rules import Refused
from notifications.telling import Recipient, tell
from ui.pages import render_page


def verification_request(request: MemberRequest, slug: str) -> HttpResponse:
    """Asks to be verified as a buyer, or claims an organisation that was imported and that nobody looks after yet."""
    organisation = get_object_or_404(Organisation, slug=slug, merged_into=None)
    members = Membership.objects.active().filter(organisation=organisation)
    is_claim = not members.exists()
    if is_claim and organisation.number_is_personal:
        raise Http404  # that it is here at all is nobody's business
    if (
        not is_claim
        and not Membership.objects.administrators().filter(organisation=organisation, user=request.user).exists()
    ):
        raise Http404
    waiting = organisation.verification_requests.waiting().filter(requested_by=request.user).first()
    form = EvidenceForm(request.POST or None)
    if not is_claim:
        form.fields["wants_to_buy"].required = True
    if request.method == "POST" and form.is_valid():
        try:
            ask(organisation, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(
                request, _("Thank you. We look at it, usually within two working days, and you hear from us.")
            )
        except Refused as why:
            messages.error(request, str(why))
        return redirect("verification_request", slug)
    refused = organisation.verification_requests.filter(requested_by=request.user, is_granted=False).last()
    context = {"organisation": organisation, "form": form, "is_claim": is_claim, "waiting": waiting, "refused": refused}
    return render_page(request, "arena/verification_request.html", context)


@require_GET
@for_admins
def review_queue(request: MemberRequest) -> HttpResponse:
    waiting = VerificationRequest.objects.waiting().select_related("organisation", "requested_by")
    decided = VerificationRequest.objects.exclude(decided_at=None).select_related(
        "organisation", "requested_by", "decided_by"
    )
    context = {"waiting": waiting, "decided": decided.order_by("-decided_at")[:20], "now": timezone.now()}
    return render_page(request, "arena/review_queue.html", context)


@require_POST
@for_admins
def verification_decide(request: MemberRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(VerificationRequest, pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        decide(asked, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Decided. The person who asked hears of it."))
    except Refused as why:
        messages.error(request, str(why))
    return redirect("review_queue")


@transaction.atomic
def ask(
    organisation: Organisation, *, evidence: str, wants_to_buy: bool, by: User, at: datetime
) -> VerificationRequest:
    asked = verifying.ask(organisation, evidence=evidence, wants_to_buy=wants_to_buy, by=by, at=at)
    admins = User.objects.filter(is_active=True, duties__duty=Duty.ADMIN)
    tell("verification-asked", f"verification-asked:{asked.pk}", asked, [Recipient(each) for each in admins], at=at)
    return asked


@transaction.atomic
def decide(asked: VerificationRequest, *, decision: str, reason: str, by: User, at: datetime) -> VerificationRequest:
    """`decision` is "grant" or "refuse". The reason of a refusal reaches the person who asked."""
    is_yes = decision == "grant"
    asked = verifying.grant(asked, by=by, at=at) if is_yes else verifying.refuse(asked, reason=reason, by=by, at=at)
    tell("verification-decided", f"verification-decided:{asked.pk}", asked, [Recipient(asked.requested_by)], at=at)
    return asked
