"""Reading a notice into procurements: one transaction, and harmless when the same notice comes again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from interchange import linking, recognising, unknown_codes
from interchange.eforms.document import NotReadable, gettext_noop
from interchange.eforms.facts import NoticeFacts
from interchange.eforms.values import is_uuid
from interchange.models import Outcome, Seen
from interchange.storing import Buyers, buyers_here, buyers_of, store
from interchange.wording import kind_of, wording_of
from matchmaking.models import MatchRun
from notifications import doorbell
from procurements import searching
from procurements.models import Notice, NoticeVersion, Procurement
from records.auditing import record

FRESH = timedelta(days=30)  # older publications are read, but nobody is told of them


class NotImportable(NotReadable):
    """The notice can be read, but lacks what every notice must have; the sentence says what."""


@dataclass(frozen=True)
class Imported:
    outcome: Outcome
    version: NoticeVersion


@transaction.atomic
def import_notice(facts: NoticeFacts, *, source: str, at: datetime) -> Imported:
    """Stores the notice as a version, keyed by BT-701 and BT-757, with its lots, buyers, results and links.

    A version that is here already changes nothing but where it was seen: versions are frozen. One that arrives after a newer
    one takes its place in the row of versions, but does not become current. Raises NotImportable.
    """
    if facts.identifier.upper() in linking.NO_IDENTIFIER or len(facts.identifier) > 80:
        raise NotImportable(gettext_noop("The notice has no identifier (BT-701)."))
    _one_at_a_time()
    source, key = source[:20], version_key(facts.version)
    notice = _notice(facts)
    if notice and (known := notice.versions.filter(source_version=key).first()):
        linking.also_known(known, facts, source=source, at=at)
        return Imported(Outcome.UNCHANGED, known)
    here = buyers_here(facts)
    bodies = [meant.organisation for meant in here if meant and meant.organisation]
    if notice is None and (copied := recognising.copy_of(facts, bodies, key=key)):
        recognising.merge(copied, facts, source=source, at=at)
        return Imported(Outcome.UNCHANGED, copied)
    buyers = buyers_of(facts, here, at=at)
    if not buyers:
        raise NotImportable(gettext_noop("The notice names no buyer (OPT-300, BT-500)."))
    outcome = Outcome.CHANGED if notice else Outcome.NEW
    wording, ties = wording_of(facts), linking.ties_of(facts)
    home = notice.procurement if notice else linking.procurement_of(facts, ties)
    if notice is None:
        procurement = home or _procurement(facts, buyers, source=source, at=at)
        notice = Notice.objects.create(
            procurement=procurement,
            kind=kind_of(facts),
            source_id=facts.identifier,
            created_at=at,
            edited_at=at,
            **wording,
        )
    version = store(notice, facts, buyers, key=key, wording=wording, at=at)
    unknown_codes.note(facts, version)
    linking.link(notice, version, facts, ties, at=at)
    linking.also_known(version, facts, source=source, at=at, is_new=True)
    if home is not None:
        linking.choose_lead(home)
    is_current = notice.current_version is None or notice.current_version.number < version.number
    if is_current:
        may_be_changed = bool(facts.change or ties.waiting or outcome == Outcome.CHANGED)
        _make_current(notice, version, facts, wording, at=at, may_be_changed=may_be_changed)
    else:
        linking.settle(notice, at=at)
    if is_current and is_worth_telling(version, at):
        doorbell.ring("match")
    else:
        MatchRun.objects.create(version=version, at=at)  # no match run would be a place in the queue
    details = {"version": version.number, "source": source, "sdk": version.sdk}
    record("notice.imported", notice, by=None, at=at, acting_for=notice.procurement.organisation, details=details)
    return Imported(outcome, version)


def _notice(facts: NoticeFacts) -> Notice | None:
    """The notice of that BT-701, or the one that was seen under it elsewhere."""
    named = Notice.objects.filter(source_id=facts.identifier).order_by().values("pk")
    seen = Seen.objects.filter(name=facts.identifier).order_by().values("version__notice")
    notices = Notice.objects.select_related("procurement__organisation", "current_version")
    return notices.filter(pk__in=named.union(seen)).first()


def _make_current(
    notice: Notice,
    version: NoticeVersion,
    facts: NoticeFacts,
    wording: dict[str, Any],
    *,
    at: datetime,
    may_be_changed: bool,
) -> None:
    for name, value in wording.items():
        setattr(notice, name, value)
    notice.kind, notice.current_version, notice.edited_at = kind_of(facts), version, at
    notice.revision += 1
    linking.end(notice, at=at, may_be_changed=may_be_changed)
    notice.save()
    searching.index(version, at=at)


def is_worth_telling(version: NoticeVersion, at: datetime) -> bool:
    """Not past its deadline, not closed, not older than 30 days: an import of old years must not flood anybody."""
    over = version.notice.closed_at is not None or (version.deadline_at is not None and version.deadline_at <= at)
    return not over and version.published_at > at - FRESH


def version_key(words: str) -> str:
    """BT-757 as it is kept: "1" and "01" are one version; a notice without one is its first."""
    words = words[:20] or "01"
    return f"{int(words):02}" if words.isascii() and words.isdigit() else words


def _one_at_a_time() -> None:
    """Two imports at once would make the same buyer twice. The lock ends with the transaction of this one notice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('interchange.importing'))")


def _procurement(facts: NoticeFacts, buyers: Buyers, *, source: str, at: datetime) -> Procurement:
    """Its OCID is made of BT-04, or of the notice that it begins with, and then lasts."""
    lead = next((body for _, body, is_lead in buyers if is_lead), buyers[0][1])
    source_id = linking.procedure_id(facts)
    ocid = f"{settings.OCID_PREFIX}-{source_id or facts.identifier}"[:80]
    if not is_uuid(source_id) and Procurement.objects.filter(ocid=ocid).exists():
        ocid = f"{settings.OCID_PREFIX}-{uuid.uuid4()}"
    return Procurement.objects.create(
        ocid=ocid, organisation=lead, source=source, source_id=source_id or None, created_at=at
    )
