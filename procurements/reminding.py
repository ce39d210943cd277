"""What nobody may forget: an outcome that is due, a question nobody answers, a deadline with few who look at it.

Each reminder is a fact with a key of its own, so that the daily round can run twice or late and still tell once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from notifications import telling
from notifications.telling import Recipient
from procurements import concluding
from procurements.grants import TeamCan
from procurements.models import Kind, Notice, Procurement, Question

SOON = timedelta(days=7)  # before the deadline: the last moment at which the buyer can still do something (A26)
FEW = 3  # fewer suppliers than these is little interest


def remind(at: datetime) -> int:
    """Writes every reminder that is due; returns how many notices and questions were looked at."""
    late = list(concluding.overdue(at).select_related("procurement__organisation", "current_version"))
    for notice in late:
        _remind_of_outcome(notice, at)
    few = list(with_little_interest(at).select_related("procurement__organisation", "current_version"))
    for notice in few:
        _remind_of_interest(notice, at)
    due = list(
        Question.objects.waiting()
        .filter(answer_due_on__lte=at.date(), assigned_to__isnull=False)
        .select_related("assigned_to", "notice__procurement__organisation")
    )
    for question in due:
        _remind_of_question(question, at)
    return len(late) + len(few) + len(due)


def with_little_interest(at: datetime) -> QuerySet[Notice]:
    """Open for at most a week more, and hardly anybody has shown interest. For the team alone: it tells how many."""
    active = Count("procurement__interests", filter=Q(procurement__interests__withdrawn_at=None))
    return (
        Notice.objects.open(at)
        .filter(
            source_id=None, kind__in=[Kind.CONSULTATION, Kind.COMPETITION], current_version__deadline_at__lte=at + SOON
        )
        .annotate(interested=active)
        .filter(interested__lt=FEW)
    )


@transaction.atomic
def _remind_of_outcome(notice: Notice, at: datetime) -> None:
    """Once a week until there is one: polite, not forgettable (E10)."""
    week = (at - concluding.over_at(notice)).days // 7
    owners = _team(notice.procurement, TeamCan.MANAGE)
    telling.tell("outcome-due", f"outcome-due:{notice.pk}:{week}", notice, owners, at=at)


@transaction.atomic
def _remind_of_interest(notice: Notice, at: datetime) -> None:
    assert notice.current_version is not None
    assert notice.current_version.deadline_at is not None
    deadline = notice.current_version.deadline_at.isoformat()
    people = _team(notice.procurement, TeamCan.EDIT)
    telling.tell("low-interest", f"low-interest:{notice.pk}:{deadline}", notice, people, at=at)


@transaction.atomic
def _remind_of_question(question: Question, at: datetime) -> None:
    organisation = question.notice.procurement.organisation
    assert question.assigned_to is not None
    person = [Recipient(question.assigned_to, organisation)]
    telling.tell("question-due", f"question-due:{question.pk}:{question.answer_due_on}", question, person, at=at)


def _team(procurement: Procurement, can: TeamCan) -> list[Recipient]:
    return [Recipient(member.user, procurement.organisation) for member in procurement.team.who(can)]
