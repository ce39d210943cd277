"""Small eForms notices for tests, written by hand: everything by keyword, valid enough by default."""

import uuid

NAMESPACES = """
xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
xmlns:efext="http://data.europa.eu/p27/eforms-ubl-extensions/1"
xmlns:efac="http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1"
xmlns:efbc="http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1"
"""


def extension(content):
    inner = f"<ext:ExtensionContent><efext:EformsExtension>{content}</efext:EformsExtension></ext:ExtensionContent>"
    return f"<ext:UBLExtensions><ext:UBLExtension>{inner}</ext:UBLExtension></ext:UBLExtensions>"


def party(key, name, *, number="", country="SWE", email="", lead=None, touch_point="", is_person=False):
    flags = "" if lead is None else f"<efbc:GroupLeadIndicator>{str(lead).lower()}</efbc:GroupLeadIndicator>"
    flags += "<efbc:NaturalPersonIndicator>true</efbc:NaturalPersonIndicator>" if is_person else ""
    legal = f"<cac:PartyLegalEntity><cbc:CompanyID>{number}</cbc:CompanyID></cac:PartyLegalEntity>" if number else ""
    point = (
        f"<efac:TouchPoint><cac:PartyIdentification><cbc:ID>{touch_point}</cbc:ID></cac:PartyIdentification></efac:TouchPoint>"
        if touch_point
        else ""
    )
    return f"""<efac:Organization>{flags}<efac:Company>
    <cac:PartyIdentification><cbc:ID schemeName="organization">{key}</cbc:ID></cac:PartyIdentification>
    <cac:PartyName><cbc:Name languageID="SWE">{name}</cbc:Name></cac:PartyName>
    <cac:PostalAddress><cac:Country><cbc:IdentificationCode>{country}</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
    {legal}<cac:Contact><cbc:Name>Anna Berg</cbc:Name><cbc:Telephone>+46 70 174 06 05</cbc:Telephone>
    <cbc:ElectronicMail>{email}</cbc:ElectronicMail></cac:Contact></efac:Company>{point}</efac:Organization>"""


BUYER = party("ORG-0001", "Fjällviks kommun", number="402200-0105", email="upphandling@fjallvik.example")


def deadline(date="2026-12-20+01:00", time="12:00:00+01:00", tag="TenderSubmissionDeadlinePeriod"):
    clock = f"<cbc:EndTime>{time}</cbc:EndTime>" if time else ""
    return f"<cac:{tag}><cbc:EndDate>{date}</cbc:EndDate>{clock}</cac:{tag}>"


def lot(key="LOT-0001", *, process=None, value="", kinds="", cpv="33196000", terms="", scheme="Lot"):
    total = f"<cac:RequestedTenderTotal>{value}</cac:RequestedTenderTotal>" if value else ""
    return f"""<cac:ProcurementProjectLot><cbc:ID schemeName="{scheme}">{key}</cbc:ID>
    <cac:TenderingTerms>{terms}</cac:TenderingTerms>
    <cac:TenderingProcess>{deadline() if process is None else process}</cac:TenderingProcess>
    <cac:ProcurementProject><cbc:Name languageID="SWE">Del {key}</cbc:Name>{kinds}{total}
    <cac:MainCommodityClassification><cbc:ItemClassificationCode>{cpv}</cbc:ItemClassificationCode>
    </cac:MainCommodityClassification></cac:ProcurementProject></cac:ProcurementProjectLot>"""


def amount(number, currency="SEK", tag="EstimatedOverallContractAmount"):
    return f'<cbc:{tag} currencyID="{currency}">{number}</cbc:{tag}>'


def kind(list_name, code):
    inner = f'<cbc:ProcurementTypeCode listName="{list_name}">{code}</cbc:ProcurementTypeCode>'
    return f"<cac:ProcurementAdditionalType>{inner}</cac:ProcurementAdditionalType>"


def change(reference, *reasons):
    codes = "".join(
        f"<efac:ChangeReason><cbc:ReasonCode>{reason}</cbc:ReasonCode></efac:ChangeReason>" for reason in reasons
    )
    return (
        f"<efac:Changes><efbc:ChangedNoticeIdentifier>{reference}</efbc:ChangedNoticeIdentifier>{codes}</efac:Changes>"
    )


def winner(key="ORG-0002", value=""):
    value = value or amount("1000", tag="PayableAmount")
    return f"""<efac:NoticeResult>
    <efac:LotResult><cbc:TenderResultCode>selec-w</cbc:TenderResultCode>
      <efac:LotTender><cbc:ID>TEN-0001</cbc:ID></efac:LotTender><efac:LotTender><cbc:ID>TEN-0002</cbc:ID></efac:LotTender>
      <efac:SettledContract><cbc:ID>CON-0001</cbc:ID></efac:SettledContract></efac:LotResult>
    <efac:LotTender><cbc:ID>TEN-0001</cbc:ID><cac:LegalMonetaryTotal>{value}</cac:LegalMonetaryTotal>
      <efac:TenderingParty><cbc:ID>TPA-0001</cbc:ID></efac:TenderingParty></efac:LotTender>
    <efac:LotTender><cbc:ID>TEN-0002</cbc:ID>
      <efac:TenderingParty><cbc:ID>TPA-0002</cbc:ID></efac:TenderingParty></efac:LotTender>
    <efac:SettledContract><cbc:ID>CON-0001</cbc:ID><efac:LotTender><cbc:ID>TEN-0001</cbc:ID></efac:LotTender></efac:SettledContract>
    <efac:TenderingParty><cbc:ID>TPA-0001</cbc:ID><efac:Tenderer><cbc:ID>{key}</cbc:ID></efac:Tenderer></efac:TenderingParty>
    <efac:TenderingParty><cbc:ID>TPA-0002</cbc:ID><efac:Tenderer><cbc:ID>ORG-0003</cbc:ID></efac:Tenderer></efac:TenderingParty>
    </efac:NoticeResult>"""


def notice(
    *,
    root="ContractNotice",
    identifier="",
    version="01",
    procedure_id="",
    sdk="eforms-sdk-1.13",
    issued="2026-11-20+01:00",
    form="competition",
    type_="cn-standard",
    subtype="16",
    language="SWE",
    titles=(("SWE", "Tidig upptäckt av fall"),),
    organisations=BUYER,
    buyers=("ORG-0001",),
    extensions="",
    process="",
    value="",
    lots=None,
):
    """The XML of one notice, as bytes."""
    names = "".join(f'<cbc:Name languageID="{code}">{words}</cbc:Name>' for code, words in titles)
    parties = "".join(
        "<cac:ContractingParty><cac:Party><cac:PartyIdentification>"
        f"<cbc:ID>{key}</cbc:ID></cac:PartyIdentification></cac:Party></cac:ContractingParty>"
        for key in buyers
    )
    folder = f"<cbc:ContractFolderID>{procedure_id}</cbc:ContractFolderID>" if procedure_id else ""
    total = f"<cac:RequestedTenderTotal>{value}</cac:RequestedTenderTotal>" if value else ""
    head = extension(
        f"{extensions}<efac:NoticeSubType><cbc:SubTypeCode>{subtype}</cbc:SubTypeCode></efac:NoticeSubType>"
        f"<efac:Organizations>{organisations}</efac:Organizations>"
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
    <{root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2" {NAMESPACES}>{head}
    <cbc:CustomizationID>{sdk}</cbc:CustomizationID><cbc:ID schemeName="notice-id">{identifier or uuid.uuid4()}</cbc:ID>{folder}
    <cbc:IssueDate>{issued}</cbc:IssueDate><cbc:IssueTime>09:00:00+01:00</cbc:IssueTime><cbc:VersionID>{version}</cbc:VersionID>
    <cbc:RegulatoryDomain>32014L0024</cbc:RegulatoryDomain><cbc:NoticeTypeCode listName="{form}">{type_}</cbc:NoticeTypeCode>
    <cbc:NoticeLanguageCode>{language}</cbc:NoticeLanguageCode>{parties}
    <cac:TenderingProcess>{process}</cac:TenderingProcess>
    <cac:ProcurementProject>{names}<cbc:Description languageID="SWE">Vi söker en tjänst.</cbc:Description>{total}
    <cac:MainCommodityClassification><cbc:ItemClassificationCode>33196000</cbc:ItemClassificationCode>
    </cac:MainCommodityClassification></cac:ProcurementProject>{lot() if lots is None else lots}</{root}>""".strip().encode()
