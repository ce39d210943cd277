import itertools
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.grants import Role
from accounts.rules import Refused
from networks import grouping
from networks.models import BuyerGroup, Participant, ParticipantChange
from notifications.models import Notification
from tests import make

pytestmark = pytest.mark.django_db
State = Participant.State


@pytest.fixture
def lead():
    return make.buyer(name="Agder fylkeskommune", country="NO")


@pytest.fixture
def leda(lead):
    return make.member(lead, role=Role.ADMIN, name="Leda")


@pytest.fixture
def group(lead, leda):
    return make.group(lead=lead, by=leda)


def steps(participant):
    return list(participant.changes.values_list("from_state", "to_state"))


def test_the_lead_is_committed_from_the_beginning(group, lead):
    place = group.participants.get()
    assert (place.organisation, place.state, steps(place)) == (lead, "committed", [("", "committed")])
    connection.check_constraints()


def test_a_second_click_finds_the_group_of_the_first(group, lead, leda):
    assert make.group(lead=lead, by=leda, name=group.name) == group


def test_a_group_belongs_to_a_network_of_its_lead(lead, leda):
    with pytest.raises(Refused, match="member of the network"):
        make.group(lead=lead, by=leda, network=make.network())


def test_an_unverified_organisation_neither_leads_nor_takes_part(group, leda, at):
    company = make.supplier()
    with pytest.raises(Refused, match="verified buyer"):
        make.group(lead=company, by=make.member(company, role=Role.ADMIN))
    with pytest.raises(Refused, match="verified buyers"):
        grouping.invite(group, organisation=company, by=leda, at=at)


def test_editors_do_not_bind_their_organisation(group, at):
    invited = make.participant(group, make.buyer(), state="invited")
    with pytest.raises(Refused):
        grouping.answer(invited, state="committed", by=make.member(invited.organisation), at=at)


def test_an_answer_has_date_and_signer_and_the_lead_is_told(group, leda, at):
    municipality = make.buyer()
    anna = make.member(municipality, role=Role.ADMIN)
    invited = make.participant(group, municipality, state="invited")
    assert Notification.objects.get(recipient=anna).event.kind == "group-invitation"
    place = grouping.answer(invited, state="option", by=anna, at=at + timedelta(days=2))
    assert (place.state, place.since, place.signed_by) == ("option", at + timedelta(days=2), anna)
    assert steps(place) == [("", "invited"), ("invited", "option")]
    assert Notification.objects.get(recipient=leda).event.facts == {"state": "option"}


def test_the_same_answer_twice_is_one_step(group, at):
    place = make.participant(group, make.buyer())
    grouping.answer(place, state="committed", by=make.member(place.organisation, role=Role.ADMIN), at=at)
    assert len(steps(place)) == 2


def test_who_left_comes_back_only_by_a_new_invitation(group, leda, at):
    place = make.participant(group, make.buyer(), state="left")
    admin = make.member(place.organisation, role=Role.ADMIN)
    with pytest.raises(Refused, match="invite"):
        grouping.answer(place, state="committed", by=admin, at=at)
    grouping.invite(group, organisation=place.organisation, by=leda, at=at + timedelta(days=1))
    assert grouping.answer(place, state="committed", by=admin, at=at + timedelta(days=1)).state == "committed"


def test_an_invitation_of_one_who_takes_part_changes_nothing(group, leda, at):
    place = make.participant(group, make.buyer(), state="observer")
    assert grouping.invite(group, organisation=place.organisation, by=leda, at=at).state == "observer"


@pytest.mark.parametrize("state", ["option", "observer", "left"])
def test_the_lead_stays_committed(group, lead, leda, at, state):
    with pytest.raises(Refused, match="Hand the lead over"):
        grouping.answer(group.participants.get(organisation=lead), state=state, by=leda, at=at)


def test_the_lead_is_handed_over_to_a_committed_participant_and_may_then_leave(group, lead, leda, at):
    successor = make.participant(group, make.buyer())
    grouping.hand_over(group, to=successor, by=leda, at=at)
    group.refresh_from_db()
    assert group.lead == successor.organisation
    left = grouping.answer(group.participants.get(organisation=lead), state="left", by=leda, at=at)
    assert left.state == "left"
    connection.check_constraints()


@pytest.mark.parametrize("state", ["invited", "option", "observer", "left"])
def test_nobody_else_takes_over_the_lead(group, leda, at, state):
    with pytest.raises(Refused, match="committed"):
        grouping.hand_over(group, to=make.participant(group, make.buyer(), state=state), by=leda, at=at)


def test_only_the_lead_hands_over_and_invites(group, at):
    place = make.participant(group, make.buyer())
    admin = make.member(place.organisation, role=Role.ADMIN)
    with pytest.raises(Refused):
        grouping.hand_over(group, to=place, by=admin, at=at)
    with pytest.raises(Refused):
        grouping.invite(group, organisation=make.buyer(), by=admin, at=at)


@pytest.mark.parametrize("is_fixed", [False, True], ids=["open", "fixed"])
@pytest.mark.parametrize(("before", "after"), list(itertools.product(State.values, repeat=2)))
def test_the_database_allows_exactly_the_arrows_of_the_code(group, at, before, after, is_fixed):
    place = make.participant(group, make.buyer(), state=before)
    if is_fixed:
        BuyerGroup.objects.filter(pk=group.pk).update(published_at=at, list_fixed_at=at)
    allowed = before == after or after in Participant.FOLLOWING[before]
    if is_fixed and before != after and after in Participant.STANDING:
        allowed = False
    wish = "committed" if after == "asked" else ""
    try:
        with transaction.atomic():
            Participant.objects.filter(pk=place.pk).update(state=after, wished_state=wish, since=at)
    except IntegrityError:
        assert not allowed
    else:
        assert allowed
        assert place.changes.last().to_state == after


@pytest.mark.parametrize("state", ["committed", "option", "observer", "left"])
def test_the_database_lets_participants_begin_as_invited_or_by_asking_only(group, at, state):
    with pytest.raises(IntegrityError), transaction.atomic():
        group.participants.create(organisation=make.buyer(), state=state, since=at)


@pytest.mark.parametrize(("before", "is_fixed"), list(itertools.product(State.values, [False, True])))
def test_what_the_page_offers_is_what_the_verb_does(group, lead, at, before, is_fixed):
    """No button leads to a refusal, and a refusal is a sentence, never an error of the database."""
    place = make.participant(group, make.buyer(), state=before)
    if is_fixed:
        group.option_until = at.date()
        group.save()
        group = grouping.fix_list(group, at=at)
    admin = make.member(place.organisation, role=Role.ADMIN)
    for state in State.values:
        place = group.participants.get(pk=place.pk)
        offered = state in grouping.answers_now(place) or state == before
        with transaction.atomic():
            try:
                grouping.answer(place, state=state, by=admin, at=at)
            except Refused:
                assert not offered
            else:
                assert offered
            transaction.set_rollback(True)


def test_the_database_refuses_a_lead_that_is_not_committed(group, lead, at):
    stranger = make.buyer()
    with transaction.atomic():
        BuyerGroup.objects.filter(pk=group.pk).update(lead=stranger)
        with pytest.raises(IntegrityError, match="committed participants"):
            connection.check_constraints()
        transaction.set_rollback(True)
    with transaction.atomic():
        Participant.objects.filter(group=group, organisation=lead).update(state="left", since=at)
        with pytest.raises(IntegrityError, match="committed participants"):
            connection.check_constraints()
        transaction.set_rollback(True)


def test_every_change_is_kept_whoever_writes(group, at):
    place = make.participant(group, make.buyer(), state="observer")
    Participant.objects.filter(pk=place.pk).update(state="option", since=at)
    assert ParticipantChange.objects.filter(participant=place).count() == 3


def test_thirty_municipalities_buy_together(lead, leda):
    """The Norwegian case that the joint procurement is made for: one leads, 21 are committed, 9 hold an option."""
    group = make.group(lead=lead, by=leda, name="Agder")
    for number in range(29):
        make.participant(group, make.buyer(inhabitants=1000 + number), state="committed" if number < 20 else "option")
    assert group.participants.standing().count() == 30
    shown = group.shown()
    assert shown[0].organisation == lead
    assert [place.state for place in shown] == ["committed"] * 21 + ["option"] * 9
