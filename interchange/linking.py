"""What an imported notice has to do with others: belongs to their procurement, follows from, changes, cancels them.

References come as BT-701 with or without BT-757 ("<uuid>-01", "2022-919032"), as a TED number ("338764-2023",
"00338764-2023") or as an old one ("2022/S 207-592756"). Either end may arrive first.
"""

from __future__ import annotations

import re
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext, override

from interchange.eforms.facts import NoticeFacts, once
from interchange.models import ChangeOf
from procurements import searching
from procurements.models import Closing, Notice, NoticeLink, NoticeVersion, Procurement
from records.auditing import record

VERSION_SUFFIX = re.compile(r"-\d{2}$")
TED_NUMBER = re.compile(r"^0*(\d{1,8})-(\d{4})$")


def sentence(name: str, language: str) -> str:
    """Why a notice was closed, in the notice's own language where the arena speaks it."""
    with override(language if language in ("sv", "nb") else "en"):
        return {
            "changed": gettext("A later notice changed this one and stands in its place."),
            "cancelled": gettext("The buyer cancelled this notice."),
            "stale": gettext("No deadline was stated, and a year has passed since it was published."),
        }[name]


def own_publication_number(facts: NoticeFacts) -> str:
    """OPP-010, unless it is the earlier notice's: old Doffin puts that there in awards."""
    return "" if facts.publication_number in facts.previous else publication_number(facts.publication_number)


def publication_number(words: str) -> str:
    """TED's number as it is kept: eight digits and a year; "" for "n.a."."""
    words = words.strip()
    if match := TED_NUMBER.match(words):
        return f"{int(match[1]):08}-{match[2]}"
    return words[:40] if any(character.isdigit() for character in words) else ""


def references(facts: NoticeFacts) -> tuple[str, ...]:
    changed = [change.reference for change in (facts.change, facts.modification) if change]
    own = re.compile(re.escape(facts.identifier) + r"(-\d{2})?")
    return once(reference[:120] for reference in (*changed, *facts.previous) if not own.fullmatch(reference))


def find(reference: str) -> Notice | None:
    """The notice that a reference means, if it is here."""
    names = [reference, VERSION_SUFFIX.sub("", reference)]
    found = Notice.objects.select_related("procurement").filter(source_id__in=names).first()
    if found or not (number := publication_number(reference)):
        return found
    versions = NoticeVersion.objects.filter(publication_number=number)
    version = versions.select_related("notice__procurement").first()
    return version.notice if version else None


def named(identifier: str) -> Q:
    """The references that mean the notice with this BT-701, with or without a version; written out, so that an index serves."""
    return Q(reference__in=[identifier, *(f"{identifier}-{version:02}" for version in range(100))])


def names_of(notice: Notice, version: NoticeVersion) -> Q:
    """The references, as others may have written them, that mean this notice."""
    meant = named(notice.source_id or "")
    if number := version.publication_number:
        short = number.lstrip("0") if TED_NUMBER.match(number) else number
        meant |= Q(reference__in=[number, short])
    return meant


def procurement_of(facts: NoticeFacts) -> Procurement | None:
    """The procurement that a new notice belongs to: by BT-04; else that of a notice it refers to, or that refers to it.

    A procurement that began with a notice without BT-04 takes the BT-04 of the first call that follows from it.
    """
    own = facts.procedure_id[:80]
    if own and (found := Procurement.objects.filter(source_id=own).first()):
        return found
    for reference in references(facts):
        earlier = find(reference)
        if earlier and (earlier.procurement.source_id is None or not own):
            if own:
                earlier.procurement.source_id = own
                earlier.procurement.save(update_fields=["source_id"])
            return earlier.procurement
    if own:
        return None
    waiting = (
        NoticeLink.objects.filter(named(facts.identifier), earlier=None).select_related("notice__procurement").first()
    )
    return waiting.notice.procurement if waiting else None


def link(notice: Notice, version: NoticeVersion, facts: NoticeFacts, *, at: datetime) -> None:
    """Writes the links from this notice, ties those that waited for it, and closes what was changed or cancelled."""
    for reference in references(facts):
        earlier = find(reference)
        NoticeLink.objects.get_or_create(notice=notice, reference=reference, defaults={"earlier": earlier})
    NoticeLink.objects.filter(names_of(notice, version), earlier=None).exclude(notice=notice).update(earlier=notice)
    if facts.change:
        change = ChangeOf.objects.create(
            version=version, reference=facts.change.reference[:120], cancels="cancel" in facts.change.reasons
        )
        changed = find(change.reference)
        if changed and (changed.pk != notice.pk or change.cancels):
            _close(changed, change, at=at)
    own_changes = ChangeOf.objects.filter(names_of(notice, version)).exclude(version__notice=notice)
    for waiting in own_changes.select_related("version"):
        _close(notice, waiting, at=at)


def _close(notice: Notice, change: ChangeOf, *, at: datetime) -> None:
    if notice.closed_at:
        return
    notice.closed_at = change.version.dispatched_at or at
    notice.closed_as = Closing.CANCELLED if change.cancels else Closing.WITHDRAWN
    notice.closed_reason = sentence("cancelled" if change.cancels else "changed", notice.language)
    notice.save(update_fields=["closed_at", "closed_as", "closed_reason"])
    searching.close(notice)
    details = {"by": change.version.notice_id, "version": change.version.number}
    record("notice.closed", notice, by=None, at=at, acting_for=notice.procurement.organisation, details=details)
