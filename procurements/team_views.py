from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Membership, User
from accounts.requests import MemberRequest
from accounts.rules import Refused
from procurements import grants, teaming
from procurements.drafting_forms import PlaceForm
from procurements.models import Notice, TeamRole
from procurements.requests import notice_or_404
from ui.pages import render_page


@require_safe
def team_edit(request: MemberRequest, slug: str) -> HttpResponse:
    """Who works on the procurement, for the team; its owners and the organisation's administrators change it."""
    notice = notice_or_404(Notice.objects.readable_by(request.user).filter(source_id=None), slug)
    return _page(request, notice)


def _page(request: MemberRequest, notice: Notice, *, form: PlaceForm | None = None) -> HttpResponse:
    procurement = notice.procurement
    places = list(procurement.team.select_related("user", "added_by").order_by("added_at", "pk"))
    present = set(
        Membership.objects.active().filter(organisation=procurement.organisation_id).values_list("user_id", flat=True)
    )
    colleagues = teaming.colleagues_of(procurement)
    context = {
        "notice": notice,
        "places": [(place, place.user_id in present) for place in places],
        "has_owner": any(place.role == TeamRole.OWNER and place.user_id in present for place in places),
        "has_place": any(place.user_id == request.user.pk for place in places),
        "is_owner": any(place.user_id == request.user.pk and place.role == TeamRole.OWNER for place in places),
        "others": [place for place in places if place.user_id in present and place.user_id != request.user.pk],
        "may_manage": Notice.objects.managed_by(request.user).filter(pk=notice.pk).exists(),
        "roles": TeamRole.choices,
        "form": form or PlaceForm(colleagues=colleagues, roles=TeamRole.choices),
        "rights": [
            (role.label, [(word, can in granted) for can, word in grants.WORDS.items()])
            for role, granted in grants.TEAM_GRANTS.items()
        ],
        "words": grants.WORDS.values(),
    }
    return render_page(request, "procurements/team_edit.html", context, status=422 if form else 200)


@require_POST
def team_place(request: MemberRequest, slug: str) -> HttpResponse:
    """Adds a colleague, changes a role, or takes a place."""
    notice = notice_or_404(Notice.objects.managed_by(request.user), slug)
    members = Membership.objects.active().filter(organisation=notice.procurement.organisation_id)
    anyone = User.objects.filter(pk__in=members.values("user"))
    form = PlaceForm(request.POST, colleagues=anyone, roles=TeamRole.choices)
    if not form.is_valid():
        return _page(request, notice, form=form)
    user, role = form.cleaned_data["user"], TeamRole(form.cleaned_data["role"])
    try:
        teaming.place(notice.procurement, user=user, role=role, by=request.user, at=timezone.now())
    except Refused as why:
        messages.error(request, str(why))
    else:
        said = _("%(name)s is on the team as: %(role)s.")
        messages.success(request, said % {"name": user, "role": role.label})
    return redirect("procurements:team_edit", slug=notice.slug)


@require_POST
def team_remove(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    notice = notice_or_404(Notice.objects.managed_by(request.user), slug)
    member = notice.procurement.team.select_related("procurement").filter(pk=pk).first()
    if member is None:  # the second of two clicks
        return redirect("procurements:team_edit", slug=notice.slug)
    try:
        teaming.remove(member, by=request.user, at=timezone.now())
    except Refused as why:
        messages.error(request, str(why))
        return redirect("procurements:team_edit", slug=notice.slug)
    messages.success(request, _("The place on the team is taken away."))
    still = Notice.objects.readable_by(request.user).filter(pk=notice.pk).exists()
    return redirect("procurements:team_edit", slug=notice.slug) if still else redirect("procurements:procurement_list")


@require_POST
def team_hand_over(request: MemberRequest, slug: str) -> HttpResponse:
    notice = notice_or_404(Notice.objects.managed_by(request.user), slug)
    chosen = request.POST.get("place", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
        raise Http404
    place = get_object_or_404(notice.procurement.team.select_related("user"), pk=chosen)
    try:
        teaming.hand_over(notice.procurement, to=place.user, by=request.user, at=timezone.now())
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("%(name)s owns the procurement now.") % {"name": place.user})
    return redirect("procurements:team_edit", slug=notice.slug)
