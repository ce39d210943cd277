"""asking.ask: who may, what is written, and who hears of it."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse

from accounts.grants import Role
from notifications import kinds
from notifications.models import Notification
from procurements import asking, closing, interest
from procurements.models import Question, TeamMember, TeamRole
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


def lines(user, kind, language="en"):
    told = Notification.objects.filter(recipient=user, event__kind=kind).select_related("event", "recipient")
    return [kinds.line(each, language) for each in kinds.with_subjects(told) if kinds.may_see(each)]


def test_a_question_is_kept_with_its_time_its_receipt_and_an_audit_row(at):
    question = make.question(text="Räknas trappor?", at=at)
    question.refresh_from_db()
    assert (question.text, question.received_at, question.number) == ("Räknas trappor?", at, None)
    assert len(question.receipt) == 64
    written = AuditEvent.objects.get(action="question.asked")
    assert (written.subject_id, written.details) == (str(question.pk), {})
    assert asking.status_of(question) == asking.Status.RECEIVED


def test_a_person_without_an_organisation_asks_for_himself(at):
    notice, person = make.notice(), make.user()
    question = asking.ask(notice, organisation=None, text="Hur?", by=person, at=at)
    assert question.organisation is None
    assert list(Question.objects.own(person)) == [question]


def test_colleagues_see_what_was_asked_for_their_organisation_and_others_do_not(at):
    supplier = make.supplier()
    question = make.question(organisation=supplier)
    assert list(Question.objects.own(make.member(supplier, role=Role.READER))) == [question]
    assert not Question.objects.own(make.member(make.supplier())).exists()
    assert not Question.objects.own(make.user()).exists()


def test_a_place_on_the_team_shows_who_asked_and_administering_the_buyer_does_not(at):
    question = make.question()
    buyer, owner = question.notice.procurement.organisation, question.notice.edited_by
    boss = make.member(buyer, role=Role.ADMIN)
    assert list(Question.objects.seen_by_buyer(owner)) == [question]
    assert not Question.objects.seen_by_buyer(boss).exists()
    TeamMember.objects.create(
        procurement=question.notice.procurement,
        user=boss,
        organisation=question.notice.procurement.organisation,
        role=TeamRole.READER,
        added_at=at,
    )
    assert list(Question.objects.seen_by_buyer(boss)) == [question]


@pytest.mark.parametrize("who", ["the owner", "a colleague who acts for a company", "a member of the group"])
def test_the_buyers_own_people_do_not_ask(who, at):
    notice = make.notice()
    buyer = notice.procurement.organisation
    company = make.supplier()
    by, organisation = {
        "the owner": lambda: (notice.edited_by, buyer),
        "a colleague who acts for a company": lambda: (make.member(company), company),
        "a member of the group": lambda: (make.member(make.buyer()), None),
    }[who]()
    if who == "a colleague who acts for a company":
        by.memberships.create(organisation=buyer, role=Role.READER, started_at=at)
    if who == "a member of the group":
        own = by.memberships.get().organisation
        group = make.group(lead=buyer)
        make.participant(group, own)
        notice.procurement.buyer_group = group
        notice.procurement.save()
    with pytest.raises(asking.Refused, match="own"):
        asking.ask(notice, organisation=organisation, text="Hur?", by=by, at=at)


def test_a_reader_does_not_speak_for_its_organisation(at):
    supplier = make.supplier()
    with pytest.raises(asking.Refused, match="not-allowed"):
        asking.ask(make.notice(), organisation=supplier, text="Hur?", by=make.member(supplier, role=Role.READER), at=at)


def test_nothing_is_asked_about_an_award_a_draft_or_what_another_database_holds(at):
    imported = make.notice()
    imported.source_id = "b2f1c6f0"
    imported.save()
    for notice in (make.notice(published=False), make.notice(kind="award"), imported):
        with pytest.raises(asking.Refused, match="closed"):
            make.question(notice=notice)


def test_what_was_received_before_the_notice_was_closed_is_in_time(at):
    notice = make.notice()
    closing.close(notice, by=notice.edited_by, at=at + timedelta(seconds=1), reason="Löst.")
    assert make.question(notice=notice, at=at).received_at == at
    with pytest.raises(asking.Refused, match="closed"):
        make.question(notice=notice, at=at + timedelta(seconds=1))


def test_the_asker_has_a_receipt_and_the_team_hears_without_a_name_or_a_word(at):
    supplier = make.supplier(name="Hemliga AB")
    anna = make.member(supplier, name="Anna Hemlig")
    question = make.question(organisation=supplier, by=anna, text="En hemlig fråga")
    [mine] = lines(anna, "own-question")
    assert question.receipt[:16] in mine.text
    assert mine.url == f"{reverse('procurements:question_mine')}#question-{question.pk}"
    [told] = lines(question.notice.edited_by, "question")
    assert told.url.endswith("/questions/")
    for line in (mine, told):
        assert "hemlig" not in f"{line}".lower()


def test_a_reader_of_the_team_is_not_told_that_somebody_asked(at):
    notice = make.notice()
    reader = make.member(notice.procurement.organisation)
    TeamMember.objects.create(
        procurement=notice.procurement,
        user=reader,
        organisation=notice.procurement.organisation,
        role=TeamRole.READER,
        added_at=at,
    )
    make.question(notice=notice)
    assert lines(reader, "question") == []


@pytest.mark.django_db(transaction=True)
def test_two_hundred_posts_with_one_key_ask_once(signed_in):
    notice, supplier = make.notice(deadline_at=make.NOW + timedelta(days=900)), make.supplier()
    anna = make.member(supplier)
    client, address = signed_in(anna), reverse("procurements:question_ask", args=[notice.slug])
    session, lock, answered = dict(client.cookies), threading.Lock(), []
    form = {"key": str(uuid.uuid4()), "text": "Räknas trappor?"}

    def click(_number):
        from django.test import Client

        try:
            own = Client()
            own.cookies.update(session)
            response = own.post(address, form)
            with lock:
                answered.append((response.status_code, response["Location"]))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(click, range(200)))
    assert len(answered) == 200
    assert len(set(answered)) == 1
    assert Question.objects.count() == 1
    assert Notification.objects.filter(recipient=anna).count() == 1


def test_a_question_is_not_an_interest(at):
    """Asking registers nothing else: how many are interested stays what it was."""
    question = make.question()
    assert not interest.Interest.objects.filter(procurement=question.notice.procurement).exists()
