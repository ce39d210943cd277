"""The truth tables beside the project, and the same columns made from what the reader found."""

import csv
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

CASES = Path(os.environ.get("ARENA_CASES_DIR", Path(__file__).resolve().parents[3] / "shared")) / "eforms"


def rows():
    """(folder, row) of every truth table; nothing where the cases are not there."""
    for folder in ("examples", "real", "synthetic"):
        table = CASES / f"{folder}.csv"
        if table.exists():
            with table.open(encoding="utf-8") as file:
                yield from ((folder, row) for row in csv.DictReader(file))


def joined(values):
    return " | ".join(values)


def moments(values):
    """A set: the tables list the distinct moments."""
    return {value.astimezone(UTC) for value in values if value}


def expected_moments(words):
    found = [datetime.fromisoformat(word) for word in words.split(" | ") if word]
    return {(value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC) for value in found}


def amounts(words):
    """Of "LOT-0001=10.00 EUR | ...": {("LOT-0001", 10, "EUR"), ...}."""
    parts = [part.replace("=", " ").split(" ") for part in words.split(" | ") if part]
    return {(name, Decimal(amount), currency) for name, amount, currency in parts}


def ids(words):
    """A set without the table's blanks for winners that have no number."""
    return {word.strip() for word in words.split(" | ") if word.strip()}


def column_values(facts):
    """(column, what the reader says, how the table's text is compared with it)."""
    notice = facts.language
    lots = [lot for lot in facts.lots if not lot.is_part]
    closing = [lot.deadlines for lot in facts.lots]
    buyers = [buyer.organisation for buyer in facts.buyers]
    winners = facts.results.winners
    title_language = next((code for code, words in facts.title.versions if words == facts.title.best(notice)), "")
    sums = [lot.value.amount for lot in facts.lots if lot.value]
    plain = str
    number = lambda words: Decimal(words) if words else None  # noqa: E731
    return [
        ("root", facts.root, plain),
        ("sdk", facts.sdk, plain),
        ("notice_id", facts.identifier, plain),
        ("version", facts.version, plain),
        ("procedure_id", facts.procedure_id, plain),
        ("publication_no", facts.publication_number, plain),
        ("publication_date", str(facts.published_on or ""), lambda words: words[:10]),
        ("issue_date", str(facts.dispatched_at.date()) if facts.dispatched_at else "", lambda words: words[:10]),
        ("form_type", facts.form_type, plain),
        ("notice_type", facts.notice_type, plain),
        ("subtype", facts.subtype, plain),
        ("legal_basis", facts.legal_basis, plain),
        ("language", facts.language, plain),
        ("extra_languages", joined(facts.extra_languages), plain),
        ("title", facts.title.best(notice), plain),
        ("title_lang", title_language, plain),
        ("buyer_names", joined(body.name.best(notice) for body in buyers), plain),
        ("buyer_ids", joined(number for body in buyers for number in body.numbers), plain),
        ("buyer_countries", joined(body.country for body in buyers), plain),
        ("buyer_nuts", joined(body.region for body in buyers), plain),
        ("lead_buyer", joined(b.organisation.name.best(notice) for b in facts.buyers if b.is_lead), plain),
        ("n_buyers", str(len(buyers)), plain),
        ("cpb_awarding", joined(b.name.best(notice) for b in facts.organisations if b.awards_for_others), plain),
        ("cpb_acquiring", joined(b.name.best(notice) for b in facts.organisations if b.acquires_to_resell), plain),
        ("procedure_code", facts.procedure, plain),
        ("accelerated", facts.accelerated, plain),
        ("contract_nature", facts.nature, plain),
        ("n_lots", str(len(lots)), plain),
        ("n_parts", str(len(facts.lots) - len(lots)), plain),
        ("cpv_main", facts.cpv_main, plain),
        ("cpv_additional", joined(facts.cpv_additional), plain),
        ("cpv_lots", joined(dict.fromkeys(code for lot in facts.lots for code in lot.cpv)), plain),
        ("place_nuts", joined(facts.places), plain),
        (
            "place_countries",
            joined(dict.fromkeys([*facts.countries, *(c for lot in facts.lots for c in lot.countries)])),
            plain,
        ),
        ("strategic", joined(facts.of_lots("strategic")), plain),
        ("innovative", joined(facts.of_lots("innovation")), plain),
        ("environmental", joined(facts.of_lots("environment")), plain),
        ("social", joined(facts.of_lots("social")), plain),
        ("gpp", joined(facts.of_lots("gpp")), plain),
        (
            "strategic_by_lot",
            joined(f"{lot.identifier}:{'+'.join(lot.strategic)}" for lot in lots if lot.strategic),
            plain,
        ),
        (
            "innovative_by_lot",
            joined(f"{lot.identifier}:{'+'.join(lot.innovation)}" for lot in lots if lot.innovation),
            plain,
        ),
        ("framework", joined(dict.fromkeys(lot.framework for lot in lots if lot.framework)), plain),
        ("dps", joined(dict.fromkeys(lot.dps for lot in lots if lot.dps)), plain),
        ("eu_funded", joined(facts.of_lots("eu_funded")), plain),
        ("value", facts.procedure_value.amount if facts.procedure_value else None, number),
        ("currency", facts.procedure_value.currency if facts.procedure_value else "", plain),
        (
            "lot_values",
            {(lot.identifier, lot.value.amount, lot.value.currency) for lot in facts.lots if lot.value},
            amounts,
        ),
        ("value_lots_sum", sum(sums) if sums else None, number),
        ("framework_max", facts.procedure_framework_maximum and facts.procedure_framework_maximum.amount, number),
        ("deadline", moments([min((m for d in closing for m in d.closing), default=None)]), expected_moments),
        ("deadlines_tenders", moments(d.tenders for d in closing), expected_moments),
        ("deadlines_requests", moments(d.requests for d in closing), expected_moments),
        ("deadlines_eoi", moments(d.expressions for d in closing), expected_moments),
        ("deadlines_answers", moments(d.answers for d in closing), expected_moments),
        ("result_codes", joined(facts.results.codes), plain),
        ("notice_value", facts.results.value.amount if facts.results.value else None, number),
        ("notice_value_currency", facts.results.value.currency if facts.results.value else "", plain),
        ("winners", joined(dict.fromkeys(body.name.best(notice) for body in winners)), plain),
        ("winner_ids", {number for body in winners for number in body.numbers}, ids),
        ("tender_values", {(k, v.amount, v.currency) for k, v in facts.results.tender_values}, amounts),
        ("n_contracts", str(len(facts.results.contracts)), plain),
        ("change_of", facts.change.reference if facts.change else "", plain),
        ("change_reasons", joined(facts.change.reasons) if facts.change else "", plain),
        ("previous_notices", joined(facts.previous), plain),
        ("modified_notice", facts.modification.reference if facts.modification else "", plain),
        (
            "innovation_codes_flag",
            str(int("inn-pur" in facts.of_lots("strategic") or bool(facts.of_lots("innovation")))),
            plain,
        ),
        ("innovation_partnership", str(int(facts.procedure == "innovation")), plain),
        ("rd_cpv", str(int(any(code.startswith("73") for code in facts.cpv))), plain),
    ]
