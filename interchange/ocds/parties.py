"""Who takes part in a procurement, as `parties` of a release: each organisation once, with all its roles."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from django.utils import translation

from accounts.models import Organisation
from interchange.ocds.codes import FUNCTIONS, RESELLER, TAKES_PART_AS, Facts, web, without_blanks
from interchange.parties import Party, leader, parties_of
from procurements.models import NoticeVersion

REGISTERS = {"NO": "NO-BRC", "DK": "DK-CVR", "FI": "FI-PRO"}  # org-id.guide
# Only companies and associations of companies have their Swedish number from Bolagsverket; the numbers of authorities are in no
# list of org-id.guide, nor do we know which register a number of another country comes from: those get a prefix of our own.
SWEDISH_COMPANIES = ("5", "7", "9")
FUNDER: Facts = {"id": "EU", "name": "European Union", "roles": ["funder"]}  # BT-60


def scheme_of(organisation: Organisation) -> str:
    """The register that the number is from, as org-id.guide names it, or our own prefix: SE-ORGNR."""
    if organisation.country == "SE":
        return "SE-BLV" if organisation.registration_number.startswith(SWEDISH_COMPANIES) else "SE-ORGNR"
    return REGISTERS.get(organisation.country, f"{organisation.country}-ORGNR")


def number_of(organisation: Organisation) -> str:
    """Empty where the number is its owner's, too: a sole trader's leaves the arena in no format."""
    return "" if organisation.number_is_personal else organisation.registration_number


def id_of(organisation: Organisation) -> str:
    """The same in every release; a body without a number that may be told is known by our own."""
    if number := number_of(organisation):
        return f"{scheme_of(organisation)}-{number}"
    return f"ARENA-{organisation.pk}"


class Cast:
    """The parties of one release, in the order in which they came on."""

    def __init__(self) -> None:
        self._parties: dict[str, Facts] = {}

    def add(
        self, body: Organisation, *roles: str, scale: str = "", classes: Iterable[Facts] = (), profile_url: str = ""
    ) -> Facts:
        """Puts the organisation into its roles; returns what refers to it elsewhere in the release."""
        party = self._parties.get(id_of(body))
        if party is None:
            party = self._parties[id_of(body)] = _of(body)
        _take(party, *roles)
        details = party.setdefault("details", {})
        known = details.setdefault("classifications", [])
        known += [one for one in classes if one not in known]
        if profile_url:
            details["buyerProfile"] = profile_url
        if scale:
            details["scale"] = scale
        return {"id": party["id"], "name": party["name"]}

    def add_named(self, name: str, *roles: str, scale: str = "") -> Facts:
        """A body that is known by its name alone."""
        key = f"ARENA-NAME-{hashlib.sha256(name.strip().casefold().encode()).hexdigest()[:12]}"
        party = self._parties.setdefault(key, {"id": key, "name": name, "roles": []})
        _take(party, *roles)
        if scale:
            party["details"] = {"scale": scale}
        return {"id": key, "name": name}

    def add_funder(self) -> None:
        self._parties[FUNDER["id"]] = FUNDER

    def listed(self) -> list[Facts]:
        return [
            without_blanks({**party, "details": without_blanks(party.get("details", {}))})
            for party in self._parties.values()
        ]


def add_buyers(cast: Cast, version: NoticeVersion) -> Facts:
    """Who buys, and who leads (extension eu). Returns `buyer` of the release: the one that leads."""
    parties = parties_of(version)
    for party in parties:
        profile = web(party.profile_url)
        cast.add(party.organisation, *roles_of(party), classes=classes_of(party), profile_url=profile)
    first = leader(parties).organisation
    return {"id": id_of(first), "name": first.name}


def roles_of(party: Party) -> list[str]:
    """A central purchasing body awards for others (OPP-051), or buys to sell on (OPP-052)."""
    further = {
        "leadBuyer": party.is_lead,
        "procuringEntity": party.awards_for_others,
        RESELLER: party.acquires_to_resell,
    }
    return ["buyer", *(role for role, holds in further.items() if holds)]


def classes_of(party: Party) -> list[Facts]:
    """What kind of buyer it is (BT-11), what it does (BT-10, BT-610), and how it takes part in a group."""
    found = [{"scheme": "TED_CA_TYPE", "id": party.legal_type}] if party.legal_type else []
    if division := FUNCTIONS.get(party.activity):
        found.append({"scheme": "COFOG", "id": division, "description": party.activity})
    elif party.activity:
        found.append({"scheme": "eu-main-activity", "id": party.activity})
    return [*found, {"scheme": TAKES_PART_AS, "id": party.state}] if party.state else found


def _of(body: Organisation) -> Facts:
    number = number_of(body)
    identifier = {"scheme": scheme_of(body), "id": number, "legalName": body.name} if number else None
    address = without_blanks({"region": body.region, "countryName": _english(body.country)})
    details = {"url": body.website} if body.website else {}
    return {
        "id": id_of(body), "name": body.name, "identifier": identifier, "address": address, "details": details, "roles": [],
    }  # fmt: skip


def _take(party: Facts, *roles: str) -> None:
    party["roles"] += [role for role in roles if role not in party["roles"]]


@lru_cache(maxsize=300)
def _english(country: str) -> str:
    with translation.override("en"):
        return Organisation(country=country).country_name
