import pytest

from procurements.innovation import recognise
from tests.interchange.truth import CASES, rows


def judged(**signals):
    found = recognise(**signals)
    return found.level, [reason.code for reason in found.reasons]


def test_nothing_said_is_no_innovation_procurement():
    assert judged() == ("", [])


def test_the_buyers_own_declaration_counts_alone():
    assert judged(strategic=["inn-pur"]) == ("A", ["BT-06"])


@pytest.mark.parametrize("code", ["mar-nov", "rd-act", "buy-eff", "fp-requ", "org-nov", "other"])
def test_a_way_of_innovating_counts_without_the_declaration_also_when_its_code_is_retired(code):
    assert judged(innovation=[code]) == ("A", ["BT-776"])


def test_an_innovation_partnership_is_declared():
    assert judged(procedure="innovation") == ("A", ["BT-105"])


@pytest.mark.parametrize("code", ["rd", "resd"])
def test_a_direct_award_for_research_is_a_strong_sign(code):
    assert judged(direct_award_reasons=[code]) == ("B", ["BT-136"])


@pytest.mark.parametrize("code", ["73000000", "73100000", "73120000", "73300000", "73420000", "73430000"])
def test_research_as_the_main_subject_is_a_strong_sign(code):
    assert judged(cpv_main=code) == ("B", ["CPV"])


@pytest.mark.parametrize("code", ["73200000", "73220000", "73410000"])
def test_consultancy_is_not_in_article_14_and_only_indicates(code):
    assert judged(cpv_main=code) == ("C", ["CPV"])


def test_research_as_an_additional_subject_only_indicates():
    assert judged(cpv_main="71300000", cpv_additional=["73000000"]) == ("C", ["CPV"])


def test_a_competitive_dialogue_only_indicates():
    assert judged(procedure="comp-dial") == ("C", ["BT-105"])


def test_a_design_contest_only_indicates():
    assert judged(notice_type="cn-desg") == ("C", ["BT-02"])


@pytest.mark.parametrize(
    "text",
    [
        "Inbjudan till marknadsdialog",
        "Förkommersiell upphandling av sensorer",
        "Innovative anskaffelser i helse",
        "Invitasjon til leverandørdialog",
        "Open market consultation on sea ice",
        "This PCP has three phases",
    ],
)
def test_words_in_three_languages_indicate(text):
    assert judged(texts=["Sensorer", text]) == ("C", ["words"])


def test_small_letters_that_look_like_an_abbreviation_do_not_count():
    assert judged(texts=["the ppi of a screen", "angel dust (pcp)"]) == ("", [])


@pytest.mark.parametrize("codes", [["none"], ["env-imp"], ["soc-obj"], ["env-imp", "soc-obj"]])
def test_other_strategic_aims_are_not_innovation(codes):
    assert judged(strategic=codes) == ("", [])


def test_the_strongest_sign_decides_and_every_reason_is_told():
    level, reasons = judged(innovation=["rd-act"], cpv_main="73100000", texts=["marknadsdialog"])
    assert (level, reasons) == ("A", ["BT-776", "CPV", "words"])


def facts_level(folder, row):
    from interchange.eforms.reader import read

    facts = read((CASES / folder / row["filename"]).read_bytes())
    return recognise(
        strategic=facts.of_lots("strategic"),
        innovation=facts.of_lots("innovation"),
        procedure=facts.procedure,
        direct_award_reasons=facts.direct_award_reasons,
        cpv_main=facts.cpv_main,
        cpv_additional=facts.cpv[1:],
        notice_type=facts.notice_type,
        texts=[words for text in (facts.title, facts.description) for _, words in text.versions],
    ).level


def test_level_a_is_what_the_truth_tables_call_declared():
    cases = [(folder, row) for folder, row in rows() if not row["subtype"].startswith("X")]
    if not cases:
        pytest.skip("The notices beside the project are not here: set ARENA_CASES_DIR.")
    for folder, row in cases:
        declared = "1" in (row["innovation_codes_flag"], row["innovation_partnership"])
        assert (facts_level(folder, row) == "A") == declared, row["filename"]


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("bt776_mar-nov_only", "A"),
        ("bt776_proc-innov_only", "A"),
        ("bt776_retired_buy-eff", "A"),
        ("bt776_retired_fp-requ", "A"),
        ("multilingual_inn-pur", "A"),
        ("pcp_cpv73_no_codes", "B"),
        ("pin_text_signal_only", "C"),
        ("negative_bt06_none", ""),
    ],
)
def test_the_synthetic_notices_carry_the_level_that_their_names_say(name, level):
    found = {row["filename"]: (folder, row) for folder, row in rows()}.get(f"{name}.xml")
    if not found:
        pytest.skip("The notices beside the project are not here: set ARENA_CASES_DIR.")
    assert facts_level(*found) == level
