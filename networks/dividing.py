"""The cost key of a buyer group (C12): which key holds, and what each participant pays by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import Refused
from networks import sharing, summing
from networks.grouping import lock, require_lead
from networks.models import BuyerGroup, CostKey, GroupItem, Participant
from networks.sharing import Share
from records import auditing

State = Participant.State
Method = CostKey.Method


@dataclass(frozen=True)
class Table:
    """What each pays; or `problem`, a sentence that says why it cannot be computed yet. The last row's sum is exact."""

    rows: list[tuple[Participant, Share]]
    problem: str = ""

    @property
    def weight(self) -> Decimal:
        return sum((share.weight for _participant, share in self.rows), Decimal(0))

    @property
    def percent(self) -> Decimal:
        return sum((share.percent for _participant, share in self.rows), Decimal(0))

    @property
    def amount(self) -> Decimal:
        return sum((share.amount for _participant, share in self.rows), Decimal(0))


@transaction.atomic
def choose(
    group: BuyerGroup,
    *,
    method: str,
    total: Decimal,
    currency: str,
    by: User,
    at: datetime,
    item: GroupItem | None = None,
    with_options: bool = False,
) -> CostKey:
    """The key that holds from now on; it replaces the one before, which stays in the audit log. The same key twice is one."""
    group = lock(group)
    require_lead(group, by)
    if (method == Method.VOLUME) != (item is not None) or (item and item.group_id != group.pk):
        raise Refused(_("Say the volume of what the cost is shared by."))
    key = CostKey.objects.filter(group=group).first() or CostKey(group=group)
    before = (key.method, key.item_id, key.total, key.currency, key.with_options)
    if key.pk and before == (method, item.pk if item else None, total, currency, with_options):
        return key
    key.method, key.item, key.total, key.currency, key.with_options = method, item, total, currency, with_options
    key.set_by, key.set_at = by, at
    key.save()
    details = {"method": {"from": before[0], "to": method}, "with_options": with_options}  # the cost is the group's own
    auditing.record("group.cost_key_set", group, by=by, at=at, acting_for=group.lead, details=details)
    return key


def tables(key: CostKey) -> tuple[Table, Table | None]:
    """What each committed participant pays; and, where the key asks for it, what each would pay if every option holder joined.

    By at most three queries, however many take part.
    """
    standing = list(
        key.group.participants.standing().select_related("organisation").order_by("organisation__name", "pk")
    )
    volumes = summing.volumes_of(key.group, key.item) if key.item else {}
    committed = [one for one in standing if one.state == State.COMMITTED]
    return _table(key, committed, volumes), _table(key, standing, volumes) if key.with_options else None


def _table(key: CostKey, participants: list[Participant], volumes: dict[int, Decimal]) -> Table:
    weights: dict[int, Decimal] = {}
    missing = []
    for one in participants:
        weight = _weight(key, one, volumes)
        if weight is None:
            missing.append(one.organisation.name)
        else:
            weights[one.pk] = weight
    if missing:
        sentence = {
            Method.INHABITANTS: _(
                "The number of inhabitants is missing for: %(names)s. Each organisation writes it on its own page."
            ),
            Method.VOLUME: _("No signed letter of intent yet from: %(names)s."),
        }[Method(key.method)]
        return Table([], sentence % {"names": ", ".join(missing)})
    try:
        shares = sharing.shares(key.total, weights)
    except sharing.NothingToWeigh:
        return Table([], _("There is nothing to share by yet: every weight is nought."))
    return Table([(one, shares[one.pk]) for one in participants])


def _weight(key: CostKey, participant: Participant, volumes: dict[int, Decimal]) -> Decimal | None:
    """None where it is not known."""
    if key.method == Method.EQUAL:
        return Decimal(1)
    if key.method == Method.VOLUME:
        return volumes.get(participant.pk)
    inhabitants = participant.organisation.inhabitants
    return None if inhabitants is None else Decimal(inhabitants)
