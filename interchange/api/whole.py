"""Everything that is published of one notice, and what its versions changed: the number of queries is fixed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, prefetch_related_objects
from django.urls import reverse

from interchange.api.facts import Facts, Words, here, moment, money, number, organisation, reference, short
from networks.models import Participant
from procurements import answering, buyer_list, closing, concluding
from procurements.buyer_list import Buyer
from procurements.innovation import recognise_version
from procurements.models import (
    LotResult,
    Notice,
    NoticeLink,
    NoticeVersion,
    Outcome,
    SettledContract,
    VersionBuyer,
    VersionText,
)
from procurements.parts import WITH_PARTS
from procurements.parts_shown import documents_of
from procurements.wording import Change, changes

TEXTS = ("problem", "affected", "cost_today", "desired_effect", "tried", "description", "participation", "exit_rule")
AIMS = ("strategic", "innovation", "environment", "social", "gpp")
CODES = ("procedure", "nature", *AIMS, "change_reasons", "legal_type", "activity")
TIMES = ("deadline_at", "tenders_until", "requests_until", "expressions_until", "answers_until", "questions_until")
ROLES = {
    Participant.State.COMMITTED: "buyer",
    Participant.State.OPTION: "option",
    Participant.State.OBSERVER: "observer",
}
UNSAID = ("contact_name", "contact_email")  # of persons: read on the page, not in heaps


def whole(notice: Notice, version: NoticeVersion, language: str, *, at: datetime) -> tuple[Facts, datetime]:
    """The facts of a published notice as `version` has it, and when the newest of them became public."""
    version.notice = notice
    lots = list(version.lots.all())
    prefetch_related_objects([version], "buyers__organisation", "buyers__volumes")
    named = {row.organisation_id: row for row in version.buyers.all()} if notice.source_id else {}
    words = Words.of([version, *lots, *named.values()], language, columns=CODES)
    recognition = recognise_version(version)
    chain = list(notice.procurement.notices.published().select_related("current_version").order_by("created_at", "pk"))
    versions = list(notice.versions.order_by("number"))
    answers = answering.published(notice)
    outcome = outcome_facts(notice, language)
    facts = {
        **short(notice, version, words, recognition.level, at=at),
        **{name: getattr(version, name) or None for name in TEXTS},
        "reference": version.reference or None,
        "languages": [text_facts(text) for text in version.texts.all()],
        "questions_until": moment(version.questions_until, version.zone),
        "planned_on": day(version.planned_on),
        "price_cap": money(version.price_cap, version.currency),
        "framework_maximum": money(version.framework_maximum, version.framework_currency),
        "result_value": money(version.result_value, version.result_currency),
        "result_maximum": money(version.result_maximum, version.result_currency),
        "change_reasons": words.many("change_reasons", version.change_reasons),
        **{name: words.many(name, getattr(version, name)) for name in AIMS},
        "goal_targets": list(version.goal_targets),
        "documents_url": version.documents_url or None,
        "submission_url": version.submission_url or None,
        "buyers": [
            buyer_facts(buyer, named.get(buyer.organisation.pk), words) for buyer in buyer_list.buyers_of(version)
        ],
        "lots": [lot_facts(lot, version, words) for lot in lots],
        "stages": [stage_facts(stage, version) for stage in version.stages.all()],
        "assets": [asset_facts(asset) for asset in version.assets.all()],
        "documents": [document_facts(notice, one) for one in documents_of(notice, version)],
        "answers": [answer_facts(one, version.zone) for one in answers],
        "chain": [reference(one) for one in chain],
        "links": link_facts(notice),
        "versions": [version_reference(notice, one) for one in versions],
        "end": end_facts(notice, version.zone),
        "outcome": outcome,
        "winners": [
            {"organisation": organisation(row.organisation), "value": money(row.value, row.currency)}
            for row in version.winners.select_related("organisation").order_by("pk")
        ],
        "results": [result_facts(row) for row in version.lot_results.all()],
        "contracts": [contract_facts(row) for row in version.contracts.prefetch_related("winners__organisation")],
        "innovation_reasons": [
            {"code": reason.code, "text": str(reason.text), "found": reason.found or None}
            for reason in recognition.reasons
        ],
        "origin": imported_from(notice, version),
        "ocds_address": here(reverse("interchange:notice_ocds", args=[notice.slug])),
    }
    moments = [one.published_at for one in versions]
    moments += [one.current_version.published_at for one in chain if one.current_version]
    moments += [one.closed_at for one in chain if one.closed_at]
    moments += [one.current.published_at for one in answers]
    moments += [outcome["recorded_at_moment"]] if outcome else []
    if outcome:
        outcome["recorded_at"] = moment(outcome.pop("recorded_at_moment"), version.zone)
    return facts, max(each for each in moments if each <= at) if any(each <= at for each in moments) else at


def versions_of(notice: Notice) -> list[Facts]:
    """Each publication with what it changed, the newest first; the same number of queries for all."""
    found: list[Facts] = []
    before: NoticeVersion | None = None
    for version in notice.versions.order_by("number").prefetch_related(*WITH_PARTS):
        version.notice = notice
        made = changes(before, version) if before else []
        found.append({**version_reference(notice, version), "changes": [change_facts(one, version) for one in made]})
        before = version
    return found[::-1]


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def change_facts(change: Change, version: NoticeVersion) -> Facts:
    """What was said of persons is told to have changed, and not what it was."""
    unsaid = change.field in UNSAID
    return {
        "field": change.field,
        "label": str(change.label),
        "before": None if unsaid else plain(change.before, version.zone),
        "after": None if unsaid else plain(change.after, version.zone),
    }


def plain(value: Any, zone: str) -> Any:
    if isinstance(value, datetime):
        return moment(value, zone)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return number(value)
    return [plain(one, zone) for one in value] if isinstance(value, list) else value


def version_reference(notice: Notice, version: NoticeVersion) -> Facts:
    return {
        "number": version.number,
        "published_at": moment(version.published_at, version.zone),
        "reason": version.reason or None,
        "is_minor": version.is_minor,
        "address": here(reverse("procurements:notice_version", args=[notice.slug, version.number])),
        "api_address": here(reverse("api:version_detail", args=[notice.code, version.number])),
    }


def text_facts(text: VersionText) -> Facts:
    return {
        "language": text.language,
        "title": text.title,
        "summary": text.summary or None,
        "description": text.description or None,
    }


def buyer_facts(buyer: Buyer, row: VersionBuyer | None, words: Words) -> Facts:
    """`role`: lead, buyer, option (may join later), observer (does not buy). `row`: what an imported notice says of it."""
    return {
        "organisation": organisation(buyer.organisation),
        "role": "lead"
        if buyer.is_lead
        else ROLES.get(Participant.State(buyer.state), "buyer")
        if buyer.state
        else "buyer",
        "is_lead": buyer.is_lead,
        "volumes": [
            {"item": item, "unit": unit, "volume": number(volume)} for (item, unit), volume in buyer.volumes.items()
        ],
        "awards_for_others": row.awards_for_others if row else None,
        "acquires_to_resell": row.acquires_to_resell if row else None,
        "legal_type": words.one("legal_type", row.legal_type) if row else None,
        "activity": words.one("activity", row.activity) if row else None,
        "profile_url": (row.profile_url or None) if row else None,
    }


def lot_facts(lot: Any, version: NoticeVersion, words: Words) -> Facts:
    return {
        "identifier": lot.identifier,
        "is_part": lot.is_part,
        "title": lot.title or None,
        "description": lot.description or None,
        "nature": words.one("nature", lot.nature),
        **words.subjects(lot),
        **{name: words.many(name, getattr(lot, name)) for name in AIMS},
        "strategic_text": lot.strategic_text or None,
        "value": money(lot.value, lot.currency),
        "framework_maximum": money(lot.framework_maximum, lot.currency),
        "framework": lot.framework or None,
        "dps": lot.dps or None,
        "is_eu_funded": lot.is_eu_funded,
        "fits_small_firms": lot.fits_small_firms,
        "variants": lot.variants or None,
        "terms": lot.terms or None,
        "documents_url": lot.documents_url or None,
        "submission_url": lot.submission_url or None,
        **{name: moment(getattr(lot, name), version.zone) for name in TIMES},
        "starts_on": day(lot.starts_on),
        "duration": lot.duration,
        "duration_unit": lot.duration_unit or None,
        "award_criteria": list(lot.award_criteria),
        "accessibility": lot.accessibility or None,
        "has_auction": lot.has_auction,
        "anywhere": lot.anywhere or None,
    }


def stage_facts(stage: Any, version: NoticeVersion) -> Facts:
    return {
        "name": stage.name,
        "starts_on": day(stage.starts_on),
        "ends_on": day(stage.ends_on),
        "max_cost": money(stage.max_cost, version.currency),
        "suppliers": stage.suppliers,
        "decision": stage.decision or None,
    }


def asset_facts(asset: Any) -> Facts:
    return {
        "name": asset.name,
        "origin": {"code": asset.origin, "label": str(asset.get_origin_display())},
        "level": {"code": asset.level, "label": str(asset.get_level_display())},
        "motive": asset.motive or None,
    }


def document_facts(notice: Notice, shown: Any) -> Facts:
    file = shown.document.file
    address = here(reverse("procurements:document_download", args=[notice.slug, file.pk])) if file.is_ready else None
    return {
        "title": shown.document.title,
        "name": file.name,
        "type": file.content_type,
        "size": file.size,
        "sha256": file.sha256,
        "since": moment(shown.since, "UTC"),
        "address": address,  # none while the virus scan is waited for
    }


def answer_facts(answer: answering.PublicAnswer, zone: str) -> Facts:
    return {
        "number": answer.number,
        "question": answer.current.question_text,
        "answer": answer.current.text,
        "language": answer.current.language,
        "published_at": moment(answer.current.published_at, zone),
        "correction": answer.current.reason or None,
    }


def link_facts(notice: Notice) -> list[Facts]:
    """Which notice this one follows from, and which ones follow from it; one that is not here stands by its reference alone."""
    links = NoticeLink.objects.filter(Q(notice=notice) | Q(earlier=notice)).order_by("pk")
    found = []
    for link in links.select_related("notice__current_version", "earlier__current_version"):
        other, relation = (link.earlier, "earlier") if link.notice_id == notice.pk else (link.notice, "later")
        public = other if other and other.current_version else None
        if relation == "earlier" or public:
            said = link.reference if relation == "earlier" else None
            found.append({"relation": relation, "reference": said, "notice": reference(public) if public else None})
    return found


def end_facts(notice: Notice, zone: str) -> Facts | None:
    """How it ended before its time: the tombstone of one that was withdrawn."""
    if not notice.closed_at:
        return None
    return {
        "as": notice.closed_as,
        "at": moment(notice.closed_at, zone),
        "reason": notice.closed_reason,
        "code": {"code": notice.closed_code, "label": closing.end_of(notice)["code"]} if notice.closed_code else None,
    }


def outcome_facts(notice: Notice, language: str) -> Facts | None:
    said = concluding.outcome_of(notice, language)
    outcome: Outcome | None = said.get("outcome")
    if outcome is None:
        return None
    return {
        "result": {"code": outcome.result, "label": str(outcome.get_result_display())},
        "code": {"code": outcome.code, "label": said["outcome_reason"]} if outcome.code else None,
        "text": outcome.text,
        "language": outcome.language,
        "tenders": outcome.tenders,
        "decided_on": day(outcome.decided_on),
        "recorded_at_moment": outcome.recorded_at,
        "correction": outcome.reason or None,
        "winners": [
            {
                "name": winner.name,
                "organisation": organisation(winner.organisation) if winner.organisation else None,
                "value": money(winner.value, winner.currency),
                "is_small": winner.is_small,
                "is_new": winner.is_new,
            }
            for winner in outcome.winners.all()
        ],
    }


def result_facts(result: LotResult) -> Facts:
    return {
        "identifier": result.identifier,
        "lot": result.lot or None,
        "code": result.code or None,
        "reason": result.reason or None,
        "tenders": result.tenders,
    }


def contract_facts(contract: SettledContract) -> Facts:
    return {
        "identifier": contract.identifier,
        "reference": contract.reference or None,
        "title": contract.title or None,
        "lots": list(contract.lots),
        "concluded_on": day(contract.concluded_on),
        "value": money(contract.value, contract.currency),
        "winners": [organisation(winner.organisation) for winner in contract.winners.all()],
    }


def imported_from(notice: Notice, version: NoticeVersion) -> Facts | None:
    """What another system calls it; none of what was written here."""
    if not notice.source_id:
        return None
    return {
        "notice": notice.source_id,
        "version": version.source_version or None,
        "procedure": notice.procurement.source_id or None,
        "publication_number": version.publication_number or None,
        "subtype": version.subtype or None,
        "notice_type": version.notice_type or None,
        "legal_basis": version.legal_basis or None,
        "sdk": version.sdk or None,
        "dispatched_at": moment(version.dispatched_at, version.zone),
    }
