"""answering: drafts are the team's alone; what is released is everyone's, at one time, and stays as it was."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from accounts.grants import Role
from accounts.models import Membership
from notifications import kinds
from notifications.models import Notification
from procurements import answering, asking, closing
from procurements.models import Answer, News, Question, TeamMember, TeamRole
from tests import make

pytestmark = pytest.mark.django_db
DUE = (make.NOW + timedelta(days=3)).date()


@pytest.fixture
def notice():
    return make.notice()


@pytest.fixture
def owner(notice):
    return notice.edited_by


def place(notice, role=TeamRole.ANSWERER, **fields):
    user = make.member(notice.procurement.organisation, **fields)
    TeamMember.objects.create(
        procurement=notice.procurement,
        user=user,
        organisation=notice.procurement.organisation,
        role=role,
        added_at=make.NOW,
    )
    return user


def draft(question, *, answer="Ja.", text="Gäller det trappor?", revision=None, by=None, at=make.NOW):
    revision = question.draft_revision if revision is None else revision
    by = by or question.notice.edited_by
    return answering.draft(question, question_text=text, answer=answer, revision=revision, by=by, at=at)


def test_answers_that_are_released_together_are_one_piece_of_news_numbered_as_they_came(notice, owner, at):
    first, second, third = (
        draft(make.question(notice=notice, text=f"Fråga {n}", at=at + timedelta(minutes=n))) for n in (1, 2, 3)
    )
    made = make.answered(make.question(notice=notice, at=at), at=at)
    news = answering.release([third, second], by=owner, at=at + timedelta(hours=1))
    assert list(Question.objects.order_by("received_at").values_list("number", flat=True)) == [1, None, 2, 3]
    assert (news.kind, news.answers.count(), made.answers.count()) == (News.Kind.ANSWERS, 2, 1)
    assert first.number is None
    assert [(one.number, one.current.text) for one in answering.published(notice)] == [
        (1, "Ja."),
        (2, "Ja."),
        (3, "Ja."),
    ]


def test_releasing_again_changes_nothing(notice, owner, at):
    question = draft(make.question(notice=notice))
    assert answering.release([question], by=owner, at=at)
    assert answering.release([question], by=owner, at=at) is None
    assert (Answer.objects.count(), News.objects.count()) == (1, 1)


def test_a_draft_without_an_answer_is_not_released_nor_what_stands_beside_it(notice, owner, at):
    ready, empty = draft(make.question(notice=notice)), draft(make.question(notice=notice, text="B"), answer="")
    with pytest.raises(answering.NotReady):
        answering.release([ready, empty], by=owner, at=at)
    assert not Answer.objects.exists()
    ready.refresh_from_db()
    assert ready.number is None


def test_a_draft_that_was_changed_after_it_was_read_is_not_released(notice, owner, at):
    read = draft(make.question(notice=notice))
    stored = Question.objects.get(pk=read.pk)
    draft(stored, answer="Nej.")
    with pytest.raises(answering.Stale):
        answering.release([read], by=owner, at=at)


def test_the_second_of_two_writers_is_shown_what_the_first_one_saved(notice):
    question = make.question(notice=notice)
    draft(question, answer="Den första.", revision=1)
    with pytest.raises(answering.Stale) as stale:
        draft(question, answer="Den andra.", revision=1)
    assert stale.value.question.draft_answer == "Den första."
    assert draft(question, answer="Den andra.", revision=2).draft_answer == "Den andra."


def test_saving_what_stands_there_already_is_harmless(notice):
    question = make.question(notice=notice)
    draft(question, revision=1)
    assert draft(question, revision=1).draft_revision == 2


def test_what_the_public_reads_cannot_be_changed_in_the_database(notice, at):
    make.answered(make.question(notice=notice))
    answer = Answer.objects.get()
    for change in (lambda: Answer.objects.update(text="Nej."), answer.delete):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            change()


def test_a_corrected_answer_is_a_new_version_with_its_reason_and_news(notice, owner, at):
    question = make.question(notice=notice)
    make.answered(question)
    said = {"question_text": "Gäller det trappor?", "reason": "Fel förra gången.", "by": owner}
    answering.correct(question, text="Nej.", version=1, at=at + timedelta(hours=1), **said)
    answering.correct(question, text="Nej.", version=1, at=at + timedelta(hours=2), **said)
    [one] = answering.published(notice)
    assert (one.current.text, one.current.version, [each.text for each in one.earlier]) == ("Nej.", 2, ["Ja."])
    assert News.objects.count() == 2
    with pytest.raises(answering.Stale):
        answering.correct(question, text="Kanske.", version=1, at=at, **said)


def test_a_declined_question_is_read_by_its_asker_and_answered_to_nobody(notice, owner, at):
    supplier = make.supplier()
    anna = make.member(supplier)
    question = make.question(notice=notice, organisation=supplier, by=anna)
    answering.decline(question, reason="En affärshemlighet.", by=owner, at=at)
    answering.decline(question, reason="Igen.", by=owner, at=at)
    question.refresh_from_db()
    assert (asking.status_of(question), question.declined_reason) == (asking.Status.DECLINED, "En affärshemlighet.")
    assert not News.objects.exists()
    told = Notification.objects.filter(recipient=anna, event__key__startswith="question-declined")
    [told] = kinds.with_subjects(told.select_related("event", "recipient"))
    line = kinds.line(told, "en")
    assert line.title.startswith("Your question will not be answered")
    assert "affärshemlighet" not in f"{line}"
    with pytest.raises(answering.AlreadyAnswered):
        draft(question)


def test_a_question_that_came_in_time_is_answered_after_the_notice_is_closed(notice, owner, at):
    question = make.question(notice=notice)
    closing.close(notice, by=owner, at=at + timedelta(hours=1), reason="Löst.")
    assert make.answered(question, at=at + timedelta(hours=2))


def test_the_status_goes_on_with_the_work(notice, owner, at):
    question = make.question(notice=notice)
    seen = [asking.status_of(question)]
    for step in (
        lambda: answering.begin(question, by=owner, at=at),
        lambda: draft(question),
        lambda: answering.release([Question.objects.get(pk=question.pk)], by=owner, at=at),
    ):
        step()
        seen.append(asking.status_of(Question.objects.get(pk=question.pk)))
    assert seen == ["received", "read", "in-work", "answered"]


def test_whoever_is_asked_for_a_draft_hears_with_the_link_and_the_day(notice, owner, at):
    expert = place(notice)
    question = make.question(notice=notice, text="En hemlig fråga")
    for _again in range(2):
        answering.assign(question, to=expert, due_on=DUE, by=owner, at=at)
    told = Notification.objects.filter(recipient=expert, event__kind="question-assigned")
    [told] = kinds.with_subjects(told.select_related("event", "recipient"))
    assert kinds.may_see(told)
    line = kinds.line(told, "en")
    assert line.title == f"Draft an answer by 25 November 2026: “{notice.title}”"
    assert line.url.endswith(f"/questions/{question.pk}/")
    assert "hemlig" not in f"{line}"
    Membership.objects.filter(user=expert).update(ended_at=at)
    [told] = kinds.with_subjects([Notification.objects.select_related("event", "recipient").get(pk=told.pk)])
    assert not kinds.may_see(told)


def test_only_the_team_drafts_and_its_readers_do_not(notice, owner, at):
    question = make.question(notice=notice)
    colleague = make.member(notice.procurement.organisation, role=Role.ADMIN)
    for outsider in (make.user(), colleague, place(notice, TeamRole.READER)):
        with pytest.raises(answering.NotOnTheTeam):
            answering.assign(question, to=outsider, due_on=DUE, by=owner, at=at)
    assert set(answering.can_draft(notice)) == {owner}


@pytest.mark.django_db(transaction=True)
def test_two_who_release_at_once_give_each_number_once(at):
    notice = make.notice()
    owner = notice.edited_by
    drafts = [draft(make.question(notice=notice, text=f"Fråga {n}", at=at + timedelta(seconds=n))) for n in range(6)]
    start, news = threading.Barrier(3), []

    def work(chosen):
        try:
            start.wait(timeout=10)
            news.append(answering.release(chosen, by=owner, at=at))
        finally:
            connection.close()

    halves = (drafts[:4], drafts[2:], drafts)
    workers = [threading.Thread(target=work, args=(half,)) for half in halves]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)
    assert sorted(Question.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert Answer.objects.count() == 6
    assert sum(each.answers.count() for each in news if each) == 6
