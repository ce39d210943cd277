"""What an imported notice says, in the columns that every notice has (`procurements.models.Wording`)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.text import Truncator

from interchange import countries
from interchange.eforms.facts import Contract, Lot, LotResult, Money, NoticeFacts, Text, once
from procurements.models import Kind

DESCRIPTION_LIMIT = 100_000  # characters
MOST_CODES = 1000  # in one column
MOST_LANGUAGES = 40
LARGEST = Decimal(10) ** 16  # what the column holds
KIND_OF_FORM = {  # BT-03
    "consultation": Kind.CONSULTATION,
    "planning": Kind.PRIOR,
    "competition": Kind.COMPETITION,
    "dir-awa-pre": Kind.PREANNOUNCEMENT,
    "result": Kind.AWARD,
    "cont-modif": Kind.MODIFICATION,
    "completion": Kind.COMPLETION,
}
KIND_OF_ROOT = {
    "PriorInformationNotice": Kind.PRIOR,
    "ContractNotice": Kind.COMPETITION,
    "ContractAwardNotice": Kind.AWARD,
}
CONSULTATION_WORDS = (
    *("marknadsdialog", "marknadssamråd", "markedsdialog", "leverandørdialog", "leverantörsdialog"),
    *("market consultation", "market dialogue", "dialogkonferanse", "dialogmöte", "request for information"),
)


def kind_of(facts: NoticeFacts) -> Kind:
    """What the notice is (standards 2.7). Before SDK 1.13 a consultation was a prior notice that said so in its title.

    Form type "change" (to SDK 1.8) says nothing of the kind; the root element does. A notice of its own that cancels
    another one is a cancellation.
    """
    if facts.change and "cancel" in facts.change.reasons and not facts.change.reference.startswith(facts.identifier):
        return Kind.CANCELLATION
    kind = KIND_OF_FORM.get(facts.form_type) or KIND_OF_ROOT[facts.root]
    titles = " ".join(words for _, words in facts.title.versions).lower()
    if kind == Kind.PRIOR and any(word in titles for word in CONSULTATION_WORDS):
        return Kind.CONSULTATION
    return kind


def closes(lot: Lot) -> datetime | None:
    """By when somebody who was not there before must answer: of two stages the first."""
    return min(lot.deadlines.closing, default=None)


def columns_of_money(value: Money | None) -> dict[str, Any]:
    """Never 0 for what is not stated; an amount that no column holds is as good as not stated."""
    if value is None or not 0 < value.amount < LARGEST:
        return {"value": None, "currency": ""}
    return {"value": value.amount.quantize(Decimal("0.01")), "currency": value.currency}


def codes(values: tuple[str, ...], longest: int) -> list[str]:
    return list(once(value[:longest] for value in values))[:MOST_CODES]


def places(facts: NoticeFacts) -> tuple[str, ...]:
    """NUTS codes; the countries where no region is given."""
    if facts.places:
        return facts.places
    given = once([*facts.countries, *(country for lot in facts.lots for country in lot.countries)])
    letters = (countries.alpha_2(country) for country in given)
    return once({"GR": "EL", "GB": "UK"}.get(code, code) for code in letters if code != countries.UNKNOWN)


def description_of(facts: NoticeFacts, told: Callable[[Text], str]) -> str:
    """The procedure's description, features and note, then each lot's description that says something else."""
    parts = [told(facts.description), told(facts.procedure_features), told(facts.note)]
    for lot in facts.lots:
        words = told(lot.description)
        if words and words not in parts:
            title = told(lot.title)
            parts += [f"{lot.identifier}: {title}" if title else lot.identifier, words]
    return "\n\n".join(once(parts))[:DESCRIPTION_LIMIT]


def wording_of(facts: NoticeFacts) -> dict[str, Any]:
    """Every column of Wording. The deadline is the last that a lot has: until then something can be answered. Lots keep theirs."""
    order = facts.reading_order()
    title = facts.title.best(*order) or next((lot.title.best(*order) for lot in facts.lots if lot.title), "")
    language = next((code for code in order if facts.title.has(code)), facts.language)
    description = description_of(facts, lambda text: text.best(*order))
    deadline = max((moment for lot in facts.lots if (moment := closes(lot))), default=None)
    questions = max((lot.deadlines.questions for lot in facts.lots if lot.deadlines.questions), default=None)
    lead = next((buyer.organisation for buyer in facts.buyers if buyer.is_lead), None)
    lead = lead or (facts.buyers[0].organisation if facts.buyers else None)
    return {
        "title": Truncator(title or facts.reference or facts.identifier).chars(500),
        "summary": summary_of(facts.description.best(*order)),
        "language": countries.language(language) or "en",
        "description": description,
        "procedure": facts.procedure[:30],
        "nature": facts.nature[:20],
        "cpv": codes(facts.cpv, 20),
        "regions": codes(places(facts), 20),
        "strategic": codes(facts.of_lots("strategic"), 30),
        "innovation": codes(facts.of_lots("innovation"), 30),
        "environment": codes(facts.of_lots("environment"), 30),
        **columns_of_money(facts.value),
        "deadline_at": deadline,
        "questions_until": questions if questions and deadline and questions <= deadline else None,
        "zone": countries.zone_of(countries.alpha_2(lead.country) if lead else ""),
        "contact_email": lead.email if lead and len(lead.email) <= 254 else "",
        "documents_url": first_address(lot.documents_url for lot in facts.lots),
        "submission_url": first_address(lot.submission_url for lot in facts.lots),
    }


def first_address(addresses: Any) -> str:
    return next((address for address in addresses if address and len(address) <= 1000), "")


def summary_of(description: str) -> str:
    return Truncator(" ".join(description.split())).chars(300)


def further_texts(facts: NoticeFacts, language: str) -> list[dict[str, str]]:
    """The columns of the same notice in each language (BT-702) but `language`, which its own columns have."""
    found: dict[str, dict[str, str]] = {}
    for code in once([*(code for code, _ in facts.title.versions), *facts.extra_languages]):
        name = countries.language(code)
        title, words = facts.title.of(code), facts.description.of(code)
        if not name or name == language or name in found or not (title or words) or len(found) == MOST_LANGUAGES:
            continue
        found[name] = {
            "language": name,
            "title": Truncator(title or facts.title.best(*facts.reading_order())).chars(500),
            "summary": summary_of(words),
            "description": description_of(facts, operator.methodcaller("of", code)),
        }
    return list(found.values())


def lot_columns(lot: Lot, position: int, *, order: tuple[str, ...]) -> dict[str, Any]:
    """Every column of Lot. Its two amounts share a currency: a maximum in another one than the value's is not kept."""
    value, maximum = columns_of_money(lot.value), columns_of_money(lot.framework_maximum)
    currency = value["currency"] or maximum["currency"]
    return {
        "identifier": (lot.identifier or f"LOT-?{position}")[:40],
        "is_part": lot.is_part,
        "title": Truncator(lot.title.best(*order)).chars(1000),
        "description": lot.description.best(*order)[:DESCRIPTION_LIMIT],
        "nature": lot.nature[:20],
        "cpv": codes(lot.cpv, 20),
        "regions": codes(lot.regions, 20),
        "strategic": codes(lot.strategic, 30),
        "innovation": codes(lot.innovation, 30),
        "environment": codes(lot.environment, 30),
        "social": codes(lot.social, 30),
        "gpp": codes(lot.gpp, 30),
        "strategic_text": lot.strategic_description.best(*order)[:DESCRIPTION_LIMIT],
        "value": value["value"],
        "framework_maximum": maximum["value"] if maximum["currency"] == currency else None,
        "currency": currency,
        "framework": lot.framework[:20],
        "dps": lot.dps[:20],
        "is_eu_funded": is_eu_funded(lot),
        "fits_small_firms": lot.fits_small_firms,
        "variants": lot.variants[:20],
        "terms": lot.performance_terms.best(*order)[:DESCRIPTION_LIMIT],
        "documents_url": first_address([lot.documents_url]),
        "submission_url": first_address([lot.submission_url]),
        "deadline_at": closes(lot),
        "tenders_until": lot.deadlines.tenders,
        "requests_until": lot.deadlines.requests,
        "expressions_until": lot.deadlines.expressions,
        "answers_until": lot.deadlines.answers,
        "questions_until": lot.deadlines.questions,
        "starts_on": lot.starts_on,
        "duration": lot.duration,
        "duration_unit": lot.duration_unit[:10],
        "award_criteria": codes(lot.award_criteria, 40),
        "accessibility": lot.accessibility[:30],
        "has_auction": lot.has_auction,
        "anywhere": lot.anywhere[:20],
    }


def is_eu_funded(lot: Lot) -> bool | None:
    """BT-60: "eu-funds" or "no-eu-funds"."""
    return "eu-funds" in lot.eu_funded if lot.eu_funded else None


def result_columns(result: LotResult, position: int) -> dict[str, Any]:
    return {
        "identifier": (result.identifier or f"RES-?{position}")[:40],
        "lot": result.lot[:40],
        "code": result.code[:30],
        "reason": result.reason[:30],
        "tenders": result.tenders,
    }


def contract_columns(contract: Contract, position: int, *, order: tuple[str, ...]) -> dict[str, Any]:
    return {
        "identifier": (contract.identifier or f"CON-?{position}")[:40],
        "reference": contract.reference[:200],
        "title": Truncator(contract.title.best(*order)).chars(500),
        "lots": codes(contract.lots, 40),
        "concluded_on": contract.concluded_on,
        **columns_of_money(contract.value),
    }
