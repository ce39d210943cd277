"""The columns of the truth tables that have a place in the database: as a row tells them, and as they were stored."""

from datetime import UTC, datetime
from decimal import Decimal

from interchange import countries
from interchange.eforms.values import identifier
from interchange.identifying import clean, number_of
from interchange.linking import publication_number, spelled
from interchange.models import ChangeOf
from procurements.innovation import recognise_version
from tests.interchange.truth import amounts, expected_moments

DEADLINES = {
    "deadlines_tenders": "tenders_until",
    "deadlines_requests": "requests_until",
    "deadlines_eoi": "expressions_until",
    "deadlines_answers": "answers_until",
}


def words(cell):
    """The values of a cell, each once, in their order."""
    return list(dict.fromkeys(word.strip() for word in cell.split(" | ") if word.strip()))


def countries_of(cell):
    return list(dict.fromkeys(countries.alpha_2(code) for code in words(cell)))


def value_of(row):
    """The procedure's; else the lots' sum, where every lot has one, in one currency."""
    if row["value"]:
        return Decimal(row["value"]), row["currency"]
    lots = amounts(row["lot_values"])
    whole = len(lots) == int(row["n_lots"]) + int(row["n_parts"]) and len({currency for _, _, currency in lots}) == 1
    return (sum(amount for _, amount, _ in lots), next(iter(lots))[2]) if whole else (None, "")


def others(row):
    """The references to other notices, in the one spelling that is kept."""
    cells = (row["change_of"], row["modified_notice"], row["previous_notices"])
    given = [identifier(one) for cell in cells for one in words(cell)]
    return {spelled(one) for one in given if not one.startswith(row["notice_id"])}


def number_in(row):
    """Its own number: old Doffin puts the earlier notice's there."""
    number = publication_number(row["publication_no"])
    return "" if number in map(publication_number, words(row["previous_notices"])) else number


def told(row):
    places = [{"GR": "EL", "GB": "UK"}.get(code, code) for code in countries_of(row["place_countries"])]
    places = [code for code in places if code != countries.UNKNOWN]
    return {
        "sdk": row["sdk"],
        "notice_id": row["notice_id"],
        "version": row["version"],
        "procedure_id": row["procedure_id"] if row["procedure_id"] != "UNKNOWN" else "",
        "publication_no": number_in(row),
        "publication_date": row["publication_date"][:10] or row["issue_date"][:10],
        "issue_date": row["issue_date"][:10],
        "form_type": row["form_type"],
        "notice_type": row["notice_type"],
        "subtype": row["subtype"],
        "legal_basis": row["legal_basis"],
        "title": " ".join(row["title"].split()),
        "n_buyers": int(row["n_buyers"]),
        "buyer_countries": set(countries_of(row["buyer_countries"])),
        "lead_buyer": len(words(row["lead_buyer"])),
        "procedure_code": row["procedure_code"],
        "accelerated": row["accelerated"],
        "contract_nature": row["contract_nature"],
        "n_lots": int(row["n_lots"]),
        "n_parts": int(row["n_parts"]),
        "cpv": list(dict.fromkeys(words(row["cpv_main"]) + words(row["cpv_additional"]) + words(row["cpv_lots"]))),
        "cpv_lots": words(row["cpv_lots"]),
        "places": words(row["place_nuts"]) or places,
        **{name: words(row[name]) for name in ("strategic", "innovative", "environmental", "social", "gpp")},
        "strategic_by_lot": set(words(row["strategic_by_lot"])),
        "innovative_by_lot": set(words(row["innovative_by_lot"])),
        "framework": set(words(row["framework"])),
        "dps": set(words(row["dps"])),
        "eu_funded": {code == "eu-funds" for code in words(row["eu_funded"])},
        "value": value_of(row),
        "lot_values": amounts(row["lot_values"]),
        "framework_max": Decimal(row["framework_max"]) if row["framework_max"] else None,
        **{name: expected_moments(row[name]) for name in DEADLINES},
        "deadline": expected_moments(row["deadline"]),
        "result_codes": words(row["result_codes"]),
        "notice_value": Decimal(row["notice_value"]) if row["notice_value"] else None,
        "notice_value_currency": row["notice_value_currency"],
        "n_contracts": int(row["n_contracts"]),
        "change_of": spelled(identifier(row["change_of"])),
        "change_reasons": words(row["change_reasons"]),
        "links": others(row),
        "declared": "1" in (row["innovation_codes_flag"], row["innovation_partnership"]),
        "rd_cpv": row["rd_cpv"] == "1",
    }


def stored(version, row):
    """The same of the version that the row tells of."""
    notice, lots = version.notice, list(version.lots.all())
    real = [lot for lot in lots if not lot.is_part]
    change = ChangeOf.objects.filter(version=version).first()
    recognised = recognise_version(version)
    assert bool(recognised.level) == bool(recognised.reasons)
    return {
        "sdk": version.sdk,
        "notice_id": notice.source_id,
        "version": version.source_version,
        "procedure_id": notice.procurement.source_id or "",
        "publication_no": version.publication_number,
        "publication_date": day_of(version.published_at, "Z" if row["publication_date"] else row["issue_date"]),
        "issue_date": day_of(version.dispatched_at, row["issue_date"]),
        "form_type": version.form_type,
        "notice_type": version.notice_type,
        "subtype": version.subtype,
        "legal_basis": version.legal_basis,
        "title": title_in(version, countries.language(row["title_lang"] or row["language"])),
        "n_buyers": len(version.buyers.all()),
        "buyer_countries": {buyer.organisation.country for buyer in version.buyers.all()},
        "lead_buyer": sum(bool(buyer.is_lead) for buyer in version.buyers.all()),
        "procedure_code": version.procedure,
        "accelerated": version.accelerated,
        "contract_nature": version.nature,
        "n_lots": len(real),
        "n_parts": len(lots) - len(real),
        "cpv": version.cpv,
        "cpv_lots": list(dict.fromkeys(code for lot in lots for code in lot.cpv)),
        "places": version.regions,
        "strategic": version.strategic,
        "innovative": version.innovation,
        "environmental": version.environment,
        "social": version.social,
        "gpp": version.gpp,
        "strategic_by_lot": {f"{lot.identifier}:{'+'.join(lot.strategic)}" for lot in real if lot.strategic},
        "innovative_by_lot": {f"{lot.identifier}:{'+'.join(lot.innovation)}" for lot in real if lot.innovation},
        "framework": {lot.framework for lot in real} - {""},
        "dps": {lot.dps for lot in real} - {""},
        "eu_funded": {lot.is_eu_funded for lot in lots} - {None},
        "value": (version.value, version.currency),
        "lot_values": {(lot.identifier, lot.value, lot.currency) for lot in lots if lot.value is not None},
        "framework_max": version.framework_maximum,
        **{name: {getattr(lot, column) for lot in lots} - {None} for name, column in DEADLINES.items()},
        "deadline": {min(earliest)} if (earliest := [lot.deadline_at for lot in lots if lot.deadline_at]) else set(),
        "result_codes": list(dict.fromkeys(one.code for one in version.lot_results.all() if one.code)),
        "notice_value": version.result_value,
        "notice_value_currency": version.result_currency if version.result_value is not None else "",
        "n_contracts": len(version.contracts.all()),
        "change_of": change.reference if change else "",
        "change_reasons": version.change_reasons if change else [],
        "links": {link.reference for link in notice.links.all()},
        "declared": recognised.level == "A",
        "rd_cpv": any(code.startswith("73") for code in version.cpv),
    }


def day_of(moment, cell):
    """The day of the moment, in the offset with which the table's cell ends."""
    zone = datetime.fromisoformat(f"2000-01-01T00:00:00{cell[10:].replace('Z', '+00:00')}").tzinfo or UTC
    return str(moment.astimezone(zone).date())


def title_in(version, language):
    titles = {version.language: version.title} | {text.language: text.title for text in version.texts.all()}
    return titles.get(language, version.title)


def is_named(organisation, row, who):
    """The row names it, or has its number: one organisation may be written in two ways."""
    names = {clean(name).lower() for name in words(row[f"{who}_names" if who == "buyer" else "winners"])}
    numbers = {number_of(organisation.country, (number,)) for number in words(row[f"{who}_ids"])} - {""}
    return organisation.name.lower() in names or organisation.registration_number in numbers


def differences(version, row):
    """{column: (as the row tells it, as it is stored)} where the two are not the same."""
    expected, found = told(row), stored(version, row)
    if not version.texts.all():  # else the names may be those of another language than the table's
        found["buyers"] = all(is_named(buyer.organisation, row, "buyer") for buyer in version.buyers.all())
        found["winners"] = all(is_named(winner.organisation, row, "winner") for winner in version.winners.all())
        expected |= {"buyers": True, "winners": True}
        for name, column in (("cpb_awarding", "awards_for_others"), ("cpb_acquiring", "acquires_to_resell")):
            expected[name] = len(words(row[name]))
            found[name] = sum(getattr(buyer, column) for buyer in version.buyers.all())
    return {name: (expected[name], found[name]) for name in expected if expected[name] != found[name]}
