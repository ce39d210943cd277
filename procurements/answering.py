"""The team answers: to all, at one time, and without a word about who asked (A21, A22)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Max, QuerySet

from accounts.models import User
from notifications import doorbell, telling
from notifications.telling import Recipient
from procurements import changing, teaming
from procurements.grants import TeamCan
from procurements.models import Answer, News, Notice, Question
from records.auditing import record


class Stale(Exception):
    """A colleague saved since the page was opened. `question` holds what stands there now; nothing was overwritten."""

    def __init__(self, question: Question) -> None:
        super().__init__("The draft was saved by somebody else.")
        self.question = question


class NotReady(Exception):
    """A draft lacks the words of its question or its answer, or the question was declined."""


class NotOnTheTeam(Exception):
    """A question is drafted by somebody who has a place on the team, and answers."""


class AlreadyAnswered(Exception):
    """The public reads the answer; it can be corrected, and nothing else."""


def _locked(question: Question) -> Question:
    rows = Question.objects.select_for_update(of=("self",))
    return rows.select_related("notice__procurement__organisation").get(pk=question.pk)


def _record(action: str, question: Question, *, by: User, at: datetime) -> None:
    record(action, question, by=by, at=at, acting_for=question.notice.procurement.organisation)


@transaction.atomic
def begin(question: Question, *, by: User, at: datetime) -> Question:
    """Somebody of the team opens it: the asker reads that it was read. A second time changes nothing."""
    question = _locked(question)
    if question.read_at is None:
        question.read_at = at
        question.save(update_fields=["read_at"])
        _record("question.read", question, by=by, at=at)
    return question


def can_draft(notice: Notice) -> QuerySet[User]:
    """Those of the team who write answers, as far as they still act for the buyer."""
    places = teaming.places_of(notice.procurement).who(TeamCan.ANSWER)
    return User.objects.filter(pk__in=places.values("user"), is_active=True).order_by("name", "pk")


@transaction.atomic
def assign(question: Question, *, to: User, due_on: date, by: User, at: datetime) -> Question:
    """Asks a colleague on the team for a draft by a day (A22): that person hears, with the link and the day.

    Raises NotOnTheTeam; AlreadyAnswered when it is answered or declined. Repeating it changes nothing.
    """
    question = _locked(question)
    if question.number is not None or question.declined_at:
        raise AlreadyAnswered
    if not can_draft(question.notice).filter(pk=to.pk).exists():
        raise NotOnTheTeam
    if (question.assigned_to_id, question.answer_due_on) == (to.pk, due_on):
        return question
    question.assigned_to, question.assigned_by, question.assigned_at, question.answer_due_on = to, by, at, due_on
    question.read_at = question.read_at or at
    question.save(update_fields=["assigned_to", "assigned_by", "assigned_at", "answer_due_on", "read_at"])
    _record("question.assigned", question, by=by, at=at)
    if to != by:
        telling.tell(
            "question-assigned",
            f"question-assigned:{question.pk}:{to.pk}:{due_on.isoformat()}",
            question,
            [teaming.recipient(question.notice.procurement, to)],
            at=at,
            facts={"due_on": due_on.isoformat()},
        )
    return question


@transaction.atomic
def draft(question: Question, *, question_text: str, answer: str, revision: int, by: User, at: datetime) -> Question:
    """Stores what the public is to read. `revision` is the one that the writer's page showed.

    Raises Stale when a colleague saved since, AlreadyAnswered when it is public or declined. Saving what stands there
    already changes nothing.
    """
    question = _locked(question)
    if question.number is not None or question.declined_at:
        raise AlreadyAnswered
    if (question.draft_question, question.draft_answer) == (question_text, answer):
        return question
    if question.draft_revision != revision:
        raise Stale(question)
    question.draft_question, question.draft_answer = question_text, answer
    question.draft_revision += 1
    question.drafted_by, question.drafted_at = by, at
    question.read_at = question.read_at or at
    question.save(
        update_fields=["draft_question", "draft_answer", "draft_revision", "drafted_by", "drafted_at", "read_at"]
    )
    _record("question.drafted", question, by=by, at=at)
    return question


@transaction.atomic
def decline(question: Question, *, reason: str, by: User, at: datetime) -> Question:
    """Says no, with a reason that the asker alone reads. Raises AlreadyAnswered. A second click changes nothing."""
    question = _locked(question)
    if question.number is not None:
        raise AlreadyAnswered
    if question.declined_at is None:
        question.declined_at, question.declined_by, question.declined_reason = at, by, reason.strip()
        question.read_at = question.read_at or at
        question.save(update_fields=["declined_at", "declined_by", "declined_reason", "read_at"])
        _record("question.declined", question, by=by, at=at)
        if question.asked_by:
            asker = Recipient(question.asked_by, question.organisation)
            key, facts = f"question-declined:{question.pk}", {"what": "declined"}
            telling.tell("own-question", key, question, [asker], at=at, facts=facts)
    return question


@transaction.atomic
def release(questions: Sequence[Question], *, by: User, at: datetime) -> News | None:
    """Makes the drafts public together, numbered in the order in which the questions came, as one piece of news.

    The questions are of one notice; `draft_revision` of each is the one that the releaser read. Raises Stale when a
    draft was changed since, NotReady when one says too little. What is public already is left as it is; None when all
    of it was.
    """
    if not questions:
        return None
    notice = Notice.objects.locked(questions[0].notice_id)
    read = {question.pk: question.draft_revision for question in questions}
    rows = list(
        Question.objects.select_for_update()
        .filter(pk__in=read, notice=notice, number=None)
        .order_by("received_at", "pk")
    )
    assert notice.current_version
    for question in rows:
        if question.draft_revision != read[question.pk]:
            raise Stale(question)
        if question.declined_at or not is_ready(question):
            raise NotReady
    if not rows:
        return None
    last = notice.questions.aggregate(last=Max("number"))["last"] or 0
    news = News.objects.create(notice=notice, kind=News.Kind.ANSWERS, at=at)
    changing.touch(notice)
    for number, question in enumerate(rows, start=last + 1):
        question.notice = notice
        question.number = number
        question.save(update_fields=["number"])
        news.answers.add(_freeze(question, question.draft_question, question.draft_answer, by=by, at=at))
        _record("question.answered", question, by=by, at=at)
    doorbell.ring("match")
    return news


def is_ready(question: Question) -> bool:
    return bool(question.draft_question.strip() and question.draft_answer.strip())


def _freeze(
    question: Question, question_text: str, text: str, *, by: User, at: datetime, version: int = 1, reason: str = ""
) -> Answer:
    assert question.notice.current_version
    return Answer.objects.create(
        question=question,
        version=version,
        question_text=question_text.strip(),
        text=text.strip(),
        language=question.notice.current_version.language,
        published_at=at,
        published_by=by,
        reason=reason.strip(),
    )


@transaction.atomic
def correct(
    question: Question, *, question_text: str, text: str, reason: str, version: int, by: User, at: datetime
) -> Answer:
    """Publishes a corrected answer beside the earlier ones, with its reason; those who follow hear of it.

    `version` is the one that the corrector read; raises Stale when there is a newer one. Words that stand there already
    change nothing.
    """
    question = _locked(question)
    current = question.answers.order_by("-version")[0]
    if (current.question_text, current.text) == (question_text.strip(), text.strip()):
        return current
    if current.version != version:
        raise Stale(question)
    made = _freeze(question, question_text, text, by=by, at=at, version=version + 1, reason=reason)
    news = News.objects.create(notice=question.notice, kind=News.Kind.ANSWERS, at=at)
    changing.touch(question.notice)
    news.answers.add(made)
    _record("answer.corrected", question, by=by, at=at)
    doorbell.ring("match")
    return made


@dataclass
class PublicAnswer:
    """A question and its answer as the public reads them now, with what stood there before, newest first."""

    number: int
    current: Answer
    earlier: list[Answer] = field(default_factory=list)


def published(notice: Notice) -> list[PublicAnswer]:
    """In the order of their numbers. One query, and nothing of the question as it was asked, nor of who asked it."""
    return grouped(public_answers(notice))


def public_answers(notice: Notice) -> QuerySet[Answer]:
    found = Answer.objects.filter(question__notice=notice, question__number__isnull=False)
    return found.annotate(number=F("question__number")).order_by("number", "version")


def grouped(answers: Iterable[Answer]) -> list[PublicAnswer]:
    found: dict[int, PublicAnswer] = {}
    for answer in answers:
        number: int = answer.number  # type: ignore[attr-defined]
        if known := found.get(number):
            known.earlier.insert(0, known.current)
            known.current = answer
        else:
            found[number] = PublicAnswer(number, answer)
    return list(found.values())
