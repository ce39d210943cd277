"""An option holder joins the contract later (C7): it asks, the lead approves, and both stand in the log.

Only those whom the procurement named may use its contract (Directive 2014/24/EU, articles 33 and 72): the list of the
competition's current version binds, whatever the group looks like today. Every verb locks the group first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.rules import Refused, require_administrator
from networks import grouping, summing
from networks.models import BuyerGroup, GroupItem, Participant
from networks.news import administrators
from notifications.telling import tell
from procurements import buyer_list, concluding
from procurements.buyer_list import Buyer, Thing
from procurements.models import CallOff, CallOffVolume, Kind, NoticeVersion, Procurement
from records.auditing import record
from ui import moments

State = Participant.State


@dataclass(frozen=True)
class Options:
    """The list that binds: who buys, who may join, and until when."""

    procurement: Procurement
    group: BuyerGroup
    version: NoticeVersion  # the competition's current one
    fixed_at: datetime  # when its first version was published
    buyers: list[Buyer]
    has_contract: bool

    @property
    def until(self) -> date | None:
        return self.group.option_until

    def is_in_time(self, at: datetime) -> bool:
        """The last day is included, by the clock of the notice."""
        return self.until is not None and at.astimezone(ZoneInfo(self.version.zone)).date() <= self.until

    def of(self, organisation: Organisation) -> Buyer | None:
        return next((buyer for buyer in self.buyers if buyer.organisation.pk == organisation.pk), None)

    @property
    def holders(self) -> list[Buyer]:
        return [buyer for buyer in self.buyers if buyer.state == State.OPTION]


def options_of(procurement: Procurement) -> Options | None:
    """None where nobody buys together, or no competition of it stands. By a fixed number of queries."""
    group = procurement.buyer_group
    if group is None:
        return None
    competitions = procurement.notices.published().filter(kind=Kind.COMPETITION).order_by("-created_at", "-pk")
    found = next((one for one in competitions.select_related("current_version") if buyer_list.stands(one)), None)
    if found is None or found.current_version is None:
        return None
    buyers = buyer_list.frozen(found.current_version)
    if not any(buyer.state for buyer in buyers):
        return None
    first = found.versions.order_by("number").values_list("published_at", flat=True)[0]
    return Options(procurement, group, found.current_version, first, buyers, concluding.has_contract(procurement))


def why_not(options: Options, organisation: Organisation, *, at: datetime) -> str:
    """Why the organisation cannot call off now, and what it can do instead; empty when it can."""
    named = options.of(organisation)
    place = options.group.participants.filter(organisation=organisation).first()
    said = {"name": organisation.name, "day": _day(options.fixed_at, options.version.zone)}
    if named is None:
        return (
            _(
                "The list of who buys and who may join was fixed on %(day)s, and %(name)s does not stand on it, so it "
                "cannot use this contract. You can procure the same yourselves: download the packet on this page."
            )
            % said
        )
    if place and place.state == State.COMMITTED:
        return _("%(name)s is committed, and buys by this contract already. Nothing has to be called off.") % said
    if named.state != State.OPTION:
        return (
            _(
                "%(name)s was not named as an option holder when the list was fixed on %(day)s, so it cannot use this "
                "contract. You can procure the same yourselves: download the packet on this page."
            )
            % said
        )
    if place is None or place.state != State.OPTION:
        return (
            _(
                "%(name)s has given up its option, and the list was fixed on %(day)s, so the option cannot be taken "
                "again. You can procure the same yourselves: download the packet on this page."
            )
            % said
        )
    if not options.has_contract:
        return _("There is no contract yet. The option can be used as soon as a supplier has been chosen.")
    if options.until is None:
        return _("The procurement does not say until when options can be used. Ask the lead.")
    if not options.is_in_time(at):
        said["day"] = moments.say_day(options.until, get_language() or "en")
        return (
            _(
                "The last day to use an option was %(day)s. You can procure the same yourselves: download the packet "
                "on this page."
            )
            % said
        )
    return ""


def _day(moment: datetime, zone: str) -> str:
    return moments.say_day(moment.astimezone(ZoneInfo(zone)).date(), get_language() or "en")


def most_of(buyer: Buyer | None, item: GroupItem) -> Decimal | None:
    """How much the published list lets the buyer call off of the item: None where the list says nothing of this buyer at all."""
    if buyer is None or not buyer.volumes:
        return None
    return buyer.volumes.get((item.name, item.unit), Decimal(0))


@transaction.atomic
def ask(
    procurement: Procurement,
    *,
    organisation: Organisation,
    volumes: Mapping[int, Decimal],
    message: str,
    by: User,
    at: datetime,
) -> CallOff:
    """The organisation wants to use its option. `volumes` by the item's id, in its unit. A second click finds the first.

    Raises Refused with what stands in the way, and what can be done instead.
    """
    procurement = _locked(procurement)
    require_administrator(organisation, by)
    standing = procurement.call_offs.filter(organisation=organisation, refused_at=None, withdrawn_at=None).first()
    if standing:
        return standing
    options = options_of(procurement)
    if options is None:
        raise Refused(_("There is no joint competition here whose options could be used."))
    if why := why_not(options, organisation, at=at):
        raise Refused(why)
    items = {item.pk: item for item in options.group.items.all()}
    _require_volumes(options.of(organisation), items, volumes)
    made = CallOff.objects.create(
        procurement=procurement, organisation=organisation, message=message.strip(), asked_by=by, asked_at=at
    )
    CallOffVolume.objects.bulk_create(
        CallOffVolume(call_off=made, item=items[pk], volume=volume) for pk, volume in volumes.items()
    )
    said = {items[pk].name: str(volume) for pk, volume in volumes.items()}
    record("call_off.asked", made, by=by, at=at, acting_for=organisation, details={"volumes": said})
    tell("call-off-asked", f"call-off:{made.pk}:asked", made, administrators(options.group.lead), at=at)
    return made


def _require_volumes(buyer: Buyer | None, items: Mapping[int, GroupItem], volumes: Mapping[int, Decimal]) -> None:
    if items and not volumes:
        raise Refused(_("Say how much you call off of at least one thing."))
    for pk, volume in volumes.items():
        item = items.get(pk)
        if item is None:
            raise Refused(_("This is nothing that the group buys. Look at the list again."))
        most = most_of(buyer, item)
        if volume <= 0:
            raise Refused(_("Call off more than nothing of “%(item)s”, or leave it out.") % {"item": item.name})
        if most is not None and volume > most:
            said = {"item": item.name, "most": moments.number(most, get_language() or "en"), "unit": item.unit}
            raise Refused(_("The published list lets you call off at most %(most)s %(unit)s of “%(item)s”.") % said)


@transaction.atomic
def approve(call_off: CallOff, *, by: User, at: datetime) -> CallOff:
    """The lead's yes: the option is used, and the organisation is committed. A second click changes nothing.

    The contract must still be there; what was asked in time can be approved after the last day.
    """
    call_off, group = _lock_of_lead(call_off, by)
    if call_off.approved_at:
        return call_off
    _require_waiting(call_off)
    options = options_of(call_off.procurement)
    if options is None or not options.has_contract:
        raise Refused(_("There is no contract any more, so nobody can join it. Say no, and why."))
    place = group.participants.get(organisation=call_off.organisation)
    grouping.use_option(place, by=call_off.asked_by or by, at=at)
    call_off.approved_at, call_off.approved_by = at, by
    call_off.save(update_fields=["approved_at", "approved_by"])
    record("call_off.approved", call_off, by=by, at=at, acting_for=group.lead)
    _tell_who_asked(call_off, at=at)
    return call_off


@transaction.atomic
def refuse(call_off: CallOff, *, reason: str, by: User, at: datetime) -> CallOff:
    """The lead's no, with a reason that the organisation reads. It may ask again while there is time."""
    call_off, group = _lock_of_lead(call_off, by)
    if call_off.refused_at:
        return call_off
    _require_waiting(call_off)
    if not reason.strip():
        raise Refused(_("Say why not: the organisation reads your reason."))
    call_off.refused_at, call_off.refused_by, call_off.reason = at, by, reason.strip()
    call_off.save(update_fields=["refused_at", "refused_by", "reason"])
    record("call_off.refused", call_off, by=by, at=at, acting_for=group.lead)
    _tell_who_asked(call_off, at=at)
    return call_off


@transaction.atomic
def withdraw(call_off: CallOff, *, by: User, at: datetime) -> CallOff:
    """The organisation takes its request back before the lead has answered."""
    procurement = _locked(call_off.procurement)
    call_off = _again(call_off, procurement)
    require_administrator(call_off.organisation, by)
    if call_off.withdrawn_at:
        return call_off
    _require_waiting(call_off)
    call_off.withdrawn_at, call_off.withdrawn_by = at, by
    call_off.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record("call_off.withdrawn", call_off, by=by, at=at, acting_for=call_off.organisation)
    return call_off


def _locked(procurement: Procurement) -> Procurement:
    """The group's row, then the procurement's: in the order of procurements.locking."""
    if procurement.buyer_group:
        grouping.lock(procurement.buyer_group)
    return Procurement.objects.locked(procurement.pk)


def _again(call_off: CallOff, procurement: Procurement) -> CallOff:
    """The row as it is now that the group is locked: nobody decides a call-off without that lock."""
    return procurement.call_offs.select_related("organisation", "procurement", "asked_by").get(pk=call_off.pk)


def _lock_of_lead(call_off: CallOff, by: User) -> tuple[CallOff, BuyerGroup]:
    procurement = _locked(call_off.procurement)
    assert procurement.buyer_group is not None  # or nobody could have asked
    grouping.require_lead(procurement.buyer_group, by)
    return _again(call_off, procurement), procurement.buyer_group


def _require_waiting(call_off: CallOff) -> None:
    if call_off.approved_at:
        raise Refused(_("The call-off is approved already, and the organisation is committed."))
    if call_off.refused_at:
        raise Refused(_("The call-off was refused already. The organisation may ask again."))
    if call_off.withdrawn_at:
        raise Refused(_("The organisation has taken its call-off back."))


def _tell_who_asked(call_off: CallOff, *, at: datetime) -> None:
    key = f"call-off:{call_off.pk}:decided"
    tell("call-off-decided", key, call_off, administrators(call_off.organisation), at=at)


def left_of(options: Options) -> list[tuple[Thing, summing.Total]]:
    """A thing each: what was called off (as committed), and what those may still call off who hold an option (as option).

    Whoever has used its option holds none any more in the list of a later version, and what it left is nobody else's.
    """
    used: dict[Thing, Decimal] = {}
    by_holder: dict[tuple[int, Thing], Decimal] = {}
    approved = CallOffVolume.objects.filter(
        call_off__procurement=options.procurement, call_off__approved_at__isnull=False
    )
    for one in approved.select_related("item", "call_off"):
        thing = (one.item.name, one.item.unit)
        used[thing] = used.get(thing, Decimal(0)) + one.volume
        by_holder[one.call_off.organisation_id, thing] = one.volume
    left: dict[Thing, Decimal] = dict.fromkeys(used, Decimal(0))
    for holder in options.holders:
        for thing, volume in holder.volumes.items():
            rest = volume - by_holder.get((holder.organisation.pk, thing), Decimal(0))
            left[thing] = left.get(thing, Decimal(0)) + max(rest, Decimal(0))
    return [(thing, summing.Total(used.get(thing, Decimal(0)), rest)) for thing, rest in left.items()]
