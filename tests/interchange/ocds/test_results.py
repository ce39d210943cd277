"""How an imported notice ended, as awards, contracts and counted tenders."""

from datetime import date
from decimal import Decimal

import pytest

from interchange.ocds.releases import of_version
from procurements.models import ContractWinner, Lot, LotResult, SettledContract, Winner
from tests import make
from tests.interchange.ocds import standard

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    """An award of three lots: won, not won, still open."""
    made = make.notice(kind="competition").current_version
    made.notice.kind = "award"
    for place, code in enumerate(("selec-w", "clos-nw", "open-nw"), start=1):
        Lot.objects.create(version=made, identifier=f"LOT-000{place}", title=f"Del {place}")
        LotResult.objects.create(
            version=made, identifier=f"RES-000{place}", lot=f"LOT-000{place}", code=code, tenders=place - 1,
            reason="all-rej" if code == "clos-nw" else "",
        )  # fmt: skip
    return made


def settled(version, *, number=1, lots=("LOT-0001",), value=500, winners=1, currency="SEK"):
    contract = SettledContract.objects.create(
        version=version, identifier=f"CON-000{number}", title="Avtal", lots=list(lots), concluded_on=date(2026, 11, 2),
        value=None if value is None else Decimal(value), currency="" if value is None else currency,
    )  # fmt: skip
    for place in range(winners):
        ContractWinner.objects.create(contract=contract, organisation=make.supplier(name=f"Firma {number}{place}"))
    return contract


def told(version):
    found = of_version(version, before=None)
    if standard.FOLDER.exists():
        assert standard.problems({"releases": [found]}) == []
    return found


def test_each_decided_lot_has_an_award_and_each_lot_its_status(version):
    settled(version, winners=2)
    found, end = told(version), version.notice.code
    assert found["tag"] == ["award", "contract"]
    won, lost = found["awards"]
    assert (won["id"], won["status"], won["relatedLots"]) == (f"RES-0001-{end}", "active", ["LOT-0001"])
    assert [one["name"] for one in won["suppliers"]] == ["Firma 10", "Firma 11"]
    assert won["value"] == {"amount": 500, "currency": "SEK"}
    assert (lost["status"], lost["description"]) == ("unsuccessful", "all-rej")
    assert [lot["status"] for lot in found["tender"]["lots"]] == ["complete", "unsuccessful", "active"]
    assert [one["value"] for one in found["bids"]["statistics"]] == [0, 1, 2]
    [contract] = found["contracts"]
    assert contract == {
        "id": f"CON-0001-{end}",
        "awardID": won["id"],
        "title": "Avtal",
        "status": "active",
        "dateSigned": "2026-11-02T00:00:00Z",
        "value": {"amount": 500, "currency": "SEK"},
    }


@pytest.mark.parametrize(
    "contracts",
    [
        [{"value": 500}, {"value": None}],
        [{"value": 500}, {"value": 500, "currency": "NOK"}],
        [{"value": 500, "lots": ("LOT-0001", "LOT-0002")}],
    ],
)
def test_an_award_has_no_value_where_only_a_part_of_it_is_known(version, contracts):
    for number, said in enumerate(contracts, start=1):
        settled(version, number=number, **said)
    assert "value" not in told(version)["awards"][0]


def test_a_contract_without_a_result_has_an_award_of_its_own():
    version = make.notice(kind="competition").current_version
    version.notice.kind = "preannouncement"
    settled(version)
    found = told(version)
    [award], [contract] = found["awards"], found["contracts"]
    assert contract["awardID"] == award["id"]
    assert award["suppliers"][0]["name"] == "Firma 10"


def test_a_supplier_has_the_size_that_the_award_gave_it(version):
    contract = settled(version, winners=0)
    for name, size in (("Liten AB", "small"), ("Okänd AB", "unknown-size"), ("Tyst AB", "")):
        ContractWinner.objects.create(contract=contract, organisation=make.supplier(name=name), size=size)
    sizes = {party["name"]: party.get("details", {}).get("scale") for party in told(version)["parties"]}
    assert (sizes["Liten AB"], sizes["Okänd AB"], sizes["Tyst AB"]) == ("small", None, None)


def test_winners_alone_are_awards():
    version = make.notice(kind="competition").current_version
    version.notice.kind = "award"
    Winner.objects.create(version=version, organisation=make.supplier(name="Firma"), value=Decimal(9), currency="SEK")
    [award] = told(version)["awards"]
    assert (award["suppliers"][0]["name"], award["value"]["amount"]) == ("Firma", 9)


def test_nothing_won_at_all_is_an_unsuccessful_tender():
    alone = make.notice(kind="competition").current_version
    alone.notice.kind = "award"
    LotResult.objects.create(version=alone, identifier="RES-0001", lot="LOT-0001", code="clos-nw")
    assert told(alone)["tender"]["status"] == "unsuccessful"


def test_the_number_of_a_sole_trader_that_won_is_told_nowhere(version):
    contract = settled(version, winners=0)
    trader = make.supplier(name="Ensam", registration_number="8001011239", kind="sole-trader")
    ContractWinner.objects.create(contract=contract, organisation=trader)
    found = told(version)
    assert found["awards"][0]["suppliers"] == [{"id": f"ARENA-{trader.pk}", "name": "Ensam"}]
    assert "8001011239" not in str(found)
