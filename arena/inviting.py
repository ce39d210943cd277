"""Inviting somebody into an organisation: the invitation and its mail in one transaction (accounts knows no mails)."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import membering
from accounts.forms import InvitationForm
from accounts.grants import Can, Role
from accounts.models import Invitation, Organisation, User
from accounts.requests import MemberRequest
from accounts.rules import Refused
from accounts.views import members_of
from notifications import doorbell
from notifications.models import Mail
from ui.limiting import limited
from ui.pages import render_page


@require_POST
@limited("invite")
def invitation_send(request: MemberRequest, slug: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.of(request.user, Can.ADMINISTER), slug=slug)
    form = InvitationForm(request.POST)
    if form.is_valid():
        try:
            invite(
                organisation,
                email=form.cleaned_data["email"],
                role=Role(form.cleaned_data["role"]),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The invitation is on its way. It holds for 14 days."))
            return redirect("accounts:member_list", slug)
        except Refused as why:
            form.add_error("email", str(why))
    return render_page(request, "accounts/member_list.html", members_of(organisation, request, form))


@transaction.atomic
def invite(organisation: Organisation, *, email: str, role: Role, by: User, at: datetime) -> Invitation:
    """Invites, and writes the mail with the link. The link stands there alone, and goes when it is sent."""
    invitation, token = membering.invite(organisation, email=email, role=role, by=by, at=at)
    if token:
        person = User.objects.filter(email__iexact=invitation.email, is_active=True).first()
        with translation.override(person.language if person else by.language):
            words = _words(invitation, token)
        Mail.objects.create(
            kind="account:invitation",
            priority=Mail.Priority.ACCOUNT,
            address=invitation.email,
            context=words,
            due_at=at,
            created_at=at,
            expires_at=invitation.expires_at,
        )
        doorbell.ring("send")
    return invitation


def _words(invitation: Invitation, token: str) -> dict[str, str]:
    context = {
        "invitation": invitation,
        "link": settings.URL + reverse("accounts:invitation_open", args=[token]),
        "site_name": settings.NAME,
    }
    subject = _("You are invited to act for %(name)s") % {"name": invitation.organisation.name}
    return {"subject": subject, "text": render_to_string("arena/mail/invitation.txt", context)}
