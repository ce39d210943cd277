from datetime import timedelta

import pytest
from django.template.loader import render_to_string

from procurements import hints, patterns
from tests import make

pytestmark = pytest.mark.django_db


def examples(field="problem", language="sv", **fields):
    return [example.title for example in patterns.examples_for(field, language=language, **fields)]


def test_every_text_of_the_form_has_a_pattern_in_three_languages():
    assert set(patterns.patterns()) == set(hints.TEXTS)
    for field in hints.TEXTS:
        for language in ("sv", "nb", "en"):
            sentences = patterns.pattern_for(field, language)
            assert all(sentence.count("[") == sentence.count("]") for sentence in sentences)
            assert any("[" in sentence for sentence in sentences)
    assert patterns.pattern_for("problem", "fi") == patterns.pattern_for("problem", "en")
    assert patterns.pattern_for("contact_email", "sv") == []


def test_our_own_patterns_get_no_hint():
    for field, languages in patterns.patterns().items():
        for language, sentences in languages.items():
            assert hints.hints_of("\n".join(sentences), field=field, kind="need", language=language) == []


def test_the_same_group_of_codes_comes_first_and_then_the_newest():
    make.notice(title="Äldst, samma kod", cpv=["33196000"], at=make.NOW - timedelta(days=9))
    make.notice(title="Gammal, annan kod", cpv=["90510000"], at=make.NOW - timedelta(days=5))
    make.notice(title="Ny, annan kod", cpv=["45000000"], at=make.NOW - timedelta(days=1))
    make.notice(title="Mellan, annan kod", cpv=["72000000"], at=make.NOW - timedelta(days=3))
    assert examples(cpv=["33190000"]) == ["Äldst, samma kod", "Ny, annan kod", "Mellan, annan kod"]
    assert examples() == ["Ny, annan kod", "Mellan, annan kod", "Gammal, annan kod"]


def test_drafts_and_ones_own_are_never_examples():
    own = make.buyer()
    make.notice(title="Eget", buyer=own)
    make.notice(title="Utkast", published=False)
    published = make.notice(title="Publikt", problem="Så är det.")
    published.problem = "Ett nytt, hemligt ord"
    published.save()
    (example,) = patterns.examples_for("problem", language="sv", not_of=own)
    assert (example.title, example.text) == ("Publikt", "Så är det.")


def test_only_texts_of_the_language_that_say_something():
    make.notice(title="Norsk", language="nb")
    make.notice(title="Tom", tried="", kind="consultation")
    assert examples(field="tried") == []
    assert examples(field="tried", language="nb") == ["Norsk"]


def test_a_long_example_is_cut_between_words():
    make.notice(problem="ord " * 1000)
    (example,) = patterns.examples_for("problem", language="sv")
    assert len(example.text) <= patterns.SHOWN + 2
    assert example.text.endswith("ord …")


def test_the_number_of_queries_does_not_depend_on_how_much_there_is(django_assert_num_queries):
    for number in range(5):
        make.notice(title=f"Behov {number}", cpv=["33196000"] if number else ["45000000"])
    with django_assert_num_queries(1):
        assert len(examples(cpv=["33196000"])) == 3
    with django_assert_num_queries(2):
        assert len(examples(cpv=["45000000"])) == 3


def test_the_component_is_a_fold_that_the_keyboard_opens():
    make.notice(title="Publikt <b>")
    shown = render_to_string(
        "components/pattern.html",
        {
            "label": "What is the problem today?",
            "pattern": patterns.pattern_for("problem", "sv"),
            "pattern_language": "sv",
            "examples": patterns.examples_for("problem", language="sv"),
        },
    )
    assert "<summary>Help to write: What is the problem today?</summary>" in shown
    assert "Publikt &lt;b&gt;" in shown
    assert 'lang="sv"' in shown
    assert render_to_string("components/pattern.html", {"pattern": [], "examples": []}).strip() == ""
