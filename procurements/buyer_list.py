"""Who buys, as each version told it (B25), and the list that binds when an option is used later (C7).

A version of a group's notice keeps its buyers in rows that nothing changes. What was published without rows, and a draft, show
the group as it stands; a procurement without a group has one buyer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from networks import grouping, summing
from networks.models import BuyerGroup, Participant
from procurements.models import Closing, Kind, Notice, NoticeVersion, Outcome, VersionBuyer, VersionVolume
from ui.moments import number

State = Participant.State
Thing = tuple[str, str]  # what is bought, and what it is counted in


@dataclass(frozen=True)
class Buyer:
    """One buyer as the public reads it. `is_lead` is None where the notice does not say who leads.

    `state` is empty where nobody said one: in an imported notice, and of one who buys alone. `volumes` are in the unit of each thing.
    """

    organisation: Organisation
    is_lead: bool | None
    state: str = ""
    volumes: Mapping[Thing, Decimal] = field(default_factory=dict)
    approved_at: datetime | None = None
    by_mandate: bool = False

    @property
    def label(self) -> str:
        return str(State(self.state).label) if self.state else ""

    @property
    def facts(self) -> tuple[object, ...]:
        """What makes it another buyer than it was: who leads, how firmly it buys, how much."""
        return bool(self.is_lead), self.state, dict(self.volumes)


def live(group: BuyerGroup) -> list[Buyer]:
    """The group as it stands now, with signed volumes alone; by two queries."""
    shown = summing.shown(group)
    things = [(item.name, item.unit) for item in shown.items]
    return [
        Buyer(
            organisation=row.participant.organisation,
            is_lead=row.participant.organisation_id == group.lead_id,
            state=row.participant.state,
            volumes={thing: volume for thing, volume in zip(things, row.volumes, strict=True) if volume is not None},
        )
        for row in shown.rows
    ]


def frozen(version: NoticeVersion) -> list[Buyer]:
    """What the version's rows say; none for a version without rows, or one that is not saved."""
    if version.pk is None:
        return []
    rows: Iterable[VersionBuyer] = version.buyers.all()
    if "buyers" not in getattr(version, "_prefetched_objects_cache", {}):
        rows = version.buyers.select_related("organisation").prefetch_related("volumes")
    rows = list(rows)
    return [
        Buyer(
            organisation=row.organisation,
            is_lead=row.is_lead if len(rows) > 1 else True,
            state=row.state,
            volumes={(one.item, one.unit): one.volume for one in row.volumes.all()},
            approved_at=row.approved_at,
            by_mandate=row.by_mandate,
        )
        for row in rows
    ]


def buyers_of(version: NoticeVersion) -> list[Buyer]:
    """Who buys, the lead first where one is known: as the version keeps it, as the group stands, or the one organisation."""
    procurement = version.notice.procurement
    if named := frozen(version):
        return named
    return live(procurement.buyer_group) if procurement.buyer_group else [Buyer(procurement.organisation, True)]


def organisations_of(version: NoticeVersion) -> list[Organisation]:
    """Those who buy or may buy; an observer does not."""
    return [buyer.organisation for buyer in buyers_of(version) if buyer.state != State.OBSERVER]


def insiders_of(version: NoticeVersion) -> set[int]:
    """The ids of those who know more than suppliers do: who answers for it, who was published, who has joined since."""
    procurement = version.notice.procurement
    found = {procurement.organisation_id, *(one.pk for one in organisations_of(version))}
    if procurement.buyer_group_id:
        standing = Participant.objects.standing().filter(group=procurement.buyer_group_id)
        found.update(standing.values_list("organisation", flat=True))
    return found


Approvals = Mapping[int, tuple[User | None, datetime | None, bool]]  # by organisation: by whom, when, or by mandate


def freeze(notice: Notice, version: NoticeVersion, *, approvals: Approvals) -> None:
    """Writes who buys beside the version that was just made, in the transaction of its publication and under the group's lock.

    The first version of the group's competition fixes the list: raises Refused while an option has no last day.
    """
    group = notice.procurement.buyer_group
    if group is None:
        return
    for position, buyer in enumerate(live(group), start=1):
        approved_by, approved_at, by_mandate = approvals.get(buyer.organisation.pk, (None, None, False))
        row = VersionBuyer.objects.create(
            version=version,
            organisation=buyer.organisation,
            position=position,
            is_lead=buyer.is_lead,
            state=buyer.state,
            approved_by=approved_by,
            approved_at=approved_at,
            by_mandate=by_mandate,
        )
        VersionVolume.objects.bulk_create(
            VersionVolume(buyer=row, item=item, unit=unit, volume=volume, position=place)
            for place, ((item, unit), volume) in enumerate(buyer.volumes.items())
        )
    grouping.published(group, at=version.published_at)
    if notice.kind == Kind.COMPETITION and version.is_first:
        grouping.fix_list(group, at=version.published_at)


def problems(notice: Notice, *, at: datetime) -> dict[str, str]:
    """Why the competition of a group cannot be published yet: the list that it fixes says until when an option can be used."""
    group = notice.procurement.buyer_group
    if group is None or notice.kind != Kind.COMPETITION or notice.current_version_id:
        return {}
    if not group.participants.filter(state=State.OPTION).exists():
        return {}
    if group.option_until is None:
        return {"option_until": _("Say on the page of the group until which day an option to join can be used.")}
    if group.option_until < at.astimezone(ZoneInfo(notice.zone)).date():
        return {"option_until": _("The last day for options has passed. Choose a later one on the page of the group.")}
    return {}


def let_go(notice: Notice, *, at: datetime) -> None:
    """The competition came to nothing: the group's list is open again, unless another competition of it still stands.

    In the transaction, and under the locks, of whoever ended it.
    """
    group = notice.procurement.buyer_group
    if group is None or notice.kind != Kind.COMPETITION or stands(notice):
        return
    competitions = Notice.objects.published().filter(procurement__buyer_group=group, kind=Kind.COMPETITION)
    if not any(stands(one) for one in competitions.exclude(pk=notice.pk)):
        grouping.free_list(group, at=at)


def follow_outcome(notice: Notice, outcome: Outcome, *, at: datetime) -> None:
    """A contract keeps the list, also when it corrects an outcome that had let it go; anything else lets it go."""
    group = notice.procurement.buyer_group
    if group and notice.kind == Kind.COMPETITION and outcome.result == Outcome.Result.AWARDED:
        grouping.fix_list(group, at=at, again=True)
    else:
        let_go(notice, at=at)


def stands(competition: Notice) -> bool:
    """Whether a published competition still binds who buys: it was awarded, or nobody has ended it without a contract."""
    last = competition.outcomes.order_by("number").last()
    if last:
        return last.result == Outcome.Result.AWARDED
    return competition.closed_as not in (Closing.CANCELLED, Closing.WITHDRAWN)


def changed(before: Iterable[Buyer], after: Iterable[Buyer]) -> tuple[list[Buyer], list[Buyer]]:
    """The buyers that differ, as they stood and as they stand."""
    was = {buyer.organisation.pk: buyer for buyer in before}
    now = {buyer.organisation.pk: buyer for buyer in after}
    same = {pk for pk in was.keys() & now.keys() if was[pk].facts == now[pk].facts}
    return (
        [buyer for pk, buyer in was.items() if pk not in same],
        [buyer for pk, buyer in now.items() if pk not in same],
    )


def changed_between(before: Notice | NoticeVersion, after: Notice | NoticeVersion) -> tuple[list[Buyer], list[Buyer]]:
    """The same between a version and a later one, or the group as it stands when `after` is a working text."""
    notice = after if isinstance(after, Notice) else after.notice
    if not notice.procurement.buyer_group_id or isinstance(before, Notice):
        return [], []
    was = frozen(before)
    if not any(buyer.state for buyer in was):
        return [], []
    if isinstance(after, NoticeVersion):
        return changed(was, frozen(after) or was)
    assert notice.procurement.buyer_group is not None
    return changed(was, live(notice.procurement.buyer_group))


def line_of(buyer: Buyer) -> str:
    """One buyer in words, in the reader's language, as a list of changes shows it."""
    language = get_language() or "sv"
    role = _("Lead") if buyer.is_lead else buyer.label
    volumes = [f"{item}: {number(volume, language)} {unit}" for (item, unit), volume in buyer.volumes.items()]
    return " · ".join(filter(None, [buyer.organisation.name, role, *volumes]))


@dataclass
class Standing:
    """The things that somebody named, and the sums of the committed and of those who may join, apart: one a thing."""

    things: list[Thing]
    totals: list[summing.Total]
    committed: int
    option: int
    inhabitants: summing.Total

    @property
    def by_thing(self) -> list[tuple[Thing, summing.Total]]:
        return list(zip(self.things, self.totals, strict=True))


def add(buyers: Iterable[Buyer]) -> Standing:
    """Nothing is added that is not the same (networks.summing)."""
    buyers = list(buyers)
    counting = [buyer for buyer in buyers if buyer.state in Participant.STANDING]
    totals = summing.add((thing, buyer.state, volume) for buyer in counting for thing, volume in buyer.volumes.items())
    people = summing.Total()
    for buyer in counting:
        people.add(buyer.state, Decimal(buyer.organisation.inhabitants or 0))
    return Standing(
        things=list(totals),
        totals=list(totals.values()),
        committed=sum(buyer.state == State.COMMITTED for buyer in counting),
        option=sum(buyer.state == State.OPTION for buyer in counting),
        inhabitants=people,
    )
