"""A merge and an act of the same organisation at once, on two real connections: one waits, and the end is the same."""

import pytest
from django.utils import timezone

from accounts.grants import Role
from accounts.models import Duty
from arena import merging
from networks import approaching, grouping, planning
from networks.models import Letter, Participant
from procurements import interest, publishing
from procurements.models import Interest, NoticeSearch
from tests import make
from tests.networks.test_races import at_once
from tests.procurements.test_approving_races import while_held

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("answer", ["committed", "option", "observer", "left"])
def test_an_answer_in_a_group_reaches_the_place_wherever_it_has_gone(answer):
    at = timezone.now()
    old, new, admin = make.buyer(), make.buyer(), make.user(duty=Duty.ADMIN)
    anna = make.member(old, role=Role.ADMIN)
    place = make.participant(make.group(), old, state="invited")
    results = at_once(
        lambda: merging.merge(old, into=new, by=admin, at=at),
        lambda: grouping.answer(place, state=answer, by=anna, at=at),
    )
    assert not [result for result in results if isinstance(result, Exception)]
    place.refresh_from_db()
    assert (place.organisation, place.state) == (new, answer)


def test_the_lead_and_its_procurements_go_together_while_others_answer():
    at = timezone.now()
    old, new, admin = make.buyer(), make.buyer(), make.user(duty=Duty.ADMIN)
    group = make.group(lead=old)
    guests = [make.buyer() for _each in range(3)]
    people = [make.member(guest, role=Role.ADMIN) for guest in guests]
    places = [make.participant(group, guest, state="invited") for guest in guests]
    results = at_once(
        lambda: merging.merge(old, into=new, by=admin, at=at),
        *[
            lambda place=place, person=person: grouping.answer(place, state="committed", by=person, at=at)
            for place, person in zip(places, people, strict=True)
        ],
    )
    assert not [result for result in results if isinstance(result, Exception)]
    group.refresh_from_db()
    assert group.lead == new
    assert group.participants.filter(state=Participant.State.COMMITTED).count() == 4
    assert not Letter.objects.exists()


def test_interest_of_both_at_once_with_the_merge_is_one_when_it_is_carried_over():
    at = timezone.now()
    old, new, admin = make.supplier(), make.supplier(), make.user(duty=Duty.ADMIN)
    procurement = make.notice(at=at).procurement
    people = {each.pk: make.member(each) for each in (old, new)}

    def show(organisation):
        return lambda: interest.register(
            procurement,
            organisation=organisation,
            level="interested",
            message="",
            by=people[organisation.pk],
            at=timezone.now(),
        )

    at_once(show(old), show(new), lambda: merging.merge(old, into=new, by=admin, at=timezone.now()))
    merging.merge(old, into=new, by=admin, at=timezone.now())  # what was written to the old record meanwhile
    assert [each.organisation for each in Interest.objects.active()] == [new]


def test_what_is_published_while_it_is_merged_is_found_as_it_stands_with_the_new_record():
    at = timezone.now()
    old, new, admin = make.buyer(), make.buyer(), make.user(duty=Duty.ADMIN)
    notice = make.notice(buyer=old, at=at)
    notice.title, notice.revision = "En ny rubrik", notice.revision + 1
    notice.save()
    came = while_held(
        lambda: publishing.publish(notice, by=notice.edited_by, at=at, reason="Ett klarare ord."),
        lambda: merging.merge(old, into=new, by=admin, at=at),
    )
    assert not isinstance(came, Exception)
    row = NoticeSearch.objects.get(notice=notice)
    assert (row.version.number, f"B:{new.pk}" in row.keys) == (2, True)


def test_what_is_published_after_a_merge_that_it_waited_for_names_the_new_record():
    at = timezone.now()
    old, new, admin = make.buyer(), make.buyer(), make.user(duty=Duty.ADMIN)
    notice = make.notice(buyer=old, at=at)
    notice.title, notice.revision = "En ny rubrik", notice.revision + 1
    notice.save()
    came = while_held(
        lambda: merging.merge(old, into=new, by=admin, at=at),
        lambda: publishing.publish(notice, by=notice.edited_by, at=at, reason="Ett klarare ord."),
    )
    row = NoticeSearch.objects.get(notice=notice)
    assert f"B:{new.pk}" in row.keys, came
    assert f"B:{old.pk}" not in row.keys


ONE_S_OWN = {
    "plan": (lambda old, by: make.plan(organisation=old, by=by), planning.withdraw),
    "interest": (
        lambda old, by: interest.register(
            make.notice().procurement, organisation=old, level="interested", message="", by=by, at=make.NOW
        ),
        interest.withdraw,
    ),
}


@pytest.mark.parametrize("thing", ONE_S_OWN)
def test_what_waits_for_a_merge_finds_its_thing_with_the_new_record(thing):
    """A lock that joins what changes meanwhile would find no row at all."""
    old, new, admin = make.buyer(), make.buyer(), make.user(duty=Duty.ADMIN)
    anna = make.member(old)
    begin, end = ONE_S_OWN[thing]
    begun = begin(old, anna)
    came = while_held(
        lambda: merging.merge(old, into=new, by=admin, at=make.NOW), lambda: end(begun, by=anna, at=make.NOW)
    )
    assert (came.organisation, came.withdrawn_at) == (new, make.NOW)


def test_who_ends_a_conversation_while_the_other_side_is_merged_ends_it_with_the_new_record():
    old, new, admin = make.buyer(), make.buyer(), make.user(duty=Duty.ADMIN)
    approach = make.approach(receiver=old)
    writer = approach.messages.get().by
    came = while_held(
        lambda: merging.merge(old, into=new, by=admin, at=make.NOW),
        lambda: approaching.close(approach, organisation=approach.sender, by=writer, at=make.NOW),
    )
    assert (came.receiver, came.closed_at) == (new, make.NOW)
