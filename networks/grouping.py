"""Buyers who procure one thing together (felles anskaffelse, gemensam upphandling): who takes part, and how firmly.

The arrows between states stand in `Participant.FOLLOWING` and, whoever writes, in the triggers of migrations 0002 and 0006,
which also write the history. Every verb locks the group's row first; each raises `Refused` with a sentence for the person.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.grants import Can
from accounts.models import Organisation, User
from accounts.rules import Refused, require_administrator
from networks import news
from networks.models import BuyerGroup, Network, NetworkMember, Participant
from networks.models.groups import BuyerGroupQuerySet
from records import auditing
from ui import moments
from ui.slugs import free_slug

RESERVED = frozenset({"create"})  # a word of our own addresses
State = Participant.State


def askable_by(organisation: Organisation) -> BuyerGroupQuerySet:
    """Groups that a verified buyer may know of without being in them: on a published notice, or of a network of its own."""
    joined = NetworkMember.objects.joined().filter(organisation=organisation)
    return BuyerGroup.objects.filter(Q(published_at__isnull=False) | Q(network__in=joined.values("network")))


def answers_now(participant: Participant) -> list[Participant.State]:
    """What the participant may answer as things stand: its arrows, without those that a fixed list closes."""
    closed = Participant.STANDING if participant.group.list_fixed_at else ()
    return [state for state in participant.possible_answers() if state not in closed]


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
    _require_buyer(organisation)
    participant = group.participants.filter(organisation=organisation).first()
    participant = participant or Participant(group=group, organisation=organisation)
    if participant.pk and participant.state != State.LEFT:
        return participant
    _move(participant, State.INVITED, by=by, at=at)
    details = {"organisation": organisation.pk}
    auditing.record("group.invited", participant, by=by, at=at, acting_for=group.lead, details=details)
    news.invited_to_group(participant, at=at)
    return participant


@transaction.atomic
def ask(
    group: BuyerGroup, *, organisation: Organisation, wished_state: str, by: User, at: datetime, message: str = ""
) -> Participant:
    """A verified buyer asks the lead for a place: to commit itself, to hold an option, or to observe. A second click finds the first."""
    group = lock(group)
    require_administrator(organisation, by)
    _require_buyer(organisation)
    if not askable_by(organisation).filter(pk=group.pk).exists():
        raise Refused(_("This group is not open to requests from your organisation."))
    participant = group.participants.filter(organisation=organisation).first()
    if participant is None:
        participant = Participant(group=group, organisation=organisation)
    elif participant.state == State.ASKED:
        return participant
    elif participant.state == State.INVITED:
        raise Refused(_("Your organisation is invited already. Answer the invitation on the group's page instead."))
    elif participant.state != State.LEFT:
        raise Refused(_("Your organisation takes part already. It can change its answer on the group's page."))
    if wished_state not in Participant.INSIDE:
        raise Refused(_("Choose whether your organisation wishes to commit itself, to hold an option or to observe."))
    _require_open_list(group, participant, wished_state)
    participant.wished_state = wished_state
    _move(participant, State.ASKED, by=by, at=at, message=message)
    details = {"wished": wished_state}
    auditing.record("group.asked", participant, by=by, at=at, acting_for=organisation, details=details)
    news.asked_for_a_place(participant, at=at)
    return participant


@transaction.atomic
def decide(participant: Participant, *, accepted: bool, by: User, at: datetime, reason: str = "") -> Participant:
    """The lead's answer to one who has asked. Yes: what it wished, signed by who asked; no: it may ask again. Once is enough."""
    group = lock(participant.group)
    participant = _again(group, participant)
    require_lead(group, by)
    if participant.state != State.ASKED:
        if (participant.state == State.LEFT) != accepted:
            return participant  # decided already, in the same way
        raise Refused(_("This request has been answered already, or was taken back."))
    wished = participant.wished_state
    if accepted:
        if wished in Participant.STANDING:
            _require_buyer(participant.organisation)
            _require_open_list(group, participant, wished, of_lead=True)
        _move(participant, wished, by=participant.signed_by, at=at, message=reason)
    else:
        _move(participant, State.LEFT, by=by, at=at, message=reason)
    details = {"wished": wished, "accepted": accepted}
    auditing.record("group.decided", participant, by=by, at=at, acting_for=group.lead, details=details)
    news.decided_in_group(participant, at=at)
    return participant


@transaction.atomic
def answer(participant: Participant, *, state: str, by: User, at: datetime, message: str = "") -> Participant:
    """The organisation's own answer: committed, option, observer or left. It may change its mind; the lead stays.

    Once the list is fixed nobody is added to it and nobody changes place on it; who stands there may leave or observe.
    """
    group = lock(participant.group)
    participant = _again(group, participant)
    require_administrator(participant.organisation, by)
    if participant.state == state:
        return participant
    if participant.organisation_id == group.lead_id:
        raise Refused(_("The lead is always committed. Hand the lead over to another participant first."))
    before = participant.state
    if state not in participant.possible_answers():
        if before == State.ASKED:
            raise Refused(_("The lead has not answered your request yet. You can wait, or take it back."))
        raise Refused(_("This answer is not possible now. The lead can invite the organisation again."))
    if state in Participant.STANDING:
        if not participant.organisation.is_buyer:
            raise Refused(_("Only a verified buyer can commit itself or take an option."))
        _require_open_list(group, participant, state)
    _move(participant, state, by=by, at=at, message=message)
    details = {"from": before, "to": state}
    auditing.record("group.answered", participant, by=by, at=at, acting_for=participant.organisation, details=details)
    news.answered_in_group(participant, at=at)
    return participant


@transaction.atomic
def use_option(participant: Participant, *, by: User, at: datetime) -> Participant:
    """An option becomes a commitment: the networks' half of a call-off that `procurements` has approved (C7).

    The caller judges who may call off, and until when; `by` is who called off. A second time changes nothing.
    """
    group = lock(participant.group)
    participant = _again(group, participant)
    if participant.state == State.COMMITTED and participant.called_off_at:
        return participant
    if participant.state != State.OPTION:
        raise Refused(_("Only an organisation that holds an option can use it."))
    _require_buyer(participant.organisation)
    participant.called_off_at = at
    _move(participant, State.COMMITTED, by=by, at=at)
    auditing.record("group.option_used", participant, by=by, at=at, acting_for=participant.organisation)
    news.answered_in_group(participant, at=at)
    return participant


@transaction.atomic
def set_mandate(participant: Participant, *, gives: bool, by: User, at: datetime) -> Participant:
    """Whether the lead may publish without this participant's approval of each text (fullmakt; C8)."""
    group = lock(participant.group)
    participant = _again(group, participant)
    require_administrator(participant.organisation, by)
    if participant.gives_mandate == gives:
        return participant
    if participant.organisation_id == group.lead_id or participant.state not in Participant.STANDING:
        raise Refused(_("Only those who buy or may buy, beside the lead, can give the lead their mandate."))
    participant.gives_mandate = gives
    participant.save(update_fields=["gives_mandate"])
    details = {"gives": gives}
    auditing.record("group.mandate", participant, by=by, at=at, acting_for=participant.organisation, details=details)
    return participant


@transaction.atomic
def edit(
    group: BuyerGroup, *, name: str, purpose: str, option_until: date | None, by: User, at: datetime
) -> BuyerGroup:
    """What the group says of itself, and the last day on which options can be used. Its address stays."""
    group = lock(group)
    require_lead(group, by)
    said = {"name": name, "purpose": purpose, "option_until": option_until}
    changed = [field for field, value in said.items() if getattr(group, field) != value]
    if not changed:
        return group
    if "option_until" in changed:
        if group.list_fixed_at:
            raise Refused(
                _("The last day for options was published with the competition on %(day)s, so it stands.")
                % {"day": moments.say_day_here(group.list_fixed_at)}
            )
        if option_until and option_until < timezone.localdate(at):
            raise Refused(_("The last day for options has passed. Choose a later one."))
    for field in changed:
        setattr(group, field, said[field])
    group.save(update_fields=changed)
    auditing.record("group.edited", group, by=by, at=at, acting_for=group.lead, details={"fields": changed})
    return group


@transaction.atomic
def fix_list(group: BuyerGroup, *, at: datetime, by: User | None = None, again: bool = False) -> BuyerGroup:
    """The competition of the group is published: from now on nobody can be added to those who buy or may buy (C7).

    Called in the transaction of the publication. Refused while somebody holds an option without a last day to use it;
    not when the list is fixed `again`, because a corrected outcome gives it its contract back: what was published stands.
    """
    group = lock(group)
    if group.list_fixed_at:
        return group
    if not again and group.participants.filter(state=State.OPTION).exists():
        if group.option_until is None:
            raise Refused(
                _(
                    "Somebody in the group holds an option to join later. Say first, on the group's page, until which "
                    "day options can be used: suppliers have to know it."
                )
            )
        if group.option_until < timezone.localdate(at):
            raise Refused(
                _("The last day for options has passed. Choose a later one on the group's page, then publish.")
            )
    group.list_fixed_at = at
    group.published_at = group.published_at or at
    group.save(update_fields=["list_fixed_at", "published_at"])
    auditing.record("group.list_fixed", group, by=by, at=at, acting_for=group.lead)
    return group


@transaction.atomic
def free_list(group: BuyerGroup, *, at: datetime, by: User | None = None) -> BuyerGroup:
    """The competition ended without a contract: others can be added again. Called in the transaction that ends it."""
    group = lock(group)
    if group.list_fixed_at is None:
        return group
    group.list_fixed_at = None
    group.save(update_fields=["list_fixed_at"])
    auditing.record("group.list_freed", group, by=by, at=at, acting_for=group.lead)
    return group


@transaction.atomic
def hand_over(group: BuyerGroup, *, to: Participant, by: User, at: datetime) -> BuyerGroup:
    """Another committed participant leads from now on; the former lead stays committed, and may then leave.

    A mandate was given to the one who led, and ends with that.
    """
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
    group.participants.filter(gives_mandate=True).update(gives_mandate=False)
    news.lead_handed_over(successor, at=at)
    return group


def published(group: BuyerGroup, *, at: datetime) -> None:
    """Called by whoever publishes a notice of the group: from now on, a change of volumes may be a material one (C5)."""
    BuyerGroup.objects.filter(pk=group.pk).update(published_at=at)


def _move(participant: Participant, state: str, *, by: User | None, at: datetime, message: str = "") -> None:
    """One step. What belonged to the former state goes with it: the wish, a mandate, a used option."""
    participant.state, participant.since, participant.signed_by, participant.message = state, at, by, message
    if state != State.ASKED:
        participant.wished_state = ""
    if state not in Participant.STANDING:
        participant.gives_mandate = False
    if state != State.COMMITTED:
        participant.called_off_at = None
    participant.save()


def _again(group: BuyerGroup, participant: Participant) -> Participant:
    """The row as it is now that the group is locked."""
    return group.participants.select_related("organisation", "group__lead", "signed_by").get(pk=participant.pk)


def _require_buyer(organisation: Organisation) -> None:
    if not organisation.is_buyer or organisation.merged_into_id:
        raise Refused(_("Only verified buyers can take part. Ask the organisation to be verified first."))


def _require_open_list(group: BuyerGroup, participant: Participant, state: str, *, of_lead: bool = False) -> None:
    """Raises Refused, with what one can do instead, when the step would change who is on a fixed list (C7).

    A contract is used by those alone whom the procurement documents named (Directive 2014/24/EU, article 33(2)).
    """
    if group.list_fixed_at is None or state not in Participant.STANDING:
        return
    said = {"day": moments.say_day_here(group.list_fixed_at)}
    if of_lead:
        raise Refused(
            _(
                "The list of who buys and who may join was fixed on %(day)s, when the competition was published, so "
                "nobody can be added. Say no to the request; the organisation can ask to observe."
            )
            % said
        )
    if participant.state == State.OPTION:
        raise Refused(
            _(
                "The list of buyers was fixed on %(day)s, when the competition was published. Your organisation "
                "holds an option: it joins by a call-off, when there is a contract."
            )
            % said
        )
    if participant.state == State.COMMITTED:
        raise Refused(
            _(
                "The list of buyers was fixed on %(day)s, when the competition was published, so a commitment "
                "cannot become an option. Your organisation can stay, observe or leave."
            )
            % said
        )
    raise Refused(
        _(
            "The list of who buys and who may join was fixed on %(day)s, when the competition was published, so "
            "nobody can be added. Your organisation can observe and learn from the others, or procure the same itself."
        )
        % said
    )


def lock(group: BuyerGroup) -> BuyerGroup:
    """The group's row, locked until the end of the transaction."""
    # Without a join: PostgreSQL would find no row at all when the lead changed while it waited for the lock.
    return BuyerGroup.objects.select_for_update().get(pk=group.pk)


def require_lead(group: BuyerGroup, by: User) -> None:
    """Raises Refused unless `by` administers the organisation that leads."""
    if not BuyerGroup.objects.led_by(by, Can.ADMINISTER).filter(pk=group.pk).exists():
        raise Refused(_("Only an administrator of the lead can do this."))
