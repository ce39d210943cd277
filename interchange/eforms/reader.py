"""eForms XML of every SDK version -> NoticeFacts. One reader: the paths hardly differ (standards part 2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from lxml import etree

from interchange.eforms.document import (
    EXTENSION,
    TOO_MANY,
    Element,
    NotReadable,
    every,
    first,
    gettext_noop,
    is_true,
    nodes,
    open_document,
)
from interchange.eforms.facts import Buyer, Change, Deadlines, Lot, NoticeFacts, Organisation, Text, once
from interchange.eforms.results import RESULT, read_results
from interchange.eforms.values import (
    day,
    identifier,
    line,
    moment,
    moment_at,
    money,
    role_mailbox,
    text,
    truth,
    web_address,
    whole,
)

ROOTS = ("ContractNotice", "ContractAwardNotice", "PriorInformationNotice")
REGISTRATION = "BusinessRegistrationInformationNotice"
MOST = {  # many times what the largest notices have: whoever reads more of them is kept busy for nothing
    "cac:ProcurementProjectLot": 2000,
    "cac:ContractingParty": 1000,
    "$X/efac:Organizations/efac:Organization": 3000,
    f"{RESULT}/efac:LotResult": 5000,
    f"{RESULT}/efac:LotTender": 5000,
    f"{RESULT}/efac:SettledContract": 5000,
    f"{RESULT}/efac:TenderingParty": 5000,
}
PROJECT = "cac:ProcurementProject"
ADDITIONAL = PROJECT + "/cac:ProcurementAdditionalType[cbc:ProcurementTypeCode/@listName='{}']/"


class NotProcurement(NotReadable):
    """A notice, but of a company's registration (X01, X02): nothing is bought in it."""


def read(xml: bytes) -> NoticeFacts:
    """What the notice says. Raises NotReadable with a sentence; NotProcurement for business registrations.

    Missing elements leave empty values and unknown codes stay as they came: a notice is never refused for its SDK.
    Persons' names, telephone numbers and personal mail addresses are not read.
    """
    root = open_document(xml)
    name = etree.QName(root).localname
    if name == REGISTRATION:
        raise NotProcurement(gettext_noop("This notice registers a company (X01 or X02); it is not about procurement."))
    if name not in ROOTS:
        raise NotReadable(gettext_noop("The file is XML, but no eForms notice."), f"<{name[:60]}>")
    if any(len(nodes(root, path)) > most for path, most in MOST.items()):
        raise NotReadable(TOO_MANY)
    organisations = read_organisations(root)
    pool = {key: body for body, keys in organisations for key in keys}
    lots = tuple(
        read_lot(lot)
        for lot in nodes(root, "cac:ProcurementProjectLot")
        if nodes(lot, "cbc:ID[@schemeName='Lot' or @schemeName='Part']")
    )
    return NoticeFacts(
        root=name,
        sdk=first(root, "cbc:CustomizationID"),
        identifier=identifier(first(root, "cbc:ID[@schemeName='notice-id']")),
        version=first(root, "cbc:VersionID"),
        procedure_id=identifier(first(root, "cbc:ContractFolderID")),
        publication_number=first(root, "$X/efac:Publication/efbc:NoticePublicationID[@schemeName='ojs-notice-id']"),
        gazette=first(root, "$X/efac:Publication/efbc:GazetteID[@schemeName='ojs-id']"),
        preferred_on=day(first(root, "cbc:RequestedPublicationDate")),
        published_on=day(first(root, "$X/efac:Publication/efbc:PublicationDate")),
        dispatched_at=moment(first(root, "cbc:IssueDate"), first(root, "cbc:IssueTime"), without_time=time(0)),
        form_type=listed_name(root),
        notice_type=first(root, "cbc:NoticeTypeCode"),
        subtype=first(root, "$X/efac:NoticeSubType/cbc:SubTypeCode"),
        legal_basis=first(root, "cbc:RegulatoryDomain"),
        language=first(root, "cbc:NoticeLanguageCode").upper(),
        extra_languages=every(root, "cac:AdditionalNoticeLanguage/cbc:ID"),
        title=line(root, f"{PROJECT}/cbc:Name"),
        description=text(root, f"{PROJECT}/cbc:Description"),
        note=text(root, f"{PROJECT}/cbc:Note"),
        reference=first(root, f"{PROJECT}/cbc:ID"),
        nature=first(root, f"{PROJECT}/cbc:ProcurementTypeCode"),
        procedure=first(root, "cac:TenderingProcess/cbc:ProcedureCode"),
        procedure_features=text(root, "cac:TenderingProcess/cbc:Description"),
        accelerated=first(root, justification("accelerated-procedure")),
        direct_award_reasons=every(root, justification("direct-award-justification")),
        cpv_main=first(root, f"{PROJECT}/cac:MainCommodityClassification/cbc:ItemClassificationCode"),
        cpv_additional=every(root, f"{PROJECT}/cac:AdditionalCommodityClassification/cbc:ItemClassificationCode"),
        regions=every(root, f"{PROJECT}/cac:RealizedLocation/cac:Address/cbc:CountrySubentityCode"),
        countries=every(root, f"{PROJECT}/cac:RealizedLocation/cac:Address/cac:Country/cbc:IdentificationCode"),
        anywhere=first(root, f"{PROJECT}/cac:RealizedLocation/cac:Address/cbc:Region"),
        procedure_value=money(root, f"{PROJECT}/cac:RequestedTenderTotal/cbc:EstimatedOverallContractAmount"),
        procedure_framework_maximum=money(root, *framework_maximum()),
        planned_on=day(first(root, "cbc:PlannedDate")),
        organisations=tuple(body for body, _ in organisations),
        buyers=read_buyers(root, pool),
        lots=lots,
        results=read_results(root, pool),
        change=read_change(root, "$X/efac:Changes"),
        modification=read_change(root, "$X/efac:ContractModification"),
        previous=once(
            identifier(reference)
            for reference in [
                *every(root, "cac:TenderingProcess/cac:NoticeDocumentReference/cbc:ID"),
                *(reference for lot in lots for reference in lot.previous),
            ]
        ),
    )


def listed_name(root: Element) -> str:
    """BT-03 is an attribute."""
    return next((node.get("listName", "").strip() for node in nodes(root, "cbc:NoticeTypeCode")), "")


def justification(list_name: str) -> str:
    return f"cac:TenderingProcess/cac:ProcessJustification/cbc:ProcessReasonCode[@listName='{list_name}']"


def framework_maximum() -> tuple[str, str]:
    """BT-271; SDK 1.2 had it outside the extension."""
    total = f"{PROJECT}/cac:RequestedTenderTotal"
    return f"{total}/{EXTENSION}/efbc:FrameworkMaximumAmount", f"{total}/cbc:MaximumContractAmount"


def read_organisations(root: Element) -> list[tuple[Organisation, tuple[str, ...]]]:
    """Each organisation with the identifiers that mean it: its own (ORG-) and its touch points' (TPO-)."""
    found = []
    for node in nodes(root, "$X/efac:Organizations/efac:Organization"):
        own = first(node, "efac:Company/cac:PartyIdentification/cbc:ID")
        touch_points = every(node, "efac:TouchPoint/cac:PartyIdentification/cbc:ID")
        is_person = is_true(node, "efbc:NaturalPersonIndicator")
        address = "efac:Company/cac:PostalAddress"
        body = Organisation(
            identifier=own,
            name=Text() if is_person else line(node, "efac:Company/cac:PartyName/cbc:Name"),
            numbers=() if is_person else every(node, "efac:Company/cac:PartyLegalEntity/cbc:CompanyID"),
            country=first(node, f"{address}/cac:Country/cbc:IdentificationCode"),
            region=first(node, f"{address}/cbc:CountrySubentityCode"),
            city="" if is_person else first(node, f"{address}/cbc:CityName"),
            website="" if is_person else web_address(first(node, "efac:Company/cbc:WebsiteURI")),
            email=first_role_mailbox(node),
            size=first(node, "efac:Company/efbc:CompanySizeCode"),
            is_person=is_person,
            leads=is_true(node, "efbc:GroupLeadIndicator"),
            awards_for_others=is_true(node, "efbc:AwardingCPBIndicator"),
            acquires_to_resell=is_true(node, "efbc:AcquiringCPBIndicator"),
        )
        found.append((body, once([own, *touch_points])))
    return found


def first_role_mailbox(node: Element) -> str:
    """A touch point's mailbox is nearer to the buyer's people than the company's."""
    given = every(node, "efac:TouchPoint/cac:Contact/cbc:ElectronicMail", "efac:Company/cac:Contact/cbc:ElectronicMail")
    return next((address for address in map(role_mailbox, given) if address), "")


def read_buyers(root: Element, pool: dict[str, Organisation]) -> tuple[Buyer, ...]:
    """The contracting parties in their order. A reference to an organisation that is not there names no buyer."""
    found: list[Buyer] = []
    for party in nodes(root, "cac:ContractingParty"):
        key = first(party, "cac:Party/cac:PartyIdentification/cbc:ID")
        if key not in pool:
            continue
        types = "cac:ContractingPartyType/cbc:PartyTypeCode[@listName='{}']"
        activities = "cac:ContractingActivity/cbc:ActivityTypeCode[@listName='{}']"
        found.append(
            Buyer(
                organisation=pool[key],
                is_lead=None,
                legal_type=first(party, types.format("buyer-legal-type")),
                activity=first(party, activities.format("authority-activity"), activities.format("entity-activity")),
                profile_url=web_address(first(party, "cbc:BuyerProfileURI")),
            )
        )
    if not any(buyer.organisation.leads for buyer in found):
        return tuple(found)
    return tuple(replace(buyer, is_lead=buyer.organisation.leads) for buyer in found)


def read_lot(node: Element) -> Lot:
    total = f"{PROJECT}/cac:RequestedTenderTotal"
    process, terms = "cac:TenderingProcess", "cac:TenderingTerms"
    system = process + "/cac:ContractingSystem/cbc:ContractingSystemTypeCode[@listName='{}']"
    documents = f"{terms}/cac:CallForTendersDocumentReference[cbc:DocumentType='{{}}restricted-document']"
    documents += "/cac:Attachment/cac:ExternalReference/cbc:URI"
    address = f"{PROJECT}/cac:RealizedLocation/cac:Address"
    period = f"{PROJECT}/cac:PlannedPeriod"
    criteria = f"{terms}/cac:AwardingTerms/cac:AwardingCriterion/cac:SubordinateAwardingCriterion"

    def additional(list_name: str) -> tuple[str, ...]:
        return every(node, ADDITIONAL.format(list_name) + "cbc:ProcurementTypeCode")

    return Lot(
        identifier=first(node, "cbc:ID"),
        is_part=bool(nodes(node, "cbc:ID[@schemeName='Part']")),
        title=line(node, f"{PROJECT}/cbc:Name"),
        description=text(node, f"{PROJECT}/cbc:Description"),
        nature=first(node, f"{PROJECT}/cbc:ProcurementTypeCode"),
        cpv_main=first(node, f"{PROJECT}/cac:MainCommodityClassification/cbc:ItemClassificationCode"),
        cpv_additional=every(node, f"{PROJECT}/cac:AdditionalCommodityClassification/cbc:ItemClassificationCode"),
        regions=every(node, f"{address}/cbc:CountrySubentityCode"),
        countries=every(node, f"{address}/cac:Country/cbc:IdentificationCode"),
        strategic=additional("strategic-procurement"),
        innovation=additional("innovative-acquisition"),
        environment=additional("environmental-impact"),
        social=additional("social-objective"),
        gpp=additional("gpp-criteria"),
        strategic_description=text(node, ADDITIONAL.format("strategic-procurement") + "cbc:ProcurementType"),
        framework=first(node, system.format("framework-agreement")),
        dps=first(node, system.format("dps-usage")),
        eu_funded=every(node, f"{terms}/cbc:FundingProgramCode[@listName='eu-funded']"),
        value=money(node, f"{total}/cbc:EstimatedOverallContractAmount"),
        framework_maximum=money(node, *framework_maximum()),
        deadlines=read_deadlines(node),
        documents_url=web_address(first(node, documents.format("non-"), documents.format(""))),
        submission_url=web_address(first(node, f"{terms}/cac:TenderRecipientParty/cbc:EndpointID")),
        performance_terms=text(
            node,
            f"{terms}/cac:ContractExecutionRequirement[cbc:ExecutionRequirementCode/@listName='conditions']/cbc:Description",
        ),
        variants=first(node, f"{terms}/cbc:VariantConstraintCode"),
        fits_small_firms=truth(first(node, f"{PROJECT}/cbc:SMESuitableIndicator")),
        starts_on=day(first(node, f"{period}/cbc:StartDate")),
        duration=whole(first(node, f"{period}/cbc:DurationMeasure")),
        duration_unit=next((one.get("unitCode", "") for one in nodes(node, f"{period}/cbc:DurationMeasure")), ""),
        award_criteria=every(node, f"{criteria}/cbc:AwardingCriterionTypeCode[@listName='award-criterion-type']"),
        accessibility=next(iter(additional("accessibility")), ""),
        has_auction=truth(first(node, f"{process}/cac:AuctionTerms/cbc:AuctionConstraintIndicator")),
        anywhere=first(node, f"{address}/cbc:Region"),
        previous=every(node, f"{process}/cac:NoticeDocumentReference/cbc:ID"),
    )


def read_deadlines(lot: Element) -> Deadlines:
    process = "cac:TenderingProcess"
    return Deadlines(
        tenders=moment_at(lot, f"{process}/cac:TenderSubmissionDeadlinePeriod"),
        requests=moment_at(lot, f"{process}/cac:ParticipationRequestReceptionPeriod"),
        expressions=moment_at(lot, f"{process}/$X/efac:InterestExpressionReceptionPeriod"),
        answers=moment_at(lot, f"{process}/$X/efac:AnswerReceptionPeriod"),
        questions=moment_at(lot, f"{process}/cac:AdditionalInformationRequestPeriod"),
    )


def read_change(root: Element, path: str) -> Change | None:
    for node in nodes(root, path):
        reference = first(node, "efbc:ChangedNoticeIdentifier")
        if reference:
            return Change(
                reference=identifier(reference),
                reasons=every(node, "efac:ChangeReason/cbc:ReasonCode"),
                description=text(node, "efac:ChangeReason/efbc:ReasonDescription")
                or text(node, "efac:Change/efbc:ChangeDescription"),
            )
    return None
