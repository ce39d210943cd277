"""What needs a procurer today: each kind of thing, in its order, and the same number of queries whatever there is to do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.grants import Role
from accounts.models import Membership
from procurements import asking, interest, publishing, reviewing, things, todo, writing
from procurements.models import Schedule, TeamMember
from tests import make

pytestmark = pytest.mark.django_db
AFTER = make.NOW + timedelta(days=31)


def texts(user, at=make.NOW):
    return [str(thing.text) for thing in todo.for_person(user, at=at)]


def owner_of(notice):
    return notice.procurement.team.get().user


def asked(notice, text="Hur många bor hemma?", at=make.NOW):
    supplier = make.supplier()
    return asking.ask(notice, organisation=supplier, text=text, by=make.member(supplier), at=at)


def test_a_question_that_nobody_is_to_answer_waits_for_the_owner():
    notice = make.notice()
    asked(notice), asked(notice, "Hur betalar ni?")
    [thing] = todo.for_person(owner_of(notice), at=make.NOW)
    assert (str(thing.text), thing.number) == ("Questions wait to be answered", 2)
    assert thing.url.endswith("/questions/")


def test_nothing_waits_for_anyone_off_the_team():
    notice = make.notice()
    asked(notice)
    assert texts(make.member(notice.procurement.organisation, role=Role.ADMIN)) == []
    assert texts(make.user()) == []


def test_it_ends_with_the_membership():
    notice = make.notice()
    asked(notice)
    owner = owner_of(notice)
    Membership.objects.filter(user=owner).update(ended_at=make.NOW)
    assert texts(owner) == []


def test_a_reviewer_sees_what_waits_for_review():
    notice = make.notice(published=False)
    colleague = make.member(notice.procurement.organisation)
    reviewing.ask(notice, reviewer=colleague, message="", by=notice.edited_by, at=make.NOW)
    assert texts(colleague) == ["A colleague waits for your review"]


def test_what_a_colleague_approved_waits_for_its_writer_until_it_is_published_or_changed():
    notice = make.notice(published=False)
    owner, colleague = notice.edited_by, make.member(notice.procurement.organisation)
    review = reviewing.ask(notice, reviewer=colleague, message="", by=owner, at=make.NOW)
    reviewing.decide(review, verdict="approved", comment="", revision=notice.revision, by=colleague, at=make.NOW)
    [thing] = todo.for_person(owner, at=make.NOW)
    assert str(thing.text) == "Approved, and not published yet"
    assert thing.url.endswith("/publish/")
    assert texts(colleague) == []
    publishing.publish(notice, by=owner, at=make.NOW + timedelta(minutes=1))
    assert texts(owner) == []
    notice.refresh_from_db()
    writing.save(notice, wording={"problem": "Annat."}, revision=notice.revision, by=owner, at=make.NOW)
    assert texts(owner) == []


def test_a_publication_that_failed_is_told_until_somebody_deals_with_it():
    notice = make.notice(published=False)
    owner = notice.edited_by
    Schedule.objects.create(
        notice=notice,
        revision=notice.revision,
        publish_at=make.NOW + timedelta(hours=1),
        set_by=owner,
        set_at=make.NOW,
        failed_at=make.NOW + timedelta(hours=1),
        failure="Sista dagen har passerat.",
    )
    assert texts(owner, make.NOW + timedelta(hours=2)) == ["Was not published at its time"]


def test_the_last_week_of_a_competition_with_few_suppliers_is_pressing():
    notice = make.notice(kind="competition")
    soon = make.NOW + timedelta(days=25)
    assert texts(owner_of(notice), soon) == [
        "Closes soon, and few suppliers have shown interest",
        "Closes within a week",
    ]


def test_what_is_over_asks_for_its_outcome_and_for_answers():
    notice = make.notice(kind="competition")
    supplier = make.supplier()
    interest.register(
        notice.procurement,
        organisation=supplier,
        level="interested",
        message="Vi kan.",
        by=make.member(supplier),
        at=make.NOW,
    )
    assert set(texts(owner_of(notice), AFTER)) == {"Say how it ended", "Suppliers wait for your answer"}
    [first, *_rest] = todo.for_person(owner_of(notice), at=AFTER + timedelta(days=40))
    assert (str(first.text), first.urgency) == ("Say how it ended", things.Urgency.NOW)


def test_an_administrator_hears_of_what_nobody_owns_any_more():
    notice = make.notice()
    admin = make.member(notice.procurement.organisation, role=Role.ADMIN)
    assert texts(admin) == []
    TeamMember.objects.all().delete()
    assert texts(admin) == ["Nobody owns it any more: give it an owner"]


def test_the_number_of_queries_does_not_depend_on_how_much_there_is_to_do():
    buyer = make.buyer()
    owner = make.member(buyer, role=Role.ADMIN)

    def add():
        asked(make.notice(buyer=buyer, by=owner))
        make.notice(buyer=buyer, by=owner, published=False)
        make.notice(buyer=buyer, by=owner, kind="competition", deadline_at=make.NOW + timedelta(days=5))
        make.notice(buyer=buyer, by=owner, kind="competition", deadline_at=make.NOW + timedelta(hours=1))
        TeamMember.objects.filter(procurement=make.notice(buyer=buyer, by=owner).procurement).delete()

    def queries():
        with CaptureQueriesContext(connection) as caught:
            todo.for_person(owner, at=make.NOW + timedelta(days=1))
        return len(caught)

    add()
    few = queries()
    for _each in range(4):
        add()
    assert queries() == few
