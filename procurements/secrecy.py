"""On which ground interest is kept secret, and what is released of it by decision (quality part 4.2).

Closed by default, by the country's own ground. Nothing opens by itself: not by a day that passes, not by an award, and least
of all by a cancellation. A release is made field by field and shows what stood at the moment of the decision, so that
a competition that is run again leaks nothing new.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from procurements import concluding, law
from procurements.chain import is_open
from procurements.models import Closing, Interest, Outcome, Procurement, Release, SecrecyDecision
from records.auditing import record

ENDS = (Outcome.Result.AWARDED, Outcome.Result.CANCELLED, Outcome.Result.UNSUITABLE, Outcome.Result.STOPPED)


class Refused(Exception):
    """Why it cannot be decided, as a sentence per field; "" is the whole."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class Released:
    """What the public may read of interest: None where nothing was decided."""

    number: int | None = None
    names: tuple[str, ...] | None = None
    decisions: tuple[Release, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.decisions)


def profile_of(procurement: Procurement) -> law.Profile:
    return law.profile_of(procurement.organisation.country)


def ground_of(procurement: Procurement) -> law.Ground:
    """The ground that holds now: the one that was decided, else the country's default."""
    profile = profile_of(procurement)
    return profile.ground(procurement.secrecy_ground) or profile.default_ground


@transaction.atomic
def decide(
    procurement: Procurement, *, ground: str, valid_until: date | None, motive: str, by: User, at: datetime
) -> SecrecyDecision:
    """Writes down the ground, and until when it is expected to hold. Deciding what holds already changes nothing.

    A day that passes opens nothing: it reminds the team to decide. Raises Refused for a ground that the country does not
    have, for another ground than its default without a motive, and for a day that has passed.
    """
    procurement = Procurement.objects.locked(procurement.pk)
    found = profile_of(procurement).ground(ground)
    problems = {}
    if found is None:
        problems["ground"] = _("Choose one of the grounds of your country's law.")
    elif not found.is_default and not motive.strip():
        problems["motive"] = _("Say why another ground than the usual one holds here.")
    if valid_until and valid_until <= at.date():
        problems["valid_until"] = _("Choose a day that is still to come, or leave it empty.")
    if problems:
        raise Refused(problems)
    last = procurement.secrecy_decisions.first()
    if last and (last.ground, last.valid_until, last.motive) == (ground, valid_until, motive.strip()):
        return last
    decision = SecrecyDecision.objects.create(
        procurement=procurement,
        ground=ground,
        valid_until=valid_until,
        motive=motive.strip(),
        decided_by=by,
        decided_at=at,
    )
    procurement.secrecy_ground = ground
    procurement.save(update_fields=["secrecy_ground"])
    until = valid_until.isoformat() if valid_until else None
    record(
        "secrecy.decided",
        procurement,
        by=by,
        at=at,
        acting_for=procurement.organisation,
        details={"ground": ground, "valid_until": until},
    )
    return decision


def why_not_yet(procurement: Procurement, *, at: datetime) -> str:
    """What stands in the way of a release, as a sentence; empty when it has ended and the outcome is told."""
    if is_open(procurement.published_notices(), at):
        return _("Something of the procurement is still open. Nothing can be released before it has ended.")
    ended = Outcome.objects.filter(notice__procurement=procurement, result__in=ENDS).exists()
    closed = procurement.notices.published().filter(closed_as__in=[Closing.CANCELLED, Closing.WITHDRAWN]).exists()
    waiting = concluding.awaiting_outcome(at).filter(procurement=procurement).exists()
    if waiting or not (ended or closed):
        return _("First say how it ended: a release comes after the award or the cancellation, never before.")
    return ""


@transaction.atomic
def release(procurement: Procurement, *, what: str, ground: str, motive: str, by: User, at: datetime) -> Release:
    """Makes the number or the names public, as they stand at `at`. Releasing again changes nothing.

    Raises Refused before it has ended, and without a motive or a ground that was weighed.
    """
    procurement = Procurement.objects.locked(procurement.pk)
    if existing := procurement.releases.filter(what=what).first():
        return existing
    problems = {}
    if what not in Release.What.values:
        problems["what"] = _("Choose what is to be released.")
    if profile_of(procurement).ground(ground) is None:
        problems["ground"] = _("Choose the ground that you have weighed.")
    if not motive.strip():
        problems["motive"] = _("Say why it can be released: the reason is public, like the decision.")
    if reason := why_not_yet(procurement, at=at):
        problems[""] = reason
    if problems:
        raise Refused(problems)
    made = Release.objects.create(
        procurement=procurement, what=what, ground=ground, motive=motive.strip(), decided_by=by, decided_at=at
    )
    record(
        "interest.released",
        procurement,
        by=by,
        at=at,
        acting_for=procurement.organisation,
        details={"what": what, "ground": ground},
    )
    return made


def released_of(procurement: Procurement) -> Released:
    """What everyone may read. One query when nothing is released, so that it costs the same however many were interested."""
    decisions = list(procurement.releases.order_by("decided_at", "pk"))
    number, names = None, None
    for decision in decisions:
        stood = _stood_at(procurement, decision.decided_at)
        if decision.what == Release.What.NUMBER:
            number = stood.count()
        else:
            names = tuple(sorted(stood.values_list("organisation__name", flat=True), key=str.casefold))
    return Released(number, names, tuple(decisions))


def _stood_at(procurement: Procurement, moment: datetime) -> QuerySet[Interest]:
    """The interests that stood at a moment, whatever was withdrawn or registered after it."""
    return Interest.objects.filter(procurement=procurement, received_at__lte=moment).filter(
        Q(withdrawn_at=None) | Q(withdrawn_at__gt=moment)
    )
