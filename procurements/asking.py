"""A supplier asks, in private (A21, B16). Who asked, and how many wait, is known to the team alone (quality part 4)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can
from accounts.models import Membership, Organisation, User
from notifications import telling
from notifications.telling import Recipient
from procurements import teaming
from procurements.buyer_list import insiders_of
from procurements.grants import TeamCan
from procurements.models import KINDS_THAT_ASK, Notice, NoticeVersion, Question, TeamMember
from records.auditing import record


class Refused(Exception):
    """Why the question was not taken, as a code: closed, own, not-allowed."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Status(models.TextChoices):
    """Where a question stands, as its asker reads it (B16, B22)."""

    RECEIVED = "received", _("Received")
    READ = "read", _("Read by the buyer")
    IN_WORK = "in-work", _("Being answered")
    ANSWERED = "answered", _("Answered")
    DECLINED = "declined", _("Will not be answered")


def status_of(question: Question) -> Status:
    if question.number is not None:
        return Status.ANSWERED
    if question.declined_at:
        return Status.DECLINED
    if question.assigned_at or question.drafted_at:
        return Status.IN_WORK
    return Status.READ if question.read_at else Status.RECEIVED


def last_time(version: NoticeVersion) -> datetime | None:
    """Until when questions are taken; None: as long as the notice is open."""
    return version.questions_until or version.deadline_at


def takes_questions(notice: Notice, version: NoticeVersion) -> bool:
    """Whether it is of a kind that takes questions here at all: what another database holds is asked about there."""
    return notice.source_id is None and notice.kind in KINDS_THAT_ASK and version.pk is not None


def is_open(notice: Notice, version: NoticeVersion, at: datetime) -> bool:
    """Whether a question that was received at `at` is in time. What was closed after that moment was open then."""
    until = last_time(version)
    return (
        takes_questions(notice, version)
        and (notice.closed_at is None or at < notice.closed_at)
        and (until is None or at < until)
    )


@transaction.atomic
def ask(notice: Notice, *, organisation: Organisation | None, text: str, by: User, at: datetime) -> Question:
    """Takes a question for the organisation, or for the person without one. `at` is the receipt time (clock.received_at).

    Raises Refused when questions are closed at `at`, when the asker is one of the buyer's own, or when `by` may not
    write for the organisation. The same words at the same moment are one question.
    """
    notice = Notice.objects.locked(notice.pk)
    version = notice.current_version
    if version is None or not is_open(notice, version, at):
        raise Refused("closed")
    if organisation and not Organisation.objects.of(by, Can.WRITE).filter(pk=organisation.pk).exists():
        raise Refused("not-allowed")
    version.notice = notice
    if is_one_of_the_buyers(notice, version, organisation=organisation, by=by):
        raise Refused("own")
    content = {"notice": notice.code, "organisation": organisation and organisation.pk, "person": by.pk, "text": text}
    receipt = hashlib.sha256(json.dumps([at.isoformat(), content], sort_keys=True).encode()).hexdigest()
    question, is_new = Question.objects.get_or_create(
        notice=notice,
        receipt=receipt,
        defaults={"organisation": organisation, "asked_by": by, "text": text, "received_at": at},
    )
    if is_new:
        record("question.asked", question, by=by, at=at, acting_for=organisation)
        _tell(question, by=by, at=at)
    return question


def is_one_of_the_buyers(
    notice: Notice, version: NoticeVersion, *, organisation: Organisation | None, by: User
) -> bool:
    """Its team, and the members of its buyers: they have the answers. What they act for at the moment changes nothing."""
    buyers = insiders_of(version)
    if organisation and organisation.pk in buyers:
        return True
    inside = Membership.objects.active().filter(user=by, organisation__in=buyers)
    return inside.exists() or TeamMember.objects.filter(user=by, procurement=notice.procurement_id).exists()


def _tell(question: Question, *, by: User, at: datetime) -> None:
    """The asker has a receipt; the team hears that somebody asked, and reads who and what behind the login alone."""
    mine = Recipient(by, question.organisation)
    telling.tell(
        "own-question", f"question-received:{question.pk}", question, [mine], at=at, facts={"what": "received"}
    )
    procurement = question.notice.procurement
    told = teaming.recipients(procurement, TeamCan.ANSWER)
    telling.tell("question", f"question:{question.pk}", question, told, at=at)


def number_of_receipt(question: Question) -> str:
    """The receipt as people read it out to each other."""
    return question.receipt[:16]


def with_standing(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """What a page shows beside each question; no query."""
    return [{"question": one, "status": status_of(one), "receipt": number_of_receipt(one)} for one in questions]


def own_of(notice: Notice, user: User | AnonymousUser) -> list[dict[str, Any]]:
    """What the visitor and colleagues asked here; nothing of anybody else. One query."""
    if not user.is_authenticated:
        return []
    own = Question.objects.own(user).filter(notice=notice).select_related("organisation").order_by("received_at", "pk")
    return with_standing(own)


def on_the_page(notice: Notice, version: NoticeVersion, user: User | AnonymousUser, at: datetime) -> dict[str, Any]:
    """What the public page of a notice says of asking."""
    if not takes_questions(notice, version):
        return {"takes_questions": False}
    return {
        "takes_questions": True,
        "may_ask_now": is_open(notice, version, at),
        "questions_last_time": last_time(version),
        "own_questions": own_of(notice, user),
    }
