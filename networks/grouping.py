"""Buyers who procure one thing together (felles anskaffelse, gemensam upphandling): who takes part, and how firmly.

The arrows between states stand in `Participant.FOLLOWING` and, whoever writes, in the triggers of migration 0002, which
also write the history. Every verb locks the group's row first; each raises `Refused` with a sentence for the person.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.grants import Can
from accounts.models import Organisation, User
from accounts.rules import Refused, require_administrator
from networks import news
from networks.models import BuyerGroup, Network, Participant
from records import auditing
from ui.slugs import free_slug

RESERVED = frozenset({"create"})  # a word of our own addresses
State = Participant.State


@transaction.atomic
def create(
    *, name: str, purpose: str, lead: Organisation, by: User, at: datetime, network: Network | None = None
) -> BuyerGroup:
    """A new group; its lead, a verified buyer that `by` administers, is committed. A second click finds the first."""
    Organisation.objects.select_for_update().get(pk=lead.pk)  # two clicks at once: the second waits here
    require_administrator(lead, by)
    if not Organisation.objects.verified_buyers().filter(pk=lead.pk).exists():
        raise Refused(_("Only a verified buyer can lead a joint procurement."))
    if network and not network.members.joined().filter(organisation=lead).exists():
        raise Refused(_("The lead must be a member of the network that the group belongs to."))
    if existing := BuyerGroup.objects.filter(lead=lead, name=name).first():
        return existing
    group = BuyerGroup.objects.create(
        name=name,
        slug=free_slug(name, BuyerGroup.objects.all(), otherwise="group", reserved=RESERVED),
        purpose=purpose,
        network=network,
        lead=lead,
        created_by=by,
        created_at=at,
    )
    group.participants.create(organisation=lead, state=State.COMMITTED, since=at, signed_by=by)
    auditing.record("group.created", group, by=by, at=at, acting_for=lead)
    return group


@transaction.atomic
def invite(group: BuyerGroup, *, organisation: Organisation, by: User, at: datetime) -> Participant:
    """An invitation that waits for the organisation's answer. One who takes part already stays as it is."""
    group = lock(group)
    require_lead(group, by)
    if not organisation.is_buyer or organisation.merged_into_id:
        raise Refused(_("Only verified buyers can take part. Ask the organisation to be verified first."))
    participant = group.participants.filter(organisation=organisation).first()
    if participant is None:
        participant = group.participants.create(organisation=organisation, state=State.INVITED, since=at, signed_by=by)
    elif participant.state == State.LEFT:
        _move(participant, State.INVITED, by=by, at=at)
    else:
        return participant
    details = {"organisation": organisation.pk}
    auditing.record("group.invited", participant, by=by, at=at, acting_for=group.lead, details=details)
    news.invited_to_group(participant, at=at)
    return participant


@transaction.atomic
def answer(participant: Participant, *, state: str, by: User, at: datetime) -> Participant:
    """The organisation's own answer: committed, option, observer or left. It may change its mind; the lead stays."""
    group = lock(participant.group)
    participant = group.participants.select_related("organisation", "group__lead").get(pk=participant.pk)
    require_administrator(participant.organisation, by)
    if participant.state == state:
        return participant
    if participant.organisation_id == group.lead_id:
        raise Refused(_("The lead is always committed. Hand the lead over to another participant first."))
    before = participant.state
    if state not in participant.possible_answers():
        raise Refused(_("This answer is not possible now. The lead can invite the organisation again."))
    if state in (State.COMMITTED, State.OPTION) and not participant.organisation.is_buyer:
        raise Refused(_("Only a verified buyer can commit itself or take an option."))
    _move(participant, state, by=by, at=at)
    details = {"from": before, "to": state}
    auditing.record("group.answered", participant, by=by, at=at, acting_for=participant.organisation, details=details)
    news.answered_in_group(participant, at=at)
    return participant


@transaction.atomic
def hand_over(group: BuyerGroup, *, to: Participant, by: User, at: datetime) -> BuyerGroup:
    """Another committed participant leads from now on; the former lead stays committed, and may then leave."""
    group = lock(group)
    if to.organisation_id == group.lead_id:
        return group
    require_lead(group, by)
    successor = group.participants.select_related("organisation").filter(pk=to.pk, state=State.COMMITTED).first()
    if successor is None:
        raise Refused(_("Only a participant that is committed can take over the lead."))
    details = {"from": group.lead_id, "to": successor.organisation_id}
    auditing.record("group.handed_over", group, by=by, at=at, acting_for=group.lead, details=details)
    group.lead = successor.organisation
    group.save()
    news.lead_handed_over(successor, at=at)
    return group


def published(group: BuyerGroup, *, at: datetime) -> None:
    """Called by whoever publishes a notice of the group: from now on, a change of volumes may be a material one (C5)."""
    BuyerGroup.objects.filter(pk=group.pk).update(published_at=at)


def _move(participant: Participant, state: str, *, by: User, at: datetime) -> None:
    participant.state, participant.since, participant.signed_by = state, at, by
    participant.save()


def lock(group: BuyerGroup) -> BuyerGroup:
    """The group's row, locked until the end of the transaction."""
    # Without a join: PostgreSQL would find no row at all when the lead changed while it waited for the lock.
    return BuyerGroup.objects.select_for_update().get(pk=group.pk)


def require_lead(group: BuyerGroup, by: User) -> None:
    """Raises Refused unless `by` administers the organisation that leads."""
    if not BuyerGroup.objects.led_by(by, Can.ADMINISTER).filter(pk=group.pk).exists():
        raise Refused(_("Only an administrator of the lead can do this."))
