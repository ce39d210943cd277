"""announcing: those who follow a notice hear of answers, its end and its outcome, each person once."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.grants import Role
from accounts.models import Membership
from matchmaking import announcing, engine, subscribing
from matchmaking.models import NewsFailure, NewsRun, untold
from notifications import kinds, sending
from notifications.models import Notification, Preference, Rhythm
from procurements import answering, closing, interest
from procurements.models import News, Outcome
from tests import make
from tests.matchmaking.test_draining import POISON
from tests.matchmaking.test_matching import amend

pytestmark = pytest.mark.django_db
LATER = make.NOW + timedelta(hours=1)
NEWS = ("answers", "closing", "outcome")


@pytest.fixture
def follower():
    person = make.member(make.supplier(), name="Follower", language="en")
    make.subscription(person=person)
    return person


@pytest.fixture
def notice(follower, at):
    made = make.notice(title="Färre fall")
    engine.match(made.current_version_id, at=at)
    return made


def heard(user):
    told = Notification.objects.filter(recipient=user, event__kind__in=NEWS).select_related("event", "recipient")
    return [kinds.line(each, "en") for each in kinds.with_subjects(told.order_by("pk")) if kinds.may_see(each)]


def subjects(at=LATER):
    """To whom the mails that leave at `at` go, and what stands above them."""
    mail.outbox.clear()
    sending.send_due(lambda: at)
    return sorted((message.to[0], message.subject) for message in mail.outbox)


def test_three_answers_are_one_mail_that_quotes_them(notice, follower, at):
    questions = [make.question(notice=notice, text=f"{n}", at=at + timedelta(seconds=n)) for n in range(3)]
    drafts = [
        answering.draft(one, question_text=f"Publik fråga {n}?", answer="Ja.", revision=1, by=notice.edited_by, at=at)
        for n, one in enumerate(questions)
    ]
    answering.release(drafts, by=notice.edited_by, at=LATER)
    assert announcing.drain(LATER) == 1
    assert announcing.drain(LATER) == 0
    [line] = heard(follower)
    assert line.title == "3 questions were answered: Färre fall"
    assert line.text == "Question 1: Publik fråga 0? Question 2: Publik fråga 1? Question 3: Publik fråga 2?"
    assert line.url.endswith("#question-1")
    assert NewsRun.objects.get().told == 1 + 3


def test_the_asker_alone_reads_that_the_question_was_theirs(notice, follower, at):
    supplier, other = make.supplier(name="Hemliga AB"), make.supplier()
    anna, bo = make.member(supplier, name="Anna Hemlig"), make.member(other)
    make.question(notice=notice, organisation=other, by=bo, text="En annan fråga")
    make.answered(make.question(notice=notice, organisation=supplier, by=anna, text="En hemlig fråga"), at=LATER)
    announcing.drain(LATER)
    [mine], [theirs], [followed] = heard(anna), heard(bo), heard(follower)
    assert mine.title == "Your question has been answered: Färre fall"
    assert theirs.title == followed.title == "1 question was answered: Färre fall"
    assert list(mine.reasons) == list(theirs.reasons) == ["you have asked a question"]
    assert [reason.split(" ")[0] for reason in followed.reasons] in (["what"], ["your"])  # what it offers, or a search
    assert "hemlig" not in f"{theirs}{followed}".lower()
    assert Notification.objects.filter(event__kind="answers").count() == 3


def test_whoever_follows_is_interested_and_asked_hears_once(notice, follower, at):
    supplier = follower.memberships.get().organisation
    said = {"level": "interested", "message": "", "by": follower, "at": at}
    interest.register(notice.procurement, organisation=supplier, **said)
    for text in ("En", "Två"):
        make.answered(make.question(notice=notice, organisation=supplier, by=follower, text=text), at=LATER)
    assert announcing.drain(LATER) == 2
    assert [line.title for line in heard(follower)] == ["Your question has been answered: Färre fall"] * 2


def test_the_buyers_own_people_are_not_told(notice, at):
    make.answered(make.question(notice=notice), at=LATER)
    announcing.drain(LATER)
    assert heard(notice.edited_by) == []


def test_a_correction_is_told_as_one(notice, follower, at):
    question = make.question(notice=notice)
    make.answered(question, at=at)
    answering.correct(
        question, question_text="X?", text="Nej.", reason="Fel.", version=1, by=notice.edited_by, at=LATER
    )
    announcing.drain(LATER)
    assert heard(follower)[1].title == "An answer was corrected: Färre fall"


def test_an_early_end_is_told_with_its_reason_to_those_who_follow(notice, follower, at):
    closing.close(notice, by=notice.edited_by, at=LATER, reason="Behovet är löst.")
    announcing.drain(LATER)
    [line] = heard(follower)
    assert (line.title, line.text) == ("Closed early: Färre fall", "The buyer says why: Behovet är löst.")


def test_an_outcome_is_told_in_the_buyers_words(notice, follower, at):
    Outcome.objects.create(
        notice=notice, number=1, result="stopped", text="Vi gick inte vidare.", decided_on=at.date(), recorded_at=at
    )
    News.objects.create(notice=notice, kind=News.Kind.OUTCOME, at=at)
    announcing.drain(LATER)
    [line] = heard(follower)
    assert (line.title, line.text) == ("How it ended: Färre fall", "It was stopped. Vi gick inte vidare.")


@pytest.mark.parametrize("ended", ["paused", "off", "left"])
def test_what_ended_between_the_news_and_the_mail_is_not_mailed(notice, follower, at, ended):
    supplier = make.supplier()
    anna = make.member(supplier, language="en")
    question = make.question(notice=notice, organisation=supplier, by=anna)
    subjects(at)  # the receipt has left
    make.answered(question, at=LATER)
    announcing.drain(LATER)
    if ended == "paused":
        subscribing.pause(follower.subscriptions.get(), by=follower, at=LATER)
    elif ended == "off":
        Preference.objects.create(user=follower, kind="answers", rhythm=Rhythm.OFF)
    else:
        Membership.objects.filter(user=anna).update(ended_at=LATER)
    mine = (anna.email, "Your question has been answered: Färre fall")
    followed = (follower.email, "1 question was answered: Färre fall")
    mailed = {(to, subject) for to, subject in subjects() if "answered" in subject}
    assert mailed == {followed if ended == "left" else mine}


def test_when_the_asker_has_left_the_administrators_of_the_company_hear(notice, at):
    supplier = make.supplier()
    anna, boss, colleague = make.member(supplier), make.member(supplier, role=Role.ADMIN), make.member(supplier)
    question = make.question(notice=notice, organisation=supplier, by=anna)
    Membership.objects.filter(user=anna).update(ended_at=at)
    make.answered(question, at=LATER)
    announcing.drain(LATER)
    assert (len(heard(anna)), len(heard(boss)), len(heard(colleague))) == (0, 1, 0)


def test_news_that_cannot_be_told_holds_nothing_up_and_is_tried_again(notice, follower, at):
    first = make.answered(make.question(notice=notice, text="A"), at=at)
    make.answered(make.question(notice=notice, text="B"), at=LATER)
    poison = POISON.replace("version_id", "news_id").replace(
        "update on matchmaking_matchrun", "insert on matchmaking_newsrun"
    )
    with connection.cursor() as cursor:
        cursor.execute(poison % first.pk)
    assert announcing.drain(LATER) == 1
    assert NewsFailure.objects.get().news == first
    assert not untold(LATER).exists()
    with connection.cursor() as cursor:
        cursor.execute("drop trigger poison on matchmaking_newsrun")
    assert announcing.drain(LATER + timedelta(seconds=10)) == 1
    assert len(heard(follower)) == 2
    assert not NewsFailure.objects.exists()


def test_news_costs_no_query_a_follower_an_asker_or_a_line(at):
    counts = []
    for number in (2, 7):
        notice = make.notice(title=f"Många {number}")
        for _each in range(number):
            make.subscription(person=make.member(make.supplier()))
        engine.match(notice.current_version_id, at=at)
        drafts = [
            answering.draft(
                make.question(notice=notice, text=f"{n}"), question_text="?", answer="Ja.", revision=1,
                by=notice.edited_by, at=at,
            )
            for n in range(number)
        ]  # fmt: skip
        news = answering.release(drafts, by=notice.edited_by, at=LATER)
        with CaptureQueriesContext(connection) as queries:
            announcing.announce(news.pk, at=LATER)
        listed = Notification.objects.filter(event__key=f"news:{news.pk}").select_related("event", "recipient")
        with CaptureQueriesContext(connection) as more:
            shown = kinds.with_subjects(listed)
            for each in shown:
                assert kinds.may_see(each)
                kinds.line(each, "sv")
        counts.append((len(queries), len(more)))
    assert counts[0] == counts[1]


def test_several_moves_of_a_deadline_in_one_mail_say_where_it_was_and_where_it_is(notice, follower, at):
    Preference.objects.create(user=follower, kind="amendment", rhythm=Rhythm.DAILY)
    for days in (40, 50):
        engine.match(amend(notice, deadline_at=at + timedelta(days=days), at=at).pk, at=at)
    Notification.objects.filter(event__kind="match").update(mail_due_at=None)
    [(_to, subject)] = subjects(at + timedelta(days=1))
    assert subject.startswith(
        "New deadline Monday 11 January 2027, 13:00 (Swedish time), before Tuesday 22 December 2026"
    )


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(at):
    person = make.member(make.supplier())
    make.subscription(person=person)
    notice = make.notice()
    engine.match(notice.current_version_id, at=at)
    news = make.answered(make.question(notice=notice), at=LATER)
    start, runs = threading.Barrier(2), []

    def work() -> None:
        try:
            start.wait(timeout=10)
            runs.append(announcing.announce(news.pk, at=LATER))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _each in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)
    assert sorted(run is None for run in runs) == [False, True]
    assert len(heard(person)) == 1
