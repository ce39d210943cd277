"""Who takes part, as parties of a release: each once, with the number of its register and all its roles."""

import pytest

from interchange.ocds.parties import Cast, add_buyers
from interchange.ocds.releases import of_version
from procurements.models import VersionBuyer
from tests import make
from tests.interchange.ocds import standard

pytestmark = pytest.mark.django_db


def parties_of(version):
    cast = Cast()
    add_buyers(cast, version)
    return cast.listed()


@pytest.fixture
def version():
    """A published need of three: the lead, one with an option, one that only observes."""
    lead = make.buyer(name="Fjällviks kommun", registration_number="2120000142")
    made = make.notice(buyer=lead).current_version
    others = [
        (lead, "committed"),
        (make.buyer(name="Sørvik kommune", country="NO", registration_number="889640782", region="NO091"), "option"),
        (make.buyer(name="Ser på"), "observer"),
    ]
    for position, (organisation, state) in enumerate(others, start=1):
        VersionBuyer.objects.create(
            version=made, organisation=organisation, position=position, is_lead=organisation == lead, state=state
        )
    return made


def test_those_who_buy_and_those_who_may_are_parties_and_one_leads(version):
    lead, other = parties_of(version)
    assert lead == {
        "id": "SE-ORGNR-2120000142",
        "name": "Fjällviks kommun",
        "identifier": {"scheme": "SE-ORGNR", "id": "2120000142", "legalName": "Fjällviks kommun"},
        "address": {"region": "SE224", "countryName": "Sweden"},
        "details": {
            "classifications": [
                {"scheme": "TED_CA_TYPE", "id": "la"},
                {"scheme": "ARENA_PARTICIPATION", "id": "committed"},
            ]
        },
        "roles": ["buyer", "leadBuyer"],
    }
    assert (other["id"], other["roles"]) == ("NO-BRC-889640782", ["buyer"])
    assert other["details"]["classifications"][-1] == {"scheme": "ARENA_PARTICIPATION", "id": "option"}
    assert add_buyers(Cast(), version) == {"id": "SE-ORGNR-2120000142", "name": "Fjällviks kommun"}


def test_an_imported_buyer_is_what_its_notice_says_it_is():
    version = make.notice(kind="competition").current_version
    version.notice.source_id = "a-notice"
    central = {"awards_for_others": True, "legal_type": "body-pl", "activity": "health"}
    for position, said in enumerate(
        ({**central, "profile_url": "https://kommun.example/inkop"}, {"acquires_to_resell": True, "activity": "urttb"}), start=1
    ):  # fmt: skip
        VersionBuyer.objects.create(version=version, organisation=make.buyer(), position=position, **said)
    first, second = parties_of(version)
    assert first["roles"] == ["buyer", "procuringEntity"]
    assert first["details"] == {
        "buyerProfile": "https://kommun.example/inkop",
        "classifications": [
            {"scheme": "TED_CA_TYPE", "id": "body-pl"},
            {"scheme": "COFOG", "id": "07", "description": "health"},
        ],
    }
    assert second["roles"] == ["buyer", "wholesaleBuyer"]
    assert second["details"]["classifications"][-1] == {"scheme": "eu-main-activity", "id": "urttb"}
    if standard.FOLDER.exists():
        assert standard.problems({"releases": [of_version(version, before=None)]}) == []


def test_a_buyer_alone_leads_nobody():
    version = make.notice(buyer=make.buyer(registration_number="5560360793", kind="public-company")).current_version
    [party] = parties_of(version)
    assert (party["id"], party["roles"]) == ("SE-BLV-5560360793", ["buyer"])


@pytest.mark.parametrize(
    ("country", "number", "scheme"),
    [
        ("NO", "889640782", "NO-BRC"),
        ("DK", "29189803", "DK-CVR"),
        ("FI", "02015869", "FI-PRO"),
        ("PL", "123", "PL-ORGNR"),
    ],
)
def test_a_number_stands_with_the_register_of_its_country(country, number, scheme):
    buyer = make.buyer(country=country, registration_number=number)
    [party] = parties_of(make.notice(buyer=buyer).current_version)
    assert party["identifier"]["scheme"] == scheme


@pytest.mark.parametrize("fields", [{"kind": "sole-trader"}, {"kind": "inventor"}, {"kind": "company"}])
def test_a_sole_traders_number_never_leaves(fields):
    buyer = make.buyer(registration_number="8001011239", **fields)
    version = make.notice(buyer=buyer).current_version
    [party] = parties_of(version)
    assert party["id"] == f"ARENA-{buyer.pk}"
    assert "8001011239" not in str(party)


def test_who_buys_and_sells_in_one_procurement_is_one_party():
    body, cast = make.buyer(), Cast()
    cast.add(body, "buyer", classes=[{"scheme": "TED_CA_TYPE", "id": "la"}])
    cast.add(body, "tenderer", "supplier", scale="large")
    [party] = cast.listed()
    assert party["roles"] == ["buyer", "tenderer", "supplier"]
    assert party["details"]["scale"] == "large"


def test_a_name_alone_is_the_same_party_wherever_it_stands():
    cast = Cast()
    first = cast.add_named("Varnaren AB", "supplier")
    assert cast.add_named(" varnaren ab", "supplier") == {**first, "name": " varnaren ab"}
    assert len(cast.listed()) == 1
