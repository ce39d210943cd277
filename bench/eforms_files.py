"""eForms notices for measurements, as large and as varied as those of TED: made from a seed, the same each time.

A day of TED has 65 KB a notice (3,190 notices, 207 MB); Doffin 27 KB. Competitions, results and plans come as 6 to 3 to 1; lots,
organisations and languages as in notices of the Nordic countries.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta

SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd"
EFORMS = "http://data.europa.eu/p27/eforms-ubl-extension"
TEXT = (
    "upphandlingen avser tjänster för tidig upptäckt av fall inom hemtjänst och särskilt boende i kommunen "
    "leverantören ska kunna visa hur lösningen mäts och följs upp under avtalstiden med öppna gränssnitt drift "
    "support utbildning av personal samt krav på informationssäkerhet miljö arbetsvillkor anskaffelsen gjelder "
    "levering av utstyr og tjenester til sykehus med opsjon på forlengelse the contract covers design delivery "
    "installation maintenance of equipment"
)
WORDS = TEXT.split()
CPV = (
    "33196000",
    "72000000",
    "45233141",
    "90511000",
    "34144900",
    "38434000",
    "71320000",
    "79419000",
    "85312000",
    "50700000",
)
REGIONS = ("SE110", "SE224", "SE232", "NO081", "NO020", "NO0A2", "SE332", "FI1B1")
BUYERS, SUPPLIERS = 400, 2000  # that take turns: of the same bodies there are many notices
LANGUAGES = ("SWE", "NOR", "ENG")


def files(number: int, *, seed: int = 1, until: date = date(2026, 11, 20)) -> Iterator[tuple[str, bytes]]:
    """So many files as (name, XML), over the thirty days before `until`."""
    chance = random.Random(seed)
    for place in range(number):
        day = until - timedelta(days=place % 30)
        yield f"{day:%Y%m%d}/{place:08}_2026.xml", Notice(chance, day).xml().encode()


class Notice:
    """One notice; every part is drawn from the same source of chance."""

    def __init__(self, chance: random.Random, day: date) -> None:
        self.chance, self.day = chance, day
        self.form = chance.choices(("competition", "result", "planning"), (6, 3, 1))[0]
        self.languages = LANGUAGES[: chance.choices((1, 2, 3), (7, 2, 1))[0]]
        self.lots = [f"LOT-{n:04}" for n in range(1, chance.choices((1, 3, 8, 20), (10, 4, 2, 1))[0] + 1)]
        self.bidders = [f"ORG-{n:04}" for n in range(10, 10 + (len(self.lots) if self.form == "result" else 0))]

    def xml(self) -> str:
        root = {"competition": "ContractNotice", "result": "ContractAwardNotice", "planning": "PriorInformationNotice"}
        kind, subtype = {
            "competition": ("cn-standard", 16),
            "result": ("can-standard", 29),
            "planning": ("pin-only", 4),
        }[self.form]
        organisations = self.organisation("ORG-0001", self.chance.randrange(BUYERS), "kommun", "2021")
        organisations += self.organisation("ORG-0002", 9999, "förvaltningsrätt", "2099")
        organisations += "".join(
            self.organisation(key, self.chance.randrange(SUPPLIERS), "AB", "5560") for key in self.bidders
        )
        name = root[self.form]
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<{name} xmlns="{SCHEMA}:{name}-2" xmlns:cac="{SCHEMA}:CommonAggregateComponents-2" xmlns:cbc="{SCHEMA}:CommonBasicComponents-2"
 xmlns:ext="{SCHEMA}:CommonExtensionComponents-2" xmlns:efext="{EFORMS}s/1" xmlns:efac="{EFORMS}-aggregate-components/1"
 xmlns:efbc="{EFORMS}-basic-components/1">
<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><efext:EformsExtension>{self.result()}
<efac:NoticeSubType><cbc:SubTypeCode listName="notice-subtype">{subtype}</cbc:SubTypeCode></efac:NoticeSubType>
<efac:Organizations>{organisations}</efac:Organizations>
<efac:Publication><efbc:NoticePublicationID schemeName="ojs-notice-id">{self.chance.randrange(900_000):08}-2026</efbc:NoticePublicationID>
<efbc:GazetteID schemeName="ojs-id">{self.day:%j}/2026</efbc:GazetteID><efbc:PublicationDate>{self.day}+01:00</efbc:PublicationDate>
</efac:Publication>
</efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>
<cbc:CustomizationID>eforms-sdk-1.13</cbc:CustomizationID><cbc:ID schemeName="notice-id">{self.identifier()}</cbc:ID>
<cbc:ContractFolderID>{self.identifier()}</cbc:ContractFolderID><cbc:IssueDate>{self.day}+01:00</cbc:IssueDate>
<cbc:IssueTime>09:00:00+01:00</cbc:IssueTime><cbc:VersionID>01</cbc:VersionID>
<cbc:RegulatoryDomain>32014L0024</cbc:RegulatoryDomain><cbc:NoticeTypeCode listName="{self.form}">{kind}</cbc:NoticeTypeCode>
<cbc:NoticeLanguageCode>{self.languages[0]}</cbc:NoticeLanguageCode>{self.additional_languages()}
<cac:ContractingParty><cac:ContractingPartyType><cbc:PartyTypeCode listName="buyer-legal-type">la</cbc:PartyTypeCode>
</cac:ContractingPartyType>
<cac:ContractingActivity><cbc:ActivityTypeCode listName="authority-activity">gen-pub</cbc:ActivityTypeCode></cac:ContractingActivity>
<cac:Party><cac:PartyIdentification><cbc:ID schemeName="organization">ORG-0001</cbc:ID></cac:PartyIdentification></cac:Party>
</cac:ContractingParty>
<cac:TenderingTerms>{self.said("cac:CallForTendersDocumentReference", 20)}</cac:TenderingTerms>
<cac:TenderingProcess><cbc:ProcedureCode listName="procurement-procedure-type">open</cbc:ProcedureCode></cac:TenderingProcess>
{self.project("")}{"".join(self.lot(key) for key in self.lots)}</{name}>"""

    def identifier(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def additional_languages(self) -> str:
        return "".join(
            f"<cac:AdditionalNoticeLanguage><cbc:ID>{code}</cbc:ID></cac:AdditionalNoticeLanguage>"
            for code in self.languages[1:]
        )

    def text(self, words: int) -> str:
        return " ".join(self.chance.choices(WORDS, k=words))

    def said(self, tag: str, words: int) -> str:
        """The text in each of the notice's languages."""
        if tag.startswith("cac:"):
            return f"<{tag}><cbc:ID>{self.identifier()}</cbc:ID>{self.said('cbc:DocumentDescription', words)}</{tag}>"
        return "".join(f'<{tag} languageID="{code}">{self.text(words)}</{tag}>' for code in self.languages)

    def organisation(self, key: str, number: int, sort: str, starts: str) -> str:
        return f"""<efac:Organization><efac:Company><cbc:WebsiteURI>https://www.{sort[:3]}{number}.example</cbc:WebsiteURI>
<cac:PartyIdentification><cbc:ID schemeName="organization">{key}</cbc:ID></cac:PartyIdentification>
<cac:PartyName><cbc:Name languageID="{self.languages[0]}">{WORDS[number % len(WORDS)].title()}{number} {sort}</cbc:Name></cac:PartyName>
<cac:PostalAddress><cbc:StreetName>Storgatan {number}</cbc:StreetName><cbc:CityName>Fjällvik</cbc:CityName>
<cbc:PostalZone>123 45</cbc:PostalZone>
<cbc:CountrySubentityCode listName="nuts-lvl3">{REGIONS[number % len(REGIONS)]}</cbc:CountrySubentityCode>
<cac:Country><cbc:IdentificationCode listName="country">SWE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyLegalEntity><cbc:CompanyID>{starts}{number % 100:02}-{number:04}</cbc:CompanyID></cac:PartyLegalEntity>
<cac:Contact><cbc:Name>Inköp</cbc:Name><cbc:Telephone>+46 70 174 06 05</cbc:Telephone>
<cbc:ElectronicMail>post@{sort[:3]}{number}.example</cbc:ElectronicMail></cac:Contact></efac:Company></efac:Organization>"""

    def project(self, key: str) -> str:
        codes = self.chance.sample(CPV, 3)
        value = self.chance.randrange(100_000, 90_000_000)
        more = "".join(
            "<cac:AdditionalCommodityClassification>"
            f'<cbc:ItemClassificationCode listName="cpv">{code}</cbc:ItemClassificationCode>'
            "</cac:AdditionalCommodityClassification>"
            for code in codes[1:]
        )
        return f"""<cac:ProcurementProject>
<cbc:ID schemeName="InternalID">{key or "1"}</cbc:ID>{self.said("cbc:Name", 8)}{self.said("cbc:Description", 160)}
<cbc:ProcurementTypeCode listName="contract-nature">services</cbc:ProcurementTypeCode>
<cac:RequestedTenderTotal><cbc:EstimatedOverallContractAmount currencyID="SEK">{value}</cbc:EstimatedOverallContractAmount>
</cac:RequestedTenderTotal>
<cac:MainCommodityClassification><cbc:ItemClassificationCode listName="cpv">{codes[0]}</cbc:ItemClassificationCode>
</cac:MainCommodityClassification>
{more}
<cac:RealizedLocation><cac:Address><cbc:CountrySubentityCode listName="nuts-lvl3">{self.chance.choice(REGIONS)}</cbc:CountrySubentityCode>
<cac:Country><cbc:IdentificationCode listName="country">SWE</cbc:IdentificationCode></cac:Country></cac:Address></cac:RealizedLocation>
<cac:PlannedPeriod><cbc:DurationMeasure unitCode="MONTH">24</cbc:DurationMeasure></cac:PlannedPeriod></cac:ProcurementProject>"""

    def lot(self, key: str) -> str:
        closes = self.day + timedelta(days=self.chance.randrange(20, 60))
        criteria = "".join(
            "<cac:SubordinateAwardingCriterion>"
            f'<cbc:AwardingCriterionTypeCode listName="award-criterion-type">{code}</cbc:AwardingCriterionTypeCode>'
            f"{self.said('cbc:Name', 4)}{self.said('cbc:Description', 60)}</cac:SubordinateAwardingCriterion>"
            for code in ("price", "quality", "quality")
        )
        deadline = (
            f"<cac:TenderSubmissionDeadlinePeriod><cbc:EndDate>{closes}+01:00</cbc:EndDate>"
            "<cbc:EndTime>23:59:00+01:00</cbc:EndTime></cac:TenderSubmissionDeadlinePeriod>"
        )
        asks = "".join(
            f"<cac:SpecificTendererRequirement>{self.said('cbc:Description', 70)}</cac:SpecificTendererRequirement>"
            for _ in range(4)
        )
        part = "Part" if self.form == "planning" else "Lot"
        return f"""<cac:ProcurementProjectLot><cbc:ID schemeName="{part}">{key}</cbc:ID><cac:TenderingTerms>
<cac:TendererQualificationRequest>{asks}</cac:TendererQualificationRequest>
<cac:AwardingTerms><cac:AwardingCriterion>{criteria}</cac:AwardingCriterion></cac:AwardingTerms>
<cac:AppealTerms><cac:AppealReceiverParty><cac:PartyIdentification><cbc:ID>ORG-0002</cbc:ID></cac:PartyIdentification>
</cac:AppealReceiverParty></cac:AppealTerms>
</cac:TenderingTerms>
<cac:TenderingProcess>{deadline if self.form == "competition" else ""}</cac:TenderingProcess>{self.project(key)}</cac:ProcurementProjectLot>"""

    def result(self) -> str:
        if self.form != "result":
            return ""
        lots = tenders = contracts = parties = ""
        for number, (lot, bidder) in enumerate(zip(self.lots, self.bidders, strict=True), start=1):
            value = self.chance.randrange(100_000, 9_000_000)
            lots += f"""<efac:LotResult><cbc:ID schemeName="result">RES-{number:04}</cbc:ID>
<cbc:TenderResultCode listName="winner-selection-status">selec-w</cbc:TenderResultCode>
<efac:LotTender><cbc:ID schemeName="tender">TEN-{number:04}</cbc:ID></efac:LotTender>
<efac:ReceivedSubmissionsStatistics><efbc:StatisticsCode listName="received-submission-type">tenders</efbc:StatisticsCode>
<efbc:StatisticsNumeric>{self.chance.randrange(1, 9)}</efbc:StatisticsNumeric></efac:ReceivedSubmissionsStatistics>
<efac:SettledContract><cbc:ID schemeName="contract">CON-{number:04}</cbc:ID></efac:SettledContract>
<efac:TenderLot><cbc:ID schemeName="Lot">{lot}</cbc:ID></efac:TenderLot></efac:LotResult>"""
            tenders += f"""<efac:LotTender><cbc:ID schemeName="tender">TEN-{number:04}</cbc:ID><cac:LegalMonetaryTotal>
<cbc:PayableAmount currencyID="SEK">{value}</cbc:PayableAmount></cac:LegalMonetaryTotal>
<efac:TenderingParty><cbc:ID schemeName="tendering-party">TPA-{number:04}</cbc:ID></efac:TenderingParty><efac:TenderLot>
<cbc:ID schemeName="Lot">{lot}</cbc:ID></efac:TenderLot></efac:LotTender>"""
            contracts += f"""<efac:SettledContract><cbc:ID schemeName="contract">CON-{number:04}</cbc:ID>
<cbc:IssueDate>{self.day}+01:00</cbc:IssueDate>{self.said("cbc:Title", 6)}
<efac:LotTender><cbc:ID schemeName="tender">TEN-{number:04}</cbc:ID></efac:LotTender></efac:SettledContract>"""
            parties += f"""<efac:TenderingParty><cbc:ID schemeName="tendering-party">TPA-{number:04}</cbc:ID><efac:Tenderer>
<cbc:ID schemeName="organization">{bidder}</cbc:ID></efac:Tenderer></efac:TenderingParty>"""
        return f"<efac:NoticeResult>{lots}{tenders}{contracts}{parties}</efac:NoticeResult>"
