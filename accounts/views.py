"""A person's own pages, and those of the organisations that the person acts for."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import exporting, membering, registering, terms
from accounts.forms import InvitationForm, NewOrganisationForm, NumberForm, OrganisationForm, ProfileForm, RoleForm
from accounts.grants import Can, Role
from accounts.models import Invitation, Membership, Organisation
from accounts.requests import MemberRequest, PersonRequest
from accounts.rules import Refused
from records import keeping
from ui.limiting import limited
from ui.pages import render_page

STEP = (
    "new_organisation"  # the session holds country and number between the steps: a number may be personal, a URL is not
)


def profile(request: MemberRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    return render_page(request, "accounts/profile.html", {"form": form})


@require_GET
@never_cache
@limited("export", reads=True)
def data_export(request: MemberRequest) -> HttpResponse:
    data = exporting.everything_about(request.user, at=timezone.now())
    answer = JsonResponse(data, encoder=DjangoJSONEncoder, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@login_not_required
def terms_of_use(request: PersonRequest) -> HttpResponse:
    if request.method == "POST" and request.user.is_authenticated:
        terms.accept(request.user, at=timezone.now())
        messages.success(request, _("Thank you. You have accepted the terms of use."))
        waiting = keeping.waiting_for(request.user).first()
        return redirect("accounts:kept_post", waiting.pk) if waiting else redirect("start")
    is_asked = request.user.is_authenticated and not request.standing.has_accepted_terms
    return render_page(request, "accounts/terms.html", {"version": terms.VERSION, "is_asked": is_asked})


@require_GET
def second_factor_needed(request: MemberRequest) -> HttpResponse:
    context = {"waiting": keeping.waiting_for(request.user).first()}
    return render_page(request, "accounts/second_factor_needed.html", context)


@require_GET
@never_cache
def totp_qr(request: MemberRequest) -> HttpResponse:
    """The QR code of the authenticator that is being added, as a file: our pages may show no data: images."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = get_adapter()
    return HttpResponse(
        adapter.build_totp_svg(adapter.build_totp_url(request.user, secret)), content_type="image/svg+xml"
    )


@require_POST
def acting_for(request: MemberRequest) -> HttpResponse:
    chosen = request.POST.get("organisation", "")
    organisation = next(
        (each.organisation for each in request.memberships if str(each.organisation_id) == chosen), None
    )
    if organisation is None:
        raise Http404
    request.session["acting_for"] = organisation.pk
    messages.success(request, _("You now act for %(name)s.") % {"name": organisation.name})
    onward = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(onward, allowed_hosts=None, require_https=request.is_secure()):
        return redirect(onward)
    return redirect("start")


def organisation_create(request: MemberRequest) -> HttpResponse:
    """First step: which organisation? A known one is claimed or joined, a new one is described in the second step."""
    form = NumberForm(request.POST or None, initial={"country": "NO" if request.LANGUAGE_CODE == "nb" else "SE"})
    if request.method != "POST" or not form.is_valid():
        return render_page(request, "accounts/organisation_create.html", {"form": form})
    known = registering.find(form.cleaned_data["country"], form.cleaned_data["number"])
    if known is None:
        request.session[STEP] = {"country": form.cleaned_data["country"], "number": form.cleaned_data["number"]}
        return redirect("accounts:organisation_describe")
    return _answer_known(request, known, form)


def _answer_known(request: MemberRequest, known: Organisation, form: NumberForm) -> HttpResponse:
    if any(each.organisation_id == known.pk for each in request.memberships):
        return redirect("accounts:organisation_edit", known.slug)
    if not Membership.objects.active().filter(organisation=known).exists() and not known.number_is_personal:
        return redirect("verification_request", known.slug)
    if known.number_is_personal:
        form.add_error("number", _("This number is in the arena already. Write to us if it is yours."))
    else:
        said = _(
            "%(name)s is in the arena already. Ask your colleague who administers it to invite you. "
            "Write to us if you do not know who that is."
        )
        form.add_error("number", said % {"name": known.name})
    return render_page(request, "accounts/organisation_create.html", {"form": form})


def organisation_describe(request: MemberRequest) -> HttpResponse:
    step = request.session.get(STEP)
    if not step:
        return redirect("accounts:organisation_create")
    form = NewOrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = registering.register(**step, **form.cleaned_data, by=request.user, at=timezone.now())
        except registering.AlreadyHere as why:
            messages.error(request, str(why))
            return redirect("accounts:organisation_create")
        del request.session[STEP]
        request.session["acting_for"] = made.pk
        messages.success(
            request, _("%(name)s is in the arena now, and you are its administrator.") % {"name": made.name}
        )
        return redirect("accounts:member_list", made.slug)
    return render_page(request, "accounts/organisation_describe.html", {"form": form, "step": step})


def organisation_edit(request: MemberRequest, slug: str) -> HttpResponse:
    organisation = _administered(request, slug)
    form = OrganisationForm(request.POST or None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        registering.edit(organisation, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("What the arena shows about the organisation is saved."))
        return redirect("accounts:organisation_edit", slug)
    return render_page(request, "accounts/organisation_edit.html", {"form": form, "organisation": organisation})


@require_GET
def member_list(request: MemberRequest, slug: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.of(request.user), slug=slug)
    return render_page(request, "accounts/member_list.html", members_of(organisation, request))


def members_of(
    organisation: Organisation, request: MemberRequest, form: InvitationForm | None = None
) -> dict[str, object]:
    """What the page of members shows; the roof shows it again when an invitation was typed wrongly."""
    return {
        "organisation": organisation,
        "members": organisation.memberships.active().select_related("user").order_by("user__name", "pk"),
        "invitations": organisation.invitations.open(timezone.now()).order_by("invited_at"),
        "may_administer": Organisation.objects.of(request.user, Can.ADMINISTER).filter(pk=organisation.pk).exists(),
        "waiting": organisation.verification_requests.waiting().first(),
        "roles": Role.choices,
        "form": form or InvitationForm(),
    }


@require_POST
def member_role(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    membership = get_object_or_404(_administered(request, slug).memberships.active(), pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        membering.change_role(membership, role=Role(form.cleaned_data["role"]), by=request.user, at=timezone.now())
        messages.success(request, _("The role is changed."))
    except Refused as why:
        messages.error(request, str(why))
    return redirect("accounts:member_list", slug)


@require_POST
def member_end(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.of(request.user), slug=slug)
    membership = get_object_or_404(organisation.memberships.active(), pk=pk)
    try:
        membering.end(membership, by=request.user, at=timezone.now())
    except Refused as why:
        messages.error(request, str(why))
        return redirect("accounts:member_list", slug)
    messages.success(request, _("The membership is ended."))
    is_own = membership.user_id == request.user.pk
    return redirect("accounts:profile") if is_own else redirect("accounts:member_list", slug)


@require_POST
def invitation_revoke(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, organisation=_administered(request, slug), pk=pk)
    membering.revoke(invitation, by=request.user, at=timezone.now())
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("accounts:member_list", slug)


@login_not_required
@require_GET
def invitation_open(request: HttpRequest, token: str) -> HttpResponse:
    """Takes the token out of the address at once: it must not stay in the browser's history or in a referrer."""
    request.session["invitation"] = token
    return redirect("accounts:invitation_accept")


def invitation_accept(request: MemberRequest) -> HttpResponse:
    now, token = timezone.now(), request.session.get("invitation", "")
    try:
        if request.method == "POST":
            membership = membering.accept(token, by=request.user, at=now)
            request.session["acting_for"] = membership.organisation_id
            messages.success(request, _("Welcome. You now act for %(name)s.") % {"name": membership.organisation.name})
            return redirect("start")
        invitation = membering.invitation_for(token, at=now)
        if not membering.is_for(invitation, request.user):
            raise membering.InvitationForAnother
    except Refused as why:
        return render_page(request, "accounts/invitation_accept.html", {"why": str(why)}, status=404)
    return render_page(request, "accounts/invitation_accept.html", {"invitation": invitation})


def _administered(request: MemberRequest, slug: str) -> Organisation:
    return get_object_or_404(Organisation.objects.of(request.user, Can.ADMINISTER), slug=slug)
