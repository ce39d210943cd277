"""NoticeFacts -> eForms XML: the reader's mirror. What `reader.read` finds in the file are the same facts again."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from lxml import etree

from interchange.eforms.document import EXTENSION, NAMESPACES, Element
from interchange.eforms.facts import (
    Buyer,
    Change,
    Contract,
    Deadlines,
    Lot,
    LotResult,
    Money,
    NoticeFacts,
    Organisation,
    Results,
    Tender,
    Text,
)
from interchange.eforms.writing_order import arrange

UBL = "2.3"
# What XML 1.0 cannot hold, escaped or not: control characters, halves of surrogate pairs, two that are no characters.
IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
AUTHORITY_ACTIVITIES = (  # BT-10; what is not here is an activity of an entity, BT-610
    "defence", "econ-aff", "education", "env-pro", "gen-pub", "hc-am", "health", "pub-os", "rcr", "soc-pro",
)  # fmt: skip
PROJECT, TOTAL = "cac:ProcurementProject", "cac:RequestedTenderTotal"
PLACE = "cac:RealizedLocation/cac:Address/"
PROCESS, TERMS = "cac:TenderingProcess", "cac:TenderingTerms"


def possible(words: str) -> str:
    """The words without the characters that no XML document can hold; markup among them is escaped later on, by lxml."""
    return IMPOSSIBLE.sub("", words)


def xml_of(root: Element) -> bytes:
    """The document, with its elements in the order of the schemas."""
    arrange(root)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def element_of(facts: NoticeFacts) -> Element:
    """The root element, in no order yet; whoever writes may add to it what the facts have no place for."""
    own = f"urn:oasis:names:specification:ubl:schema:xsd:{facts.root}-2"
    own_and_others: Any = {None: own} | NAMESPACES  # the stubs know no default namespace
    root: Element = etree.Element(f"{{{own}}}{facts.root}", nsmap=own_and_others)
    _write_head(root, facts)
    for organisation in facts.organisations:
        _write_organisation(root, organisation, facts.buyers)
    for buyer in facts.buyers:
        _write_buyer(root, buyer)
    _write_procedure(root, facts)
    for lot in facts.lots:
        _write_lot(root, lot)
    if facts.change:
        _write_change(new(root, "$X/efac:Changes"), facts.change, "change-corrig-justification")
    if facts.modification:
        _write_change(new(root, "$X/efac:ContractModification"), facts.modification, "modification-justification")
    _write_results(root, facts.results)
    return root


# --- elements --------------------------------------------------------------------------------------------------------


def tag(name: str) -> str:
    prefix, _colon, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def new(node: Element, path: str, words: str = "", **attributes: str) -> Element:
    """A new element at the path; what leads to it is made where it is missing. `$X` is the way into eForms' extensions."""
    *way, last = path.replace("$X", EXTENSION).split("/")
    for name in way:
        found = node.find(tag(name))
        node = found if found is not None else etree.SubElement(node, tag(name))
    element: Element = etree.SubElement(node, tag(last), {name: possible(value) for name, value in attributes.items()})
    element.text = possible(words) or None
    return element


def put(node: Element, path: str, words: str, **attributes: str) -> None:
    """The same where there is something to say."""
    if words:
        new(node, path, words, **attributes)


def put_text(node: Element, path: str, text: Text) -> None:
    """One element a language."""
    for language, words in text.versions:
        put(node, path, words, **({"languageID": language} if language else {}))


def put_money(node: Element, path: str, value: Money | None) -> None:
    if value is not None:
        new(node, path, format(value.amount, "f"), currencyID=value.currency)


def put_moment(node: Element, path: str, moment: datetime | None, *, part: str = "End") -> None:
    """Date and time in two elements, each with the moment's own offset."""
    if moment is not None:
        words = moment.isoformat(timespec="seconds")  # "2026-12-20T12:00:00+01:00"
        new(node, f"{path}cbc:{part}Date", words[:10] + words[19:])
        new(node, f"{path}cbc:{part}Time", words[11:])


def put_truth(node: Element, path: str, says: bool | None) -> None:
    if says is not None:
        new(node, path, str(says).lower())


def put_day(node: Element, path: str, day: date | None) -> None:
    if day is not None:
        new(node, path, f"{day.isoformat()}Z")


# --- parts of a notice -----------------------------------------------------------------------------------------------


def _write_head(root: Element, facts: NoticeFacts) -> None:
    new(root, "cbc:UBLVersionID", UBL)
    put(root, "cbc:CustomizationID", facts.sdk)
    put(root, "cbc:ID", facts.identifier, schemeName="notice-id")
    put(root, "cbc:ContractFolderID", facts.procedure_id)
    put_moment(root, "", facts.dispatched_at, part="Issue")
    put(root, "cbc:VersionID", facts.version)
    put_day(root, "cbc:PlannedDate", facts.planned_on)
    put_day(root, "cbc:RequestedPublicationDate", facts.preferred_on)
    put(root, "cbc:RegulatoryDomain", facts.legal_basis)
    new(root, "cbc:NoticeTypeCode", facts.notice_type, listName=facts.form_type)
    put(root, "cbc:NoticeLanguageCode", facts.language)
    for language in facts.extra_languages:
        new(new(root, "cac:AdditionalNoticeLanguage"), "cbc:ID", language)
    put(root, "$X/efac:NoticeSubType/cbc:SubTypeCode", facts.subtype, listName="notice-subtype")
    publication = "$X/efac:Publication/"
    put(root, f"{publication}efbc:NoticePublicationID", facts.publication_number, schemeName="ojs-notice-id")
    put(root, f"{publication}efbc:GazetteID", facts.gazette, schemeName="ojs-id")
    put_day(root, f"{publication}efbc:PublicationDate", facts.published_on)


def _write_organisation(root: Element, body: Organisation, buyers: tuple[Buyer, ...]) -> None:
    organization = new(root, "$X/efac:Organizations/efac:Organization")
    for name, holds in (
        ("AcquiringCPB", body.acquires_to_resell),
        ("AwardingCPB", body.awards_for_others),
        ("NaturalPerson", body.is_person),
    ):
        put(organization, f"efbc:{name}Indicator", "true" if holds else "")
    leads = {buyer.is_lead for buyer in buyers if buyer.organisation.identifier == body.identifier} - {None}
    put_truth(organization, "efbc:GroupLeadIndicator", body.leads if body.leads or leads else None)
    company = new(organization, "efac:Company")
    put(company, "cbc:WebsiteURI", body.website)
    put(company, "efbc:CompanySizeCode", body.size, listName="economic-operator-size")
    put(company, "cac:PartyIdentification/cbc:ID", body.identifier, schemeName="organization")
    put_text(company, "cac:PartyName/cbc:Name", body.name)
    put(company, "cac:PostalAddress/cbc:CityName", body.city)
    put(company, "cac:PostalAddress/cbc:CountrySubentityCode", body.region, listName="nuts-lvl3")
    put(company, "cac:PostalAddress/cac:Country/cbc:IdentificationCode", body.country, listName="country")
    for number in body.numbers:
        new(new(company, "cac:PartyLegalEntity"), "cbc:CompanyID", number)
    put(company, "cac:Contact/cbc:ElectronicMail", body.email)


def _write_buyer(root: Element, buyer: Buyer) -> None:
    party = new(root, "cac:ContractingParty")
    put(party, "cbc:BuyerProfileURI", buyer.profile_url)
    put(party, "cac:ContractingPartyType/cbc:PartyTypeCode", buyer.legal_type, listName="buyer-legal-type")
    activities = "authority-activity" if buyer.activity in AUTHORITY_ACTIVITIES else "entity-activity"
    put(party, "cac:ContractingActivity/cbc:ActivityTypeCode", buyer.activity, listName=activities)
    key = buyer.organisation.identifier
    put(party, "cac:Party/cac:PartyIdentification/cbc:ID", key, schemeName="organization")


def _write_procedure(root: Element, facts: NoticeFacts) -> None:
    for reference in once_apart(facts):
        new(new(root, f"{PROCESS}/cac:NoticeDocumentReference"), "cbc:ID", reference)
    put(root, f"{PROCESS}/cbc:ProcedureCode", facts.procedure, listName="procurement-procedure-type")
    put_text(root, f"{PROCESS}/cbc:Description", facts.procedure_features)
    for list_name, codes in (
        ("accelerated-procedure", [facts.accelerated] if facts.accelerated else []),
        ("direct-award-justification", facts.direct_award_reasons),
    ):
        for code in codes:
            new(new(root, f"{PROCESS}/cac:ProcessJustification"), "cbc:ProcessReasonCode", code, listName=list_name)
    project = new(root, PROJECT)
    put(project, "cbc:ID", facts.reference, schemeName="InternalID")
    put_text(project, "cbc:Name", facts.title)
    put_text(project, "cbc:Description", facts.description)
    put(project, "cbc:ProcurementTypeCode", facts.nature, listName="contract-nature")
    put_text(project, "cbc:Note", facts.note)
    _write_object(project, facts.cpv_main, facts.cpv_additional, facts.regions, facts.countries)
    put(project, PLACE + "cbc:Region", facts.anywhere)
    _write_values(project, facts.procedure_value, facts.procedure_framework_maximum)


def once_apart(facts: NoticeFacts) -> list[str]:
    """The earlier notices that no lot names (OPP-090); a lot's own are written with it (BT-125)."""
    of_lots = {reference for lot in facts.lots for reference in lot.previous}
    return [reference for reference in facts.previous if reference not in of_lots]


def _write_object(
    project: Element, main: str, additional: tuple[str, ...], regions: tuple[str, ...], lands: tuple[str, ...]
) -> None:
    """What it concerns and where. A region stands with its country where that is among the countries."""
    code = "cbc:ItemClassificationCode"
    put(project, f"cac:MainCommodityClassification/{code}", main, listName="cpv")
    for one in additional:
        new(new(project, "cac:AdditionalCommodityClassification"), code, one, listName="cpv")
    left = list(lands)
    for region in regions:
        address = new(new(project, "cac:RealizedLocation"), "cac:Address")
        new(address, "cbc:CountrySubentityCode", region, listName="nuts-lvl3")
        if left:
            new(address, "cac:Country/cbc:IdentificationCode", left.pop(0), listName="country")
    for country in left:
        address = new(new(project, "cac:RealizedLocation"), "cac:Address")
        new(address, "cac:Country/cbc:IdentificationCode", country, listName="country")


def _write_values(project: Element, value: Money | None, framework_maximum: Money | None) -> None:
    put_money(project, f"{TOTAL}/cbc:EstimatedOverallContractAmount", value)
    put_money(project, f"{TOTAL}/$X/efbc:FrameworkMaximumAmount", framework_maximum)


def _write_lot(root: Element, lot: Lot) -> None:
    node = new(root, "cac:ProcurementProjectLot")
    new(node, "cbc:ID", lot.identifier, schemeName="Part" if lot.is_part else "Lot")
    _write_terms(node, lot)
    _write_process(node, lot)
    project = new(node, PROJECT)
    put_text(project, "cbc:Name", lot.title)
    put_text(project, "cbc:Description", lot.description)
    put(project, "cbc:ProcurementTypeCode", lot.nature, listName="contract-nature")
    put_truth(project, "cbc:SMESuitableIndicator", lot.fits_small_firms)
    _write_aims(project, lot)
    _write_values(project, lot.value, lot.framework_maximum)
    _write_object(project, lot.cpv_main, lot.cpv_additional, lot.regions, lot.countries)
    put(project, PLACE + "cbc:Region", lot.anywhere)
    put_day(project, "cac:PlannedPeriod/cbc:StartDate", lot.starts_on)
    if lot.duration is not None:
        unit = {"unitCode": lot.duration_unit} if lot.duration_unit else {}
        new(project, "cac:PlannedPeriod/cbc:DurationMeasure", str(lot.duration), **unit)


def _write_aims(project: Element, lot: Lot) -> None:
    """BT-06 with its description (BT-777) at every aim but "none", then what kind of new, green and social it is."""

    def aim(list_name: str, code: str) -> Element:
        node = new(project, "cac:ProcurementAdditionalType")
        new(node, "cbc:ProcurementTypeCode", code, listName=list_name)
        return node

    nodes = [aim("strategic-procurement", code) for code in lot.strategic]
    described = [node for node, code in zip(nodes, lot.strategic, strict=True) if code != "none"] or nodes[:1]
    if lot.strategic_description and not described:
        described = [aim("strategic-procurement", "")]
    for node in described:
        put_text(node, "cbc:ProcurementType", lot.strategic_description)
    for list_name, codes in (
        ("innovative-acquisition", lot.innovation),
        ("environmental-impact", lot.environment),
        ("social-objective", lot.social),
        ("gpp-criteria", lot.gpp),
        ("accessibility", (lot.accessibility,) if lot.accessibility else ()),
    ):
        for code in codes:
            aim(list_name, code)


def _write_terms(node: Element, lot: Lot) -> None:
    put(node, f"{TERMS}/cbc:VariantConstraintCode", lot.variants, listName="permission")
    for code in lot.eu_funded:
        new(node, f"{TERMS}/cbc:FundingProgramCode", code, listName="eu-funded")
    if lot.documents_url:
        documents = new(node, f"{TERMS}/cac:CallForTendersDocumentReference")
        new(documents, "cbc:ID", lot.identifier)
        new(documents, "cbc:DocumentType", "non-restricted-document")
        new(documents, "cac:Attachment/cac:ExternalReference/cbc:URI", lot.documents_url)
    put(node, f"{TERMS}/cac:TenderRecipientParty/cbc:EndpointID", lot.submission_url)
    if lot.performance_terms:
        conditions = new(node, f"{TERMS}/cac:ContractExecutionRequirement")
        new(conditions, "cbc:ExecutionRequirementCode", "performance", listName="conditions")
        put_text(conditions, "cbc:Description", lot.performance_terms)
    for code in lot.award_criteria:
        write_criterion(node, code)


def write_criterion(lot: Element, code: str) -> None:
    """BT-539."""
    criterion = new(lot, f"{TERMS}/cac:AwardingTerms/cac:AwardingCriterion/cac:SubordinateAwardingCriterion")
    new(criterion, "cbc:AwardingCriterionTypeCode", code, listName="award-criterion-type")


def _write_process(node: Element, lot: Lot) -> None:
    system = f"{PROCESS}/cac:ContractingSystem"
    for list_name, code in (("framework-agreement", lot.framework), ("dps-usage", lot.dps)):
        if code:
            new(new(node, system), "cbc:ContractingSystemTypeCode", code, listName=list_name)
    for reference in lot.previous:
        new(new(node, f"{PROCESS}/cac:NoticeDocumentReference"), "cbc:ID", reference)
    put_truth(node, f"{PROCESS}/cac:AuctionTerms/cbc:AuctionConstraintIndicator", lot.has_auction)
    _write_deadlines(node, lot.deadlines)


def _write_deadlines(node: Element, deadlines: Deadlines) -> None:
    for period, moment in (
        ("cac:TenderSubmissionDeadlinePeriod", deadlines.tenders),
        ("cac:ParticipationRequestReceptionPeriod", deadlines.requests),
        ("$X/efac:InterestExpressionReceptionPeriod", deadlines.expressions),
        ("$X/efac:AnswerReceptionPeriod", deadlines.answers),
        ("cac:AdditionalInformationRequestPeriod", deadlines.questions),
    ):
        put_moment(node, f"{PROCESS}/{period}/", moment)


def _write_change(node: Element, change: Change, list_name: str) -> None:
    new(node, "efbc:ChangedNoticeIdentifier", change.reference)
    for code in change.reasons:
        new(new(node, "efac:ChangeReason"), "cbc:ReasonCode", code, listName=list_name)
    put_text(node, "efac:ChangeReason/efbc:ReasonDescription", change.description)


# --- results ---------------------------------------------------------------------------------------------------------

RESULT = "$X/efac:NoticeResult"


def _write_results(root: Element, results: Results) -> None:
    """Lot results point to contracts, contracts to the tenders that won them, tenders to who stands behind them."""
    put_money(root, f"{RESULT}/cbc:TotalAmount", results.value)
    put_money(root, f"{RESULT}/efbc:OverallMaximumFrameworkContractsAmount", results.framework_maximum)
    for lot in results.lots:
        _write_lot_result(root, lot, results)
    winning = {tender.identifier: tender for contract in results.contracts for tender in contract.tenders}
    values = dict(results.tender_values)
    for key in dict.fromkeys([*values, *winning]):
        _write_tender(root, winning.get(key, Tender(key, "", ())), values.get(key))
    for contract in results.contracts:
        _write_contract(root, contract)
    for tender in winning.values():
        if tender.winners:
            party = new(root, f"{RESULT}/efac:TenderingParty")
            new(party, "cbc:ID", party_of(tender), schemeName="tendering-party")
            for winner in tender.winners:
                new(new(party, "efac:Tenderer"), "cbc:ID", winner.identifier, schemeName="organization")


def party_of(tender: Tender) -> str:
    """Each tender's party is written apart: "TPA-0001" of "TEN-0001"."""
    return f"TPA-{tender.identifier.removeprefix('TEN-')}"


def _write_lot_result(root: Element, lot: LotResult, results: Results) -> None:
    node = new(root, f"{RESULT}/efac:LotResult")
    put(node, "cbc:ID", lot.identifier, schemeName="result")
    put(node, "cbc:TenderResultCode", lot.code, listName="winner-selection-status")
    put(node, "efac:DecisionReason/efbc:DecisionReasonCode", lot.reason, listName="non-award-justification")
    if lot.tenders is not None:
        counted = new(node, "efac:ReceivedSubmissionsStatistics")
        new(counted, "efbc:StatisticsCode", "tenders", listName="received-submission-type")
        new(counted, "efbc:StatisticsNumeric", str(lot.tenders))
    put(node, "efac:TenderLot/cbc:ID", lot.lot, schemeName="Lot")
    for contract in results.contracts:
        mine = [tender for tender in contract.tenders if tender.lot == lot.lot]
        for tender in mine:
            new(new(node, "efac:LotTender"), "cbc:ID", tender.identifier, schemeName="tender")
        if mine:
            new(new(node, "efac:SettledContract"), "cbc:ID", contract.identifier, schemeName="contract")


def _write_tender(root: Element, tender: Tender, value: Money | None) -> None:
    node = new(root, f"{RESULT}/efac:LotTender")
    put(node, "cbc:ID", tender.identifier, schemeName="tender")
    put_money(node, "cac:LegalMonetaryTotal/cbc:PayableAmount", value)
    if tender.winners:
        new(node, "efac:TenderingParty/cbc:ID", party_of(tender), schemeName="tendering-party")
    put(node, "efac:TenderLot/cbc:ID", tender.lot, schemeName="Lot")


def _write_contract(root: Element, contract: Contract) -> None:
    node = new(root, f"{RESULT}/efac:SettledContract")
    put(node, "cbc:ID", contract.identifier, schemeName="contract")
    put_day(node, "cbc:IssueDate", contract.concluded_on)
    put_text(node, "cbc:Title", contract.title)
    put(node, "efac:ContractReference/cbc:ID", contract.reference)
    for tender in contract.tenders:
        new(new(node, "efac:LotTender"), "cbc:ID", tender.identifier, schemeName="tender")
