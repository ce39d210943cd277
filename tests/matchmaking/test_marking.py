"""The words that found a notice, marked where they stand in it; texts are what anybody typed."""

import pytest

from matchmaking.marking import marked
from procurements.marking import BEGINS, BETWEEN, ENDS
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make.user()


def found(anna, *words, **wording):
    search = make.subscription(person=anna, words=list(words))
    return make.match(search, make.notice(**wording), hits=[f"word:{word}" for word in words])


def test_the_word_is_marked_in_the_title_and_in_the_text(anna):
    match = found(anna, "fall")
    said = marked([match])[match.pk]
    assert said.title == "Tidig upptäckt av <mark>fall</mark> i hemmet"
    assert "märka risken för <mark>fall</mark> innan olyckan sker" in said.text


def test_a_word_that_begins_a_compound_marks_the_whole_of_it(anna):
    match = found(anna, "fallsensor", title="Larm", summary="Vi vill ha fallsensorsystem hemma.")
    said = marked([match])[match.pk]
    assert said.title == ""
    assert "<mark>fallsensorsystem</mark>" in said.text


def test_a_phrase_marks_its_words_also_where_they_stand_far_apart(anna):
    match = found(anna, "olycka sensor", title="Larm", description=f"{'Annat. ' * 500} En ny sensor.")
    said = marked([match])[match.pk].text
    assert "<mark>olyckan</mark>" in said
    assert "<mark>sensor</mark>" in said


def test_what_was_typed_is_text_whatever_it_looks_like(anna):
    nasty = f'<img src=x onerror="alert(1)"> fall </mark><b>&amp; {BEGINS}fall{ENDS}{BETWEEN}{BEGINS} slut'
    match = found(anna, "fall", title=f"Fall <script>alert(1)</script> {ENDS}", summary=nasty, description=nasty)
    for said in marked([match])[match.pk]:
        assert said.count("<mark>") == said.count("</mark>") > 0
        rest = said.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in rest
        assert not {BEGINS, ENDS, BETWEEN} & set(rest)


@pytest.mark.parametrize("word", ["it's", "a\\b", "fall & | ! :* (", "<->", "'; DROP TABLE", "fall:*", "日本"])
def test_signs_in_a_word_are_no_accident(anna, word):
    match = found(anna, word, "fall")
    assert "<mark>fall</mark>" in marked([match])[match.pk].text


def test_what_a_code_found_has_nothing_to_mark_and_costs_nothing(anna, django_assert_num_queries):
    match = make.match(make.subscription(person=anna), make.notice())
    with django_assert_num_queries(0):
        assert marked([match]) == {}


def test_a_page_is_marked_by_one_query(anna, django_assert_num_queries):
    matches = [found(anna, "fall"), found(anna, "larm")]
    with django_assert_num_queries(1):
        assert set(marked(matches)) == {match.pk for match in matches}


def test_a_word_that_is_asked_for_no_longer_is_not_marked(anna):
    match = found(anna, "fall")
    match.subscription.stems = {}
    assert marked([match]) == {}
