"""What nobody may forget: an outcome that is due, a question nobody answers, a deadline with few who look at it.

Each reminder is a fact with a key of its own, so that the daily round can run twice or late and still tell once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from networks.models import Participant
from networks.news import administrators
from notifications import telling
from notifications.rounds import each_alone
from procurements import approving, calling_off, concluding, teaming
from procurements.grants import TeamCan
from procurements.models import ApprovalRound, Kind, Notice, Procurement, Question

SOON = timedelta(days=7)  # before the deadline: the last moment at which the buyer can still do something (A26)
DAY = timedelta(days=1)
OPTION_DAYS = (30, 7)  # before the last day on which an option can be used (C7)
FEW = 3  # fewer suppliers than these is little interest


def remind(at: datetime) -> int:
    """Writes every reminder that is due; returns how many notices, questions and requests were looked at.

    One that fails is logged, not counted, and stops no other.
    """
    late = concluding.overdue(at).select_related("procurement__organisation", "current_version")
    ending = dict(options_ending(at))
    few = with_little_interest(at).select_related("procurement__organisation", "current_version")
    due = (
        Question.objects.waiting()
        .filter(answer_due_on__lte=at.date(), assigned_to__isnull=False)
        .select_related("assigned_to", "notice__procurement__organisation")
    )
    rounds = approving.open_rounds().filter(answer_by__gte=at.date(), answer_by__lte=(at + DAY).date())
    return (
        each_alone(late, lambda notice: _remind_of_outcome(notice, at))
        + each_alone(ending, lambda procurement: _remind_of_option(procurement, ending[procurement], at))
        + each_alone(few, lambda notice: _remind_of_interest(notice, at))
        + each_alone(due, lambda question: _remind_of_question(question, at))
        + each_alone(rounds, lambda asked: _remind_of_approval(asked, at))
    )


def options_ending(at: datetime) -> Iterator[tuple[Procurement, int]]:
    """Procurements with a contract whose options can be used for thirty days more, or seven: which of the two it is."""
    last = at.date() + timedelta(days=OPTION_DAYS[0])
    near = Procurement.objects.filter(
        source="",
        buyer_group__list_fixed_at__isnull=False,
        buyer_group__option_until__gte=at.date(),
        buyer_group__option_until__lte=last,
        buyer_group__participants__state=Participant.State.OPTION,
    )
    for procurement in near.select_related("buyer_group", "organisation").distinct():
        options = calling_off.options_of(procurement)
        if options and options.until and options.has_contract and options.is_in_time(at):
            yield procurement, next(days for days in OPTION_DAYS[::-1] if options.until <= at.date() + timedelta(days))


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


def _remind_of_outcome(notice: Notice, at: datetime) -> None:
    """Once a week until there is one: polite, not forgettable (E10)."""
    week = (at - concluding.over_at(notice)).days // 7
    owners = teaming.recipients(notice.procurement, TeamCan.MANAGE)
    telling.tell("outcome-due", f"outcome-due:{notice.pk}:{week}", notice, owners, at=at)


def _remind_of_option(procurement: Procurement, days: int, at: datetime) -> None:
    """The administrators of everyone who holds an option and was published with it."""
    group = procurement.buyer_group
    assert group is not None
    assert group.option_until is not None
    holders = group.participants.filter(state=Participant.State.OPTION).select_related("organisation")
    people = [person for one in holders for person in administrators(one.organisation)]
    until = group.option_until.isoformat()
    key = f"option-ends:{procurement.pk}:{until}:{days}"
    telling.tell("option-ends", key, procurement, people, at=at, facts={"until": until})


def _remind_of_interest(notice: Notice, at: datetime) -> None:
    assert notice.current_version is not None
    assert notice.current_version.deadline_at is not None
    deadline = notice.current_version.deadline_at.isoformat()
    people = teaming.recipients(notice.procurement, TeamCan.EDIT)
    telling.tell("low-interest", f"low-interest:{notice.pk}:{deadline}", notice, people, at=at)


def _remind_of_question(question: Question, at: datetime) -> None:
    assert question.assigned_to is not None
    person = [teaming.recipient(question.notice.procurement, question.assigned_to)]
    telling.tell("question-due", f"question-due:{question.pk}:{question.answer_due_on}", question, person, at=at)


def _remind_of_approval(asked: ApprovalRound, at: datetime) -> None:
    """Once, a day before the answer is awaited, to those whose approval is needed and has not come (C8)."""
    waiting = [one.participant for one in approving.standing(asked.notice) if one.is_missing and one.approval is None]
    people = approving.administrators_of(waiting)
    telling.tell("approval-due", f"approval:{asked.pk}:due", asked, people, at=at)
