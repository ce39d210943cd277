"""What the signed letters of a buyer group add up to, live (C5).

Nothing is added that is not the same: not two items, not two units, not the committed and those who may join, not SEK and NOK.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from networks.models import BuyerGroup, GroupItem, Letter, LetterVolume, Participant, ParticipantChange
from ui import moments

State = Participant.State
Key = TypeVar("Key")


@dataclass
class Total:
    """Of one item in its unit, or of money in one currency."""

    committed: Decimal = Decimal(0)
    option: Decimal = Decimal(0)

    def add(self, state: str, value: Decimal) -> None:
        """Raises ValueError for one who neither buys nor may buy: its letter is in no sum."""
        if state == State.COMMITTED:
            self.committed += value
        elif state == State.OPTION:
            self.option += value
        else:
            raise ValueError(f"A participant that is {state} is in no sum.")


def add(rows: Iterable[tuple[Key, str, Decimal]]) -> dict[Key, Total]:
    """Total of each key from (key, state, value), in the order in which the keys first come."""
    totals: dict[Key, Total] = {}
    for key, state, value in rows:
        totals.setdefault(key, Total()).add(state, value)
    return totals


@dataclass
class Row:
    """One participant, and what its signed letter says of each item; None where it says nothing."""

    participant: Participant
    volumes: list[Decimal | None]
    letter: Letter | None = None  # the signed one; not for the public


@dataclass
class Shown:
    """What everybody may read on a published notice (B25): no budget, no unsigned letter, not even that one was sent."""

    rows: list[Row]
    items: list[GroupItem]  # those with a volume
    totals: list[Total]  # one an item
    last_signed_at: datetime | None


@dataclass
class Sums:
    """What those who buy together see."""

    rows: list[Row]
    items: list[GroupItem]
    totals: list[Total]
    budgets: dict[str, Total] = field(default_factory=dict)  # by currency, in its order
    signed: int = 0
    standing: int = 0  # the committed and the option holders: those who can sign

    @property
    def by_currency(self) -> list[tuple[str, Total]]:
        return list(self.budgets.items())


def shown(group: BuyerGroup) -> Shown:
    """By two queries, however many take part."""
    volumes = list(_counting(group).select_related("item", "letter").order_by("item__position", "item", "pk"))
    items = list({volume.item_id: volume.item for volume in volumes}.values())
    rows = _rows(group, items, volumes)
    dates = [volume.letter.signed_at for volume in volumes if volume.letter.signed_at]
    return Shown(rows, items, _totals(rows, items), max(dates, default=None))


def sums(group: BuyerGroup) -> Sums:
    """By four queries, however many take part."""
    items = list(group.items.all())
    rows = _rows(group, items, list(_counting(group).select_related("letter")))
    letters = {one.participant_id: one for one in Letter.objects.counting().filter(participant__group=group)}
    for row in rows:
        row.letter = letters.get(row.participant.pk) if row.participant.state in Participant.STANDING else None
    signed = [row for row in rows if row.letter]
    budgets = [
        (row.letter.currency, row.participant.state, row.letter.budget)
        for row in rows
        if row.letter and row.letter.budget is not None
    ]
    return Sums(
        rows=rows,
        items=items,
        totals=_totals(rows, items),
        budgets=add(sorted(budgets)),
        signed=len(signed),
        standing=sum(row.participant.state in Participant.STANDING for row in rows),
    )


def volumes_of(group: BuyerGroup, item: GroupItem) -> dict[int, Decimal]:
    """By participant: what its signed letter says of the item; 0 where the letter is about other items alone."""
    letters = Letter.objects.counting().filter(participant__group=group)
    found = dict.fromkeys(letters.values_list("participant_id", flat=True), Decimal(0))
    return found | dict(_counting(group).filter(item=item).values_list("letter__participant_id", "volume"))


@dataclass(frozen=True)
class Changed:
    """Something that came after the publication. `what`: a state that was taken, or signed, or ended (of a letter)."""

    organisation: str
    what: str
    at: datetime

    @property
    def sentence(self) -> str:
        """In the reader's language."""
        said = {
            State.COMMITTED: _("%(name)s is committed since %(day)s."),
            State.OPTION: _("%(name)s holds an option to join since %(day)s."),
            State.OBSERVER: _("%(name)s observes since %(day)s."),
            State.LEFT: _("%(name)s left on %(day)s."),
            "signed": _("%(name)s signed a letter of intent on %(day)s."),
            "ended": _("The signed letter of %(name)s is not in force since %(day)s."),
        }[self.what]
        return said % {"name": self.organisation, "day": moments.say_day_here(self.at)}


def changed_since_publication(group: BuyerGroup) -> list[Changed]:
    """What has happened to those who buy, and to their signed letters, since the group was last published; the newest first.

    Such a change may be a material one; only a person can judge that (Directive 2014/24/EU, article 72). An option that
    was published and is used is none: that is what it was published for. Two queries.
    """
    at = group.published_at
    if at is None:
        return []
    told = Q(from_state__in=Participant.INSIDE) | Q(to_state__in=Participant.INSIDE)
    steps = ParticipantChange.objects.filter(told, participant__group=group)
    steps = steps.exclude(from_state=State.OPTION, to_state=State.COMMITTED, at=F("participant__called_off_at"))
    found = [
        Changed(step.participant.organisation.name, step.to_state, step.at)
        for step in steps.filter(at__gt=at).select_related("participant__organisation")
    ]
    letters = Letter.objects.filter(
        Q(signed_at__gt=at) | Q(ended_at__gt=at), participant__group=group, signed_at__isnull=False
    )
    for letter in letters.select_related("participant__organisation"):
        name = letter.participant.organisation.name
        if letter.signed_at and letter.signed_at > at:
            found.append(Changed(name, "signed", letter.signed_at))
        if letter.ended_at and letter.ended_at > at:
            found.append(Changed(name, "ended", letter.ended_at))
    return sorted(found, key=lambda one: one.at, reverse=True)


def _counting(group: BuyerGroup) -> QuerySet[LetterVolume]:
    return LetterVolume.objects.filter(letter__in=Letter.objects.counting().filter(participant__group=group))


def _rows(group: BuyerGroup, items: list[GroupItem], volumes: list[LetterVolume]) -> list[Row]:
    said = {(volume.letter.participant_id, volume.item_id): volume.volume for volume in volumes}
    return [
        Row(one, [said.get((one.pk, item.pk)) if one.state in Participant.STANDING else None for item in items])
        for one in group.shown()
    ]


def _totals(rows: list[Row], items: list[GroupItem]) -> list[Total]:
    totals = add(
        (place, row.participant.state, volume)
        for row in rows
        for place, volume in enumerate(row.volumes)
        if volume is not None
    )
    return [totals.get(place, Total()) for place in range(len(items))]
