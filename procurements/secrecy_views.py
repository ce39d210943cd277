from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import MemberRequest
from procurements import law, secrecy
from procurements.legal_forms import ReleaseForm, SecrecyForm
from procurements.models import Notice, Release
from procurements.requests import notice_or_404
from ui.forms import Form
from ui.pages import render_page


@require_http_methods(["GET", "POST"])
def secrecy_edit(request: MemberRequest, slug: str) -> HttpResponse:
    """The ground on which interest is secret, and its release by decision; for those who answer for the procurement."""
    notice = notice_or_404(Notice.objects.managed_by(request.user), slug)
    procurement, at = notice.procurement, timezone.now()
    profile = secrecy.profile_of(procurement)
    decisions = list(procurement.secrecy_decisions.select_related("decided_by"))
    releases = list(procurement.releases.select_related("decided_by").order_by("decided_at"))
    left = [what for what in Release.What.values if what not in {one.what for one in releases}]
    is_release = request.POST.get("act") == "release"
    sees_inside = Notice.objects.seen_inside_by(request.user).filter(pk=notice.pk).exists()
    if is_release and not sees_inside:  # nobody makes public what is kept from himself
        raise Http404
    last = decisions[0] if decisions else None
    start = {
        "ground": secrecy.ground_of(procurement).code,
        "valid_until": last.valid_until if last else None,
        "motive": last.motive if last else "",
    }
    form = SecrecyForm(
        request.POST if request.method == "POST" and not is_release else None, profile=profile, initial=start
    )
    release_form = ReleaseForm(
        request.POST if is_release else None,
        profile=profile,
        left=left,
        prefix="release",
        initial={"ground": start["ground"]},
    )
    asked: Form = release_form if is_release else form
    if request.method == "POST" and asked.is_valid():
        try:
            if is_release:
                secrecy.release(procurement, by=request.user, at=at, **asked.cleaned_data)
            else:
                secrecy.decide(procurement, by=request.user, at=at, **asked.cleaned_data)
        except secrecy.Refused as refused:
            for name, sentence in refused.problems.items():
                asked.add_error(name or None, sentence)
        else:
            messages.success(request, _("The decision is written down."))
            return redirect("procurements:secrecy_edit", slug=notice.slug)
    context = {
        "notice": notice,
        "profile": profile,
        "ground": secrecy.ground_of(procurement),
        "form": form,
        "release_form": release_form if left and sees_inside else None,
        "not_yet": secrecy.why_not_yet(procurement, at=at),
        "decisions": [(one, _paragraph(profile, one.ground)) for one in decisions],
        "releases": [(one, _paragraph(profile, one.ground)) for one in releases],
    }
    return render_page(request, "procurements/secrecy_edit.html", context, status=422 if asked.errors else 200)


def _paragraph(profile: law.Profile, code: str) -> str:
    """The paragraph of a ground; its code when the law's file no longer has it."""
    ground = profile.ground(code)
    return ground.paragraph if ground else code
