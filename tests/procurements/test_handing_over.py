"""The lead of a buyer group goes to another buyer, and with it the group's procurements."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse

from accounts.grants import Role
from accounts.rules import Refused
from networks import grouping
from procurements import approving, handing_over, publishing, scheduling, teaming, writing
from procurements.models import Notice, NoticeSearch, Schedule, TeamRole
from records.models import AuditEvent
from tests import make


@pytest.fixture
def group(db):
    return make.group()


@pytest.fixture
def leda(group):
    return make.member(group.lead, role=Role.ADMIN)


@pytest.fixture
def oslo(group):
    return make.participant(group, make.buyer(name="Oslo"))


def hand_over(group, to, by):
    return handing_over.hand_over_lead(group, to=to, by=by, at=make.NOW)


def test_every_procurement_of_the_group_goes_with_the_lead(group, leda, oslo):
    notices = [make.notice(group=group, by=leda) for _each in range(2)]
    other = make.notice(buyer=group.lead)
    hand_over(group, oslo, leda)
    hand_over(group, oslo, leda)
    assert {Notice.objects.get(pk=one.pk).procurement.organisation for one in notices} == {oslo.organisation}
    other.procurement.refresh_from_db()
    assert other.procurement.organisation == group.lead
    assert AuditEvent.objects.filter(action="procurement.handed-over").count() == 2


def test_the_team_stays_and_the_new_lead_is_told_that_nobody_of_it_owns_it(group, leda, oslo):
    notice = make.notice(group=group, by=leda)
    boss = make.member(oslo.organisation, role=Role.ADMIN)
    hand_over(group, oslo, leda)
    assert list(teaming.orphans_of(boss)) == [notice.procurement]
    assert Notice.objects.editable_by(leda).exists(), "the former lead is still committed"
    procurement = Notice.objects.get(pk=notice.pk).procurement
    teaming.place(procurement, user=boss, role=TeamRole.OWNER, by=boss, at=make.NOW)
    assert not teaming.orphans_of(boss).exists()
    assert Notice.objects.publishable_by(boss).exists()
    assert not Notice.objects.publishable_by(leda).exists()


def test_the_former_lead_approves_from_then_on(group, leda, oslo):
    notice = make.notice(group=group, by=leda, published=False)
    former = group.lead
    hand_over(group, oslo, leda)
    fresh = Notice.objects.select_related("procurement").get(pk=notice.pk)
    assert [one.organisation for one in approving.missing(fresh)] == [former]


def test_a_publication_that_the_former_lead_had_scheduled_fails_with_its_sentence(group, leda, oslo):
    notice = make.approved(make.notice(group=group, by=leda, published=False))
    moment = make.NOW + timedelta(hours=1)
    scheduling.schedule(notice, publish_at=moment, revision=notice.revision, by=leda, at=make.NOW)
    hand_over(group, oslo, leda)
    scheduling.drain(at=moment)
    assert Schedule.objects.get().failed_at
    assert not Notice.objects.published().exists()


@pytest.mark.parametrize("joined", ["before", "after"])
def test_the_search_finds_it_with_the_new_lead(group, leda, joined, request):
    oslo = request.getfixturevalue("oslo") if joined == "before" else None
    notice = make.notice(group=group, by=leda)
    oslo = oslo or request.getfixturevalue("oslo")  # the published version does not name it
    hand_over(group, oslo, leda)
    assert f"B:{oslo.organisation_id}" in NoticeSearch.objects.get(notice=notice).keys


def test_only_a_committed_participant_takes_over_and_only_the_leads_administrator_hands_over(group, leda, oslo):
    option = make.participant(group, make.buyer(), state="option")
    with pytest.raises(Refused):
        hand_over(group, option, leda)
    with pytest.raises(Refused):
        hand_over(group, oslo, make.member(group.lead))


def test_who_no_longer_leads_reads_a_sentence(signed_in, group, leda, oslo):
    second = make.participant(group, make.buyer())
    hand_over(group, oslo, leda)
    address = reverse("procurements:group_hand_over", args=[group.slug])
    page = signed_in(leda).post(address, {"participant": second.pk}, follow=True)
    assert [str(message) for message in page.context["messages"]]
    group.refresh_from_db()
    assert group.lead == oslo.organisation
    assert signed_in(make.user()).post(address, {"participant": second.pk}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_that_cross_one_wins_and_the_other_is_told():
    group = make.group()
    leda = make.member(group.lead, role=Role.ADMIN)
    places = [make.participant(group, make.buyer()) for _each in range(2)]
    notice = make.notice(group=group, by=leda, published=False)
    barrier, came = threading.Barrier(2), []

    def run(place):
        barrier.wait()
        try:
            came.append(hand_over(group, place, leda).lead_id)
        except Refused as why:
            came.append(str(why))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[place]) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    group.refresh_from_db()
    assert [one for one in came if isinstance(one, int)] == [group.lead_id]
    assert any(isinstance(one, str) for one in came)
    assert Notice.objects.get(pk=notice.pk).procurement.organisation_id == group.lead_id


@pytest.mark.django_db(transaction=True)
def test_a_need_that_is_begun_while_the_lead_goes_is_refused_or_goes_along():
    group = make.group()
    leda = make.member(group.lead, role=Role.ADMIN)
    place = make.participant(group, make.buyer())
    barrier, came = threading.Barrier(2), []

    def begin():
        barrier.wait()
        try:
            came.append(make.notice(group=group, by=leda, buyer=leda.memberships.get().organisation, published=False))
        except writing.NotAllowed as why:
            came.append(why)
        finally:
            connections.close_all()

    thread = threading.Thread(target=begin)
    thread.start()
    barrier.wait()
    hand_over(group, place, leda)
    thread.join()
    [result] = came
    if isinstance(result, Notice):
        result = Notice.objects.get(pk=result.pk)
        assert result.procurement.organisation == place.organisation
    else:
        assert isinstance(result, writing.NotAllowed)


def test_after_a_hand_over_the_new_lead_publishes_when_the_former_has_approved(group, leda, oslo):
    notice = make.notice(group=group, by=leda, published=False)
    hand_over(group, oslo, leda)
    boss = make.member(oslo.organisation, role=Role.ADMIN)
    with pytest.raises(publishing.NotAgreed):
        publishing.publish(notice, by=boss, at=make.NOW)
    make.approved(notice)
    assert publishing.publish(notice, by=boss, at=make.NOW).number == 1


def test_a_mandate_was_given_to_the_one_who_led_and_is_nobody_elses(group, leda, oslo):
    notice = make.notice(group=group, by=leda, published=False)
    other = make.participant(group, make.buyer())
    bosses = {place.pk: make.member(place.organisation, role=Role.ADMIN) for place in (oslo, other)}
    for place in (oslo, other):
        grouping.set_mandate(place, gives=True, by=bosses[place.pk], at=make.NOW)
    assert approving.missing(notice) == []
    hand_over(group, oslo, leda)
    fresh = Notice.objects.select_related("procurement").get(pk=notice.pk)
    assert {one.organisation for one in approving.missing(fresh)} == {
        leda.memberships.get().organisation,
        other.organisation,
    }
    hand_over(group, other, bosses[oslo.pk])
    fresh = Notice.objects.select_related("procurement").get(pk=notice.pk)
    assert oslo.organisation in {one.organisation for one in approving.missing(fresh)}
