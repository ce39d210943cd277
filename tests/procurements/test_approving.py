"""Those who buy together approve what is published in their name (C8)."""

import uuid
from datetime import timedelta

import pytest

from accounts.grants import Role
from networks import grouping
from networks.models import Participant
from notifications.models import Notification
from procurements import approving, documenting, publishing, scheduling, writing
from procurements.approving import Stand
from procurements.models import Approval, ApprovalRound, Notice, Schedule
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return make.group()


@pytest.fixture
def oslo(group):
    return make.participant(group, make.buyer(name="Oslo"))


@pytest.fixture
def notice(group):
    return fresh(make.notice(group=group, published=False))


def fresh(notice):
    return Notice.objects.select_related("procurement__organisation", "current_version").get(pk=notice.pk)


def admin(participant, **fields):
    return make.member(participant.organisation, role=Role.ADMIN, **fields)


def give(notice, participant, verdict="approved", *, comment="", revision=None, by=None, at=make.NOW):
    return approving.give(
        notice,
        organisation=participant.organisation,
        verdict=verdict,
        comment=comment,
        revision=revision or fresh(notice).revision,
        by=by or admin(participant),
        at=at,
    )


def ask(notice, *, answer_by=None, at=make.NOW):
    return approving.ask(notice, message="Titta på tiden.", answer_by=answer_by, by=notice.edited_by, at=at)


def save(notice, **wording):
    return writing.save(
        fresh(notice), wording=wording, revision=fresh(notice).revision, by=notice.edited_by, at=make.NOW
    )


def mandate(participant):
    Participant.objects.filter(pk=participant.pk).update(gives_mandate=True)


def stands(notice):
    return {one.participant.organisation.name: one.stand for one in approving.standing(fresh(notice))}


def test_needed_are_the_committed_but_the_lead_and_whoever_gives_a_mandate(group, notice, oslo):
    make.participant(group, make.buyer(name="Bergen"), state="option")
    make.participant(group, make.buyer(name="Moss"), state="observer")
    make.participant(group, make.buyer(name="Lund"), state="invited")
    mandate(make.participant(group, make.buyer(name="Malmö")))
    assert [one.organisation.name for one in approving.required(notice)] == ["Oslo"]
    assert stands(notice) == {"Oslo": Stand.WAITING, "Malmö": Stand.MANDATE, "Bergen": Stand.WAITING}


def test_nothing_is_needed_where_nobody_buys_together():
    alone = make.notice()
    assert not approving.required(alone).exists()
    assert approving.missing(alone) == []


def test_it_is_not_published_before_all_who_are_committed_have_approved_it(group, notice, oslo):
    lund = make.participant(group, make.buyer(name="Lund"))
    give(notice, oslo)
    with pytest.raises(publishing.NotAgreed, match="Lund") as refused:
        publishing.publish(notice, by=notice.edited_by, at=make.NOW)
    assert "Oslo" not in str(refused.value)
    give(notice, lund)
    assert publishing.publish(notice, by=notice.edited_by, at=make.NOW).number == 1


def test_a_mandate_lets_the_lead_publish_and_an_option_holder_stops_nothing(group, notice, oslo):
    mandate(oslo)
    bergen = make.participant(group, make.buyer(name="Bergen"), state="option")
    give(notice, bergen, "changes", comment="Vi vill ha längre tid.")
    publishing.publish(notice, by=notice.edited_by, at=make.NOW)


@pytest.mark.parametrize(
    "change",
    [
        lambda notice, by: writing.save(
            notice, wording={"title": "Nytt"}, revision=notice.revision, by=by, at=make.NOW
        ),
        lambda notice, by: writing.save(
            notice,
            wording={},
            having={"assets": [{"name": "Kod", "origin": "result", "level": "share", "motive": ""}]},
            revision=notice.revision,
            by=by,
            at=make.NOW,
        ),
        lambda notice, by: writing.save(
            notice,
            wording={},
            having={
                "stages": [
                    {
                        "name": "Förstudie",
                        "starts_on": None,
                        "ends_on": None,
                        "max_cost": None,
                        "suppliers": None,
                        "decision": "Bäst.",
                    }
                ]
            },
            revision=notice.revision,
            by=by,
            at=make.NOW,
        ),
        lambda notice, by: documenting.add(notice, files=[make.stored_file()], by=by, at=make.NOW),
    ],
    ids=["wording", "assets", "stages", "documents"],
)
def test_whatever_changes_the_text_needs_new_approvals(notice, oslo, change):
    give(notice, oslo)
    assert stands(notice) == {"Oslo": Stand.APPROVED}
    change(fresh(notice), notice.edited_by)
    assert stands(notice) == {"Oslo": Stand.WAITING}
    with pytest.raises(publishing.NotAgreed):
        publishing.publish(notice, by=notice.edited_by, at=make.NOW)


def test_renaming_or_taking_away_a_document_needs_new_approvals(notice, oslo):
    by = notice.edited_by
    documenting.add(notice, files=[make.stored_file()], by=by, at=make.NOW)
    [document] = notice.documents.all()
    lineage, seen = document.lineage, (document.title, str(document.file_id))
    give(notice, oslo)
    documenting.change(notice, lineage, seen=seen, title="Kravlista", file=None, by=by, at=make.NOW)
    assert stands(notice) == {"Oslo": Stand.WAITING}
    give(notice, oslo)
    documenting.remove(notice, lineage, seen_file=seen[1], by=by, at=make.NOW)
    assert stands(notice) == {"Oslo": Stand.WAITING}
    give(notice, oslo)
    documenting.remove(notice, uuid.uuid4(), seen_file="", by=by, at=make.NOW)
    assert stands(notice) == {"Oslo": Stand.APPROVED}, "what changes nothing leaves the approval"


def test_an_amendment_needs_new_approvals(notice, oslo):
    give(notice, oslo)
    publishing.publish(notice, by=notice.edited_by, at=make.NOW)
    with pytest.raises(approving.NothingToApprove):
        ask(notice)
    with pytest.raises(approving.NothingToApprove):
        give(notice, oslo, "changes", comment="För sent.")
    save(notice, title="Ny titel")
    with pytest.raises(publishing.NotAgreed):
        publishing.publish(notice, by=notice.edited_by, at=make.NOW, reason="Titeln var fel.")
    give(notice, oslo)
    assert publishing.publish(notice, by=notice.edited_by, at=make.NOW, reason="Titeln var fel.").number == 2


def test_a_text_that_was_changed_while_it_was_read_is_not_approved(notice, oslo):
    read = notice.revision
    save(notice, title="Ny titel")
    with pytest.raises(approving.ReadAgain):
        give(notice, oslo, revision=read)
    assert not Approval.objects.exists()


def test_asking_for_changes_says_which_and_the_newest_word_holds(notice, oslo):
    with pytest.raises(approving.Unsaid):
        give(notice, oslo, "changes", comment=" ")
    give(notice, oslo)
    give(notice, oslo, "changes", comment="Flytta fram sista dag.", at=make.NOW + timedelta(minutes=1))
    assert stands(notice) == {"Oslo": Stand.CHANGES}
    with pytest.raises(publishing.NotAgreed):
        publishing.publish(notice, by=notice.edited_by, at=make.NOW)


def test_a_second_click_is_one_answer(notice, oslo):
    by = admin(oslo)
    assert give(notice, oslo, by=by) == give(notice, oslo, by=by)
    assert AuditEvent.objects.filter(action="approval.given").count() == 1


def test_only_who_may_bind_it_answers_for_an_organisation_that_buys(group, notice, oslo):
    with pytest.raises(approving.NotForThem):
        give(notice, oslo, by=make.member(oslo.organisation))
    with pytest.raises(approving.NotForThem):
        give(notice, oslo, by=make.member(group.lead, role=Role.ADMIN))
    boss = admin(oslo)
    grouping.answer(oslo, state="left", by=boss, at=make.NOW)
    with pytest.raises(approving.NotABuyerHere):
        give(notice, oslo, by=boss)
    lead = group.participants.get(organisation=group.lead)
    with pytest.raises(approving.NotABuyerHere):
        give(notice, lead)


def test_those_who_may_bind_the_others_are_asked_once(group, notice, oslo):
    bergen = make.participant(group, make.buyer(), state="option")
    observer = make.participant(group, make.buyer(), state="observer")
    people = {admin(oslo), admin(bergen)}
    admin(observer), make.member(oslo.organisation)
    asked = ask(notice, answer_by=make.NOW.date() + timedelta(days=7))
    assert ask(notice) == asked
    told = Notification.objects.filter(event__kind="approval-asked").select_related("recipient")
    assert people <= {one.recipient for one in told}
    assert {one.organisation_id for one in told} == {oslo.organisation_id, bergen.organisation_id}
    save(notice, title="Nytt")
    assert ask(notice) != asked
    assert ApprovalRound.objects.count() == 2


def test_nobody_is_asked_where_the_lead_buys_alone_or_for_a_day_that_has_passed(notice, request):
    with pytest.raises(approving.NotTogether):
        ask(notice)
    request.getfixturevalue("oslo")
    with pytest.raises(approving.DayIsOver):
        ask(notice, answer_by=make.NOW.date() - timedelta(days=1))


def test_the_writers_hear_of_an_answer(notice, oslo):
    give(notice, oslo)
    told = Notification.objects.get(event__kind="approval-given")
    assert (told.recipient, told.organisation) == (notice.edited_by, notice.procurement.organisation)


def test_what_changed_since_an_organisation_approved_is_told_exactly(notice, oslo):
    organisation = oslo.organisation
    assert approving.changed_since(fresh(notice), organisation) is None
    give(notice, oslo)
    assert approving.changed_since(fresh(notice), organisation) == []
    for title in ("En", "Två"):  # saved by itself: the log of edits does not name these one by one
        writing.save(
            fresh(notice),
            wording={"title": title, "problem": title},
            revision=fresh(notice).revision,
            by=notice.edited_by,
            at=make.NOW,
            by_itself=True,
        )
    save(notice, problem=notice.problem)
    documenting.add(notice, files=[make.stored_file()], by=notice.edited_by, at=make.NOW)
    assert approving.changed_since(fresh(notice), organisation) == ["title", "documents"]


def scheduled(notice):
    return scheduling.schedule(
        fresh(notice),
        publish_at=make.NOW + timedelta(hours=1),
        revision=fresh(notice).revision,
        by=notice.edited_by,
        at=make.NOW,
    )


def test_a_moment_is_chosen_when_all_have_approved_and_holds_while_the_text_is_locked(notice, oslo):
    with pytest.raises(publishing.NotAgreed):
        scheduled(notice)
    give(notice, oslo)
    scheduled(notice)
    scheduling.drain(at=make.NOW + timedelta(hours=2))
    assert fresh(notice).current_version


@pytest.mark.parametrize("what", ["a new participant", "a change of mind"])
def test_a_moment_passes_when_an_approval_is_missing_by_then(group, notice, oslo, what):
    give(notice, oslo)
    scheduled(notice)
    if what == "a new participant":
        make.participant(group, make.buyer(name="Lund"))
    else:
        give(notice, oslo, "changes", comment="Vänta.", at=make.NOW + timedelta(minutes=1))
    scheduling.drain(at=make.NOW + timedelta(hours=2))
    assert fresh(notice).current_version is None
    assert ("Lund" if what == "a new participant" else "Oslo") in Schedule.objects.get().failure
    assert Notification.objects.filter(event__kind="publication-failed", recipient=notice.edited_by).exists()


def test_two_pairs_of_eyes_at_home_are_asked_for_beside_the_approvals(group, notice, oslo):
    group.lead.publishes_with_two = True
    group.lead.save()
    give(notice, oslo)
    with pytest.raises(publishing.NotApproved):
        publishing.publish(notice, by=notice.edited_by, at=make.NOW)


def test_what_is_written_down_with_a_publication(group, notice, oslo):
    lund = make.participant(group, make.buyer())
    mandate(lund)
    boss = admin(oslo)
    give(notice, oslo, by=boss)
    assert approving.approvals_for(fresh(notice)) == {
        oslo.organisation_id: (boss, make.NOW, False),
        lund.organisation_id: (None, None, True),
    }


def test_a_hundred_participants_cost_as_many_queries_as_one(group, notice, django_assert_num_queries):
    many = [make.buyer() for _each in range(100)]
    Participant.objects.bulk_create(
        Participant(group=group, organisation=one, state="invited", since=make.NOW) for one in many
    )
    group.participants.filter(state="invited").update(state="committed")
    Approval.objects.bulk_create(
        Approval(notice=notice, revision=notice.revision, organisation=one, verdict="approved", at=make.NOW)
        for one in many[:50]
    )
    with django_assert_num_queries(2):
        assert len(approving.missing(notice)) == 50
    with pytest.raises(publishing.NotAgreed):
        publishing.publish(notice, by=notice.edited_by, at=make.NOW)
