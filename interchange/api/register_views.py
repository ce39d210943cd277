"""Who buys, in which networks, what they plan, and the lists that give codes their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, When
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Organisation
from interchange.api import cursors, parameters, shapes
from interchange.api.base_views import ApiView
from interchange.api.facts import Facts, here, organisation
from interchange.api.parameters import Parameter
from networks import planning
from networks.models import Network, NetworkMember, Plan
from procurements.models import Procurement, VersionBuyer
from taxonomy import labels
from taxonomy.models import Code, CpvCode, Goal, Region

PAGE = (parameters.cursor(cursors.FORM), parameters.size(200, 50))
COUNTRY = Parameter("country", "ISO 3166-1 alpha-2.", {"type": "string", "pattern": r"^[A-Z]{2}$"})
PERSONS = (Organisation.Kind.SOLE_TRADER, Organisation.Kind.INVENTOR)
LONG = "public, max-age=3600"


def cut(rows: QuerySet[Any], size: int) -> tuple[list[Any], bool]:
    """So many, and whether there are more."""
    found = list(rows[: size + 1])
    return found[:size], len(found) > size


def buyers() -> QuerySet[Organisation]:
    """Verified buyers, and those that something published names as a buyer. No person is one."""
    named = VersionBuyer.objects.filter(organisation=OuterRef("pk"))
    answers = Procurement.objects.filter(organisation=OuterRef("pk"), notices__current_version__isnull=False)
    buys = Q(buyer_verified_at__isnull=False) | Q(Exists(named)) | Q(Exists(answers))
    return Organisation.objects.filter(buys, merged_into=None).exclude(kind__in=PERSONS)


class OrganisationList(ApiView):
    parameters = (Parameter("q", "A part of the name."), COUNTRY, *PAGE)

    @extend_schema(
        operation_id="list_organisations",
        summary="Find buyers",
        description="Verified buyers, and those that a published notice names as one, by name.",
        responses=shapes.Organisations,
    )
    def get(self, request: Request) -> Response:
        rows, kind = buyers().order_by("name", "pk"), "organisations"
        if words := self.asked.get("q", "").strip():
            rows = rows.filter(name__icontains=words)
        if country := self.asked.get("country"):
            rows = rows.filter(country=country)
        if cursor := self.asked.get("cursor"):
            name, pk = cursors.read(kind, cursor, of=(str, int))
            rows = rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
        shown, more = cut(rows, self.asked.get("size", 50))
        going_on = cursors.write(kind, shown[-1].name, shown[-1].pk) if more else None
        return Response({"next": going_on, "items": organisations(shown, self.language)})


class OrganisationDetail(ApiView):
    @extend_schema(
        operation_id="get_organisation",
        summary="Read a buyer",
        description="What everyone may know of it. One that was merged into another leads there (301).",
        responses=shapes.OrganisationInNetworks,
    )
    def get(self, request: Request, slug: str) -> Any:
        merged = Organisation.objects.filter(slug=slug).exclude(merged_into=None).select_related("merged_into").first()
        if merged and merged.merged_into:
            answer = HttpResponseRedirect(reverse("api:organisation_detail", args=[merged.merged_into.slug]))
            answer.status_code = 301
            return answer
        body = get_object_or_404(buyers(), slug=slug)
        joined = NetworkMember.objects.joined().filter(organisation=body, network__archived_at=None)
        networks = Network.objects.filter(pk__in=joined.values("network")).order_by("name", "pk")
        [said] = organisations([body], self.language)
        return Response({**said, "networks": references(networks, self.language)})


def organisations(bodies: Sequence[Organisation], language: str) -> list[Facts]:
    regions = labels.region_labels({body.region for body in bodies}, language)
    return [
        {
            **organisation(body),
            "kind": {"code": body.kind, "label": str(body.get_kind_display())},
            "region": {"code": body.region, "label": regions.get(body.region, body.region)} if body.region else None,
            "website": body.website or None,
            "description": body.description or None,
            "inhabitants": body.inhabitants,
            "is_verified_buyer": body.is_buyer,
            "notices_address": here(f"{reverse('api:notice_list')}?state=all&buyer={body.pk}"),
        }
        for body in bodies
    ]


def goals_of(things: Iterable[Any], language: str) -> dict[int, str]:
    return labels.goal_labels({goal for thing in things for goal in thing.goals}, language)


def references(networks: Iterable[Network], language: str) -> list[Facts]:
    networks = list(networks)
    words = goals_of(networks, language)
    return [
        {
            "id": network.pk,
            "slug": network.slug,
            "name": network.name,
            "subject": network.subject,
            "goals": [{"number": goal, "label": words.get(goal, str(goal))} for goal in network.goals],
            "is_archived": network.archived_at is not None,
            "address": here(network.get_absolute_url()),
            "api_address": here(reverse("api:network_detail", args=[network.slug])),
        }
        for network in networks
    ]


class NetworkList(ApiView):
    parameters = (Parameter("q", "Words of the name, subject or description."), *PAGE)

    @extend_schema(
        operation_id="list_networks",
        summary="Find buyer networks",
        description="Networks that work today, by name.",
        responses=shapes.Networks,
    )
    def get(self, request: Request) -> Response:
        rows = Network.objects.active().about(self.asked.get("q", "")).order_by("name", "pk")
        if cursor := self.asked.get("cursor"):
            name, pk = cursors.read("networks", cursor, of=(str, int))
            rows = rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
        shown, more = cut(rows, self.asked.get("size", 50))
        going_on = cursors.write("networks", shown[-1].name, shown[-1].pk) if more else None
        return Response({"next": going_on, "items": references(shown, self.language)})


class NetworkDetail(ApiView):
    @extend_schema(
        operation_id="get_network",
        summary="Read a buyer network",
        description="What it does, what it plans, and who is in it.",
        responses=shapes.Network,
    )
    def get(self, request: Request, slug: str) -> Response:
        network = get_object_or_404(Network, slug=slug)
        role = NetworkMember.Role
        order = Case(
            When(role=role.LEADER, then=0), When(role=role.CORE, then=1), default=2, output_field=IntegerField()
        )
        joined = network.members.joined().select_related("organisation").order_by(order, "organisation__name", "pk")
        [said] = references([network], self.language)
        members = [
            {
                "organisation": organisation(one.organisation),
                "role": {"code": one.role, "label": str(one.get_role_display())},
            }
            for one in joined
        ]
        more = {"description": network.description or None, "plan": network.plan or None, "members": members}
        return Response({**said, **more})


class PlanList(ApiView):
    parameters = PAGE

    @extend_schema(
        operation_id="list_plans",
        summary="Read what buyers plan",
        description="Plans that are open to everyone, from the present quarter on, the nearest first.",
        responses=shapes.Plans,
    )
    def get(self, request: Request) -> Response:
        present = planning.first_day(timezone.localdate(timezone.now()))
        rows = Plan.objects.public().filter(starts_on__gte=present).select_related("organisation")
        rows = rows.order_by("starts_on", "pk")
        if cursor := self.asked.get("cursor"):
            day, pk = cursors.read("plans", cursor, of=(str, int))
            try:
                starts_on = parameters.a_day(day)
            except ValueError:
                raise cursors.broken() from None
            rows = rows.filter(Q(starts_on__gt=starts_on) | Q(starts_on=starts_on, pk__gt=pk))
        shown, more = cut(rows, self.asked.get("size", 50))
        going_on = cursors.write("plans", shown[-1].starts_on.isoformat(), shown[-1].pk) if more else None
        return Response({"next": going_on, "items": plans(shown, self.language)})


def plans(rows: Sequence[Plan], language: str) -> list[Facts]:
    cpv = labels.cpv_labels({code for plan in rows for code in plan.cpv}, language)
    regions = labels.region_labels({code for plan in rows for code in plan.regions}, language)
    goals = goals_of(rows, language)
    return [
        {
            "title": plan.title,
            "text": plan.text or None,
            "quarter": "{}-Q{}".format(*plan.quarter),
            "organisation": organisation(plan.organisation),
            "cpv": [{"code": code, "label": cpv.get(code, code)} for code in plan.cpv],
            "regions": [{"code": code, "label": regions.get(code, code)} for code in plan.regions],
            "goals": [{"number": goal, "label": goals.get(goal, str(goal))} for goal in plan.goals],
            "wants_partners": plan.wants_partners,
            "address": here(plan.get_absolute_url()),
        }
        for plan in rows
    ]


class CodeListList(ApiView):
    caching = LONG

    @extend_schema(
        operation_id="list_code_lists",
        summary="See which code lists there are",
        description="CPV, NUTS, the goals of Agenda 2030, and the lists of eForms that the arena knows.",
        responses=shapes.CodeLists,
    )
    def get(self, request: Request) -> Response:
        counted = Code.objects.values_list("list").annotate(codes=Count("pk")).order_by("list")
        own = [("cpv", CpvCode.objects.count()), ("nuts", Region.objects.count()), ("goals", Goal.objects.count())]
        items = [
            {"name": name, "codes": codes, "api_address": here(reverse("api:code_list", args=[name]))}
            for name, codes in [*own, *counted]
        ]
        return Response({"items": items})


class CodeList(ApiView):
    caching = LONG
    parameters = (
        Parameter("under", "Codes that begin so.", {"type": "string", "pattern": r"^[A-Za-z0-9_-]{1,30}$"}),
        parameters.cursor(cursors.FORM),
        parameters.size(1000, 200),
    )

    @extend_schema(
        operation_id="list_codes",
        summary="Read a code list",
        description="Codes with their labels in Swedish, Norwegian and English, in the order of the codes.",
        responses=shapes.Codes,
    )
    def get(self, request: Request, name: str) -> Response:
        key, rows = _rows(name)
        kind = f"codes {name}"
        if under := self.asked.get("under"):
            rows = rows.filter(**{f"{key}__startswith": under})
        if cursor := self.asked.get("cursor"):
            [after] = cursors.read(kind, cursor, of=(str,))
            if name == "goals" and not (after.isdecimal() and len(after) < 10):
                raise cursors.broken()
            rows = rows.filter(**{f"{key}__gt": int(after) if name == "goals" else after})
        shown, more = cut(rows.order_by(key), self.asked.get("size", 200))
        going_on = cursors.write(kind, str(getattr(shown[-1], key))) if more else None
        return Response({"next": going_on, "name": name, "items": [_code(row, key) for row in shown]})


def _rows(name: str) -> tuple[str, QuerySet[Any]]:
    """The column that holds the code, and the rows. What is no list is not found."""
    if name == "cpv":
        return "code", CpvCode.objects.all()
    if name == "nuts":
        return "code", Region.objects.all()
    if name == "goals":
        return "number", Goal.objects.all()
    rows = Code.objects.of(name)
    get_object_or_404(rows[:1])
    return "code", rows


def _code(row: Any, key: str) -> Facts:
    return {
        "code": str(getattr(row, key)),
        "labels": {language: row.label(language) for language in ("sv", "nb", "en")},
        "parent": getattr(row, "parent_id", None),
        "retired": getattr(row, "retired", "") or None,
    }
