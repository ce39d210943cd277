"""Two at once, on two real connections: one of them waits, and the rule holds."""

from decimal import Decimal

import pytest
from django.db import connection, connections

from accounts.grants import Role
from accounts.rules import Refused
from networks import grouping, joining, signing
from networks.models import Letter, Network, NetworkMember
from records.models import AuditEvent
from tests import make
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_twelve_requests_at_once_are_one(at):
    network, organisation = make.network(), make.buyer()
    admin = make.member(organisation, role=Role.ADMIN)
    results = at_once(
        *[lambda: joining.ask_to_join(network, organisation=organisation, by=admin, at=at) for _one in range(12)]
    )
    assert len({result.pk for result in results}) == 1
    assert network.members.filter(organisation=organisation).count() == 1
    assert AuditEvent.objects.filter(action="network.asked").count() == 1


def test_two_clicks_found_one_network(at):
    leader = make.buyer()
    admin = make.member(leader, role=Role.ADMIN)
    at_once(*[lambda: make.network(leader=leader, by=admin, name="Tryggt hem") for _one in range(4)])
    assert Network.objects.count() == 1


def test_yes_and_no_at_once_are_one_answer(at):
    leader, newcomer = make.buyer(), make.buyer()
    boss = make.member(leader, role=Role.ADMIN)
    network = make.network(leader=leader, by=boss)
    asked = joining.ask_to_join(network, organisation=newcomer, by=make.member(newcomer, role=Role.ADMIN), at=at)
    results = at_once(lambda: joining.accept(asked, by=boss, at=at), lambda: joining.decline(asked, by=boss, at=at))
    assert sum(isinstance(result, Refused) for result in results) == 1
    answers = AuditEvent.objects.filter(action__in=["network.joined", "network.declined"], subject_id=str(asked.pk))
    assert answers.count() == 1


def test_two_hand_overs_that_cross_leave_one_leader(at):
    leader = make.buyer()
    boss = make.member(leader, role=Role.ADMIN)
    network = make.network(leader=leader, by=boss)
    first, second = make.joined(network, make.buyer()), make.joined(network, make.buyer())
    results = at_once(
        lambda: joining.hand_over_leadership(network, to=first, by=boss, at=at),
        lambda: joining.hand_over_leadership(network, to=second, by=boss, at=at),
    )
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert network.members.joined().filter(role=NetworkMember.Role.LEADER).count() == 1


def test_a_group_is_not_handed_over_to_one_who_leaves_at_the_same_time(at):
    lead = make.buyer()
    boss = make.member(lead, role=Role.ADMIN)
    for _round in range(5):
        group = make.group(lead=lead, by=boss)
        place = make.participant(group, make.buyer())
        admin = make.member(place.organisation, role=Role.ADMIN)
        results = at_once(
            lambda group=group, place=place: grouping.hand_over(group, to=place, by=boss, at=at),
            lambda place=place, admin=admin: grouping.answer(place, state="left", by=admin, at=at),
        )
        assert sum(isinstance(result, Refused) for result in results) == 1
        group.refresh_from_db()
        assert group.participants.get(organisation=group.lead).state == "committed"


def test_the_database_alone_refuses_the_same_crossing(at):
    """Two statements past our verbs: the second to commit sees what the first did."""
    group = make.group()
    place = make.participant(group, make.buyer())

    def sql(statement):
        with connections["default"].cursor() as cursor:
            cursor.execute(statement)

    results = at_once(
        lambda: sql(f"UPDATE networks_buyergroup SET lead_id = {place.organisation_id} WHERE id = {group.pk}"),
        lambda: sql(f"UPDATE networks_participant SET state = 'left' WHERE id = {place.pk}"),
    )
    assert sum(result is not None for result in results) == 1
    group.refresh_from_db()
    assert group.participants.get(organisation=group.lead).state == "committed"
    connection.check_constraints()


def test_a_letter_that_two_sign_at_once_has_one_signature(at):
    place = make.participant(make.group(), make.buyer())
    people = [make.member(place.organisation, role=Role.ADMIN) for _one in range(4)]
    letter = make.letter(place)
    item = place.group.items.get()

    def sign(person, volume):
        intent = signing.Intent({item.pk: Decimal(volume)}, person.name, "Rektor")
        return signing.sign(letter, intent, seen=signing.fingerprint([item]), language="sv", by=person, at=at)

    results = at_once(*[lambda person=person, n=n: sign(person, n) for n, person in enumerate(people, start=1)])
    assert {(result.pk, result.signed_by_id) for result in results} == {(letter.pk, results[0].signed_by_id)}
    assert letter.volumes.count() == 1
    assert AuditEvent.objects.filter(action="letter.signed").count() == 1


def test_a_letter_is_signed_or_declined_or_left_behind_and_never_two_of_them(at):
    for _round in range(4):
        place = make.participant(make.group(), make.buyer())
        admin = make.member(place.organisation, role=Role.ADMIN)
        letter = make.letter(place)
        item = place.group.items.get()
        intent = signing.Intent({item.pk: Decimal(1)}, "Anna", "Rektor")
        said = {"by": admin, "at": at}
        results = at_once(
            lambda letter=letter, intent=intent, item=item, said=said: signing.sign(
                letter, intent, seen=signing.fingerprint([item]), language="sv", **said
            ),
            lambda letter=letter, said=said: signing.decline(letter, reason="Nej.", **said),
            lambda place=place, said=said: grouping.answer(place, state="left", **said),
        )
        assert all(isinstance(result, Refused) or not isinstance(result, Exception) for result in results)
        letter.refresh_from_db()
        assert not (letter.signed_at and letter.declined_at)
        assert letter.ended_at is not None or letter.declined_at is not None
        assert not Letter.objects.counting().filter(participant=place).exists()


def test_letters_sent_twice_at_once_are_one(at):
    group = make.group()
    boss = make.member(group.lead, role=Role.ADMIN)
    signing.set_items(group, [(None, "Sensor", "stycken")], by=boss, at=at)
    at_once(
        *[
            lambda: signing.send(group, to=group.participants.all(), sign_by=at.date(), by=boss, at=at)
            for _one in range(4)
        ]
    )
    assert Letter.objects.count() == 1
