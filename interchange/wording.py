"""What an imported notice says, in the columns that every notice has (`procurements.models.Wording`)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.text import Truncator

from interchange import countries
from interchange.eforms.facts import Lot, Money, NoticeFacts, once
from procurements.models import Kind

DESCRIPTION_LIMIT = 100_000  # characters
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
    if facts.change and "cancel" in facts.change.reasons:
        return Kind.CANCELLATION
    kind = KIND_OF_FORM.get(facts.form_type) or KIND_OF_ROOT[facts.root]
    titles = " ".join(words for _, words in facts.title.versions).lower()
    if kind == Kind.PRIOR and any(word in titles for word in CONSULTATION_WORDS):
        return Kind.CONSULTATION
    return kind


def nearest(moments: tuple[datetime, ...], at: datetime) -> datetime | None:
    """The earliest that is still open; the last one when all have passed."""
    return min((moment for moment in moments if moment > at), default=max(moments, default=None))


def columns_of_money(value: Money | None) -> dict[str, Any]:
    """Never 0 for what is not stated; an amount that no column holds is as good as not stated."""
    if value is None or not 0 < value.amount < LARGEST:
        return {"value": None, "currency": ""}
    return {"value": value.amount.quantize(Decimal("0.01")), "currency": value.currency}


def codes(values: tuple[str, ...], longest: int) -> list[str]:
    return list(once(value[:longest] for value in values))


def places(facts: NoticeFacts) -> tuple[str, ...]:
    """NUTS codes; the countries where no region is given."""
    if facts.places:
        return facts.places
    given = once([*facts.countries, *(country for lot in facts.lots for country in lot.countries)])
    letters = (countries.alpha_2(country) for country in given)
    return once({"GR": "EL", "GB": "UK"}.get(code, code) for code in letters if code != countries.UNKNOWN)


def description_of(facts: NoticeFacts, order: tuple[str, ...]) -> str:
    """The procedure's description and note, then each lot's that says something else."""
    parts = [facts.description.best(*order), facts.note.best(*order)]
    for lot in facts.lots:
        words = lot.description.best(*order)
        if words and words not in parts:
            title = lot.title.best(*order)
            parts += [f"{lot.identifier}: {title}" if title else lot.identifier, words]
    return "\n\n".join(once(parts))[:DESCRIPTION_LIMIT]


def wording_of(facts: NoticeFacts, *, at: datetime) -> dict[str, Any]:
    """Every column of Wording. The deadline is the earliest still open at `at`; the lots keep theirs."""
    order = facts.reading_order()
    title = facts.title.best(*order) or next((lot.title.best(*order) for lot in facts.lots if lot.title), "")
    language = next((code for code in order if facts.title.has(code)), facts.language)
    description = description_of(facts, order)
    deadline = nearest(tuple(moment for lot in facts.lots for moment in lot.deadlines.closing), at)
    questions = nearest(tuple(lot.deadlines.questions for lot in facts.lots if lot.deadlines.questions), at)
    lead = next((buyer.organisation for buyer in facts.buyers if buyer.is_lead), None)
    lead = lead or (facts.buyers[0].organisation if facts.buyers else None)
    return {
        "title": Truncator(title or facts.reference or facts.identifier).chars(500),
        "summary": Truncator(" ".join(facts.description.best(*order).split())).chars(300),
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


def lot_columns(lot: Lot, position: int, *, order: tuple[str, ...], at: datetime) -> dict[str, Any]:
    return {
        "identifier": (lot.identifier or f"LOT-?{position}")[:40],
        "title": Truncator(lot.title.best(*order)).chars(1000),
        "cpv": codes(lot.cpv, 20),
        "regions": codes(lot.regions, 20),
        "strategic": codes(lot.strategic, 30),
        "innovation": codes(lot.innovation, 30),
        **columns_of_money(lot.value),
        "deadline_at": nearest(lot.deadlines.closing, at),
    }
