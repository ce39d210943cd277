"""Who buys, in what leaves the arena: as OCDS parties and as eForms elements that our own reader understands."""

import pytest
from lxml import etree

from interchange.eforms.document import NAMESPACES
from interchange.eforms.facts import Text
from interchange.eforms.reader import read
from interchange.importing import import_notice
from interchange.parties import eforms_buyers, ocds_buyer, ocds_parties, parties_of
from procurements.models import VersionBuyer
from tests import make
from tests.interchange import notices
from tests.interchange.truth import CASES, rows

pytestmark = pytest.mark.django_db
JOINT = [(folder, row) for folder, row in rows() if int(row["n_buyers"] or 0) > 1]


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


def read_back(version):
    """What our reader finds in a notice that holds these buyers and nothing else."""
    out = eforms_buyers(version)
    root = etree.Element(
        "{urn:oasis:names:specification:ubl:schema:xsd:ContractNotice-2}ContractNotice", nsmap=NAMESPACES
    )
    inside = root
    for name in ("ext:UBLExtensions", "ext:UBLExtension", "ext:ExtensionContent", "efext:EformsExtension"):
        prefix, local = name.split(":")
        inside = etree.SubElement(inside, f"{{{NAMESPACES[prefix]}}}{local}")
    inside.append(out.organizations)
    root.extend(out.contracting_parties)
    return read(etree.tostring(root)).buyers


def test_those_who_buy_and_those_who_may_are_parties_and_one_leads(version):
    lead, other = ocds_parties(version)
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
    assert ocds_buyer(version) == {"id": "SE-ORGNR-2120000142", "name": "Fjällviks kommun"}


def test_a_buyer_alone_leads_nobody():
    version = make.notice(buyer=make.buyer(registration_number="5560360793", kind="public-company")).current_version
    [party] = ocds_parties(version)
    assert (party["id"], party["roles"]) == ("SE-BLV-5560360793", ["buyer"])
    assert b"GroupLeadIndicator" not in etree.tostring(eforms_buyers(version).organizations)


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
    [party] = ocds_parties(make.notice(buyer=buyer).current_version)
    assert party["identifier"]["scheme"] == scheme


@pytest.mark.parametrize("fields", [{"kind": "sole-trader"}, {"kind": "inventor"}, {"kind": "company"}])
def test_a_sole_traders_number_never_leaves(fields):
    buyer = make.buyer(registration_number="8001011239", **fields)
    version = make.notice(buyer=buyer).current_version
    [party] = ocds_parties(version)
    assert party["id"] == f"ARENA-{buyer.pk}"
    assert "8001011239" not in str(party) + etree.tostring(eforms_buyers(version).organizations).decode()


def test_what_our_reader_reads_back_is_what_went_out(version):
    lead, other = read_back(version)
    assert (lead.is_lead, other.is_lead) == (True, False)
    assert (lead.legal_type, other.legal_type) == ("la", "la")
    bodies = [buyer.organisation for buyer in (lead, other)]
    assert [body.name for body in bodies] == [Text((("SWE", "Fjällviks kommun"),)), Text((("SWE", "Sørvik kommune"),))]
    assert [(body.numbers, body.country, body.region) for body in bodies] == [
        (("2120000142",), "SWE", "SE224"),
        (("889640782",), "NOR", "NO091"),
    ]


def test_elements_stand_in_the_order_of_the_schemas(version):
    version.buyers.get(is_lead=True).organisation.__class__.objects.update(website="https://fjallvik.example")
    out = eforms_buyers(version)
    organization = out.organizations[0]
    assert names(organization) == ["GroupLeadIndicator", "Company"]
    assert names(organization[1]) == [
        "WebsiteURI",
        "PartyIdentification",
        "PartyName",
        "PostalAddress",
        "PartyLegalEntity",
    ]
    assert names(organization[1][3]) == ["CountrySubentityCode", "Country"]
    assert names(out.contracting_parties[0]) == ["ContractingPartyType", "Party"]


def names(element):
    return [etree.QName(child).localname for child in element]


@pytest.mark.parametrize(("leads", "roles"), [((None, None), []), ((True, False), ["leadBuyer"])])
def test_an_imported_notice_says_who_leads_or_that_nobody_says_it(client, leads, roles):
    organisations = notices.party("ORG-0001", "Fjällviks kommun", number="2120000142", lead=leads[0])
    organisations += notices.party("ORG-0002", "Norrvik stad", lead=leads[1])
    xml = notices.notice(organisations=organisations, buyers=("ORG-0001", "ORG-0002"))
    version = import_notice(read(xml), source="test", at=make.NOW).version
    assert [party.is_lead for party in parties_of(version)] == list(leads)
    assert [party["roles"][1:] for party in ocds_parties(version)] == [roles, []]
    assert ocds_buyer(version)["name"] == "Fjällviks kommun"  # the first, where nobody says it
    assert [buyer.is_lead for buyer in read_back(version)] == list(leads)
    page = client.get(version.notice.get_absolute_url()).content.decode()
    assert ("The notice does not say who leads." in page) == (not roles)


@pytest.mark.skipif(not JOINT, reason="The notices beside the project are not here: set ARENA_CASES_DIR.")
@pytest.mark.parametrize(("folder", "row"), JOINT, ids=[row["filename"] for _, row in JOINT])
def test_the_buyers_of_every_joint_notice_come_back_as_they_came(folder, row):
    facts = read((CASES / folder / row["filename"]).read_bytes())
    version = import_notice(facts, source="test", at=make.NOW).version
    stored = list(version.buyers.select_related("organisation"))
    back = read_back(version)
    leads = [row["lead_buyer"]] if row["lead_buyer"] else []
    assert [buyer.organisation.name for buyer in stored if buyer.is_lead] == leads or not leads
    assert all(buyer.is_lead is None for buyer in stored) == (not leads)
    assert [(b.organisation.name, b.is_lead if len(stored) > 1 else None) for b in stored] == [
        (b.organisation.name.best(), b.is_lead) for b in back
    ]
    assert [b.organisation.registration_number for b in stored] == ["".join(b.organisation.numbers) for b in back]
