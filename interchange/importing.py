"""Reading a notice into procurements: one transaction, and harmless when the same notice comes again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from accounts.models import Organisation
from interchange import linking, unknown_codes
from interchange.eforms.document import NotReadable, gettext_noop
from interchange.eforms.facts import NoticeFacts
from interchange.identifying import identify
from interchange.models import Outcome
from interchange.wording import columns_of_money, kind_of, lot_columns, wording_of
from matchmaking.models import MatchRun
from notifications import doorbell
from procurements import searching
from procurements.models import KINDS_THAT_ASK, Closing, Lot, Notice, NoticeVersion, Procurement, VersionBuyer, Winner
from records.auditing import record

FRESH = timedelta(days=30)  # older publications are read, but nobody is told of them
STALE = timedelta(days=365)  # what asks without a deadline is over after a year, as prior information is (art. 48)
NO_IDENTIFIER = ("", "UNKNOWN", "N.A.", "NA", "NONE")


class NotImportable(NotReadable):
    """The notice can be read, but lacks what every notice must have; the sentence says what."""


@dataclass(frozen=True)
class Imported:
    outcome: Outcome
    version: NoticeVersion


@transaction.atomic
def import_notice(facts: NoticeFacts, *, source: str, at: datetime) -> Imported:
    """Stores the notice as a version, keyed by BT-701 and BT-757, with its lots, buyers, winners and links.

    A version that is here already changes nothing: versions are frozen. One that arrives after a newer one takes its
    place in the row of versions, but does not become current. Raises NotImportable.
    """
    if facts.identifier.upper() in NO_IDENTIFIER or len(facts.identifier) > 80:
        raise NotImportable(gettext_noop("The notice has no identifier (BT-701)."))
    _one_at_a_time()
    notice = Notice.objects.select_related("procurement", "current_version").filter(source_id=facts.identifier).first()
    key = version_key(facts.version)
    if notice and (known := notice.versions.filter(source_version=key).first()):
        return Imported(Outcome.UNCHANGED, known)
    order = facts.reading_order()
    buyers = _buyers(facts, language=order[0] if order else "", at=at)
    if not buyers:
        raise NotImportable(gettext_noop("The notice names no buyer (OPT-300, BT-500)."))
    wording = wording_of(facts, at=at)
    is_new = notice is None
    if notice is None:
        lead = next((body for body, is_lead in buyers if is_lead), buyers[0][0])
        procurement = linking.procurement_of(facts) or _procurement(facts, lead, source=source, at=at)
        kind = kind_of(facts)
        notice = Notice.objects.create(
            procurement=procurement, kind=kind, source_id=facts.identifier, edited_at=at, created_at=at, **wording
        )
    version = _version(notice, facts, key=key, wording=wording, at=at)
    _details(version, facts, buyers, order=order, at=at)
    unknown_codes.note(facts, version)
    is_current = notice.current_version is None or notice.current_version.number < version.number
    if is_current:
        _make_current(notice, version, wording, at=at)
    linking.link(notice, version, facts, at=at)
    notice.refresh_from_db()
    if is_current:
        searching.index(version)
    if is_current and is_worth_telling(version, at):
        doorbell.ring("match")
    else:
        MatchRun.objects.create(version=version, at=at)  # no match run would be a place in the queue
    details = {"version": version.number, "source": source, "sdk": version.sdk}
    record("notice.imported", notice, by=None, at=at, acting_for=notice.procurement.organisation, details=details)
    return Imported(Outcome.NEW if is_new else Outcome.CHANGED, version)


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


def _procurement(facts: NoticeFacts, organisation: Organisation, *, source: str, at: datetime) -> Procurement:
    source_id = facts.procedure_id if facts.procedure_id.upper() not in NO_IDENTIFIER else ""
    return Procurement.objects.create(
        ocid=f"{settings.OCID_PREFIX}-{source_id or uuid.uuid4()}"[:80],
        organisation=organisation,
        source=source[:20],
        source_id=source_id[:80] or None,
        created_at=at,
    )


def _buyers(facts: NoticeFacts, *, language: str, at: datetime) -> list[tuple[Organisation, bool | None]]:
    """The buyers in their order, each once; at most one leads, and None means that the notice does not say."""
    found: dict[int, tuple[Organisation, bool | None]] = {}
    has_lead = False
    for buyer in facts.buyers:
        organisation = identify(
            buyer.organisation, language=language, at=at, legal_type=buyer.legal_type, others=frozenset(found)
        )
        if organisation is None or organisation.pk in found:
            continue
        is_lead = buyer.is_lead and not has_lead if buyer.is_lead is not None else None
        has_lead = has_lead or bool(is_lead)
        found[organisation.pk] = (organisation, is_lead)
    return list(found.values())


def _version(notice: Notice, facts: NoticeFacts, *, key: str, wording: dict[str, Any], at: datetime) -> NoticeVersion:
    """The frozen version. Its number is BT-757's, so that an older one that comes later still finds its place free."""
    taken = set(notice.versions.values_list("number", flat=True))
    number = int(key) if key.isascii() and key.isdigit() and 0 < int(key) < 10_000 else 0
    if not number or number in taken:
        number = max(taken, default=0) + 1
    dispatched = facts.dispatched_at
    published = dispatched or at
    if facts.published_on:
        published = datetime.combine(facts.published_on, time(0), tzinfo=dispatched.tzinfo if dispatched else UTC)
    change = facts.change or facts.modification
    return NoticeVersion.objects.create(
        notice=notice,
        number=number,
        published_at=published,
        reason=change.description.best(*facts.reading_order())[:600] if change else "",
        source_version=key,
        sdk=facts.sdk[:120],
        form_type=facts.form_type[:20],
        notice_type=facts.notice_type[:30],
        subtype=facts.subtype[:10],
        legal_basis=facts.legal_basis[:20],
        publication_number=linking.own_publication_number(facts),
        dispatched_at=dispatched,
        change_reasons=[code[:30] for code in change.reasons] if change else [],
        direct_award_reasons=[code[:30] for code in facts.direct_award_reasons],
        **wording,
    )


def _details(
    version: NoticeVersion,
    facts: NoticeFacts,
    buyers: list[tuple[Organisation, bool | None]],
    *,
    order: tuple[str, ...],
    at: datetime,
) -> None:
    lots: dict[str, Lot] = {}
    for position, lot in enumerate(facts.lots, start=1):
        columns = lot_columns(lot, position, order=order, at=at)
        lots.setdefault(columns["identifier"], Lot(version=version, **columns))
    Lot.objects.bulk_create(lots.values())
    VersionBuyer.objects.bulk_create(
        VersionBuyer(version=version, organisation=organisation, position=position, is_lead=is_lead)
        for position, (organisation, is_lead) in enumerate(buyers, start=1)
    )
    Winner.objects.bulk_create(_winners(version, facts, language=order[0] if order else "", at=at))


def _winners(version: NoticeVersion, facts: NoticeFacts, *, language: str, at: datetime) -> list[Winner]:
    """Each winner once, with the sum of what it won alone, in one currency; what a consortium won is nobody's alone."""
    known: dict[str, Organisation | None] = {}
    found: dict[int, Winner] = {}
    mixed: set[int] = set()
    for tender in facts.results.tenders:
        for body in tender.winners:
            if body.identifier not in known:
                known[body.identifier] = identify(body, language=language, at=at, is_buyer=False)
            organisation = known[body.identifier]
            if organisation is None:
                continue
            winner = found.setdefault(organisation.pk, Winner(version=version, organisation=organisation))
            money = columns_of_money(tender.value if len(tender.winners) == 1 else None)
            if money["value"] is None or winner.currency not in ("", money["currency"]):
                mixed.add(organisation.pk)
            else:
                winner.value, winner.currency = (winner.value or 0) + money["value"], money["currency"]
    for pk in mixed:
        found[pk].value, found[pk].currency = None, ""
    return list(found.values())


def _make_current(notice: Notice, version: NoticeVersion, wording: dict[str, Any], *, at: datetime) -> None:
    for name, value in wording.items():
        setattr(notice, name, value)
    notice.current_version = version
    notice.edited_at = at
    notice.revision += 1
    over_at = version.published_at + STALE
    if version.deadline_at is None and notice.kind in KINDS_THAT_ASK and over_at <= at and not notice.closed_at:
        notice.closed_at, notice.closed_as = over_at, Closing.EARLY
        notice.closed_reason = linking.sentence("stale", version.language)
    notice.save()
