"""What an imported notice has to do with others: belongs to their procurement, follows from, changes, cancels them.

References come as BT-701 with or without BT-757 ("<uuid>-01", "2022-919032"), as a TED number ("338764-2023",
"00338764-2023") or as an old one ("2022/S 207-592756", which is 592756-2022). Either end may arrive first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext, override

from interchange.eforms.facts import NoticeFacts, once
from interchange.eforms.values import is_uuid
from interchange.models import ChangeOf, Seen
from procurements import changing, searching
from procurements.models import KINDS_THAT_ASK, Closing, Notice, NoticeLink, NoticeVersion, Procurement
from records.auditing import record

NO_IDENTIFIER = ("", "UNKNOWN", "N.A.", "NA", "NONE")
STALE = timedelta(days=365)  # what asks without a deadline is over after a year, as prior information is (art. 48)
VERSION_SUFFIX = re.compile(r"-\d{2}$")
TED_NUMBER = re.compile(r"^0*(\d{1,8})-(\d{4})$")
GAZETTE_NUMBER = re.compile(r"^(\d{4})/S\s*\d{1,3}-0*(\d{1,8})$")


def sentence(name: str, language: str) -> str:
    """Why a notice was closed, in the notice's own language where the arena speaks it."""
    with override(language if language in ("sv", "nb") else "en"):
        return {
            "changed": gettext("A later notice changed this one and stands in its place."),
            "cancelled": gettext("The buyer cancelled this notice."),
            "stale": gettext("No deadline was stated, and a year has passed since it was published."),
        }[name]


# --- names -----------------------------------------------------------------------------------------------------------


def procedure_id(facts: NoticeFacts) -> str:
    """BT-04; "" for a notice without one. Old Doffin wrote the identifier of its first notice there: no UUID."""
    return "" if facts.procedure_id.upper() in NO_IDENTIFIER else facts.procedure_id[:80]


def publication_number(words: str) -> str:
    """TED's number as it is kept: eight digits and a year; "" for "n.a."."""
    words = words.strip()
    if match := TED_NUMBER.match(words):
        return f"{int(match[1]):08}-{match[2]}"
    if match := GAZETTE_NUMBER.match(words):
        return f"{int(match[2]):08}-{match[1]}"
    return words[:40] if any(character.isdigit() for character in words) else ""


def own_publication_number(facts: NoticeFacts) -> str:
    """OPP-010, unless it is the earlier notice's: old Doffin puts that there in awards."""
    number = publication_number(facts.publication_number)
    return "" if number in [publication_number(reference) for reference in facts.previous] else number


def spelled(reference: str) -> str:
    """A reference as it is kept: TED's numbers in their one form, so that either end finds the other."""
    number = publication_number(reference)
    return number if TED_NUMBER.match(number) and len(number) == 13 else reference[:120]


def references(facts: NoticeFacts) -> tuple[str, ...]:
    """The other notices that this one names: what it changes, modifies, follows from."""
    changed = [change.reference for change in (facts.change, facts.modification) if change]
    own = re.compile(re.escape(facts.identifier) + r"(-\d{2})?")
    return once(spelled(reference) for reference in (*changed, *facts.previous) if not own.fullmatch(reference))


def names_of(*identifiers: str, number: str = "") -> list[str]:
    """The references that mean a notice, with and without a version: written out, so that an index serves."""
    found = [name for one in identifiers for name in (one, *(f"{one}-{version:02}" for version in range(100)))]
    if number:
        found += [number, number.lstrip("0")]
    return found


def find(reference: str) -> Notice | None:
    """The notice that a reference means, if it is here: by BT-701, by its publication number, by a name of a copy of it."""
    bare = VERSION_SUFFIX.sub("", reference)
    notices = Notice.objects.select_related("procurement", "current_version")
    number = publication_number(reference)
    names = {reference, bare, number} - {""}
    return (
        notices.filter(source_id__in=names).first()
        or (notices.filter(versions__publication_number=number).first() if number else None)
        or notices.filter(versions__seen__name__in=names).first()
    )


# --- procurements ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ties:
    """What is here of the notices that a notice names, and of those that name it."""

    earlier: dict[str, Notice | None]  # by reference
    waiting: list[NoticeLink]  # links of others that mean this one, and found nothing

    @property
    def procurements(self) -> Iterable[Procurement]:
        yield from (notice.procurement for notice in self.earlier.values() if notice)
        yield from (link.notice.procurement for link in self.waiting)


def ties_of(facts: NoticeFacts) -> Ties:
    return Ties({reference: find(reference) for reference in references(facts)}, _waiting(facts))


def _waiting(facts: NoticeFacts) -> list[NoticeLink]:
    names = names_of(facts.identifier, number=own_publication_number(facts))
    links = NoticeLink.objects.filter(reference__in=names, earlier=None).exclude(notice__source_id=facts.identifier)
    return list(links.select_related("notice__procurement").order_by("id"))


def procurement_of(facts: NoticeFacts, ties: Ties, *, now: Procurement | None = None) -> Procurement | None:
    """The procurement that a notice belongs to: by BT-04; else that of a notice it names, or that names it.

    A procurement that began with a notice without BT-04 takes the BT-04 of the first call that follows from it. Two that
    turn out to be one become one; `now` is the one that the notice stands in, if it is here already.
    """
    own = procedure_id(facts)
    home = Procurement.objects.filter(source_id=own).first() if own else None
    before = [now] if now else []
    found = {one.pk: one for one in (*before, *ties.procurements, *_siblings(ties), *_first_of(facts))}
    joinable = [one for one in found.values() if _may_be(one, own)]
    if home is None and joinable:
        home = max(joinable, key=lambda one: (bool(one.source_id), -one.pk))
        if own and home.source_id != own and (is_uuid(own) or not home.source_id):
            home.source_id = own
            home.save(update_fields=["source_id"])
    for other in joinable:
        if home is not None and other.pk != home.pk and _may_be(other, home.source_id or ""):
            _take_over(other, home)
    return home


def _may_be(procurement: Procurement, own: str) -> bool:
    """Only BT-04s that are UUIDs tell procurements apart: those of old Doffin name a notice."""
    theirs = procurement.source_id or ""
    return not (is_uuid(own) and is_uuid(theirs)) or own == theirs


def _siblings(ties: Ties) -> list[Procurement]:
    """Those of notices that follow from the same notice, while that one is not here."""
    missing = [reference for reference, notice in ties.earlier.items() if notice is None]
    if not missing:
        return []
    links = NoticeLink.objects.filter(reference__in=missing, earlier=None).select_related("notice__procurement")
    return [link.notice.procurement for link in links.order_by("id")]


def _first_of(facts: NoticeFacts) -> list[Procurement]:
    """That of the notice which old Doffin names where BT-04 stands."""
    own = procedure_id(facts)
    notice = find(own) if own and not is_uuid(own) and own != facts.identifier else None
    return [notice.procurement] if notice else []


def _take_over(other: Procurement, home: Procurement) -> None:
    """The notices of `other` move; it goes, unless anything else hangs on it: somebody follows it, is interested, works on it."""
    relations = [one for one in Procurement._meta.related_objects if one.related_model is not Notice]
    hanging = (one.related_model._base_manager.filter(**{one.field.name: other}) for one in relations)
    if not other.source or any(rows.exists() for rows in hanging):
        return
    for notice in other.notices.all():
        changing.touch(notice)  # whoever follows the changes reads it again, under its new OCID
    other.notices.update(procurement=home)
    other.delete()


def choose_lead(procurement: Procurement) -> None:
    """The buyer that leads its earliest notice answers for it, in whatever order the notices came.

    Once somebody here works on it, it stays with whom it is.
    """
    if not procurement.source or procurement.team.exists():
        return
    versions = NoticeVersion.objects.filter(notice__procurement=procurement)
    first = versions.order_by(F("dispatched_at").asc(nulls_last=True), "notice__source_id", "number").first()
    buyers = list(first.buyers.select_related("organisation")) if first else []
    lead = next((buyer for buyer in buyers if buyer.is_lead), buyers[0] if buyers else None)
    if lead and lead.organisation_id != procurement.organisation_id:
        procurement.organisation = lead.organisation
        procurement.save(update_fields=["organisation"])


# --- links and what closes a notice ----------------------------------------------------------------------------------


def link(notice: Notice, version: NoticeVersion, facts: NoticeFacts, ties: Ties, *, at: datetime) -> None:
    """Writes the links from this notice, ties those that waited for it, and closes what it changes or cancels.

    Whoever calls settles the notice itself, once it is whole.
    """
    for reference, earlier in ties.earlier.items():
        NoticeLink.objects.get_or_create(notice=notice, reference=reference, defaults={"earlier": earlier})
    tie(notice, ties.waiting)
    if facts.change:
        reference = spelled(facts.change.reference)
        cancels = "cancel" in facts.change.reasons
        ChangeOf.objects.get_or_create(version=version, defaults={"reference": reference, "cancels": cancels})
        if changed := ties.earlier.get(reference):
            settle(changed, at=at)


def tie(notice: Notice, waiting: list[NoticeLink]) -> None:
    if waiting:
        NoticeLink.objects.filter(pk__in=[link.pk for link in waiting]).exclude(notice=notice).update(earlier=notice)


def settle(notice: Notice, *, at: datetime) -> None:
    """Closes the notice, or opens it again, by what is known now: the same in whatever order the notices came."""
    if end(notice, at=at):
        notice.save(update_fields=["closed_at", "closed_as", "closed_reason"])
        searching.close(notice)


def end(notice: Notice, *, at: datetime, may_be_changed: bool = True) -> bool:
    """Sets when and why the notice ended, and says whether that is new. What a person closed stays closed.

    `may_be_changed` is false where it is known that no notice changes it.
    """
    if notice.closed_by_id is not None:
        return False
    moment, closed_as, why, change = (_changed(notice) if may_be_changed else None) or _over(notice, at=at) or NEVER
    if (notice.closed_at, notice.closed_as) == (moment, closed_as):
        return False
    notice.closed_at, notice.closed_as = moment, closed_as
    notice.closed_reason = sentence(why, notice.language) if why else ""
    details = {"by": change.version.notice_id, "version": change.version.number} if change else {}
    action = "notice.closed" if moment else "notice.reopened"
    record(action, notice, by=None, at=at, acting_for=notice.procurement.organisation, details=details)
    return True


End = tuple[datetime | None, str, str, ChangeOf | None]
NEVER: End = (None, "", "", None)


def _changed(notice: Notice) -> End | None:
    """By the first notice that changed or cancelled it, or by itself."""
    changing = NoticeLink.objects.filter(earlier=notice, reference=OuterRef("reference"))
    by_others = Q(version__notice__in=NoticeLink.objects.filter(earlier=notice).values("notice")) & Exists(
        changing.filter(notice=OuterRef("version__notice"))
    )
    own = Q(version__notice=notice, cancels=True)
    changes = list(ChangeOf.objects.filter(own | by_others).select_related("version"))
    if not changes:
        return None
    first = min(changes, key=lambda one: (_moment(one), not one.cancels, one.reference))
    closed_as, why = (Closing.CANCELLED, "cancelled") if first.cancels else (Closing.WITHDRAWN, "changed")
    return _moment(first), closed_as, why, first


def _over(notice: Notice, *, at: datetime) -> End | None:
    """What asks without a deadline is over after a year."""
    version = notice.current_version
    if version is None or version.deadline_at is not None or notice.kind not in KINDS_THAT_ASK:
        return None
    over_at = version.published_at + STALE
    return (over_at, Closing.EARLY, "stale", None) if over_at <= at else None


def _moment(change: ChangeOf) -> datetime:
    return change.version.dispatched_at or change.version.published_at


def also_known(version: NoticeVersion, facts: NoticeFacts, *, source: str, at: datetime, is_new: bool = False) -> None:
    """Where the version was met, and what it is called there."""
    number = own_publication_number(facts)
    names = once([facts.identifier[:80], number if number != version.publication_number else ""])
    known = set() if is_new else set(version.seen.filter(source=source).values_list("name", flat=True))
    rows = [Seen(version=version, source=source, name=name, at=at) for name in names if name not in known]
    Seen.objects.bulk_create(rows, ignore_conflicts=True)
