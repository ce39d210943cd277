from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation
from accounts.requests import MemberRequest
from accounts.rules import Refused
from procurements import grants, teaming
from procurements.drafting_forms import PlaceForm
from procurements.models import Notice, Procurement, TeamMember, TeamRole
from procurements.requests import notice_or_404
from ui.pages import render_page


@require_safe
def team_edit(request: MemberRequest, slug: str) -> HttpResponse:
    """Who works on the procurement, for the team; its owners and the organisation's administrators change it."""
    notice = notice_or_404(Notice.objects.readable_by(request.user).filter(source_id=None), slug)
    return _page(request, notice)


def _page(request: MemberRequest, notice: Notice, *, form: PlaceForm | None = None) -> HttpResponse:
    procurement = notice.procurement
    places = list(procurement.team.select_related("user", "organisation", "added_by").order_by("added_at", "pk"))
    counting = set(teaming.places_of(procurement).values_list("pk", flat=True))
    buying = set(teaming.organisations_of(procurement).values_list("pk", flat=True))
    standing = [place for place in places if place.pk in counting]
    mine = next((place for place in standing if place.user_id == request.user.pk), None)
    context = {
        "notice": notice,
        "places": places,
        "groups": _by_organisation(procurement, places, counting, buying),
        "is_joint": procurement.buyer_group_id is not None,
        "has_owner": any(
            place.role == TeamRole.OWNER and place.organisation_id == procurement.organisation_id for place in standing
        ),
        "has_place": mine is not None,
        "is_owner": mine is not None and mine.role == TeamRole.OWNER,
        "others": [place for place in standing if place != mine],
        "may_manage": Notice.objects.managed_by(request.user).filter(pk=notice.pk).exists(),
        "roles": TeamRole.choices,
        "form": form or PlaceForm(members=teaming.colleagues_of(procurement), roles=TeamRole.choices),
        "rights": [
            (role.label, [(word, can in granted) for can, word in grants.WORDS.items()])
            for role, granted in grants.TEAM_GRANTS.items()
        ],
        "words": grants.WORDS.values(),
    }
    return render_page(request, "procurements/team_edit.html", context, status=422 if form else 200)


def _by_organisation(
    procurement: Procurement, places: list[TeamMember], counting: set[int], buying: set[int]
) -> list[tuple[Organisation, bool, list[tuple[TeamMember, bool]]]]:
    """Each organisation, whether it still buys here, and its places with whether they count; the responsible one first."""
    found: dict[Organisation, list[tuple[TeamMember, bool]]] = {}
    for place in places:
        found.setdefault(place.organisation, []).append((place, place.pk in counting))
    ordered = sorted(found, key=lambda one: (one.pk != procurement.organisation_id, one.pk not in buying, one.name))
    return [(organisation, organisation.pk in buying, found[organisation]) for organisation in ordered]


@require_POST
def team_place(request: MemberRequest, slug: str) -> HttpResponse:
    """Adds a colleague, changes a role, or takes a place."""
    notice = notice_or_404(Notice.objects.managed_by(request.user), slug)
    form = PlaceForm(request.POST, members=teaming.members_of(notice.procurement), roles=TeamRole.choices)
    if not form.is_valid():
        return _page(request, notice, form=form)
    (user, organisation), role = form.cleaned_data["user"], TeamRole(form.cleaned_data["role"])
    try:
        teaming.place(
            notice.procurement, user=user, organisation=organisation, role=role, by=request.user, at=timezone.now()
        )
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
