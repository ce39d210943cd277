"""Between the fact and the mail the world goes on: who has lost the right, and what came true meanwhile, get no line (R15)."""

from datetime import timedelta

import pytest

from accounts.models import Membership
from notifications import kinds
from notifications.models import Notification
from procurements import answering, closing, concluding, reminding, reviewing, teaming
from tests import make

pytestmark = pytest.mark.django_db
SOON, LATER = make.NOW + timedelta(days=3), make.NOW + timedelta(days=60)


def mailed(kind):
    """To whom a mail that is made now would tell of it."""
    lines = Notification.objects.filter(event__kind=kind).select_related("event", "recipient")
    seen = [each for each in kinds.with_subjects(lines) if kinds.may_see(each)]
    wanted = kinds.still_wanted(seen)
    return {each.recipient for each in seen if each.pk in wanted}


def assigned():
    question = make.question()
    notice = question.notice
    colleague = make.member(notice.procurement.organisation)
    place = teaming.place(notice.procurement, user=colleague, role="answerer", by=notice.edited_by, at=make.NOW)
    answering.assign(question, to=colleague, due_on=SOON.date(), by=notice.edited_by, at=make.NOW)
    reminding.remind(SOON)
    return question, colleague, place


@pytest.mark.parametrize("kind", ["question-assigned", "question-due", "team"])
@pytest.mark.parametrize("how", ["removed", "left", "reader"])
def test_who_is_not_to_answer_any_more_hears_of_no_question(kind, how):
    question, colleague, place = assigned()
    assert colleague in mailed(kind)
    procurement, owner = question.notice.procurement, question.notice.edited_by
    if how == "removed":
        teaming.remove(place, by=owner, at=make.NOW)
    elif how == "left":
        Membership.objects.filter(user=colleague).update(ended_at=make.NOW)
    else:
        teaming.place(procurement, user=colleague, role="reader", by=owner, at=make.NOW)
    assert (colleague in mailed(kind)) == (kind == "team" and how == "reader")


@pytest.mark.parametrize("kind", ["question-assigned", "question-due", "question"])
def test_a_question_that_was_declined_waits_for_nobody(kind):
    question, _colleague, _place = assigned()
    assert mailed(kind)
    answering.decline(question, reason="Det står i underlaget.", by=question.notice.edited_by, at=make.NOW)
    assert not mailed(kind)


def test_what_was_closed_meanwhile_needs_no_more_interest():
    notice = make.notice(kind="competition", deadline_at=SOON)
    reminding.remind(make.NOW)
    assert mailed("low-interest") == {notice.edited_by}
    closing.close(notice, by=notice.edited_by, at=make.NOW, reason="Vi har nog.")
    assert not mailed("low-interest")


def test_whoever_has_told_the_outcome_is_not_reminded_of_it():
    notice = make.notice(kind="competition", deadline_at=SOON)
    reminding.remind(LATER)
    assert mailed("outcome-due") == {notice.edited_by}
    said = {"result": "unsuitable", "code": "no-rece", "text": "Inga anbud.", "decided_on": SOON.date()}
    concluding.record_outcome(notice, by=notice.edited_by, at=LATER, **said)
    assert not mailed("outcome-due")


@pytest.mark.parametrize("kind", ["review-asked", "draft-comment"])
def test_a_review_that_was_taken_back_takes_its_lines_along(kind):
    draft = make.notice(published=False)
    owner, reader = draft.edited_by, make.member(draft.procurement.organisation)
    review = reviewing.ask(draft, reviewer=reader, message="", by=owner, at=make.NOW)
    reviewing.comment(draft, field="", text="Se rubriken.", by=owner, at=make.NOW)
    assert reader in mailed(kind)
    reviewing.take_back(review, by=owner, at=make.NOW)
    assert reader not in mailed(kind)
