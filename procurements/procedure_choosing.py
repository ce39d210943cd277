"""Keeping what a team answered to the procedure helper, and what it chose (A16)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from procurements import writing
from procurements.advising import QUESTIONS, WAYS
from procurements.models import Kind, Notice, ProcedureAdvice, Procurement
from records.auditing import record


class Unknown(Exception):
    """There is no such procedure."""


@transaction.atomic
def answer(procurement: Procurement, *, answers: dict[str, str], by: User, at: datetime) -> ProcedureAdvice:
    """Stores the answers, of which any may be empty. The same answers again change nothing."""
    procurement = Procurement.objects.locked(procurement.pk)
    kept = {question.name: answers.get(question.name, "") for question in QUESTIONS}
    advice = ProcedureAdvice.objects.filter(procurement=procurement).first()
    if advice and all(getattr(advice, name) == value for name, value in kept.items()):
        return advice
    advice = advice or ProcedureAdvice(procurement=procurement)
    for name, value in kept.items():
        setattr(advice, name, value)
    advice.answered_by, advice.answered_at = by, at
    advice.save()
    record("procedure.answered", procurement, by=by, at=at, acting_for=procurement.organisation, details=kept)
    return advice


@transaction.atomic
def choose(notice: Notice, *, way: str, revision: int, by: User, at: datetime) -> Notice:
    """Remembers the way to buy, and writes its procedure into the notice. A need has no procedure: there it is remembered alone.

    Raises Unknown, and writing.Stale or writing.Locked like every save: then nothing is remembered either.
    """
    if way not in WAYS:
        raise Unknown
    procurement = Procurement.objects.locked(notice.procurement_id)
    if notice.kind != Kind.NEED:
        wording = {"procedure": WAYS[way].procedure}
        notice = writing.save(notice, wording=wording, revision=revision, by=by, at=at)
    advice = ProcedureAdvice.objects.filter(procurement=procurement).first()
    if advice is None or advice.chosen != way:
        advice = advice or ProcedureAdvice(procurement=procurement)
        advice.chosen, advice.answered_by, advice.answered_at = way, by, at
        advice.save()
        record("procedure.chosen", procurement, by=by, at=at, acting_for=procurement.organisation, details={"way": way})
    return notice
