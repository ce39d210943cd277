"""How it ended: each lot, each contract, and the chain from a contract over its tenders to who won (standards 2.6)."""

from __future__ import annotations

from interchange.eforms.document import TOO_MANY, Element, NotReadable, every, first, nodes
from interchange.eforms.facts import Contract, LotResult, Organisation, Results, Tender
from interchange.eforms.values import day, line, money, whole

RESULT = "$X/efac:NoticeResult"
MOST_WINNERS = 20_000  # in all contracts together


def read_results(root: Element, pool: dict[str, Organisation]) -> Results:
    """SettledContract -> LotTender -> TenderingParty -> Tenderer -> organisation.

    A contract is what makes a tender the winning one: a lot result's own list (OPT-320) holds the losers too, and
    voluntary transparency notices and modifications have contracts without a result code.
    """
    results = nodes(root, RESULT)
    if not results:
        return Results()
    parties = {first(node, "cbc:ID"): members_of(node, pool) for node in nodes(root, f"{RESULT}/efac:TenderingParty")}
    tenders = {
        tender.identifier: tender
        for node in nodes(root, f"{RESULT}/efac:LotTender")
        if (tender := read_tender(node, parties))
    }
    contracts = [read_contract(node, tenders) for node in nodes(root, f"{RESULT}/efac:SettledContract")]
    if sum(len(tender.winners) for contract in contracts for tender in contract.tenders) > MOST_WINNERS:
        raise NotReadable(TOO_MANY)
    won = {tender.identifier: tender for contract in contracts for tender in contract.tenders}
    return Results(
        value=money(root, f"{RESULT}/cbc:TotalAmount"),
        framework_maximum=money(root, f"{RESULT}/efbc:OverallMaximumFrameworkContractsAmount"),
        lots=tuple(read_lot_result(node) for node in nodes(root, f"{RESULT}/efac:LotResult")),
        contracts=tuple(contracts),
        tenders=tuple(won.values()),
        tender_values=tuple((key, tender.value) for key, tender in tenders.items() if tender.value),
    )


def members_of(party: Element, pool: dict[str, Organisation]) -> tuple[Organisation, ...]:
    """Who tenders together, each once: a touch point is its organisation."""
    members = every(party, "efac:Tenderer/cbc:ID")
    return tuple({pool[member].identifier: pool[member] for member in members if member in pool}.values())


def read_tender(node: Element, parties: dict[str, tuple[Organisation, ...]]) -> Tender:
    return Tender(
        identifier=first(node, "cbc:ID"),
        lot=first(node, "efac:TenderLot/cbc:ID"),
        winners=parties.get(first(node, "efac:TenderingParty/cbc:ID"), ()),
        value=money(node, "cac:LegalMonetaryTotal/cbc:PayableAmount"),
    )


def read_contract(node: Element, tenders: dict[str, Tender]) -> Contract:
    return Contract(
        identifier=first(node, "cbc:ID"),
        reference=first(node, "efac:ContractReference/cbc:ID"),
        title=line(node, "cbc:Title"),
        concluded_on=day(first(node, "cbc:IssueDate")),
        tenders=tuple(tenders[key] for key in every(node, "efac:LotTender/cbc:ID") if key in tenders),
    )


def read_lot_result(node: Element) -> LotResult:
    """The number of tenders is the one of type "tenders"; the others (electronic, small firms) are parts of it."""
    counts = {
        first(one, "efbc:StatisticsCode"): whole(first(one, "efbc:StatisticsNumeric"))
        for one in nodes(node, "efac:ReceivedSubmissionsStatistics")
    }
    return LotResult(
        identifier=first(node, "cbc:ID"),
        lot=first(node, "efac:TenderLot/cbc:ID"),
        code=first(node, "cbc:TenderResultCode"),
        reason=first(node, "efac:DecisionReason/efbc:DecisionReasonCode"),
        tenders=counts.get("tenders"),
    )
