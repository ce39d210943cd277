"""The rows of a version that an imported notice becomes: its lots, languages, buyers, results. All are frozen with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Any

from accounts.models import Organisation
from interchange import linking
from interchange.eforms import facts as eforms
from interchange.eforms.facts import NoticeFacts
from interchange.identifying import Meant, identify, look_up
from interchange.wording import (
    codes,
    columns_of_money,
    contract_columns,
    first_address,
    further_texts,
    lot_columns,
    result_columns,
)
from procurements.models import (
    ContractWinner,
    Lot,
    LotResult,
    Notice,
    NoticeVersion,
    SettledContract,
    VersionBuyer,
    VersionText,
    Winner,
)

Buyers = list[tuple[eforms.Buyer, Organisation, bool | None]]  # None: the notice does not say whether it leads


def buyers_here(facts: NoticeFacts) -> list[Meant | None]:
    """Those of the notice's buyers that are here, each in its place."""
    found: list[Meant | None] = []
    for buyer in facts.buyers:
        others = frozenset(one.organisation.pk for one in found if one and one.organisation)
        found.append(look_up(buyer.organisation, language=language_of(facts), others=others))
    return found


def buyers_of(facts: NoticeFacts, here: list[Meant | None], *, at: datetime) -> Buyers:
    """The buyers in their order, each once; who is not here is made. At most one leads."""
    found: dict[int, tuple[eforms.Buyer, Organisation, bool | None]] = {}
    has_lead = has_made = False
    for buyer, meant in zip(facts.buyers, here, strict=True):
        if meant and meant.organisation is None and has_made:  # it may be one that this notice has just made
            meant = look_up(buyer.organisation, language=language_of(facts), others=frozenset(found))
        organisation = meant.found(at=at, legal_type=buyer.legal_type) if meant else None
        has_made = has_made or bool(meant and meant.organisation is None)
        if organisation is None or organisation.pk in found:
            continue
        is_lead = buyer.is_lead and not has_lead if buyer.is_lead is not None else None
        has_lead = has_lead or bool(is_lead)
        found[organisation.pk] = (buyer, organisation, is_lead)
    return list(found.values())


def language_of(facts: NoticeFacts) -> str:
    return next(iter(facts.reading_order()), "")


def store(
    notice: Notice, facts: NoticeFacts, buyers: Buyers, *, key: str, wording: dict[str, Any], at: datetime
) -> NoticeVersion:
    """The version with all its rows. Its number is BT-757's, so that an older one that comes later finds its place free."""
    taken = set(notice.versions.values_list("number", flat=True)) if notice.current_version_id else set()
    number = int(key) if key.isascii() and key.isdigit() and 0 < int(key) < 10_000 else 0
    if not number or number in taken:
        number = max(taken, default=0) + 1
    version = NoticeVersion.objects.create(
        notice=notice, number=number, source_version=key, **version_columns(facts, at=at), **wording
    )
    _store_lots(version, facts)
    VersionText.objects.bulk_create(
        VersionText(version=version, **columns) for columns in further_texts(facts, version.language)
    )
    VersionBuyer.objects.bulk_create(
        VersionBuyer(
            version=version,
            organisation=organisation,
            position=position,
            is_lead=is_lead,
            awards_for_others=buyer.organisation.awards_for_others,
            acquires_to_resell=buyer.organisation.acquires_to_resell,
            legal_type=buyer.legal_type[:30],
            activity=buyer.activity[:30],
            profile_url=first_address([buyer.profile_url]),
        )
        for position, (buyer, organisation, is_lead) in enumerate(buyers, start=1)
    )
    if facts.results.lots or facts.results.contracts:
        _store_results(version, facts, at=at)
    return version


def version_columns(facts: NoticeFacts, *, at: datetime) -> dict[str, Any]:
    """What stands in NoticeVersion beside the wording and the numbers."""
    published = facts.dispatched_at or at
    if facts.published_on:  # a day in UTC is that day all over Europe
        published = datetime.combine(facts.published_on, time(0), tzinfo=UTC)
    change = facts.change or facts.modification
    framework = columns_of_money(facts.procedure_framework_maximum)
    result, most = columns_of_money(facts.results.value), columns_of_money(facts.results.framework_maximum)
    currency = result["currency"] or most["currency"]
    return {
        "reference": facts.reference[:200],
        "framework_maximum": framework["value"],
        "framework_currency": framework["currency"],
        "result_value": result["value"],
        "result_maximum": most["value"] if most["currency"] == currency else None,
        "result_currency": currency,
        "gazette": facts.gazette[:20],
        "preferred_on": facts.preferred_on,
        "published_at": min(published, at),  # a slip of the pen would stand first among the newest for years
        "reason": change.description.best(*facts.reading_order())[:600] if change else "",
        "sdk": facts.sdk[:120],
        "form_type": facts.form_type[:20],
        "notice_type": facts.notice_type[:30],
        "subtype": facts.subtype[:10],
        "legal_basis": facts.legal_basis[:20],
        "publication_number": linking.own_publication_number(facts),
        "dispatched_at": facts.dispatched_at,
        "planned_on": facts.planned_on,
        "social": codes(facts.of_lots("social"), 30),
        "gpp": codes(facts.of_lots("gpp"), 30),
        "accelerated": facts.accelerated[:30],
        "change_reasons": codes(change.reasons, 30) if change else [],
        "direct_award_reasons": codes(facts.direct_award_reasons, 30),
    }


def _store_lots(version: NoticeVersion, facts: NoticeFacts) -> None:
    order = facts.reading_order()
    columns = (lot_columns(lot, position, order=order) for position, lot in enumerate(facts.lots, start=1))
    Lot.objects.bulk_create(Lot(version=version, **one) for one in _each_once(columns))


def _each_once(columns: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first of each identifier: a notice may name two things alike."""
    found: dict[str, dict[str, Any]] = {}
    for one in columns:
        found.setdefault(one["identifier"], one)
    return list(found.values())


def _store_results(version: NoticeVersion, facts: NoticeFacts, *, at: datetime) -> None:
    """How each lot ended, each contract with those who won it, and each winner once.

    A natural person is nobody here, as everywhere: a contract that it won alone stands without a winner.
    """
    results, order = facts.results, facts.reading_order()
    known = {
        body.identifier: identify(body, language=language_of(facts), at=at, is_buyer=False) for body in results.winners
    }
    ended = _each_once(result_columns(lot, position) for position, lot in enumerate(results.lots, start=1))
    LotResult.objects.bulk_create(LotResult(version=version, **one) for one in ended)
    made: dict[str, tuple[SettledContract, list[tuple[Organisation, str]]]] = {}
    for position, contract in enumerate(results.contracts, start=1):
        columns = contract_columns(contract, position, order=order)
        bodies = {body.pk: (body, winner.size) for winner in contract.winners if (body := known[winner.identifier])}
        made.setdefault(columns["identifier"], (SettledContract(version=version, **columns), list(bodies.values())))
    SettledContract.objects.bulk_create(contract for contract, _ in made.values())
    ContractWinner.objects.bulk_create(
        ContractWinner(contract=contract, organisation=body, size=size[:20])
        for contract, bodies in made.values()
        for body, size in bodies
    )
    Winner.objects.bulk_create(_winners(version, results, known))


def _winners(version: NoticeVersion, results: eforms.Results, known: dict[str, Organisation | None]) -> list[Winner]:
    """Each winner once, with the sum of what it won alone, in one currency; what a consortium won is nobody's alone."""
    found: dict[int, Winner] = {}
    mixed: set[int] = set()
    for tender in results.tenders:
        for body in tender.winners:
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
