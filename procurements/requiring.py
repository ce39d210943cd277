"""What the buyers of a joint procurement require, each for itself: the matrix of requirements and participants (C9).

Differences stay visible until the lead decides how they are met: a lot, an option, the same for all, or left out. Every
verb locks the group's row first; each raises `Refused` with a sentence for the person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.grants import Can
from accounts.models import Organisation, User
from accounts.rules import Refused
from networks.grouping import lock
from networks.models import Participant
from networks.rooms import groups_open_to
from procurements.models import Notice, NoticeQuerySet, Procurement, Requirement, RequirementStand
from records.auditing import record

MOST = 100  # requirements of one procurement
Stand = RequirementStand.Stand
Handling = Requirement.Handling


class AnswersWouldGo(Refused):
    """Something that is to be removed has answers; say it once more with `confirmed`."""

    sentence = gettext_lazy("Some of what you remove has been answered. Confirm that the answers go, too.")


class Changed(Refused):
    sentence = gettext_lazy(
        "A colleague changed the requirements since you opened this page. What you wrote stands here; save it again if it still holds."
    )


@dataclass(frozen=True)
class Said:
    """One requirement as the lead writes it. `pk` None: a new one; an empty text: it goes."""

    pk: int | None
    text: str
    handling: str = Handling.OPEN


def seen_by(user: User) -> NoticeQuerySet:
    """Notices of joint procurements in which an organisation of the user is committed, holds an option or observes."""
    joint = Notice.objects.filter(source_id=None)
    return joint.filter(procurement__buyer_group__in=groups_open_to(user))


def slug_for_all(notice: Notice) -> str:
    """The last part of an address that tells those who may not read the draft nothing of it: its title is left out."""
    return notice.slug if notice.current_version_id else f"{notice.kind}-{notice.code}"


def answerable_by(user: User, procurement: Procurement) -> list[Participant]:
    """The columns that the user may fill in: of its own organisations that buy or may buy."""
    own = Organisation.objects.of(user, Can.WRITE)
    places = Participant.objects.standing().filter(group=procurement.buyer_group_id, organisation__in=own)
    return list(places.select_related("organisation").order_by("organisation__name", "pk"))


@transaction.atomic
def set_requirements(
    procurement: Procurement, rows: Iterable[Said], *, seen: str, by: User, at: datetime, confirmed: bool = False
) -> None:
    """What is asked, in this order, and how differences are met. A requirement that is not named stays, at the end.

    `seen` is the `fingerprint` of what the page showed. The caller fetched the procurement through `editable_by(by)`.
    Saving what stands there already changes nothing. Raises Changed, AnswersWouldGo, Refused.
    """
    _lock(procurement)
    stands = list(procurement.requirements.all())
    known = {each.pk: each for each in stands}
    rows = _without_repeats(rows, known)
    kept = [row for row in rows if row.text]
    unnamed = [Said(each.pk, each.text, each.handling) for each in stands if each.pk not in {row.pk for row in rows}]
    wanted = [*kept, *unnamed]
    if [(each.text, each.handling) for each in stands] == [(row.text, row.handling) for row in wanted]:
        return
    if fingerprint(stands) != seen:
        raise Changed
    if len({row.text.casefold() for row in wanted}) < len(wanted):
        raise Refused(_("The same requirement stands there twice."))
    if len(wanted) > MOST:
        raise Refused(_("At most %(most)s requirements can be compared. Put some of them together.") % {"most": MOST})
    gone = [row.pk for row in rows if row.pk and not row.text]
    answered = RequirementStand.objects.filter(requirement__in=gone)
    if answered.exists() and not confirmed:
        raise AnswersWouldGo
    procurement.requirements.filter(pk__in=gone).delete()
    for position, row in enumerate(wanted):
        each = known.get(row.pk or 0) or Requirement(procurement=procurement, created_by=by, created_at=at)
        each.text, each.handling, each.position = row.text, row.handling, position
        each.save()
    details = {"before": len(stands), "after": len(wanted), "removed": len(gone)}
    record("requirements.set", procurement, by=by, at=at, acting_for=procurement.organisation, details=details)


def _without_repeats(rows: Iterable[Said], known: Mapping[int, Requirement]) -> list[Said]:
    """The rows without those whose requirement is gone, and without new ones that a first click has written already."""
    rows = [row for row in rows if row.pk is None or row.pk in known]
    named = {row.pk for row in rows}
    standing = {row.text.casefold() for row in rows if row.pk}
    standing |= {each.text.casefold() for each in known.values() if each.pk not in named}
    return [row for row in rows if row.pk or row.text.casefold() not in standing]


@transaction.atomic
def take_stand(
    procurement: Procurement,
    organisation: Organisation,
    stands: Mapping[int, tuple[str, str]],
    *,
    by: User,
    at: datetime,
) -> int:
    """The organisation's own answers, by the requirement's id: (stand, note); an empty stand takes the answer back.

    Returns how many were changed; what stands already is left as it is. Raises Refused, and changes nothing, for somebody
    who does not write for an organisation that buys, and when a requirement is not there any more.
    """
    _lock(procurement)
    if organisation.pk not in {place.organisation_id for place in answerable_by(by, procurement)}:
        raise Refused(_("Only those who write for a buyer that is committed or holds an option can answer for it."))
    asked = {each.pk for each in procurement.requirements.all()}
    if not set(stands) <= asked:
        raise Refused(_("The lead removed a requirement while you wrote. Read the list again, then save."))
    own = RequirementStand.objects.filter(organisation=organisation, requirement__in=stands)
    known = {each.requirement_id: each for each in own}
    changed = 0
    for pk, (stand, note) in stands.items():
        row = known.get(pk)
        if (row.stand, row.note) == (stand, note) if row else not stand:
            continue
        changed += 1
        if not stand:
            known[pk].delete()
            continue
        row = row or RequirementStand(requirement_id=pk, organisation=organisation)
        row.stand, row.note, row.by, row.at = stand, note, by, at
        row.save()
    if changed:
        record(
            "requirements.answered", procurement, by=by, at=at, acting_for=organisation, details={"changed": changed}
        )
    return changed


def fingerprint(requirements: Iterable[Requirement]) -> str:
    """Two lists have the same one when a reader of the page saw the same."""
    seen = "\n".join(f"{each.pk}\t{each.text}\t{each.handling}" for each in requirements)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


class Agreement(Enum):
    """How the answers to one requirement stand to each other; said by sign and word, never by colour alone."""

    SAME = ("=", gettext_lazy("All the same"))
    DIFFERS = ("↔", gettext_lazy("Differs"))
    WAITING = ("?", gettext_lazy("Not answered by all"))

    def __init__(self, sign: str, label: str | Promise) -> None:
        self.sign, self.label = sign, label


@dataclass(frozen=True)
class Cell:
    """What one participant said of one requirement; None: not answered."""

    participant: Participant
    stand: RequirementStand | None


@dataclass(frozen=True)
class Row:
    """One requirement with its answers, in the order of the columns."""

    requirement: Requirement
    cells: list[Cell]

    @property
    def answers(self) -> list[str]:
        return [cell.stand.stand for cell in self.cells if cell.stand]

    def count(self, stand: str) -> int:
        return self.answers.count(stand)

    @property
    def must(self) -> int:
        return self.count(Stand.MUST)

    @property
    def should(self) -> int:
        return self.count(Stand.SHOULD)

    @property
    def not_needed(self) -> int:
        return self.count(Stand.NOT)

    @property
    def unanswered(self) -> int:
        return len(self.cells) - len(self.answers)

    @property
    def agreement(self) -> Agreement:
        """Two answers that differ differ, whatever the others say later."""
        if len(set(self.answers)) > 1:
            return Agreement.DIFFERS
        return Agreement.WAITING if self.unanswered or not self.cells else Agreement.SAME

    @property
    def suggestion(self) -> str | Promise:
        """How the answers could be met, in words; the lead decides."""
        if self.must and self.not_needed:
            return gettext_lazy("Some must have it and others do not need it: make it a lot of its own, or an option.")
        if self.unanswered:
            return gettext_lazy("Wait for the answers that are missing.")
        if self.must and self.should:
            return gettext_lazy("All want it: ask for it of all, or as much as the one who wants least can carry.")
        if self.must:
            return gettext_lazy("All must have it: the same for all.")
        if self.should and self.not_needed:
            return gettext_lazy("Some would like it: an option, or something that gives points.")
        if self.should:
            return gettext_lazy("All would like it: the same for all, as something that gives points.")
        return gettext_lazy("Nobody needs it: leave it out.")


@dataclass(frozen=True)
class Matrix:
    columns: list[Participant]
    rows: list[Row]

    @property
    def differing(self) -> list[Row]:
        return [row for row in self.rows if row.agreement is Agreement.DIFFERS]

    @property
    def undecided(self) -> list[Row]:
        return [row for row in self.differing if row.requirement.handling == Handling.OPEN]


def matrix(procurement: Procurement) -> Matrix:
    """Every requirement with the answers of those who buy or may buy now, the lead first. Three queries, whatever the size."""
    places = Participant.objects.standing().filter(group=procurement.buyer_group_id).select_related("organisation")
    lead = procurement.organisation_id
    columns = sorted(places, key=lambda place: (place.organisation_id != lead, place.organisation.name, place.pk))
    requirements = list(procurement.requirements.all())
    answers = RequirementStand.objects.filter(requirement__procurement=procurement)
    found = {(each.requirement_id, each.organisation_id): each for each in answers}
    return Matrix(
        columns,
        [
            Row(each, [Cell(place, found.get((each.pk, place.organisation_id))) for place in columns])
            for each in requirements
        ],
    )


def _lock(procurement: Procurement) -> None:
    if procurement.buyer_group is None:
        raise Refused(_("Requirements are compared where several buy together."))
    lock(procurement.buyer_group)
