"""Buyer networks over time: founded, joined, left, handed over, archived.

Every verb locks the network's row first, so that two answers, a departure and a hand-over never cross. Each raises
`Refused`, whose text is a sentence for the person, when its rule says no, and does nothing when it is repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.grants import Can
from accounts.models import Organisation, User
from accounts.rules import Refused, require_administrator
from networks import news
from networks.models import Network, NetworkMember, NetworkPost
from records import auditing
from ui.slugs import free_slug

RESERVED = frozenset(
    {"create", "buyer-groups", "meetings", "files", "plans", "approaches"}
)  # words of our own addresses


@transaction.atomic
def found(
    *,
    name: str,
    subject: str,
    description: str,
    goals: Sequence[int],
    organisation: Organisation,
    by: User,
    at: datetime,
    plan: str = "",
) -> Network:
    """A new network, led by the organisation, a verified buyer that `by` administers. A second click finds it."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # two clicks at once: the second waits here
    _require_buyer(organisation, by)
    led = NetworkMember.objects.joined().filter(organisation=organisation, role=NetworkMember.Role.LEADER)
    if existing := Network.objects.active().filter(name=name, pk__in=led.values("network")).first():
        return existing
    network = Network.objects.create(
        name=name,
        slug=free_slug(name, Network.objects.all(), otherwise="network", reserved=RESERVED),
        subject=subject,
        description=description,
        plan=plan,
        goals=sorted(set(goals)),
        created_by=by,
        created_at=at,
    )
    network.members.create(organisation=organisation, role=NetworkMember.Role.LEADER, joined_at=at, decided_by=by)
    auditing.record("network.founded", network, by=by, at=at, acting_for=organisation)
    return network


@transaction.atomic
def describe(
    network: Network,
    *,
    name: str,
    subject: str,
    description: str,
    plan: str,
    goals: Sequence[int],
    by: User,
    at: datetime,
) -> Network:
    """The leader changes what the network says of itself. Its address stays: others have linked to it."""
    network = lock(network)
    leader = _require_leader(network, by)
    network.name, network.subject, network.description, network.plan = name, subject, description, plan
    network.goals = sorted(set(goals))
    network.save()
    auditing.record("network.described", network, by=by, at=at, acting_for=leader.organisation)
    return network


@transaction.atomic
def ask_to_join(
    network: Network, *, organisation: Organisation, by: User, at: datetime, message: str = ""
) -> NetworkMember:
    """A request that waits for the leader; a membership at once where the leader had already invited."""
    network = lock(network)
    _require_buyer(organisation, by)
    if existing := network.members.filter(organisation=organisation, left_at=None).first():
        return _admit(existing, by=by, at=at) if existing.invited_at and not existing.joined_at else existing
    member = network.members.create(organisation=organisation, message=message, asked_at=at, asked_by=by)
    auditing.record("network.asked", member, by=by, at=at, acting_for=organisation)
    news.asked_to_join(member, leader=_leader(network).organisation, at=at)
    return member


@transaction.atomic
def invite(network: Network, *, organisation: Organisation, by: User, at: datetime) -> NetworkMember:
    """An invitation that waits for the organisation; a membership at once where it had already asked."""
    network = lock(network)
    leader = _require_leader(network, by)
    if not organisation.is_buyer or organisation.merged_into_id:
        raise Refused(_("Only verified buyers can be members. Ask the organisation to be verified first."))
    if existing := network.members.filter(organisation=organisation, left_at=None).first():
        return _admit(existing, by=by, at=at) if existing.asked_at and not existing.joined_at else existing
    member = network.members.create(organisation=organisation, invited_at=at, invited_by=by)
    auditing.record("network.invited", member, by=by, at=at, acting_for=leader.organisation)
    news.invited_to_network(member, at=at)
    return member


@transaction.atomic
def accept(member: NetworkMember, *, by: User, at: datetime) -> NetworkMember:
    """Yes: of the leader to a request, or of the invited organisation to an invitation."""
    network = lock(member.network)
    member = _again(member)
    if member.has_joined:
        return member
    if member.left_at:
        raise Refused(_("This request has already been answered with no, or was withdrawn."))
    _require_answerer(member, network, by)
    return _admit(member, by=by, at=at)


@transaction.atomic
def decline(member: NetworkMember, *, by: User, at: datetime) -> NetworkMember:
    """No. The row stays as history, and the organisation may ask, or be invited, again."""
    network = lock(member.network)
    member = _again(member)
    if member.left_at:
        return member
    if member.has_joined:
        raise Refused(_("The organisation is already a member. A member leaves by its own decision."))
    leader_answers = _require_answerer(member, network, by)
    member.left_at, member.decided_by = at, by
    member.save()
    auditing.record("network.declined", member, by=by, at=at)
    if leader_answers:
        news.answered_by_leader(member, at=at)
    else:
        news.answered_by_invited(member, leader=_leader(network).organisation, at=at)
    return member


@transaction.atomic
def leave(member: NetworkMember, *, by: User, at: datetime) -> NetworkMember:
    """The organisation leaves, or takes back a request that has not been answered. The row stays as history."""
    Network.objects.select_for_update().get(pk=member.network_id)  # an archived network can be left, too
    member = _again(member)
    if member.left_at:
        return member
    require_administrator(member.organisation, by)
    if member.role == NetworkMember.Role.LEADER:
        raise Refused(_("The leader cannot leave the network. Hand the leadership over to another member first."))
    member.left_at, member.decided_by = at, by
    member.save()
    auditing.record("network.left", member, by=by, at=at, acting_for=member.organisation)
    return member


@transaction.atomic
def hand_over_leadership(network: Network, *, to: NetworkMember, by: User, at: datetime) -> Network:
    """Another member leads from now on; the former leader stays as a core member."""
    network = lock(network)
    successor = _again(to)
    if successor.role == NetworkMember.Role.LEADER and successor.has_joined:
        return network
    leader = _require_leader(network, by)
    if successor.network_id != network.pk or not successor.has_joined:
        raise Refused(_("Only a member of the network can lead it."))
    leader.role = NetworkMember.Role.CORE
    leader.save()
    successor.role = NetworkMember.Role.LEADER
    successor.save()
    details = {"from": leader.organisation_id, "to": successor.organisation_id}
    auditing.record("network.handed_over", network, by=by, at=at, acting_for=leader.organisation, details=details)
    news.leadership_handed_over(successor, at=at)
    return network


@transaction.atomic
def appoint(member: NetworkMember, *, role: str, by: User, at: datetime) -> NetworkMember:
    """The leader makes a member a core member, or a core member a member again. The lead itself is handed over."""
    network = lock(member.network)
    member = _again(member)
    leader = _require_leader(network, by)
    if not member.has_joined or role not in (NetworkMember.Role.CORE, NetworkMember.Role.MEMBER):
        raise Refused(_("Only a member of the network can get another role."))
    if member.role == NetworkMember.Role.LEADER:
        raise Refused(_("The leader stays the leader until the leadership is handed over."))
    if member.role == role:
        return member
    details = {"organisation": member.organisation_id, "from": member.role, "to": role}
    member.role = role
    member.save()
    auditing.record("network.appointed", member, by=by, at=at, acting_for=leader.organisation, details=details)
    news.appointed(member, at=at)
    return member


@transaction.atomic
def archive(network: Network, *, by: User, at: datetime) -> Network:
    """The network has done its work: it can be read, and nothing in it changes any more."""
    network = Network.objects.select_for_update().get(pk=network.pk)
    if network.archived_at:
        return network
    leader = _require_leader(network, by)
    network.archived_at = at
    network.save()
    auditing.record("network.archived", network, by=by, at=at, acting_for=leader.organisation)
    return network


@transaction.atomic
def post(network: Network, *, text: str, organisation: Organisation, by: User, at: datetime) -> NetworkPost:
    """A note to the members, by one who may write for a member. The same words twice in a row are one note."""
    network = lock(network)
    own = Organisation.objects.of(by, Can.WRITE).filter(pk=organisation.pk)
    if not network.members.joined().filter(organisation__in=own).exists():
        raise Refused(_("Only members of the network write notes here."))
    latest = network.posts.first()
    if latest and (latest.text, latest.author_id, latest.organisation_id) == (text, by.pk, organisation.pk):
        return latest
    made = network.posts.create(organisation=organisation, author=by, text=text, at=at)
    auditing.record("network.posted", made, by=by, at=at, acting_for=organisation)
    return made


def _admit(member: NetworkMember, *, by: User, at: datetime) -> NetworkMember:
    member.joined_at, member.decided_by = at, by
    member.save()
    auditing.record("network.joined", member, by=by, at=at, acting_for=member.organisation)
    if member.asked_at:
        news.answered_by_leader(member, at=at)
    else:
        news.answered_by_invited(member, leader=_leader(member.network).organisation, at=at)
    return member


def lock(network: Network) -> Network:
    """The network's row, locked until the end of the transaction. Raises Refused when it is archived."""
    network = Network.objects.select_for_update().get(pk=network.pk)
    if network.archived_at:
        raise Refused(_("The network is archived. It can be read, but not changed."))
    return network


def _again(member: NetworkMember) -> NetworkMember:
    """The row as it is now that the network is locked."""
    return NetworkMember.objects.select_related("network", "organisation").get(pk=member.pk)


def _leader(network: Network) -> NetworkMember:
    return network.members.joined().select_related("organisation").get(role=NetworkMember.Role.LEADER)


def _require_buyer(organisation: Organisation, by: User) -> None:
    require_administrator(organisation, by)
    if not Organisation.objects.verified_buyers().filter(pk=organisation.pk).exists():
        raise Refused(_("Buyer networks are for verified buyers. Ask for verification on your organisation's page."))


def _require_leader(network: Network, by: User) -> NetworkMember:
    leader = _leader(network)
    if not Organisation.objects.of(by, Can.ADMINISTER).filter(pk=leader.organisation_id).exists():
        raise Refused(_("Only an administrator of the organisation that leads the network can do this."))
    return leader


def _require_answerer(member: NetworkMember, network: Network, by: User) -> bool:
    """Whether it is the leader that answers (to a request); else the invited organisation does."""
    if member.asked_at:
        _require_leader(network, by)
        return True
    _require_buyer(member.organisation, by)
    return False
