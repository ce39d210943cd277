"""Who buys, in what leaves the arena as eForms, as our own reader understands it."""

import pytest

from interchange.eforms import writing
from interchange.eforms.facts import Text
from interchange.eforms.reader import read
from interchange.importing import import_notice
from interchange.ocds.releases import of_version
from interchange.parties import parties_of
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
    return read(writing.write(version)).buyers


def test_a_buyer_alone_leads_nobody():
    version = make.notice().current_version
    assert b"GroupLeadIndicator" not in writing.write(version)


@pytest.mark.parametrize("fields", [{"kind": "sole-trader"}, {"kind": "inventor"}, {"kind": "company"}])
def test_a_sole_traders_number_never_leaves(fields):
    version = make.notice(buyer=make.buyer(registration_number="8001011239", **fields)).current_version
    assert b"8001011239" not in writing.write(version)


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


@pytest.mark.parametrize(("leads", "roles"), [((None, None), []), ((True, False), ["leadBuyer"])])
def test_an_imported_notice_says_who_leads_or_that_nobody_says_it(client, leads, roles):
    organisations = notices.party("ORG-0001", "Fjällviks kommun", number="2120000142", lead=leads[0])
    organisations += notices.party("ORG-0002", "Norrvik stad", lead=leads[1])
    xml = notices.notice(organisations=organisations, buyers=("ORG-0001", "ORG-0002"))
    version = import_notice(read(xml), source="test", at=make.NOW).version
    assert [party.is_lead for party in parties_of(version)] == list(leads)
    release = of_version(version, before=None)
    assert [party["roles"][1:] for party in release["parties"]] == [roles, []]
    assert release["buyer"]["name"] == "Fjällviks kommun"  # the first, where nobody says it
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
