"""How it ended, and an answer to everyone who gave something: only then is a procurement done (A29, A30)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User
from notifications import doorbell, telling
from notifications.telling import Recipient
from procurements import buyer_list, changing, law, locking
from procurements.chain import is_open
from procurements.models import (
    KINDS_THAT_ASK,
    KINDS_TO_INFLUENCE,
    Closing,
    Feedback,
    Interest,
    Kind,
    News,
    Notice,
    Outcome,
    OutcomeWinner,
    Procurement,
    Question,
)
from records.auditing import record
from taxonomy import labels

OVERDUE = timedelta(days=30)  # after the deadline or the closing, an outcome is overdue (A29)
Result = Outcome.Result
RESULTS_OF_COMPETITION = (Result.AWARDED, Result.UNSUITABLE, Result.CANCELLED)
RESULTS_OF_THE_REST = (Result.WENT_ON, Result.STOPPED)


class Refused(Exception):
    """Why it cannot be done now, as a sentence per field; "" is the whole."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class Chosen:
    """A supplier that was chosen. Without an organisation of the arena, its name is what the buyer writes."""

    name: str
    organisation: Organisation | None = None
    value: Decimal | None = None
    currency: str = ""
    is_small: bool | None = None
    is_new: bool | None = None


def results_for(notice: Notice) -> Sequence[Result]:
    return RESULTS_OF_THE_REST if notice.kind in KINDS_TO_INFLUENCE else RESULTS_OF_COMPETITION


def awaiting_outcome(at: datetime) -> QuerySet[Notice]:
    """Published here, asked for something, over, and nobody has said how it ended.

    Cancelled and withdrawn ones said it when they closed; a need or a consultation says it by what was published after it.
    """
    later = Notice.objects.published().filter(
        procurement=OuterRef("procurement"), current_version__published_at__gt=OuterRef("current_version__published_at")
    )
    over = Q(closed_at__isnull=False) | Q(current_version__deadline_at__lte=at)
    return (
        Notice.objects.published()
        .filter(over, kind__in=KINDS_THAT_ASK, source_id=None, procurement__concluded_at=None)
        .exclude(closed_as__in=[Closing.CANCELLED, Closing.WITHDRAWN])
        .exclude(Exists(Outcome.objects.filter(notice=OuterRef("pk"))))
        .exclude(Q(kind__in=KINDS_TO_INFLUENCE) & Exists(later))
    )


def overdue(at: datetime) -> QuerySet[Notice]:
    """Those whose outcome should have been told thirty days ago."""
    before = at - OVERDUE
    over = Q(closed_at__lte=before) | Q(closed_at=None, current_version__deadline_at__lte=before)
    return awaiting_outcome(at).filter(over)


def has_contract(procurement: Procurement) -> bool:
    """A supplier was chosen: so says the newest outcome of a competition, or an award that was published."""
    newest = Outcome.objects.filter(notice__procurement=procurement, notice__kind=Kind.COMPETITION)
    results = newest.order_by("notice_id", "-number").distinct("notice_id").values_list("result", flat=True)
    return Result.AWARDED in list(results) or procurement.notices.published().filter(kind=Kind.AWARD).exists()


def over_at(notice: Notice) -> datetime:
    """When it stopped asking: it was closed, or its deadline passed."""
    assert notice.current_version is not None
    moments = [moment for moment in (notice.closed_at, notice.current_version.deadline_at) if moment]
    return min(moments)


def unanswered() -> QuerySet[Interest]:
    """Of suppliers that wrote something with their interest and have heard nothing back."""
    told = Feedback.objects.filter(procurement=OuterRef("procurement"), organisation=OuterRef("organisation"))
    return Interest.objects.active().filter(~Q(message=""), ~Exists(told))


@transaction.atomic
def record_outcome(
    notice: Notice,
    *,
    result: str,
    text: str,
    decided_on: date,
    by: User,
    at: datetime,
    code: str = "",
    tenders: int | None = None,
    winners: Sequence[Chosen] = (),
    reason: str = "",
) -> Outcome:
    """Says in public how it ended, and lets the followers hear. Saying the same again changes nothing.

    Raises Refused when it is still open, when something is missing, or when a correction says no reason.
    """
    try:
        notice = locking.for_publisher(notice, by)
    except locking.HandedOver as why:
        raise Refused({"": str(why)}) from why
    last = notice.outcomes.order_by("number").last()
    if last and _says(last, result, code, text, tenders, decided_on, winners):
        return last
    problems = _problems(notice, result, code, tenders, decided_on, winners, at=at)
    if last and not reason.strip():
        problems["reason"] = _("An outcome that is public is corrected with a reason.")
    if problems:
        raise Refused(problems)
    assert notice.current_version is not None
    outcome = Outcome.objects.create(
        notice=notice,
        number=last.number + 1 if last else 1,
        result=result,
        code=code,
        text=text.strip(),
        language=notice.current_version.language,
        tenders=tenders,
        decided_on=decided_on,
        recorded_by=by,
        recorded_at=at,
        reason=reason.strip() if last else "",
    )
    OutcomeWinner.objects.bulk_create(
        OutcomeWinner(
            outcome=outcome,
            organisation=one.organisation,
            name=one.name,
            value=one.value,
            currency=one.currency if one.value is not None else "",
            is_small=one.is_small,
            is_new=one.is_new,
        )
        for one in winners
    )
    buyer_list.follow_outcome(notice, outcome, at=at)
    News.objects.create(notice=notice, kind=News.Kind.OUTCOME, at=at)
    changing.touch(notice)
    record(
        "outcome.corrected" if last else "outcome.recorded",
        notice,
        by=by,
        at=at,
        acting_for=notice.procurement.organisation,
        details={"number": outcome.number, "result": result},
    )
    doorbell.ring("match")
    return outcome


def _says(
    outcome: Outcome,
    result: str,
    code: str,
    text: str,
    tenders: int | None,
    decided_on: date,
    winners: Sequence[Chosen],
) -> bool:
    stood = {(one.name, one.value, one.is_small, one.is_new) for one in outcome.winners.all()}
    said = {(one.name, one.value, one.is_small, one.is_new) for one in winners}
    stands = (outcome.result, outcome.code, outcome.text, outcome.tenders, outcome.decided_on)
    return stands == (result, code, text.strip(), tenders, decided_on) and stood == said


def _problems(
    notice: Notice,
    result: str,
    code: str,
    tenders: int | None,
    decided_on: date,
    winners: Sequence[Chosen],
    *,
    at: datetime,
) -> dict[str, str]:
    problems = {}
    if notice.current_version is None or notice.is_open(at):
        problems[""] = _("It is still open. Close it, or wait for the deadline, before you say how it ended.")
    if result not in results_for(notice):
        problems["result"] = _("Choose how it ended.")
    if result in (Result.CANCELLED, Result.UNSUITABLE) and not code:
        problems["code"] = _("Choose the reason that fits best.")
    if result == Result.AWARDED and not winners:
        problems["winners"] = _("Name the supplier that was chosen.")
    if result == Result.AWARDED and not tenders:
        problems["tenders"] = _("Say how many tenders came in.")
    if result != Result.AWARDED and winners:
        problems["winners"] = _("Only an award has a chosen supplier.")
    if tenders is not None and len(winners) > tenders:
        problems["tenders"] = _("There are more chosen suppliers than tenders.")
    if decided_on > at.date():
        problems["decided_on"] = _("The day of the decision is still to come.")
    return problems


@transaction.atomic
def answer(interest: Interest, *, text: str, by: User, at: datetime) -> Feedback:
    """The buyer's words to one supplier, which that supplier alone reads. A second answer changes the first.

    The caller fetched the interest through `seen_by_buyer(by)`. Raises Refused for an empty answer.
    """
    if not text.strip():
        raise Refused({"text": _("Write at least a sentence.")})
    interest = Interest.objects.select_for_update(of=("self",)).select_related("procurement").get(pk=interest.pk)
    procurement = interest.procurement
    feedback = Feedback.objects.filter(procurement=procurement, organisation=interest.organisation_id).first()
    if feedback and feedback.text == text.strip():
        return feedback
    if feedback:
        feedback.text, feedback.changed_at, feedback.given_by = text.strip(), at, by
        feedback.save(update_fields=["text", "changed_at", "given_by"])
    else:
        feedback = Feedback.objects.create(
            procurement=procurement,
            organisation_id=interest.organisation_id,
            text=text.strip(),
            given_by=by,
            given_at=at,
        )
    action = "feedback.changed" if feedback.changed_at else "feedback.given"
    record(action, feedback, by=by, at=at, acting_for=procurement.organisation)
    _tell_the_supplier(feedback, interest, at=at)
    return feedback


def _tell_the_supplier(feedback: Feedback, interest: Interest, *, at: datetime) -> None:
    """Whoever wrote to the buyer, while a member; when that person is gone, all who still act for the organisation."""
    members = list(Membership.objects.active().filter(organisation=feedback.organisation_id).select_related("user"))
    writers = [member for member in members if member.user_id == interest.registered_by_id]
    telling.tell(
        "feedback",
        f"feedback:{feedback.pk}:{(feedback.changed_at or feedback.given_at).isoformat()}",
        feedback,
        [Recipient(member.user, feedback.organisation) for member in writers or members],
        at=at,
    )


@dataclass(frozen=True)
class Left:
    """What stands between a procurement and its end."""

    is_open: bool
    without_outcome: list[Notice]
    unanswered: int  # suppliers that wrote and have heard nothing
    questions: int

    @property
    def nothing(self) -> bool:
        return not (self.is_open or self.without_outcome or self.unanswered or self.questions)


def left_to_do(procurement: Procurement, *, at: datetime) -> Left:
    """For people with a place on the team: it tells how many wrote."""
    return Left(
        is_open=is_open(procurement.published_notices(), at),
        without_outcome=list(awaiting_outcome(at).filter(procurement=procurement).select_related("current_version")),
        unanswered=unanswered().filter(procurement=procurement).count(),
        questions=Question.objects.waiting().filter(notice__procurement=procurement).count(),
    )


@transaction.atomic
def conclude(procurement: Procurement, *, by: User, at: datetime) -> Procurement:
    """Puts the procurement away: nothing is open, the outcome is told, every supplier is answered. A second click changes nothing.

    Raises Refused with what is left.
    """
    procurement = Procurement.objects.locked(procurement.pk)
    if procurement.concluded_at:
        return procurement
    left = left_to_do(procurement, at=at)
    problems = {}
    if left.is_open:
        problems["open"] = _("Something of it is still open.")
    if left.without_outcome:
        problems["outcome"] = _("It has no outcome yet.")
    if left.unanswered:
        problems["feedback"] = _("A supplier that wrote to you has not been answered.")
    if left.questions:
        problems["questions"] = _("A question has not been answered.")
    if problems:
        raise Refused(problems)
    procurement.concluded_at, procurement.concluded_by = at, by
    procurement.save(update_fields=["concluded_at", "concluded_by"])
    record("procurement.concluded", procurement, by=by, at=at, acting_for=procurement.organisation)
    return procurement


def outcome_of(notice: Notice, language: str) -> dict[str, Any]:
    """What the public page says about how it ended: the newest, its reason in words, and those that it corrected."""
    outcomes = list(notice.outcomes.prefetch_related("winners__organisation").order_by("-number"))
    if not outcomes:
        return {}
    newest = outcomes[0]
    reasons = labels.code_labels("non-award-justification", [newest.code], language) if newest.code else {}
    return {
        "outcome": newest,
        "outcome_reason": reasons.get(newest.code, newest.code),
        "standstill": _standstill(notice, newest) if newest.result == Result.AWARDED else None,
        "earlier_outcomes": outcomes[1:],
    }


def _standstill(notice: Notice, outcome: Outcome) -> dict[str, Any] | None:
    """How long the contract waits, if tenderers were told by electronic means on the day of the decision."""
    country = notice.procurement.organisation.country
    found = law.earliest_contract(country, outcome.decided_on)
    if found is None:
        return None
    rule, first = found
    disclaimer = str(law.profile_of(country).disclaimer)
    return {"text": str(rule.text), "paragraph": rule.paragraph, "first": first, "disclaimer": disclaimer}
