"""Who plans what, and when: the overview, a plan, and writing one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.countries import COUNTRIES
from accounts.grants import Can
from accounts.models import Organisation
from accounts.requests import MemberRequest, PersonRequest, role_for
from accounts.rules import Refused
from networks import approaching, planning
from networks.models import Network, Plan
from networks.plan_browsing import LATER, NONE, Found, PlanBrowse, find, ordered
from networks.plan_forms import PlanForm, group_begins_with
from networks.templatetags.plans import quarter
from networks.views import attempt, may_found
from taxonomy import labels
from taxonomy.models import Goal
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of


@login_not_required
@require_safe
@limited("search", reads=True)
def plan_list(request: PersonRequest) -> HttpResponse:
    today, browse = timezone.localdate(), PlanBrowse.from_address(request.GET)
    seen = planning.seen_by(request.user)
    found = find(seen, browse, today=today)
    plans = Plan.objects.filter(pk__in=found.pks).select_related("organisation", "network")
    page = page_of(ordered(plans, browse.sort), request.GET)
    regions = labels.region_labels(
        {*found.counts("region"), *(code for plan in page for code in plan.regions)}, _lang()
    )
    goals = {goal.number: goal for goal in Goal.objects.all()}
    context = {
        "browse": browse,
        "page_obj": page,
        "rows": [_row(plan, goals, regions, today) for plan in page],
        "quarters": found.quarters,
        "grid": _grid(found, goals),
        "by_quarter": _by_quarter(found, goals),
        "filters": _filters(found, goals, regions),
        "sorts": {"quarter": _("soonest first"), "newest": _("newest first"), "buyer": _("by buyer")},
        "has_any": bool(found.rows),
        "may_write": may_write(request),
        "own": request.acting_for,
    }
    return render_page(request, "networks/plan_list.html", context)


@login_not_required
@require_safe
def plan_detail(request: PersonRequest, pk: int) -> HttpResponse:
    seen = planning.seen_by(request.user).select_related("organisation", "network")
    plan = get_object_or_404(seen, pk=pk)
    own = request.user.is_authenticated and Plan.objects.editable_by(request.user).filter(pk=pk).exists()
    is_ours = any(member.organisation_id == plan.organisation_id for member in request.memberships)
    context = {
        "plan": plan,
        "goals": labels.goal_labels(plan.goals, _lang()).values(),
        "regions": labels.region_labels(plan.regions, _lang()).values(),
        "cpv": labels.cpv_labels(plan.cpv, _lang()),
        "has_passed": plan.starts_on < planning.first_day(timezone.localdate()),
        "is_editable": own,
        "is_ours": is_ours,
        "may_group": may_found(request),
        "may_contact": may_write(request) and not is_ours and approaching.can_be_reached(plan.organisation),
    }
    return render_page(request, "networks/plan_detail.html", context)


def plan_create(request: MemberRequest) -> HttpResponse:
    organisation, at = acting_writer(request), timezone.now()
    joined = Network.objects.active().filter(slug=request.GET.get("network", ""), members__organisation=organisation)
    initial = {"regions": [organisation.region] if organisation.region else [], "network": joined.first()}
    form = PlanForm(request.POST or None, organisation=organisation, today=timezone.localdate(at), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            plan = planning.write(form.said, organisation=organisation, by=request.user, at=at)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(
                request, _("The plan is there, for those whom you chose. Change it whenever you know more.")
            )
            return redirect(plan)
    return render_page(request, "networks/plan_create.html", {"form": form, "organisation": organisation})


def plan_edit(request: MemberRequest, pk: int) -> HttpResponse:
    plan, at = _editable(request, pk), timezone.now()
    form = PlanForm(request.POST or None, instance=plan, organisation=plan.organisation, today=timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        try:
            planning.change(plan, form.said, by=request.user, at=at)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The plan is changed."))
            return redirect(plan)
    return render_page(request, "networks/plan_edit.html", {"form": form, "plan": plan})


def plan_withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    plan = _editable(request, pk)
    if request.method == "POST":
        attempt(
            request,
            lambda: planning.withdraw(plan, by=request.user, at=timezone.now()),
            _("The plan is withdrawn. Nobody finds it any more."),
        )
        return redirect("networks:plan_list")
    return render_page(request, "networks/plan_withdraw.html", {"plan": plan})


def may_write(request: PersonRequest) -> bool:
    """Whether the person writes for the verified buyer that they act for. For what to show; the verbs decide."""
    return bool(request.acting_for and request.acting_for.is_buyer and role_for(request, Can.WRITE))


def acting_writer(request: MemberRequest) -> Organisation:
    """The verified buyer that the person acts and writes for. Raises Http404 when there is none."""
    if not may_write(request) or request.acting_for is None:
        raise Http404
    return request.acting_for


def group_from_plan(request: MemberRequest) -> dict[str, Any]:
    """What a form for a buyer group says at first when one comes from a plan of one's own; nothing otherwise."""
    plan = Plan.objects.editable_by(request.user).filter(pk=whole_number(request.GET.get("plan", ""))).first()
    return group_begins_with(plan) if plan else {}


def whole_number(value: str) -> int:
    """The number of a row as it stands in an address; 0, which is nobody's, for anything else."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else 0


def _editable(request: MemberRequest, pk: int) -> Plan:
    editable = Plan.objects.editable_by(request.user).select_related("organisation", "network")
    return get_object_or_404(editable, pk=pk)


def _lang() -> str:
    return get_language() or "sv"


def _row(plan: Plan, goals: dict[int, Goal], regions: dict[str, str], today: date) -> dict[str, Any]:
    return {
        "plan": plan,
        "goals": [goals[number].label(_lang()) for number in plan.goals if number in goals],
        "regions": [regions.get(code, code) for code in plan.regions[:3]],
        "has_passed": plan.starts_on < planning.first_day(today),
    }


def _goal(value: str, goals: dict[int, Goal], *, short: bool = False) -> str:
    if value == NONE:
        return _("No goal stated")
    goal = goals.get(int(value))
    return (goal.short(_lang()) if short else f"{value}. {goal.label(_lang())}") if goal else value


def _columns(found: Found) -> list[tuple[str, str]]:
    """The overview's columns: the value in the address, and its name."""
    return [*((day.isoformat(), quarter(day)) for day in found.quarters), (LATER, _("Later"))]


def _grid(found: Found, goals: dict[int, Goal]) -> dict[str, Any]:
    """The overview where there is room: a row a theme, a column a quarter."""
    columns = _columns(found)
    rows = [
        {"goal": goal, "label": _goal(goal, goals), "cells": [(value, name, counts[value]) for value, name in columns]}
        for goal, counts in found.grid().items()
    ]
    return {"columns": [name for _value, name in columns], "rows": rows}


def _by_quarter(found: Found, goals: dict[int, Goal]) -> list[dict[str, Any]]:
    """The same on a telephone: the quarters with something in them, each with its themes."""
    grid = found.grid()
    listed = [
        {
            "name": name,
            "themes": [(goal, _goal(goal, goals), counts[value]) for goal, counts in grid.items() if counts[value]],
        }
        | {"value": value}
        for value, name in _columns(found)
    ]
    return [one for one in listed if one["themes"]]


def _filters(found: Found, goals: dict[int, Goal], regions: dict[str, str]) -> list[dict[str, Any]]:
    """Each filter with the choices that the reader's own plans give, and how many each would find."""
    filters = []
    for name, (label, word) in _words(found, goals, regions).items():
        counts, chosen = found.counts(name), found.browse.chosen.get(name, "")
        possible = {value for row in found.rows for value in row.values[name] if counts[value] or value == chosen}
        if name == "buyer":  # not a list of all buyers: one comes here from a buyer's page
            possible &= {chosen}
        choices = [(value, word(value), counts[value]) for value in sorted(possible, key=lambda one: (len(one), one))]
        if choices:
            filters.append({"name": name, "label": label, "choices": choices, "chosen": chosen})
    return filters


def _words(
    found: Found, goals: dict[int, Goal], regions: dict[str, str]
) -> dict[str, tuple[str, Callable[[str], str]]]:
    """The filters in their order: label, and the words of a choice. Two queries."""
    slugs = {value for row in found.rows for value in row.values["network"]}
    networks = dict(Network.objects.filter(slug__in=slugs).values_list("slug", "name"))
    buyers = dict(Organisation.objects.filter(slug=found.browse.chosen.get("buyer", "")).values_list("slug", "name"))
    countries = {code: str(name) for code, name in COUNTRIES}
    return {
        "goal": (_("Agenda 2030 goal"), lambda value: _goal(value, goals)),
        "quarter": (_("Quarter"), lambda value: _("Later") if value == LATER else quarter(date.fromisoformat(value))),
        "region": (_("Region"), lambda value: regions.get(value, value)),
        "country": (_("The buyer's country"), lambda value: countries.get(value, value)),
        "network": (_("Network"), lambda value: networks.get(value, value)),
        "looks": (_("Looks for others"), lambda value: _("Yes, to buy together")),
        "buyer": (_("Buyer"), lambda value: buyers.get(value, value)),
    }
