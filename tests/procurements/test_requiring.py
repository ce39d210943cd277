"""What each of those who buy together requires: kept side by side until it is decided how differences are met (C9)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.grants import Role
from accounts.rules import Refused
from networks import grouping
from procurements import requiring
from procurements.models import Requirement, RequirementStand
from procurements.requiring import Agreement, Said
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db
LATER = make.NOW + timedelta(minutes=5)


@pytest.fixture
def joint():
    return make.notice(group=make.group())


@pytest.fixture
def procurement(joint):
    return joint.procurement


@pytest.fixture
def places(joint):
    """A committed one and one with an option, each with somebody who writes for it."""
    group = joint.procurement.buyer_group
    made = [make.participant(group, make.buyer(), state=state) for state in ("committed", "option")]
    return [(place, make.member(place.organisation)) for place in made]


def write(notice, *rows, seen=None, at=LATER, **said):
    stands = notice.procurement.requirements.all()
    seen = requiring.fingerprint(stands) if seen is None else seen
    requiring.set_requirements(notice.procurement, rows, seen=seen, by=notice.edited_by, at=at, **said)
    return list(notice.procurement.requirements.all())


def answer(procurement, place, by, *stands, note=""):
    asked = procurement.requirements.all()
    said = {one.pk: (stand, note) for one, stand in zip(asked, stands, strict=False)}
    return requiring.take_stand(procurement, place.organisation, said, by=by, at=LATER)


def test_requirements_are_written_in_order_and_saving_them_again_changes_nothing(joint):
    rows = [Said(None, "Larm inom tio sekunder"), Said(None, "Ingen kamera", "common")]
    written = write(joint, *rows)
    assert [(one.text, one.handling, one.position) for one in written] == [
        ("Larm inom tio sekunder", "open", 0),
        ("Ingen kamera", "common", 1),
    ]
    assert write(joint, *rows, seen="an old page") == written  # a second click
    turned = write(joint, *(Said(one.pk, one.text, "lot") for one in reversed(written)))
    assert [one.pk for one in turned] == [one.pk for one in reversed(written)]
    assert AuditEvent.objects.filter(action="requirements.set").count() == 2


def test_what_a_colleague_wrote_meanwhile_is_neither_lost_nor_written_over(joint):
    [first] = write(joint, Said(None, "Larm"))
    seen = requiring.fingerprint([first])
    write(joint, Said(first.pk, "Larm inom en minut"), Said(None, "Ingen kamera"))
    with pytest.raises(requiring.Changed):
        write(joint, Said(first.pk, "Larm direkt"), seen=seen)
    assert [one.text for one in write(joint, Said(first.pk, "Larm direkt"))] == ["Larm direkt", "Ingen kamera"]


def test_an_answered_requirement_is_removed_only_when_it_is_confirmed(joint, procurement, places):
    [first, second] = write(joint, Said(None, "Larm"), Said(None, "Ingen kamera"))
    answer(procurement, *places[0], "must")
    with pytest.raises(requiring.AnswersWouldGo):
        write(joint, Said(first.pk, ""))
    assert write(joint, Said(second.pk, "")) == [first]
    assert write(joint, Said(first.pk, ""), confirmed=True) == []
    assert not RequirementStand.objects.exists()


def test_twice_the_same_or_far_too_many_are_refused(joint):
    assert len(write(joint, Said(None, "Larm"))) == 1
    with pytest.raises(Refused, match="twice"):
        write(joint, Said(None, "Värme"), Said(None, "VÄRME"))
    with pytest.raises(Refused, match="At most 100"):
        write(joint, *(Said(None, f"Krav {number}") for number in range(101)))
    assert Requirement.objects.count() == 1


def test_who_buys_alone_has_no_matrix():
    alone = make.notice()
    with pytest.raises(Refused, match="several buy together"):
        write(alone, Said(None, "Larm"))


def test_each_answers_for_itself_and_may_change_its_mind(joint, procurement, places):
    write(joint, Said(None, "Larm"), Said(None, "Ingen kamera"))
    assert answer(procurement, *places[0], "must", "not") == 2
    assert answer(procurement, *places[0], "must", "not") == 0
    assert answer(procurement, *places[0], "should", "") == 2
    [row] = RequirementStand.objects.all()
    assert (row.organisation, row.stand, row.by) == (places[0][0].organisation, "should", places[0][1])
    assert AuditEvent.objects.filter(action="requirements.answered").count() == 2


@pytest.mark.parametrize("who", ["reader", "observer", "left", "invited", "another", "stranger"])
def test_only_those_who_write_for_one_that_buys_answer_for_it(joint, procurement, places, who):
    write(joint, Said(None, "Larm"))
    group, [(place, _writer), (other, _other)] = procurement.buyer_group, places
    if who in ("observer", "left", "invited"):
        place = make.participant(group, make.buyer(), state=who)
        by = make.member(place.organisation)
    else:
        by = {
            "reader": lambda: make.member(place.organisation, role=Role.READER),
            "another": lambda: make.member(other.organisation),
            "stranger": make.user,
        }[who]()
    with pytest.raises(Refused):
        answer(procurement, place, by, "must")
    assert not RequirementStand.objects.exists()


def test_an_answer_to_what_is_gone_saves_nothing(joint, procurement, places):
    [first, second] = write(joint, Said(None, "Larm"), Said(None, "Ingen kamera"))
    place, by = places[0]
    write(joint, Said(second.pk, ""))
    said = {first.pk: ("must", ""), second.pk: ("must", "")}
    with pytest.raises(Refused, match="removed a requirement"):
        requiring.take_stand(procurement, place.organisation, said, by=by, at=LATER)
    assert not RequirementStand.objects.exists()


@pytest.mark.parametrize(
    ("stands", "agreement", "suggestion"),
    [
        (("must", "must", "must"), Agreement.SAME, "the same for all"),
        (("must", "not", ""), Agreement.DIFFERS, "a lot of its own, or an option"),
        (("must", "must", ""), Agreement.WAITING, "Wait for the answers"),
        (("", "", ""), Agreement.WAITING, "Wait for the answers"),
        (("not", "not", "not"), Agreement.SAME, "leave it out"),
        (("should", "should", "should"), Agreement.SAME, "gives points"),
        (("should", "not", "should"), Agreement.DIFFERS, "gives points"),
        (("must", "should", "should"), Agreement.DIFFERS, "All want it"),
    ],
)
def test_what_differs_is_marked_and_a_way_to_meet_it_is_suggested(joint, places, stands, agreement, suggestion):
    [_one] = write(joint, Said(None, "Larm"))
    procurement = joint.procurement
    lead = procurement.buyer_group.participants.get(organisation=procurement.organisation)
    for (place, by), stand in zip([(lead, joint.edited_by), *places], stands, strict=True):
        answer(procurement, place, by, stand)
    [row] = requiring.matrix(procurement).rows
    assert row.agreement is agreement
    assert suggestion in str(row.suggestion)
    assert (row.must, row.should, row.not_needed, row.unanswered) == tuple(
        stands.count(one) for one in ("must", "should", "not", "")
    )


def test_the_answers_of_one_who_leaves_or_only_observes_do_not_count(joint, procurement, places):
    write(joint, Said(None, "Larm"))
    (place, by), (other, writer) = places
    answer(procurement, place, by, "must")
    answer(procurement, other, writer, "not")
    found = requiring.matrix(procurement)
    assert found.columns[0].organisation == procurement.organisation
    assert [len(found.columns), len(found.differing), len(found.undecided)] == [3, 1, 1]
    admin = make.member(other.organisation, role=Role.ADMIN)
    grouping.answer(other, state="observer", by=admin, at=LATER)
    [row] = requiring.matrix(procurement).rows
    assert (row.must, row.not_needed, len(row.cells)) == (1, 0, 2)


def test_a_hundred_participants_and_thirty_requirements_cost_three_queries(joint, procurement):
    from networks.models import Participant

    written = write(joint, *(Said(None, f"Krav {number}") for number in range(30)))
    buyers = [make.buyer() for _each in range(99)]
    places = [
        Participant(group=procurement.buyer_group, organisation=one, state="invited", since=make.NOW) for one in buyers
    ]
    Participant.objects.bulk_create(places)
    Participant.objects.filter(state="invited").update(state="committed")
    RequirementStand.objects.bulk_create(
        RequirementStand(requirement=row, organisation=one, stand="must", at=make.NOW)
        for row in written
        for one in buyers
    )
    with CaptureQueriesContext(connection) as caught:
        found = requiring.matrix(procurement)
        assert [row.must for row in found.rows] == [99] * 30
        assert found.differing == []
    assert (len(found.columns), len(caught)) == (100, 3)
