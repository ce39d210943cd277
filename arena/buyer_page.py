"""What the arena knows of one buyer and everyone may read (F11): what it plans, asks for, has bought, and with whom.

Public facts alone: what is published, frozen with its version, or standing in a group that a notice has told of. Never a
draft, an invitation or an interest. The number of queries does not depend on how much there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.grants import Can
from accounts.models import Organisation, User
from networks import approaching, planning
from networks.models import Network, Participant, Plan
from procurements.browsing import Browse
from procurements.models import Kind, Notice, NoticeSearch, Outcome, VersionBuyer
from procurements.rows_shown import rows

SHOWN = 10  # lines of a section; the count says how many there are in all
State = Participant.State


@dataclass(frozen=True)
class Chosen:
    """A supplier as it was published. `url` is empty for one that the arena knows by name alone."""

    name: str
    url: str
    value: Decimal | None
    currency: str


@dataclass(frozen=True)
class Bought:
    """Something that ended with a supplier: by the outcome that was told here, or by an award that was read in."""

    notice: Notice
    on: date
    chosen: list[Chosen]


@dataclass(frozen=True)
class Joint:
    """A procurement of several buyers, and what this one is in it."""

    notice: Notice
    role: str


def of(organisation: Organisation, *, user: User | AnonymousUser, at: datetime) -> dict[str, Any]:
    """The sections of the page, each with its count."""
    plans = _plans(organisation, user, at)
    now_open = Browse(buyer=organisation.pk).notices(at)
    bought, bought_count = _bought(organisation, at)
    joint = _joint(organisation, at)
    effects = _effects(organisation, at)
    return {
        "plans": list(plans[:SHOWN]),
        "plans_count": plans.count(),
        "open_rows": rows(list(now_open[:SHOWN])),
        "open_count": now_open.count(),
        "bought": bought,
        "bought_count": bought_count,
        "joint": _with_roles(organisation, list(joint[:SHOWN])),
        "joint_count": joint.count(),
        "effects": list(effects[:SHOWN]),
        "effects_count": effects.count(),
        "networks": list(_networks(organisation)),
    }


def contact_url(organisation: Organisation, *, user: User | AnonymousUser, acting_for: Organisation | None) -> str:
    """Where one who writes for another verified buyer gets in touch through the portal; empty for everyone else.

    A buyer that is not verified can be reached when it has published something and somebody here answers for it.
    """
    if not user.is_authenticated or acting_for is None or acting_for == organisation:
        return ""
    if not Organisation.objects.of(user, Can.WRITE).verified_buyers().filter(pk=acting_for.pk).exists():
        return ""
    if not approaching.can_be_reached(organisation):
        return ""
    if organisation.is_buyer:
        return f"{reverse('networks:approach_create')}?organisation={organisation.slug}"
    if Notice.objects.published().filter(procurement__organisation=organisation).exists():
        path = approaching.local_path(organisation.get_absolute_url())
        return approaching.invitation_link(receiver=organisation, about=organisation.name, path=path)
    return ""


def _plans(organisation: Organisation, user: User | AnonymousUser, at: datetime) -> QuerySet[Plan]:
    """From the present quarter on; to a buyer who has logged in those that are meant for it, too."""
    present = planning.first_day(timezone.localdate(at))
    return planning.seen_by(user).filter(organisation=organisation, starts_on__gte=present)


def _of(organisation: Organisation, at: datetime) -> QuerySet[Notice]:
    """What is published and names the organisation as one who buys, or may buy."""
    return Notice.objects.published().filter(search__in=_rows(organisation, at))


def _rows(organisation: Organisation, at: datetime, **chosen: list[str]) -> QuerySet[NoticeSearch]:
    """By the index of the search: the list of a buyer says the same."""
    return Browse(state="all", buyer=organisation.pk, chosen=chosen).rows(at)


def _bought(organisation: Organisation, at: datetime) -> tuple[list[Bought], int]:
    """The newest first, and how many: the outcomes that hold now, and the awards that name somebody.

    Not what it only may join, as long as it has not used its option.
    """
    corrected = Outcome.objects.filter(notice=OuterRef("notice"), number__gt=OuterRef("number"))
    may_join = Participant.objects.filter(
        group=OuterRef("procurement__buyer_group"), organisation=organisation, state=State.OPTION
    )
    bought_by_it = _of(organisation, at).exclude(Exists(may_join))
    outcomes = (
        Outcome.objects.filter(notice__in=bought_by_it, result=Outcome.Result.AWARDED)
        .exclude(Exists(corrected))
        .select_related("notice__current_version", "notice__procurement")
        .prefetch_related("winners__organisation")
        .order_by("-decided_on", "-pk")
    )
    won = _of(organisation, at).filter(kind=Kind.AWARD, current_version__winners__isnull=False).values("pk")
    awards = (
        Notice.objects.filter(pk__in=won)
        .select_related("current_version", "procurement")
        .prefetch_related("current_version__winners__organisation")
        .order_by("-current_version__published_at", "-pk")
    )
    found = [
        Bought(one.notice, one.decided_on, [_chosen(each, each.name) for each in one.winners.all()])
        for one in outcomes[:SHOWN]
    ]
    for notice in awards[:SHOWN]:
        version = notice.current_version
        if version is not None:
            winners = [_chosen(each, each.organisation.name) for each in version.winners.all()]
            found.append(Bought(notice, timezone.localdate(version.published_at), winners))
    return sorted(found, key=lambda one: one.on, reverse=True)[:SHOWN], outcomes.count() + awards.count()


def _effects(organisation: Organisation, at: datetime) -> QuerySet[Notice]:
    """What it tells of what a purchase achieved, the newest first."""
    reports = _of(organisation, at).filter(kind=Kind.EFFECT)
    return reports.select_related("current_version").order_by("-search__published_at", "-pk")


def _chosen(winner: Any, name: str) -> Chosen:
    url = winner.organisation.get_absolute_url() if winner.organisation else ""
    return Chosen(name, url, winner.value, winner.currency)


def _joint(organisation: Organisation, at: datetime) -> QuerySet[Notice]:
    """One notice a procurement: its newest. An observer is named in the version, too, though it does not buy."""
    named = VersionBuyer.objects.filter(organisation=organisation).exclude(state="").values("version")
    buys = Q(search__in=_rows(organisation, at, joint=["joint"]))
    return (
        Notice.objects.published()
        .filter(buys | Q(current_version__in=named, procurement__buyer_group__isnull=False), search__is_head=True)
        .select_related("current_version", "procurement__organisation", "procurement__buyer_group__lead")
        .order_by("-search__published_at", "-pk")
    )


def _with_roles(organisation: Organisation, notices: Iterable[Notice]) -> list[Joint]:
    """As the version says; where it does not, as the group that it told of stands now. Two queries."""
    notices = list(notices)
    named = VersionBuyer.objects.filter(
        organisation=organisation, version__in=[notice.current_version_id for notice in notices]
    )
    by_version = {one.version_id: one for one in named}
    standing = Participant.objects.filter(
        organisation=organisation,
        state__in=Participant.INSIDE,
        group__in=[notice.procurement.buyer_group_id for notice in notices if notice.procurement.buyer_group_id],
    )
    by_group = {one.group_id: one for one in standing}
    found = []
    for notice in notices:
        buyer = by_version.get(notice.current_version_id or 0)
        group = notice.procurement.buyer_group
        place = by_group.get(group.pk) if group else None
        is_lead = buyer.is_lead if buyer else bool(group and group.lead_id == organisation.pk)
        state = buyer.state if buyer else place.state if place else ""
        found.append(Joint(notice, _role(bool(is_lead), state)))
    return found


def _role(is_lead: bool, state: str) -> str:
    if is_lead:
        return _("Leads")
    return str(State(state).label) if state else _("Takes part")


def _networks(organisation: Organisation) -> QuerySet[Network]:
    joined = organisation.network_memberships.filter(joined_at__isnull=False, left_at=None)
    return Network.objects.active().filter(pk__in=joined.values("network"))
