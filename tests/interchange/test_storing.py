"""Every field that a notice states has its column."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from interchange.eforms.reader import read
from interchange.importing import import_notice
from procurements.models import SettledContract
from tests import make
from tests.interchange import notices

pytestmark = pytest.mark.django_db
POOL = notices.BUYER + notices.party("ORG-0002", "Havlys AS") + notices.party("ORG-0003", "Taperen AS")


def imported(**fields):
    return import_notice(read(notices.notice(**fields)), source="test", at=make.NOW).version


def coded(list_name, code):
    return f'<cbc:ProcurementTypeCode listName="{list_name}">{code}</cbc:ProcurementTypeCode>'


TERMS = """<cbc:FundingProgramCode listName="eu-funded">eu-funds</cbc:FundingProgramCode>
<cbc:VariantConstraintCode>allowed</cbc:VariantConstraintCode>
<cac:ContractExecutionRequirement><cbc:ExecutionRequirementCode listName="conditions">x</cbc:ExecutionRequirementCode>
<cbc:Description languageID="SWE">Leverantören behåller sina rättigheter.</cbc:Description></cac:ContractExecutionRequirement>
<cac:CallForTendersDocumentReference><cbc:DocumentType>non-restricted-document</cbc:DocumentType><cac:Attachment>
<cac:ExternalReference><cbc:URI>https://docs.example/1</cbc:URI></cac:ExternalReference></cac:Attachment></cac:CallForTendersDocumentReference>
<cac:TenderRecipientParty><cbc:EndpointID>https://tenders.example/1</cbc:EndpointID></cac:TenderRecipientParty>"""
PROCESS = f"""{notices.deadline()}
<cac:ContractingSystem><cbc:ContractingSystemTypeCode listName="framework-agreement">fa-wo-rc</cbc:ContractingSystemTypeCode></cac:ContractingSystem>
<cac:ContractingSystem><cbc:ContractingSystemTypeCode listName="dps-usage">none</cbc:ContractingSystemTypeCode></cac:ContractingSystem>"""
KINDS = (
    """<cbc:SMESuitableIndicator>true</cbc:SMESuitableIndicator><cac:ProcurementAdditionalType>
<cbc:ProcurementTypeCode listName="strategic-procurement">inn-pur</cbc:ProcurementTypeCode>
<cbc:ProcurementType languageID="SWE">Något nytt.</cbc:ProcurementType></cac:ProcurementAdditionalType>"""
    + notices.kind("environmental-impact", "circ-econ")
    + notices.kind("social-objective", "gen-eq")
    + notices.kind("gpp-criteria", "eu")
)


def test_a_lot_keeps_everything_that_it_states():
    version = imported(lots=notices.lot(terms=TERMS, process=PROCESS, kinds=KINDS, value=notices.amount("10.50")))
    lot = version.lots.get()
    assert (lot.strategic, lot.environment, lot.social, lot.gpp) == (["inn-pur"], ["circ-econ"], ["gen-eq"], ["eu"])
    assert (version.social, version.gpp) == (["gen-eq"], ["eu"])
    assert (lot.strategic_text, lot.terms) == ("Något nytt.", "Leverantören behåller sina rättigheter.")
    assert (lot.framework, lot.dps, lot.variants) == ("fa-wo-rc", "none", "allowed")
    assert (lot.is_eu_funded, lot.fits_small_firms, lot.is_part) == (True, True, False)
    assert (lot.documents_url, lot.submission_url) == ("https://docs.example/1", "https://tenders.example/1")
    assert (lot.value, lot.currency, lot.framework_maximum) == (Decimal("10.50"), "SEK", None)


TIMES = "".join(
    (
        notices.deadline("2026-12-20+01:00"),
        notices.deadline("2026-12-02+01:00", tag="ParticipationRequestReceptionPeriod"),
        notices.deadline("2026-11-30+01:00", tag="AdditionalInformationRequestPeriod"),
        "<cac:AuctionTerms><cbc:AuctionConstraintIndicator>false</cbc:AuctionConstraintIndicator></cac:AuctionTerms>",
    )
)
CRITERIA = "".join(
    f"""<cac:AwardingTerms><cac:AwardingCriterion><cac:SubordinateAwardingCriterion><cbc:AwardingCriterionTypeCode
listName="award-criterion-type">{code}</cbc:AwardingCriterionTypeCode></cac:SubordinateAwardingCriterion>
</cac:AwardingCriterion></cac:AwardingTerms>"""
    for code in ("price", "quality")
)


def test_a_lot_keeps_each_of_its_times_under_its_name_and_how_it_is_awarded():
    lot = imported(lots=notices.lot(terms=CRITERIA, process=TIMES)).lots.get()
    assert (lot.tenders_until, lot.requests_until, lot.questions_until) == (
        datetime(2026, 12, 20, 11, tzinfo=UTC),
        datetime(2026, 12, 2, 11, tzinfo=UTC),
        datetime(2026, 11, 30, 11, tzinfo=UTC),
    )
    assert (lot.expressions_until, lot.answers_until) == (None, None)
    assert (lot.award_criteria, lot.has_auction) == (["price", "quality"], False)


def test_what_a_lot_does_not_say_is_not_guessed():
    lot = imported(lots=notices.lot()).lots.get()
    assert (lot.is_eu_funded, lot.fits_small_firms, lot.value, lot.currency) == (None, None, None, "")
    assert (lot.has_auction, lot.starts_on, lot.duration, lot.award_criteria) == (None, None, None, [])


def test_a_maximum_in_another_currency_than_the_value_is_not_kept():
    maximum = notices.extension('<efbc:FrameworkMaximumAmount currencyID="EUR">9</efbc:FrameworkMaximumAmount>')
    lot = imported(lots=notices.lot(value=maximum + notices.amount("10"))).lots.get()
    assert (lot.value, lot.currency, lot.framework_maximum) == (Decimal(10), "SEK", None)
    alone = imported(lots=notices.lot(value=maximum)).lots.get()
    assert (alone.value, alone.currency, alone.framework_maximum) == (None, "EUR", Decimal(9))


def test_every_language_is_kept_once_beside_the_one_that_is_read():
    titles = (("ENG", "Early detection"), ("SWE", "Tidig upptäckt"), ("FIN", "Varhainen havaitseminen"))
    version = imported(titles=titles, language="ENG")
    assert (version.language, version.title, version.description.split("\n")[0]) == (
        "sv",
        "Tidig upptäckt",
        "Vi söker en tjänst.",
    )
    assert list(version.texts.values_list("language", "title", "description")) == [
        ("en", "Early detection", ""),
        ("fi", "Varhainen havaitseminen", ""),
    ]


def test_norwegian_and_bokmal_are_one_language():
    version = imported(titles=(("NOR", "Tidlig varsling"), ("NOB", "Tidlig varsling av fall")), language="NOR")
    assert (version.language, version.texts.count()) == ("nb", 0)


RESULT = """<efac:NoticeResult>
<efac:LotResult><cbc:ID>RES-0001</cbc:ID><cbc:TenderResultCode>selec-w</cbc:TenderResultCode>
  <efac:ReceivedSubmissionsStatistics><efbc:StatisticsCode>t-esubm</efbc:StatisticsCode><efbc:StatisticsNumeric>2</efbc:StatisticsNumeric></efac:ReceivedSubmissionsStatistics>
  <efac:ReceivedSubmissionsStatistics><efbc:StatisticsCode>tenders</efbc:StatisticsCode><efbc:StatisticsNumeric>3</efbc:StatisticsNumeric></efac:ReceivedSubmissionsStatistics>
  <efac:TenderLot><cbc:ID>LOT-0001</cbc:ID></efac:TenderLot></efac:LotResult>
<efac:LotResult><cbc:ID>RES-0002</cbc:ID><cbc:TenderResultCode>clos-nw</cbc:TenderResultCode>
  <efac:DecisionReason><efbc:DecisionReasonCode>no-rece</efbc:DecisionReasonCode></efac:DecisionReason>
  <efac:TenderLot><cbc:ID>LOT-0002</cbc:ID></efac:TenderLot></efac:LotResult>
<efac:LotTender><cbc:ID>TEN-0001</cbc:ID><cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="SEK">1000</cbc:PayableAmount></cac:LegalMonetaryTotal>
  <efac:TenderingParty><cbc:ID>TPA-0001</cbc:ID></efac:TenderingParty><efac:TenderLot><cbc:ID>LOT-0001</cbc:ID></efac:TenderLot></efac:LotTender>
<efac:SettledContract><cbc:ID>CON-0001</cbc:ID><cbc:IssueDate>2026-11-02+01:00</cbc:IssueDate><cbc:Title languageID="SWE">Avtal om larm</cbc:Title>
  <efac:ContractReference><cbc:ID>2026/17</cbc:ID></efac:ContractReference><efac:LotTender><cbc:ID>TEN-0001</cbc:ID></efac:LotTender></efac:SettledContract>
<efac:TenderingParty><cbc:ID>TPA-0001</cbc:ID><efac:Tenderer><cbc:ID>ORG-0002</cbc:ID></efac:Tenderer><efac:Tenderer><cbc:ID>ORG-0003</cbc:ID></efac:Tenderer></efac:TenderingParty>
</efac:NoticeResult>"""
AWARD = {"root": "ContractAwardNotice", "form": "result", "type_": "can-standard", "extensions": RESULT}


def test_how_each_lot_ended_and_each_contract_with_its_winners_is_kept():
    version = imported(**AWARD, organisations=POOL)
    assert list(version.lot_results.values_list("identifier", "lot", "code", "reason", "tenders")) == [
        ("RES-0001", "LOT-0001", "selec-w", "", 3),
        ("RES-0002", "LOT-0002", "clos-nw", "no-rece", None),
    ]
    contract = version.contracts.get()
    assert (contract.identifier, contract.reference, contract.title) == ("CON-0001", "2026/17", "Avtal om larm")
    assert (contract.lots, contract.concluded_on) == (["LOT-0001"], date(2026, 11, 2))
    assert (contract.value, contract.currency) == (Decimal(1000), "SEK")
    assert {one.organisation.name for one in contract.winners.all()} == {"Havlys AS", "Taperen AS"}
    assert set(version.winners.values_list("organisation__name", "value")) == {
        ("Havlys AS", None),
        ("Taperen AS", None),
    }


def test_a_person_who_won_leaves_neither_name_nor_number():
    pool = notices.BUYER + notices.party("ORG-0002", "Berit Berg", number="640823-3234", is_person=True)
    pool += notices.party("ORG-0003", "Bergs snickeri", number="640823-3234")
    version = imported(**AWARD, organisations=pool)
    assert [one.organisation.name for one in version.contracts.get().winners.all()] == ["Bergs snickeri"]
    assert Organisation.objects.get(name="Bergs snickeri").registration_number == ""
    assert not Organisation.objects.filter(name__contains="Berit").exists()


def test_contracts_of_one_name_and_none_are_kept_apart():
    twice = RESULT.replace(
        "</efac:NoticeResult>",
        "<efac:SettledContract/><efac:SettledContract><cbc:ID>CON-0001</cbc:ID></efac:SettledContract></efac:NoticeResult>",
    )
    version = imported(**{**AWARD, "extensions": twice}, organisations=POOL)
    assert list(SettledContract.objects.filter(version=version).values_list("identifier", flat=True)) == [
        "CON-0001",
        "CON-?2",
    ]


@pytest.mark.parametrize(("marks", "leads"), [((None, None), [None, None]), ((False, True), [False, True])])
def test_who_leads_is_stated_or_left_open(marks, leads):
    names = ("Fjällviks kommun", "Älvmyra kommun")
    pool = "".join(
        notices.party(f"ORG-000{n}", name, lead=mark) for n, (name, mark) in enumerate(zip(names, marks, strict=True))
    )
    version = imported(organisations=pool, buyers=["ORG-0000", "ORG-0001"])
    assert [buyer.is_lead for buyer in version.buyers.all()] == leads
    assert version.notice.procurement.organisation.name == names[leads.index(True) if True in leads else 0]


def test_what_is_read_takes_few_questions_to_the_database():
    imported(organisations=POOL, extensions=RESULT)
    with CaptureQueriesContext(connection) as asked:
        imported(organisations=POOL, extensions=RESULT)
    with CaptureQueriesContext(connection) as asked_for_many:
        imported(organisations=POOL, extensions=RESULT, lots="".join(notices.lot(f"LOT-{n}") for n in range(50)))
    assert len(asked) <= 45
    assert len(asked_for_many) == len(asked)
