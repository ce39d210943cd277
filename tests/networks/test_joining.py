from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.grants import Role
from accounts.rules import Refused
from networks import joining
from networks.models import Network, NetworkMember
from notifications.models import Notification
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return make.buyer(name="Lunds kommun")


@pytest.fixture
def ledare(leader):
    return make.member(leader, role=Role.ADMIN, name="Lena Ledare")


@pytest.fixture
def network(leader, ledare):
    return make.network(leader=leader, by=ledare)


@pytest.fixture
def newcomer():
    return make.buyer(name="Kristiansand kommune", country="NO")


@pytest.fixture
def nina(newcomer):
    return make.member(newcomer, role=Role.ADMIN, name="Nina Ny")


def told(person):
    return list(Notification.objects.filter(recipient=person).values_list("event__kind", flat=True))


def test_a_verified_buyer_founds_a_network_and_leads_it(network, leader):
    place = network.members.get()
    assert (place.organisation, place.role, place.has_joined) == (leader, NetworkMember.Role.LEADER, True)
    assert AuditEvent.objects.filter(action="network.founded", acting_for_id=leader.pk).count() == 1


def test_a_second_click_finds_the_network_of_the_first(network, leader, ledare, at):
    assert make.network(leader=leader, by=ledare, name=network.name) == network
    assert Network.objects.count() == 1


@pytest.mark.parametrize("role", [Role.EDITOR, Role.READER])
def test_only_administrators_found_networks(leader, role):
    with pytest.raises(Refused):
        make.network(leader=leader, by=make.member(leader, role=role))


def test_an_organisation_that_is_not_verified_founds_no_network():
    company = make.supplier()
    with pytest.raises(Refused, match="verified"):
        make.network(leader=company, by=make.member(company, role=Role.ADMIN))


def test_names_of_our_own_addresses_are_not_taken_by_networks():
    assert make.network(name="Buyer groups").slug == "buyer-groups-2"
    assert make.network(name="Create").slug == "create-2"


def test_a_request_waits_for_the_leader_and_the_leader_is_told(network, newcomer, nina, ledare, at):
    place = joining.ask_to_join(network, organisation=newcomer, by=nina, at=at, message="Vi har samma behov.")
    assert not place.has_joined
    assert told(ledare) == ["network-request"]


def test_asking_twice_is_one_request(network, newcomer, nina, ledare, at):
    first = joining.ask_to_join(network, organisation=newcomer, by=nina, at=at)
    again = joining.ask_to_join(network, organisation=newcomer, by=nina, at=at + timedelta(hours=1))
    assert again == first
    assert again.asked_at == at
    assert told(ledare) == ["network-request"]


def test_the_database_refuses_a_double_request(network, newcomer, nina, at):
    joining.ask_to_join(network, organisation=newcomer, by=nina, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        network.members.create(organisation=newcomer, asked_at=at)


def test_a_foreign_organisation_is_accepted_and_told(network, newcomer, nina, ledare, at):
    place = joining.ask_to_join(network, organisation=newcomer, by=nina, at=at)
    place = joining.accept(place, by=ledare, at=at)
    assert place.has_joined
    assert told(nina) == ["network-answer"]
    assert joining.accept(place, by=ledare, at=at + timedelta(days=1)).joined_at == at


def test_nobody_accepts_their_own_request(network, newcomer, nina, at):
    place = joining.ask_to_join(network, organisation=newcomer, by=nina, at=at)
    with pytest.raises(Refused):
        joining.accept(place, by=nina, at=at)


def test_who_was_declined_may_ask_again_and_the_first_request_stays(network, newcomer, nina, ledare, at):
    place = joining.ask_to_join(network, organisation=newcomer, by=nina, at=at)
    place = joining.decline(place, by=ledare, at=at)
    assert joining.decline(place, by=ledare, at=at + timedelta(days=1)).left_at == at
    with pytest.raises(Refused):
        joining.accept(place, by=ledare, at=at)
    assert joining.ask_to_join(network, organisation=newcomer, by=nina, at=at) != place
    assert network.members.filter(organisation=newcomer).count() == 2


def test_an_invitation_is_answered_by_the_invited_organisation(network, newcomer, nina, ledare, at):
    place = joining.invite(network, organisation=newcomer, by=ledare, at=at)
    assert told(nina) == ["network-invitation"]
    with pytest.raises(Refused):
        joining.accept(place, by=ledare, at=at)
    assert joining.accept(place, by=nina, at=at).has_joined
    assert "network-reply" in told(ledare)


def test_an_invitation_and_a_request_that_meet_are_a_membership(network, newcomer, nina, ledare, at):
    joining.invite(network, organisation=newcomer, by=ledare, at=at)
    assert joining.ask_to_join(network, organisation=newcomer, by=nina, at=at).has_joined
    other = make.buyer()
    joining.ask_to_join(network, organisation=other, by=make.member(other, role=Role.ADMIN), at=at)
    assert joining.invite(network, organisation=other, by=ledare, at=at).has_joined


def test_a_supplier_is_not_invited(network, ledare, at):
    with pytest.raises(Refused, match="verified buyers"):
        joining.invite(network, organisation=make.supplier(), by=ledare, at=at)


def test_leaving_keeps_history(network, newcomer, at):
    place = make.joined(network, newcomer)
    place = joining.leave(place, by=make.member(newcomer, role=Role.ADMIN), at=at)
    assert place.joined_at
    assert place.left_at == at
    assert newcomer not in [each.organisation for each in network.members.joined()]


def test_the_leader_hands_over_before_it_leaves(network, leader, ledare, newcomer, nina, at):
    own = network.members.get(organisation=leader)
    with pytest.raises(Refused, match="Hand the leadership over"):
        joining.leave(own, by=ledare, at=at)
    place = make.joined(network, newcomer)
    joining.hand_over_leadership(network, to=place, by=ledare, at=at)
    joining.hand_over_leadership(network, to=place, by=ledare, at=at)  # harmless
    assert network.members.get(role=NetworkMember.Role.LEADER).organisation == newcomer
    assert "network-leader" in told(nina)
    assert joining.leave(own, by=ledare, at=at).left_at == at


def test_only_a_member_takes_over_the_leadership(network, newcomer, nina, ledare, at):
    asking = joining.ask_to_join(network, organisation=newcomer, by=nina, at=at)
    with pytest.raises(Refused):
        joining.hand_over_leadership(network, to=asking, by=ledare, at=at)
    with pytest.raises(Refused):
        joining.hand_over_leadership(network, to=make.joined(network, make.buyer()), by=nina, at=at)


def test_in_an_archived_network_nothing_changes_but_members_may_leave(network, newcomer, nina, ledare, at):
    place = make.joined(network, newcomer)
    assert joining.archive(network, by=ledare, at=at).archived_at == at
    assert joining.archive(network, by=ledare, at=at + timedelta(days=1)).archived_at == at
    with pytest.raises(Refused, match="archived"):
        joining.post(network, text="Hej", organisation=newcomer, by=nina, at=at)
    with pytest.raises(Refused, match="archived"):
        joining.invite(network, organisation=make.buyer(), by=ledare, at=at)
    assert joining.leave(place, by=nina, at=at).left_at


def test_the_same_note_twice_in_a_row_is_one(network, leader, ledare, at):
    for _click in range(2):
        joining.post(network, text="Möte på torsdag.", organisation=leader, by=ledare, at=at)
    assert network.posts.count() == 1


def test_a_stranger_writes_no_note(network, newcomer, nina, at):
    with pytest.raises(Refused):
        joining.post(network, text="Hej", organisation=newcomer, by=nina, at=at)
