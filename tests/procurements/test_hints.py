import random
import time

import pytest

from procurements import hints
from procurements.hints import hints_for, hints_of

HOSTILE = (
    "." * 20_000, "a" * 20_000, "® " * 10_000, "A" * 19_999 + "®", "\n" * 20_000, "av typen " * 2_200, "-" * 20_000,
    "Aa 1." * 4_000, "eller " * 3_300, "\u202e\u200b" * 10_000, "𝔘𝔫𝔦" * 6_000, " ".join(["i syfte"] * 2_500), "x-" * 10_000,
    "app-" * 5_000, "system" * 3_333, "0" * 20_000, "_" * 20_000,
)  # fmt: skip


def codes(text, field="problem", kind="need", language="sv"):
    return [hint.code for hint in hints_of(text, field=field, kind=kind, language=language)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Vi vill byta ut Microsoft Teams mot något nytt.", "Microsoft Teams"),
        ("Larmen från Tunstall fungerar inte.", "Tunstall"),
        ("Vi bruker ArcGIS i dag.", "ArcGIS"),
        ("Staff carry an iPhone each.", "iPhone"),
        ("Volvos lastbilar går sönder.", "Volvo"),
    ],
)
def test_a_make_in_a_need_is_told(text, word):
    (hint, *_rest) = hints_of(text, field="problem", kind="need", language="sv")
    assert (hint.code, hint.word, hint.severity) == ("brand", word, "strong")
    assert word in hint.sentence


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("En pump av typen Ultra-300 behövs.", "type"),
        ("En lås av fabrikat Låsbolaget.", "type"),
        ("Klokken skal være av typen Trygghet2.", "type"),
        ("Larm® eller motsvarande", "mark"),
        ("En klocka eller motsvarande.", "equivalent"),
        ("En klokke eller likeverdig.", "equivalent"),
        ("A watch or equivalent.", "equivalent"),
        ("Vi kör Dokumentum 7.2 sedan länge.", "version"),
    ],
)
def test_patterns_that_point_to_one_product(text, code):
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Äldre faller hemma och larmet kommer för sent.",
        "Vi följer Agenda 2030 och WCAG 2.2, se Kapitel 3.1.",
        "Personalen hinner inte med. Fönstren är gamla och öppna.",
        "Sverige 2024 hade fler fall än Norge.",
        "Vi ønsker at flere skal kunne bo hjemme.",
    ],
)
def test_a_need_in_plain_words_gets_no_hint(text):
    assert codes(text) == []


@pytest.mark.parametrize(
    "title", ["App för hemtjänsten", "Ett nytt bokningssystem", "Robot i köket", "Fallsensorer hemma", "Ny programvare"]
)
def test_a_solution_in_the_title_of_a_need_is_a_mild_hint(title):
    (hint,) = hints_of(title, field="title", kind="need", language="sv")
    assert (hint.code, hint.severity) == ("solution", "mild")


def test_titles_of_competitions_and_systems_of_nature_are_left_alone():
    assert codes("Ett nytt bokningssystem", field="title", kind="competition") == []
    assert codes("Friskare ekosystem i sjön", field="title") == []
    assert codes("Säkrare trappor i kapprum", field="title") == []


def test_what_was_tried_may_be_called_by_its_name():
    assert codes("Vi har provat Tunstall och Microsoft Teams.", field="tried") == []


def test_a_long_sentence_is_told_with_its_length():
    (hint,) = hints_of("Vi " + "ser på det " * 11 + "nu.", field="problem", kind="need", language="sv")
    assert hint.code == "sentence"
    assert "35 words" in hint.sentence


def test_heavy_swedish_is_measured_and_light_swedish_is_not_told():
    heavy = "Verksamhetsutvecklingen förutsätter systematiska kompetenshöjande utbildningsinsatser. " * 8
    assert "lix" in codes(heavy)
    assert "lix" not in codes(heavy, language="en")
    assert codes("Hon bor själv. Hon faller. Ingen ser det. Larmet ligger i en låda. " * 8) == []


def test_lix_is_words_a_sentence_and_the_share_of_long_words():
    sentence = ["kort"] * 24 + ["längreord"] * 6
    assert hints.lix([sentence, sentence]) == 30 + 20
    assert hints.lix([sentence[:10]]) == 0


@pytest.mark.parametrize(
    ("language", "text", "plain"),
    [
        ("sv", "Användaren ska erhålla hjälp.", "få"),
        ("sv", "I syfte att minska fallen.", "för att"),
        ("nb", "Vedrørende fall i hjemmet.", "om"),
        ("en", "We utilise alarms.", "use"),
    ],
)
def test_stiff_words_get_a_plain_one(language, text, plain):
    (hint,) = hints_of(text, field="problem", kind="need", language=language)
    assert hint.code == "plain"
    assert f"“{plain}”" in hint.sentence


def test_at_most_five_a_field_and_one_of_each_sort_first():
    text = "Microsoft Tunstall Siemens Philips Volvo Scania. Av typen X1. Samtliga samt dock. " + "ord " * 40
    found = codes(text)
    assert len(found) == 5
    assert set(found) >= {"brand", "sentence", "plain"}


def test_the_same_text_gets_the_same_hints_and_the_fields_are_apart():
    wording = {"title": "Ny app", "problem": "Tunstall erhåller larm.", "tried": ""}
    assert hints_for(wording, "need", "sv") == hints_for(wording, "need", "sv")
    assert set(hints_for(wording, "need", "sv")) == {"title", "problem"}
    assert hints_for({}, "need", "sv") == {}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_read_in_bounded_time(text):
    began = time.perf_counter()
    for field in ("title", "problem"):
        assert len(hints_of(text, field=field, kind="need", language="sv")) <= 5
    assert time.perf_counter() - began < 2.0  # an ordinary text of that length takes some hundredths


def test_no_random_text_is_too_much():
    letters = "aAäÅ .,!?®™()\n\t0123456789-'_𝔘\u200b"
    chance = random.Random(7)
    for _turn in range(60):
        text = "".join(chance.choice(letters) for _letter in range(2_000))
        assert len(hints_of(text, field="title", kind="need", language=chance.choice(["sv", "nb", "en", "xx"]))) <= 5
