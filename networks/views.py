"""Buyer networks: found one, join one, work inside it. Groups that buy together have `group_views`."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, QuerySet, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.grants import Can
from accounts.models import Organisation
from accounts.requests import MemberRequest, PersonRequest, role_for
from accounts.rules import Refused
from networks import joining, timeline
from networks.forms import JoinForm, NetworkForm, NetworkSearchForm, PostForm
from networks.models import BuyerGroup, Network, NetworkMember
from networks.rooms import Act, Room
from taxonomy.labels import goal_labels
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of

PER_PAGE = 20
MEMBERS_A_PAGE = 50
NEXT_MEETINGS = 3
Role = NetworkMember.Role
HITS = 20  # organisations shown by a search for somebody to invite


@login_not_required
@require_safe
@limited("search", reads=True)
def network_list(request: PersonRequest) -> HttpResponse:
    form = NetworkSearchForm(request.GET)
    networks = Network.objects.active().for_list()
    if form.is_valid():
        networks = networks.about(form.cleaned_data["q"])
        if goal := form.cleaned_data["goal"]:
            networks = networks.filter(goals__contains=[goal])
    page = Paginator(networks, PER_PAGE).get_page(request.GET.get("page"))
    labels = goal_labels([number for network in page for number in network.goals], get_language() or "en")
    context = {
        "form": form,
        "page_obj": page,
        "rows": [(network, [labels[number] for number in network.goals]) for network in page],
        "may_found": may_found(request),
    }
    return render_page(request, "networks/network_list.html", context, partial="results")


@login_not_required
@require_safe
def network_detail(request: PersonRequest, slug: str) -> HttpResponse:
    return _network_page(request, get_object_or_404(Network, slug=slug), JoinForm())


def _network_page(request: PersonRequest, network: Network, join_form: JoinForm, status: int = 200) -> HttpResponse:
    order = Case(When(role=Role.LEADER, then=0), When(role=Role.CORE, then=1), default=2, output_field=IntegerField())
    joined = network.members.joined().select_related("organisation").order_by(order, "organisation__name", "pk")
    place = None
    if request.acting_for:
        place = network.members.filter(organisation=request.acting_for, left_at=None).first()
    context = {
        "network": network,
        "leader": joined.filter(role=Role.LEADER).first(),
        "page_obj": page_of(joined, request.GET, per_page=MEMBERS_A_PAGE),
        "goals": goal_labels(network.goals, get_language() or "en").values(),
        "place": place,
        "administers": role_for(request, Can.ADMINISTER),
        "may_ask": may_found(request) and place is None and network.archived_at is None,
        "join_form": join_form,
    }
    return render_page(request, "networks/network_detail.html", context, status=status)


def network_create(request: MemberRequest) -> HttpResponse:
    organisation = acting_buyer(request)
    form = NetworkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        network = joining.found(**form.cleaned_data, organisation=organisation, by=request.user, at=timezone.now())
        messages.success(request, _("The network is founded. Invite the first members, or wait for them to find you."))
        return redirect("networks:network_inside", network.slug)
    return render_page(request, "networks/network_create.html", {"form": form, "organisation": organisation})


def network_edit(request: MemberRequest, slug: str) -> HttpResponse:
    network = get_object_or_404(Network.objects.active().led_by(request.user), slug=slug)
    form = NetworkForm(request.POST or None, instance=network)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        attempt(
            request,
            lambda: joining.describe(network, **said, by=request.user, at=timezone.now()),
            _("The description of the network is saved."),
        )
        return redirect(network)
    return render_page(request, "networks/network_edit.html", {"form": form, "network": network})


@require_safe
def network_inside(request: MemberRequest, slug: str) -> HttpResponse:
    network = get_object_or_404(Network.objects.with_member(request.user), slug=slug)
    is_leader = Network.objects.led_by(request.user).filter(pk=network.pk).exists()
    waiting = network.members.waiting().select_related("organisation") if is_leader else NetworkMember.objects.none()
    room, now = Room(network=network), timezone.now()
    context = {
        "network": network,
        "room": room,
        "is_leader": is_leader,
        "asking": [member for member in waiting if member.asked_at],
        "invited": [member for member in waiting if member.invited_at],
        **_groups_of(network, request),
        "may_group": may_found(request) and network.archived_at is None,
        "may_call": bool(room.of_user(request.user, Act.CONVENE)),
        "meetings": room.meetings().filter(ends_at__gt=now, cancelled_at=None)[:NEXT_MEETINGS],
        "page_obj": timeline.page(network, request.GET),
        "writer": None if network.archived_at else writer_in(network, request),
        "form": PostForm(),
        "now": now,
    }
    return render_page(request, "networks/network_inside.html", context)


@require_POST
def network_post(request: MemberRequest, slug: str) -> HttpResponse:
    network = get_object_or_404(Network.objects.with_member(request.user, Can.WRITE), slug=slug)
    form, organisation = PostForm(request.POST), writer_in(network, request)
    if organisation is None:
        raise Http404
    if not form.is_valid():
        context = {"network": network, "form": form, "writer": organisation}
        return render_page(request, "networks/network_post.html", context, status=422)
    text = form.cleaned_data["text"]
    attempt(
        request,
        lambda: joining.post(network, text=text, organisation=organisation, by=request.user, at=timezone.now()),
        _("Your note is there for the members."),
    )
    return redirect("networks:network_inside", slug)


@require_POST
def network_join(request: MemberRequest, slug: str) -> HttpResponse:
    network = get_object_or_404(Network.objects.active(), slug=slug)
    organisation = acting_buyer(request)
    form = JoinForm(request.POST)
    if not form.is_valid():
        return _network_page(request, network, form, status=422)
    message = form.cleaned_data["message"]
    attempt(
        request,
        lambda: joining.ask_to_join(
            network, organisation=organisation, by=request.user, at=timezone.now(), message=message
        ),
        _("The request is with the leader of the network. You hear from us when it is answered."),
    )
    return redirect(network)


@limited("invite")
def network_invite(request: MemberRequest, slug: str) -> HttpResponse:
    network = get_object_or_404(Network.objects.active().led_by(request.user), slug=slug)
    if request.method == "POST":
        organisation = get_object_or_404(Organisation, pk=chosen(request, "organisation"))
        attempt(
            request,
            lambda: joining.invite(network, organisation=organisation, by=request.user, at=timezone.now()),
            _("%(name)s is invited, and its administrators are told.") % {"name": organisation.name},
        )
        return redirect("networks:network_invite", slug)
    present = network.members.filter(left_at=None)
    q = request.GET.get("q", "").strip()[:200]
    context = {"network": network, "q": q, "hits": invitable(q).exclude(pk__in=present.values("organisation"))[:HITS]}
    return render_page(request, "networks/network_invite.html", context)


@require_POST
def network_answer(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Yes or no: of the leader to a request, of an invited organisation to its invitation."""
    member = get_object_or_404(NetworkMember.objects.answerable_by(request.user), pk=pk, network__slug=slug)
    verb = joining.accept if request.POST.get("answer") == "yes" else joining.decline
    attempt(request, lambda: verb(member, by=request.user, at=timezone.now()), _("Your answer is given."))
    led = Network.objects.led_by(request.user).filter(slug=slug).exists()
    return redirect("networks:network_inside" if led else "networks:network_detail", slug)


@require_POST
def network_leave(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    own = Organisation.objects.of(request.user, Can.ADMINISTER)
    member = get_object_or_404(NetworkMember, pk=pk, network__slug=slug, organisation__in=own)
    attempt(
        request,
        lambda: joining.leave(member, by=request.user, at=timezone.now()),
        _("Your organisation is no longer in the network. What it wrote there stays with the members."),
    )
    return redirect("networks:network_detail", slug)


def network_roles(request: MemberRequest, slug: str) -> HttpResponse:
    """The leader says who calls meetings, who leads next, and when the work is done."""
    network = get_object_or_404(Network.objects.active().led_by(request.user), slug=slug)
    members = network.members.joined().exclude(role=Role.LEADER).select_related("organisation")
    if request.method == "POST":
        member = get_object_or_404(members, pk=chosen(request, "member"))
        role = Role.CORE if request.POST.get("role") == Role.CORE else Role.MEMBER
        attempt(
            request,
            lambda: joining.appoint(member, role=role, by=request.user, at=timezone.now()),
            _("The role of %(name)s is changed, and its administrators are told.") % {"name": member.organisation.name},
        )
        return redirect(request.get_full_path())
    context = {
        "network": network,
        "room": Room(network=network),
        "page_obj": page_of(members, request.GET, per_page=MEMBERS_A_PAGE),
        "successors": members,
    }
    return render_page(request, "networks/network_roles.html", context)


@require_POST
def network_hand_over(request: MemberRequest, slug: str) -> HttpResponse:
    network = get_object_or_404(Network.objects.active().led_by(request.user), slug=slug)
    successor = get_object_or_404(network.members.joined(), pk=chosen(request, "member"))
    attempt(
        request,
        lambda: joining.hand_over_leadership(network, to=successor, by=request.user, at=timezone.now()),
        _("The leadership is handed over. Your organisation stays as a core member."),
    )
    return redirect(network)


@require_POST
def network_archive(request: MemberRequest, slug: str) -> HttpResponse:
    network = get_object_or_404(Network.objects.led_by(request.user), slug=slug)
    attempt(
        request,
        lambda: joining.archive(network, by=request.user, at=timezone.now()),
        _("The network is archived. Its page stays, and its members can still read what is there."),
    )
    return redirect(network)


def _groups_of(network: Network, request: MemberRequest) -> dict[str, object]:
    """The buyer groups of the network, which its members know of, and whose pages the reader may open; two queries."""
    groups = network.buyer_groups.select_related("lead")
    own = network.buyer_groups.filter(pk__in=BuyerGroup.objects.visible_to(request.user))
    return {"groups": groups, "own_groups": set(own.values_list("pk", flat=True))}


def attempt(request: MemberRequest, act: Callable[[], object], done: str) -> None:
    """Carries out a verb and tells the person what came of it."""
    try:
        act()
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, done)


def may_found(request: PersonRequest) -> bool:
    """Whether the person administers the verified buyer that they act for. For what to show; the verbs decide."""
    return bool(request.acting_for and request.acting_for.is_buyer and role_for(request, Can.ADMINISTER))


def acting_buyer(request: MemberRequest) -> Organisation:
    """The verified buyer that the person acts for and administers. Raises Http404 when there is none."""
    if not may_found(request) or request.acting_for is None:
        raise Http404
    return request.acting_for


def writer_in(network: Network, request: MemberRequest) -> Organisation | None:
    """The member organisation that the person writes for: the one that they act for, else another of theirs."""
    own = Organisation.objects.of(request.user, Can.WRITE)
    places = network.members.joined().filter(organisation__in=own).select_related("organisation")
    organisations = sorted((place.organisation for place in places), key=lambda one: one != request.acting_for)
    return organisations[0] if organisations else None


def invitable(words: str) -> QuerySet[Organisation]:
    """Verified buyers whose names have the words; none without words."""
    if not words:
        return Organisation.objects.none()
    return Organisation.objects.verified_buyers().filter(merged_into=None, name__icontains=words)


def chosen(request: MemberRequest, field: str) -> int:
    """The number of a row that was chosen in a form that we wrote; 0, which is nobody's, for anything else."""
    value = request.POST.get(field, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else 0
