"""The words of a search, marked where they stand in what it found."""

import pytest

from procurements import marking, meaning
from tests import make

pytestmark = pytest.mark.django_db


PLAIN = dict.fromkeys(
    ("summary", "problem", "affected", "desired_effect", "tried", "cost_today", "description"), "Kort."
)


def said(q: str, **wording) -> marking.Marked:
    version = make.notice(**{**PLAIN, **wording}).current_version
    return marking.marked(meaning.read(q), [version])[version.pk]


def test_a_word_is_marked_in_other_forms_and_in_title_and_text_apart():
    found = said("sensor fall", title="Nya sensorer", summary="De märker ett fall i tid.")
    assert found.title == "Nya <mark>sensorer</mark>"
    assert "ett <mark>fall</mark> i tid" in found.text


def test_a_compound_that_has_the_word_as_a_part_is_marked_whole():
    found = said("larm", title="Trygghetslarmet", summary="Brandlarm och larmet, men inte alarmerande.")
    assert found.title == "<mark>Trygghetslarmet</mark>"
    assert "<mark>Brandlarm</mark> och <mark>larmet</mark>, men inte alarmerande" in found.text


def test_each_language_by_its_own_dictionary():
    assert "<mark>alarmer</mark>" in said("alarm", language="nb", title="Nytt", summary="Nye alarmer hjemme.").text
    assert "<mark>watching</mark>" in said("watches", language="en", title="New", summary="We are watching.").text


def test_what_is_not_wanted_is_not_marked_and_an_empty_question_marks_nothing():
    assert "mark" not in said("larm -kamera", title="Larm", summary="Ingen kamera.").text
    version = make.notice().current_version
    assert marking.marked(meaning.read(""), [version]) == {}
    assert marking.marked(meaning.read("-larm"), [version]) == {}


@pytest.mark.parametrize(
    "q", ["it's larm", "a\\b larm", "larm & | ! :* (", "'; DROP TABLE larm", "%s larm", '"larm" <->']
)
def test_signs_are_no_accident_and_what_was_typed_stays_text(q):
    found = said(q, title="Larm <script>", summary=f"<b>larm</b> {marking.BEGINS}x{marking.ENDS}")
    assert "<script>" not in found.title
    assert "<b>" not in found.text
    assert "<mark>larm</mark>" in found.text.lower()


def test_a_page_is_marked_by_one_query(django_assert_num_queries):
    versions = [make.notice(title=f"Larm {number}").current_version for number in range(3)]
    question = meaning.read("larm")
    with django_assert_num_queries(1):
        assert len(marking.marked(question, versions)) == 3
