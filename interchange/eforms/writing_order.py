"""In which order the schemas want the children of an element: UBL 2.3 (OASIS) with eForms' extensions (SDK 1.13).

Only what we write stands here. An element that is not named here has one kind of child, or none.
"""

from __future__ import annotations

from lxml import etree

from interchange.eforms.document import NAMESPACES, Element

PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items()}
ROOT = """ext:UBLExtensions cbc:UBLVersionID cbc:CustomizationID cbc:ID cbc:ContractFolderID cbc:IssueDate cbc:IssueTime
    cbc:VersionID cbc:PlannedDate cbc:RequestedPublicationDate cbc:RegulatoryDomain cbc:NoticeTypeCode cbc:NoticeLanguageCode
    cac:AdditionalNoticeLanguage cac:ContractingParty cac:TenderingTerms cac:TenderingProcess cac:ProcurementProject
    cac:ProcurementProjectLot"""
SEQUENCES: dict[str, tuple[str, ...]] = {
    parent: tuple(children.split())
    for parent, children in {
        "ContractNotice": ROOT,
        "ContractAwardNotice": ROOT,
        "PriorInformationNotice": ROOT,
        "efext:EformsExtension": """efbc:FrameworkMaximumAmount efac:AnswerReceptionPeriod efac:Changes
            efac:ContractModification efac:InterestExpressionReceptionPeriod efac:NoticeResult efac:NoticeSubType
            efac:Organizations efac:Publication""",
        "efac:Publication": "efbc:NoticePublicationID efbc:GazetteID efbc:PublicationDate",
        "efac:Organization": """efbc:GroupLeadIndicator efbc:AcquiringCPBIndicator efbc:AwardingCPBIndicator
            efbc:NaturalPersonIndicator efac:Company""",
        "efac:Company": """cbc:WebsiteURI efbc:CompanySizeCode cac:PartyIdentification cac:PartyName cac:PostalAddress
            cac:PartyLegalEntity cac:Contact""",
        "cac:PostalAddress": "cbc:CityName cbc:PostalZone cbc:CountrySubentityCode cac:Country",
        "cac:Address": "cbc:CityName cbc:PostalZone cbc:CountrySubentityCode cbc:Region cac:Country",
        "efac:Changes": "efbc:ChangedNoticeIdentifier efac:Change efac:ChangeReason",
        "efac:ContractModification": "efbc:ChangedNoticeIdentifier efac:Change efac:ChangeReason",
        "efac:Change": "efbc:ChangeDescription efac:ChangedSection",
        "efac:ChangeReason": "cbc:ReasonCode efbc:ReasonDescription",
        "efac:NoticeResult": """cbc:TotalAmount efbc:OverallMaximumFrameworkContractsAmount efac:LotResult efac:LotTender
            efac:SettledContract efac:TenderingParty""",
        "efac:LotResult": """cbc:ID cbc:TenderResultCode efac:DecisionReason efac:LotTender efac:FrameworkAgreementValues
            efac:ReceivedSubmissionsStatistics efac:SettledContract efac:TenderLot""",
        "efac:ReceivedSubmissionsStatistics": "efbc:StatisticsCode efbc:StatisticsNumeric",
        "efac:LotTender": """cbc:ID cbc:RankCode cac:LegalMonetaryTotal efac:TenderingParty efac:TenderLot
            efac:TenderReference""",
        "efac:SettledContract": "cbc:ID cbc:AwardDate cbc:IssueDate cbc:Title efac:ContractReference efac:LotTender",
        "efac:TenderingParty": "cbc:ID efac:Tenderer",
        "cac:ContractingParty": "cbc:BuyerProfileURI cac:ContractingPartyType cac:ContractingActivity cac:Party",
        "cac:ProcurementProject": """cbc:ID cbc:Name cbc:Description cbc:ProcurementTypeCode cbc:Note
            cbc:SMESuitableIndicator cac:ProcurementAdditionalType cac:RequestedTenderTotal cac:MainCommodityClassification
            cac:AdditionalCommodityClassification cac:RealizedLocation cac:PlannedPeriod""",
        "cac:PlannedPeriod": "cbc:StartDate cbc:DurationMeasure",
        "cac:ProcurementAdditionalType": "cbc:ProcurementTypeCode cbc:ProcurementType",
        "cac:RequestedTenderTotal": "ext:UBLExtensions cbc:EstimatedOverallContractAmount",
        "cac:ProcessJustification": "cbc:ProcessReasonCode cbc:ProcessReason",
        "cac:ProcurementProjectLot": "cbc:ID cac:TenderingTerms cac:TenderingProcess cac:ProcurementProject",
        "cac:ProcurementLegislationDocumentReference": "cbc:ID cbc:DocumentDescription",
        "cac:TenderingTerms": """ext:UBLExtensions cbc:VariantConstraintCode cbc:FundingProgramCode
            cac:ProcurementLegislationDocumentReference cac:CallForTendersDocumentReference cac:TendererQualificationRequest
            cac:ContractExecutionRequirement cac:AwardingTerms cac:TenderRecipientParty cac:Language cac:PostAwardProcess""",
        "cac:CallForTendersDocumentReference": "cbc:ID cbc:DocumentType cac:Attachment",
        "cac:ContractExecutionRequirement": "cbc:ExecutionRequirementCode cbc:Description",
        "cac:AwardingTerms": "cbc:FollowupContractIndicator cbc:BindingOnBuyerIndicator cac:AwardingCriterion",
        "cac:PostAwardProcess": "cbc:ElectronicOrderUsageIndicator cbc:ElectronicPaymentUsageIndicator",
        "cac:TenderingProcess": """ext:UBLExtensions cbc:Description cbc:ProcedureCode cbc:SubmissionMethodCode
            cac:TenderSubmissionDeadlinePeriod cac:ParticipationRequestReceptionPeriod cac:AdditionalInformationRequestPeriod
            cac:NoticeDocumentReference cac:ProcessJustification cac:AuctionTerms cac:ContractingSystem""",
        **dict.fromkeys(
            (
                "cac:TenderSubmissionDeadlinePeriod",
                "cac:ParticipationRequestReceptionPeriod",
                "cac:AdditionalInformationRequestPeriod",
                "efac:InterestExpressionReceptionPeriod",
                "efac:AnswerReceptionPeriod",
            ),
            "cbc:EndDate cbc:EndTime",
        ),
    }.items()
}


def name_of(element: Element) -> str:
    """ "cbc:ID"; the root has no prefix."""
    parts = etree.QName(element)
    prefix = PREFIXES.get(parts.namespace or "")
    return f"{prefix}:{parts.localname}" if prefix else parts.localname


def arrange(element: Element) -> None:
    """Puts all that is below the element into the order of the schemas; what is there several times keeps its order."""
    sequence = SEQUENCES.get(name_of(element))
    if sequence:
        element[:] = sorted(element, key=lambda child: sequence.index(name_of(child)))
    for child in element:
        arrange(child)
