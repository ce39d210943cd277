"""What buyers think of procuring, and when (C17): written, changed, withdrawn. A plan binds nobody.

Each verb raises `Refused` with a sentence for the person when its rule says no, and does nothing when it is repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.grants import Can
from accounts.models import Organisation, User
from accounts.rules import Refused
from networks.models import Network, Plan, quarter_of
from networks.models.finding import PlanQuerySet
from records import auditing

YEARS_AHEAD = 5


@dataclass(frozen=True)
class Said:
    """What a plan says. `starts_on` is the first day of a quarter."""

    title: str
    starts_on: date
    text: str = ""
    goals: Sequence[int] = ()
    cpv: Sequence[str] = ()
    regions: Sequence[str] = ()
    wants_partners: bool = True
    audience: str = Plan.Audience.BUYERS
    network: Network | None = None


def seen_by(user: User | AnonymousUser) -> PlanQuerySet:
    """The plans that stand and that the reader may know of; without an account, those for everyone."""
    return Plan.objects.visible_to(user) if user.is_authenticated else Plan.objects.public()


def first_day(day: date) -> date:
    """Of the quarter that the day is in."""
    return date(day.year, 3 * (quarter_of(day)[1] - 1) + 1, 1)


def quarters(day: date, count: int) -> list[date]:
    """The first days of so many quarters, from the one that the day is in."""
    months = [day.year * 12 + 3 * (quarter_of(day)[1] - 1) + 3 * step for step in range(count)]
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def quarters_to_plan(day: date) -> list[date]:
    """From the present quarter to the last one of the year that is five years ahead."""
    return [quarter for quarter in quarters(day, 4 * YEARS_AHEAD + 4) if quarter.year <= day.year + YEARS_AHEAD]


@transaction.atomic
def write(said: Said, *, organisation: Organisation, by: User, at: datetime) -> Plan:
    """A new plan of a verified buyer that `by` writes for. The same title in the same quarter is the plan that stands."""
    # Two clicks at once: the second waits here.
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    _require_writer(organisation, by)
    same = organisation.plans.standing().filter(title=said.title, starts_on=said.starts_on)
    if existing := same.first():
        return existing
    _check_quarter(said.starts_on, at)
    _check_network(said, organisation)
    plan = Plan(organisation=organisation, created_by=by, created_at=at)
    _put(said, plan, at=at)
    auditing.record("plan.written", plan, by=by, at=at, acting_for=organisation, details={"audience": plan.audience})
    return plan


@transaction.atomic
def change(plan: Plan, said: Said, *, by: User, at: datetime) -> Plan:
    """The plan says something else from now on. A quarter that has passed may stay; a new one lies ahead."""
    plan = _lock(plan)
    _require_writer(plan.organisation, by)
    if plan.withdrawn_at:
        raise Refused(_("This plan has been withdrawn. Write a new one."))
    if _values(said) == _values(said_by(plan)):
        return plan
    if said.starts_on != plan.starts_on:
        _check_quarter(said.starts_on, at)
    _check_network(said, plan.organisation)
    before = plan.audience
    _put(said, plan, at=at)
    details = {"audience": [before, plan.audience]} if before != plan.audience else {}
    auditing.record("plan.changed", plan, by=by, at=at, acting_for=plan.organisation, details=details)
    return plan


@transaction.atomic
def withdraw(plan: Plan, *, by: User, at: datetime) -> Plan:
    """Nobody finds the plan any more."""
    plan = _lock(plan)
    _require_writer(plan.organisation, by)
    if plan.withdrawn_at:
        return plan
    plan.withdrawn_at = at
    plan.save()
    auditing.record("plan.withdrawn", plan, by=by, at=at, acting_for=plan.organisation)
    return plan


def said_by(plan: Plan) -> Said:
    """What the plan says today."""
    return Said(**{field.name: getattr(plan, field.name) for field in fields(Said)})


def _values(said: Said) -> dict[str, Any]:
    values = {field.name: getattr(said, field.name) for field in fields(Said)}
    return values | {name: list(values[name]) for name in ("goals", "cpv", "regions")}


def _put(said: Said, plan: Plan, *, at: datetime) -> None:
    for name, value in _values(said).items():
        setattr(plan, name, value)
    plan.changed_at = at
    plan.save()


def _lock(plan: Plan) -> Plan:
    Plan.objects.select_for_update().get(pk=plan.pk)  # without joins: its organisation may become another
    return Plan.objects.select_related("organisation", "network").get(pk=plan.pk)


def _require_writer(organisation: Organisation, by: User) -> None:
    if not Organisation.objects.of(by, Can.WRITE).verified_buyers().filter(pk=organisation.pk).exists():
        raise Refused(_("Only those who write for a verified buyer can publish its plans."))


def _check_quarter(starts_on: date, at: datetime) -> None:
    if starts_on not in quarters_to_plan(at.date()):
        raise Refused(_("Choose a quarter from the present one to five years ahead."))


def _check_network(said: Said, organisation: Organisation) -> None:
    if said.network is None:
        if said.audience == Plan.Audience.MEMBERS:
            raise Refused(_("Choose the network whose members may read the plan."))
        return
    joined = said.network.members.joined().filter(organisation=organisation)
    if said.network.archived_at or not joined.exists():
        raise Refused(_("Your organisation is not a member of that network today. Choose another one."))
