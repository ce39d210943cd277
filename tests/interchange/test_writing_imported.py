"""An imported notice goes out again and reads the same, as far as the arena keeps what it said."""

import pytest

from interchange.eforms import writing
from interchange.eforms.reader import NotProcurement, read
from interchange.importing import NotImportable, import_notice
from interchange.wording import wording_of
from tests import make
from tests.interchange.truth import CASES, column_values, rows

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not list(rows()), reason="The notices beside the project are not here: set ARENA_CASES_DIR."),
]
FEW = {"cn_24_maximal_100_lots.xml", "can_24_FRA_comments.xml", "E1_minimal.xml", "multilingual_inn-pur.xml"}
# Columns of the truth tables that the arena does not keep as they came, and why.
NOT_KEPT = {
    "root": "Doffin has prior information that calls for competition in the root of a contract notice",
    "publication_no": "n.a. is no number",
    "language": "the language that readers get; NOR says no more than Norwegian",
    "extra_languages": "the same",
    "title": "the same",
    "title_lang": "the same",
    "buyer_names": "the organisation's name here",
    "buyer_ids": "digits alone, where they are a whole number",
    "buyer_nuts": "where the organisation is, as first read",
    "winner_ids": "as the buyers'",
    "winners": "as the buyers'",
    "cpv_additional": "main and additional codes are one list with the lots'",
    "place_countries": "regions are kept, countries where there is none",
    "value": "the procedure's value, or the sum of its lots",
    "currency": "the same",
    "tender_values": "kept as the sum of a contract",
    "previous_notices": "numbers as we write them",
    "modified_notice": "a reference, as previous notices are",
}
# What no truth table has, and the arena keeps all the same.
OF_NOTICE = ("reference", "gazette", "preferred_on", "procedure_framework_maximum", "planned_on", "accelerated")
OF_BUYER = ("is_lead", "activity", "profile_url")
OF_LOT = (
    "identifier", "deadlines", "starts_on", "duration", "duration_unit", "award_criteria", "accessibility", "has_auction",
    "anywhere", "framework_maximum", "variants", "fits_small_firms",
)  # fmt: skip


def kept_of(facts):
    results = facts.results
    return {
        "notice": [getattr(facts, name) for name in OF_NOTICE],
        "results": (results.value, results.framework_maximum),
        "sizes": sorted(body.size for body in results.winners if body.size),
        "buyers": [tuple(getattr(buyer, name) for name in OF_BUYER) for buyer in facts.buyers],
        "lots": [tuple(getattr(lot, name) for name in OF_LOT) for lot in facts.lots],
    }


@pytest.mark.parametrize("which", ["few", pytest.param("all", marks=pytest.mark.slow)])
def test_what_is_kept_of_an_imported_notice_goes_out_and_comes_back(which):
    for folder, row in rows():
        name = row["filename"]
        if which == "few" and name not in FEW:
            continue
        try:
            facts = read((CASES / folder / name).read_bytes())
            version = import_notice(facts, source="test", at=make.NOW).version
        except (NotProcurement, NotImportable):
            continue
        back = read(writing.write(version))
        assert wording_of(back) == wording_of(facts), name
        came = {column: value for column, value, _ in column_values(facts) if column not in NOT_KEPT}
        went = {column: value for column, value, _ in column_values(back) if column not in NOT_KEPT}
        assert went == came, name
        assert kept_of(back) == kept_of(facts), name
        assert [(one.lot, one.code, one.reason, one.tenders) for one in back.results.lots] == [
            (one.lot, one.code, one.reason, one.tenders) for one in facts.results.lots
        ], name
        assert [lot.description.best() for lot in back.lots] == [
            lot.description.best(*facts.reading_order()) for lot in facts.lots
        ], name
