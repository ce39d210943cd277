"""Who buys, on the way out: one reading of a version's buyers, written as OCDS parties and as eForms elements.

Exported are those who buy and those who hold an option: a body that may buy from a framework agreement has to be named when the
competition is published (Directive 2014/24, art. 33.2). Observers buy nothing and are not exported. The number of a sole trader
is its owner's, and leaves the arena in no format.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import translation
from lxml import etree

from accounts.models import Organisation
from interchange.countries import ALPHA_3, language_3
from interchange.eforms.document import NAMESPACES, Element
from networks.models import Participant
from procurements.buyer_list import buyers_of
from procurements.models import NoticeVersion

REGISTERS = {"NO": "NO-BRC", "DK": "DK-CVR", "FI": "FI-PRO"}  # org-id.guide
# Only companies and associations of companies have their Swedish number from Bolagsverket; the numbers of authorities are in no
# list of org-id.guide, nor do we know which register a number of another country comes from: those get a prefix of our own.
SWEDISH_COMPANIES = ("5", "7", "9")
LEGAL_TYPES = {  # BT-11: what the kind of organisation says for certain
    Organisation.Kind.MUNICIPALITY: "la",
    Organisation.Kind.REGION: "ra",
    Organisation.Kind.AGENCY: "cga",
    Organisation.Kind.PUBLIC_COMPANY: "pub-undert",
}


@dataclass(frozen=True)
class Party:
    """A buyer as both formats need it. `is_lead` is None where nobody said who leads, and where nobody else buys."""

    key: str  # "ORG-0001": its place in the notice
    organisation: Organisation
    is_lead: bool | None
    state: str  # committed, option; empty where nobody said

    @property
    def number(self) -> str:
        return "" if self.organisation.number_is_personal else self.organisation.registration_number

    @property
    def legal_type(self) -> str:
        return LEGAL_TYPES.get(Organisation.Kind(self.organisation.kind), "")


def parties_of(version: NoticeVersion) -> list[Party]:
    """The buyers of the version in their order, the lead first in what was written here; each once."""
    buying = [buyer for buyer in buyers_of(version) if buyer.state != Participant.State.OBSERVER]
    return [
        Party(f"ORG-{place:04}", buyer.organisation, buyer.is_lead if len(buying) > 1 else None, buyer.state)
        for place, buyer in enumerate(buying, start=1)
    ]


def leader(parties: list[Party]) -> Party:
    """Who leads; else the first that is named, as one reads a notice that does not say it (standards 2.2)."""
    return next((party for party in parties if party.is_lead), parties[0])


# --- OCDS ------------------------------------------------------------------------------------------------------------


def scheme_of(organisation: Organisation) -> str:
    """The register that the number is from, as org-id.guide names it, or our own prefix: SE-ORGNR."""
    if organisation.country == "SE":
        return "SE-BLV" if organisation.registration_number.startswith(SWEDISH_COMPANIES) else "SE-ORGNR"
    return REGISTERS.get(organisation.country, f"{organisation.country}-ORGNR")


def ocds_id(party: Party) -> str:
    """The same in every release; a body without a number that may be told is known by our own."""
    if party.number:
        return f"{scheme_of(party.organisation)}-{party.number}"
    return f"ARENA-{party.organisation.pk}"


def ocds_parties(version: NoticeVersion) -> list[dict[str, Any]]:
    """`parties` of a release: who buys with the role buyer, who leads with leadBuyer, too (extension eu)."""
    return [_ocds_party(party) for party in parties_of(version)]


def ocds_buyer(version: NoticeVersion) -> dict[str, str]:
    """`buyer` of a release: the one that leads."""
    party = leader(parties_of(version))
    return {"id": ocds_id(party), "name": party.organisation.name}


def _ocds_party(party: Party) -> dict[str, Any]:
    body = party.organisation
    with translation.override("en"):
        country = body.country_name
    identifier = {"scheme": scheme_of(body), "id": party.number, "legalName": body.name} if party.number else None
    address = {"region": body.region, "countryName": country}
    classifications = [
        {"scheme": scheme, "id": code}
        for scheme, code in (("TED_CA_TYPE", party.legal_type), ("ARENA_PARTICIPATION", party.state))
        if code
    ]
    return without_blanks(
        {
            "id": ocds_id(party),
            "name": body.name,
            "identifier": identifier,
            "address": without_blanks(address),
            "details": without_blanks({"url": body.website, "classifications": classifications}),
            "roles": ["buyer", "leadBuyer"] if party.is_lead else ["buyer"],
        }
    )


def without_blanks(facts: dict[str, Any]) -> dict[str, Any]:
    """What is not known is left out: OCDS has no empty values."""
    return {name: value for name, value in facts.items() if value not in (None, "", [], {})}


# --- eForms ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EformsBuyers:
    """The two parts of a notice that name its buyers: the pool of organisations, and who of them buys."""

    organizations: Element  # efac:Organizations, of the extension
    contracting_parties: list[Element]  # cac:ContractingParty, one a buyer (OPT-300)


def eforms_buyers(version: NoticeVersion) -> EformsBuyers:
    """The elements in the order of the schemas. With several buyers each says whether it leads (OPP-050), unless nobody knows."""
    parties = parties_of(version)
    pool = etree.Element(_tag("efac:Organizations"), nsmap=NAMESPACES)
    for party in parties:
        _eforms_organization(pool, party, language=language_3(version.language))
    return EformsBuyers(pool, [_eforms_contracting_party(party) for party in parties])


def _eforms_organization(pool: Element, party: Party, *, language: str) -> None:
    body = party.organisation
    organization = _add(pool, "efac:Organization")
    if party.is_lead is not None:
        _add(organization, "efbc:GroupLeadIndicator", str(party.is_lead).lower())
    company = _add(organization, "efac:Company")
    if body.website:
        _add(company, "cbc:WebsiteURI", body.website)
    _add(_add(company, "cac:PartyIdentification"), "cbc:ID", party.key, schemeName="organization")
    _add(_add(company, "cac:PartyName"), "cbc:Name", body.name, languageID=language)
    address = _add(company, "cac:PostalAddress")
    if body.region:
        _add(address, "cbc:CountrySubentityCode", body.region, listName="nuts-lvl3")
    if code := ALPHA_3.get(body.country):
        _add(_add(address, "cac:Country"), "cbc:IdentificationCode", code, listName="country")
    if party.number:
        _add(_add(company, "cac:PartyLegalEntity"), "cbc:CompanyID", party.number)


def _eforms_contracting_party(party: Party) -> Element:
    contracting: Element = etree.Element(_tag("cac:ContractingParty"), nsmap=NAMESPACES)
    if party.legal_type:
        kind = _add(contracting, "cac:ContractingPartyType")
        _add(kind, "cbc:PartyTypeCode", party.legal_type, listName="buyer-legal-type")
    identification = _add(_add(contracting, "cac:Party"), "cac:PartyIdentification")
    _add(identification, "cbc:ID", party.key, schemeName="organization")
    return contracting


def _tag(name: str) -> str:
    prefix, _colon, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _add(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    element: Element = etree.SubElement(parent, _tag(name), attributes)
    element.text = text or None
    return element
