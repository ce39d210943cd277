"""What our codes are called in the Open Contracting Data Standard 1.1.5 and its extensions (standards 6.2).

The profile's own tables for eForms name three goals otherwise than the code list of the extension does; the list's names stand here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from procurements.models import KINDS_TO_INFLUENCE, Kind, Outcome

Facts = dict[str, Any]

# The first publication, and a later one.
TAGS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Kind.NEED: (("planning",), ("planningUpdate",)),
    Kind.CONSULTATION: (("planning",), ("planningUpdate",)),
    Kind.PRIOR: (("planning",), ("planningUpdate",)),
    Kind.COMPETITION: (("tender",), ("tenderUpdate",)),
    Kind.PREANNOUNCEMENT: (("award",), ("awardUpdate",)),
    Kind.AWARD: (("award",), ("awardUpdate",)),
    Kind.CANCELLATION: (("tenderCancellation",), ("tenderCancellation",)),
    Kind.MODIFICATION: (("contractUpdate",), ("contractUpdate",)),
    Kind.COMPLETION: (("contractTermination",), ("contractTermination",)),
    Kind.EFFECT: (("implementation",), ("implementationUpdate",)),
}
WITH_CONTRACTS = {"award": "contract", "awardUpdate": "contractUpdate"}
STATUS_OF_TENDER: dict[str, str] = {
    **dict.fromkeys(KINDS_TO_INFLUENCE, "planned"),
    Kind.COMPETITION: "active",
    Kind.CANCELLATION: "cancelled",
    Kind.AWARD: "complete",
    Kind.PREANNOUNCEMENT: "complete",
    Kind.MODIFICATION: "complete",
    Kind.COMPLETION: "complete",
}
STATUS_OF_OUTCOME: dict[str, str] = {
    Outcome.Result.AWARDED: "complete",
    Outcome.Result.CANCELLED: "cancelled",
    Outcome.Result.UNSUITABLE: "unsuccessful",
    Outcome.Result.STOPPED: "withdrawn",
}
DOCUMENT_OF_KIND: dict[str, str] = {
    **dict.fromkeys(KINDS_TO_INFLUENCE, "plannedProcurementNotice"),
    Kind.AWARD: "awardNotice",
    Kind.PREANNOUNCEMENT: "awardNotice",
    Kind.MODIFICATION: "contractNotice",
    Kind.COMPLETION: "contractNotice",
}
METHODS = {  # BT-105; other procedures say nothing certain of how open they are
    "open": "open",
    "restricted": "selective",
    "neg-w-call": "selective",
    "comp-dial": "selective",
    "innovation": "selective",
    "comp-tend": "selective",
    "neg-wo-call": "limited",
}
CATEGORIES = {"supplies": "goods", "services": "services", "works": "works"}  # BT-23
AIMS = {"inn-pur": "economic.innovativePurchase", "env-imp": "environmental", "soc-obj": "social"}  # BT-06
INNOVATION = {  # BT-776
    "mar-nov": "economic.marketInnovationPromotion",
    "proc-innov": "economic.processInnovationPromotion",
    "prod-innov": "economic.productInnovationPromotion",
    "rd-act": "economic.researchDevelopmentActivities",
}
ENVIRONMENT = {  # BT-774
    "biodiv-eco": "environmental.biodiversityProtectionRestoration",
    "circ-econ": "environmental.circularEconomy",
    "clim-adapt": "environmental.climateChangeAdaptation",
    "clim-mitig": "environmental.climateChangeMitigation",
    "pollu-prev": "environmental.pollutionPrevention",
    "water-mar": "environmental.waterResourcesProtection",
    "other": "environmental",
}
SOCIAL = {  # BT-775
    "acc-all": "social.accessibility",
    "et-eq": "social.ethnicEquality",
    "gen-eq": "social.genderEquality",
    "hum-right": "social.humanRightsInSupplyChains",
    "opp": "social.disadvantagedEmploymentOpportunities",
    "work-cond": "social.laborRightsPromotion",
    "other": "social",
}
CRITERIA = {"eu": "euGPPCriteria", "national": "nationalGPPCriteria", "other": "otherGPPCriteria"}  # BT-805
FRAMEWORKS = {  # BT-765
    "fa-mix": "withAndWithoutReopeningCompetition",
    "fa-w-rc": "withReopeningCompetition",
    "fa-wo-rc": "withoutReopeningCompetition",
}
DYNAMIC_SYSTEMS = {"dps-list": "closed", "dps-nlist": "open"}  # BT-766
SCALES = ("micro", "small", "medium", "sme", "large")  # BT-165
FUNCTIONS = {  # BT-10 and BT-610: the divisions of COFOG; other activities are eForms' own
    "gen-pub": "01",
    "defence": "02",
    "pub-os": "03",
    "econ-aff": "04",
    "env-pro": "05",
    "hc-am": "06",
    "health": "07",
    "rcr": "08",
    "education": "09",
    "soc-pro": "10",
}
CRITERIA_OF_AWARD = {  # BT-539 of a lot, as far as one word of the standard says the same
    frozenset({"price"}): "priceOnly",
    frozenset({"cost"}): "costOnly",
    frozenset({"quality"}): "qualityOnly",
    frozenset({"price", "quality"}): "ratedCriteria",
    frozenset({"cost", "quality"}): "ratedCriteria",
    frozenset({"price", "cost", "quality"}): "ratedCriteria",
}
DAYS = {"DAY": 1, "WEEK": 7, "MONTH": 30, "YEAR": 365}  # BT-36, as the profile for eForms counts
AWARD_OF_RESULT = {"selec-w": "active", "clos-nw": "unsuccessful"}  # BT-142; what is still open has no award
LOT_OF_RESULT = {"selec-w": "complete", "clos-nw": "unsuccessful", "open-nw": "active"}
RESELLER = "wholesaleBuyer"  # OPP-052; a role that the profile for eForms has, and no list of the standard yet
REASON_OF_CHANGE = "eu-change-corrig-justification"  # BT-140
REASON_OF_DIRECT_AWARD = "eu-direct-award-justification"  # BT-136
REASON_OF_NO_AWARD = "eforms-non-award-justification"  # BT-144; in no list of the standard, like the next
TAKES_PART_AS = "ARENA_PARTICIPATION"  # committed, or with an option: in a buyer group of the arena


def without_blanks(facts: Facts) -> Facts:
    """What is not known is left out: OCDS has no empty values."""
    return {name: value for name, value in facts.items() if value not in (None, "", [], {})}


def money(value: Decimal | None, currency: str) -> Facts | None:
    """An amount in whole units of its currency, as an integer where it is one; None where either is not stated."""
    if value is None or len(currency) != 3:
        return None
    return {"amount": int(value) if value == value.to_integral_value() else float(value), "currency": currency}


def web(address: str) -> str:
    """An address that a machine can follow; empty for what somebody wrote in its place."""
    whole = address.startswith(("https://", "http://")) and not any(letter in address for letter in ' <>"{}|\\^`')
    return address if whole and address.isascii() else ""
