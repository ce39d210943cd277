"""How it ended: `awards`, `contracts` and `bids` of a release, from an imported notice or from what the buyer recorded here."""

from __future__ import annotations

from decimal import Decimal

from interchange.ocds import codes
from interchange.ocds.codes import Facts, money, without_blanks
from interchange.ocds.parties import Cast
from procurements.models import Kind, LotResult, NoticeVersion, Outcome, OutcomeWinner, SettledContract


def results_of(version: NoticeVersion, cast: Cast) -> Facts:
    """Of an imported notice. Its own identifiers ("RES-0001") begin anew in every notice, so the notice's code stands after them.

    The notice ties a contract to its lots; a contract belongs to the award of its first lot, as OCDS has room for one.
    """
    end = version.notice.code
    results, contracts = list(version.lot_results.all()), list(version.contracts.all())
    awards = [_award(result, contracts, cast, end) for result in results if result.code in codes.AWARD_OF_RESULT]
    if not results and not contracts:
        awards = [
            {
                "id": f"AWARD-{place}-{end}",
                "status": "active",
                "suppliers": [cast.add(winner.organisation, "tenderer", "supplier")],
                **_valued(winner.value, winner.currency),
            }
            for place, winner in enumerate(version.winners.all(), start=1)
        ]
    settled = [_contract(contract, results, awards, cast, version) for contract in contracts]
    counts = [
        without_blanks(
            {"id": f"{one.identifier}-{end}", "measure": "bids", "value": one.tenders, "relatedLot": one.lot}
        )
        for one in results
        if one.tenders is not None
    ]
    return without_blanks({"awards": awards, "contracts": settled, "bids": {"statistics": counts} if counts else {}})


def _award(result: LotResult, contracts: list[SettledContract], cast: Cast, end: str) -> Facts:
    won = result.code == "selec-w"
    mine = [one for one in contracts if won and result.lot in one.lots]
    values = [one.value for one in mine if one.value is not None and one.lots == [result.lot]]
    currencies = {one.currency for one in mine}
    is_whole = len(values) == len(mine) and len(currencies) == 1  # a part of the sum would be a wrong sum
    suppliers = {winner.organisation_id: winner.organisation for one in mine for winner in one.winners.all()}
    return without_blanks(
        {
            "id": f"{result.identifier}-{end}",
            "status": codes.AWARD_OF_RESULT[result.code],
            "description": result.reason,
            "relatedLots": [result.lot] if result.lot else [],
            "suppliers": [cast.add(body, "tenderer", "supplier") for body in suppliers.values()],
            **(_valued(sum(values, Decimal()), currencies.pop()) if is_whole else {}),
        }
    )


def _contract(
    contract: SettledContract, results: list[LotResult], awards: list[Facts], cast: Cast, version: NoticeVersion
) -> Facts:
    """`awards` grows by one where no result of the notice is about a lot of the contract."""
    end = version.notice.code
    suppliers = [
        cast.add(winner.organisation, "tenderer", "supplier", scale=winner.size if winner.size in codes.SCALES else "")
        for winner in contract.winners.all()
    ]
    award = next(
        (f"{one.identifier}-{end}" for one in results if one.code == "selec-w" and one.lot in contract.lots), ""
    )
    if not award:
        award = f"{contract.identifier}-{end}"
        own = {"id": award, "status": "active", "suppliers": suppliers, "relatedLots": contract.lots}
        awards.append(without_blanks({**own, **_valued(contract.value, contract.currency)}))
    return without_blanks(
        {
            "id": f"{contract.identifier}-{end}",
            "awardID": award,
            "title": contract.title,
            "status": "terminated" if version.notice.kind == Kind.COMPLETION else "active",
            "dateSigned": f"{contract.concluded_on.isoformat()}T00:00:00Z" if contract.concluded_on else "",
            **_valued(contract.value, contract.currency),
        }
    )


def outcome_of(outcome: Outcome, before: Outcome | None, cast: Cast) -> Facts:
    """Of a notice that was written here. A supplier that a correction no longer names has a cancelled award."""
    code = outcome.notice.code
    winners = list(outcome.winners.all())
    decided = f"{outcome.decided_on.isoformat()}T00:00:00Z"
    awards = [
        without_blanks(
            {
                "id": _award_id(winner, code),
                "status": "active",
                "date": decided,
                "description": outcome.text,
                "suppliers": [_supplier(winner, cast)],
                **_valued(winner.value, winner.currency),
            }
        )
        for winner in winners
    ]
    standing = {award["id"] for award in awards}
    for winner in before.winners.all() if before else ():
        if _award_id(winner, code) not in standing:
            awards.append({"id": _award_id(winner, code), "status": "cancelled", "date": decided})
    counts = [{"id": f"tenders-{code}", "measure": "bids", "value": outcome.tenders}] if outcome.tenders else []
    return without_blanks({"awards": awards, "bids": {"statistics": counts} if counts else {}})


def _award_id(winner: OutcomeWinner, code: str) -> str:
    """The same for the same supplier in every correction."""
    return f"AWARD-{code}-{_supplier(winner, Cast())['id']}"


def _supplier(winner: OutcomeWinner, cast: Cast) -> Facts:
    scale = {True: "sme", False: "large", None: ""}[winner.is_small]
    if winner.organisation:
        return cast.add(winner.organisation, "tenderer", "supplier", scale=scale)
    return cast.add_named(winner.name, "tenderer", "supplier", scale=scale)


def _valued(value: Decimal | None, currency: str) -> Facts:
    found = money(value, currency)
    return {"value": found} if found else {}
