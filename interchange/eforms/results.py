"""Who won: the chain from a contract over its tenders to the organisations (standards 2.6)."""

from __future__ import annotations

from interchange.eforms.document import Element, every, first, nodes
from interchange.eforms.facts import Organisation, Results, Tender, once
from interchange.eforms.values import day, money

RESULT = "$X/efac:NoticeResult"


def read_results(root: Element, pool: dict[str, Organisation]) -> Results:
    """SettledContract -> LotTender -> TenderingParty -> Tenderer -> organisation.

    A contract is what makes a tender the winning one: a lot result's own list (OPT-320) holds the losers too, and
    voluntary transparency notices and modifications have contracts without a result code.
    """
    contracts = {first(node, "cbc:ID"): node for node in nodes(root, f"{RESULT}/efac:SettledContract")}
    tenders = {first(node, "cbc:ID"): node for node in nodes(root, f"{RESULT}/efac:LotTender")}
    parties = {first(node, "cbc:ID"): node for node in nodes(root, f"{RESULT}/efac:TenderingParty")}

    def tender(key: str) -> Tender:
        node = tenders[key]
        party = parties.get(first(node, "efac:TenderingParty/cbc:ID"))
        members = every(party, "efac:Tenderer/cbc:ID") if party is not None else ()
        found = {pool[member].identifier: pool[member] for member in members if member in pool}
        return Tender(
            identifier=key,
            lot=first(node, "efac:TenderLot/cbc:ID"),
            winners=tuple(found.values()),
            value=money(node, "cac:LegalMonetaryTotal/cbc:PayableAmount"),
        )

    won = [key for contract in contracts.values() for key in every(contract, "efac:LotTender/cbc:ID")]
    days = [found for node in contracts.values() if (found := day(first(node, "cbc:IssueDate")))]
    values = [(key, money(node, "cac:LegalMonetaryTotal/cbc:PayableAmount")) for key, node in tenders.items()]
    return Results(
        codes=every(root, f"{RESULT}/efac:LotResult/cbc:TenderResultCode"),
        value=money(root, f"{RESULT}/cbc:TotalAmount"),
        framework_maximum=money(root, f"{RESULT}/efbc:OverallMaximumFrameworkContractsAmount"),
        contracts=len(contracts),
        concluded_on=min(days, default=None),
        tenders=tuple(tender(key) for key in once(won) if key in tenders),
        tender_values=tuple((key, value) for key, value in values if value is not None),
    )
