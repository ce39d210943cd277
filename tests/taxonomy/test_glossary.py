"""The page of the glossary, and the words of other pages that explain themselves (D7)."""

import re

import pytest
from django.conf import settings
from django.template import engines
from django.urls import reverse
from django.utils import translation

from taxonomy import glossary
from taxonomy.models import Term
from tests import make

pytestmark = pytest.mark.django_db


def page(client, language="sv", **asked):
    with translation.override(language):
        return client.get(reverse("taxonomy:glossary"), asked).content.decode()


def headings(html):
    return re.findall(r"<h3>([^<]*)</h3>", html)


def test_the_glossary_has_every_term_in_three_languages_without_a_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        html = page(client)
    assert len(headings(html)) == len(glossary.terms()) >= 50
    assert 'id="innovation-partnership"' in html
    assert '<dd lang="nb"><p><b>innovasjonspartnerskap</b>' in html
    assert html.count("innovation partnership") >= 1


@pytest.mark.parametrize(("language", "last"), [("sv", "återbruk"), ("nb", "éntilén")])
def test_it_is_ordered_by_the_alphabet_of_the_reader(client, language, last):
    found = headings(page(client, language))
    if language == "sv":
        assert found[-1] == last
    assert found[0].lower() < "b"


@pytest.mark.parametrize("q", ["felles anskaffelse", "JOINT procurement", "samordnad", "gemensam upphandling"])
def test_a_word_of_any_language_finds_its_term(client, q):
    assert "gemensam upphandling" in headings(page(client, q=q))


def test_a_word_that_is_not_there_says_what_to_do(client):
    assert 'class="empty"' in page(client, q="<finns inte>")


def test_what_is_loaded_for_searching_is_what_is_shown(lists):
    assert {term.en for term in Term.objects.all()} == glossary.terms().keys()


def test_a_word_of_a_page_explains_itself(client):
    made = engines["django"].from_string(
        '{% load explaining %}{% term "call-off" %}{% term "call-off" "Ropa av" %}{% hard_words "lead buyer" %}'
    )
    with translation.override("sv"):
        html = made.render()
    assert re.findall(r'class="term"[^>]*>([^<]*)<', html) == ["avrop", "Ropa av", "ledande köpare"]
    assert len(set(re.findall(r'id="([^"]+)"', html))) == 3


def test_pages_name_terms_that_the_glossary_has():
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        for tag in re.findall(r"{% ((?:term|hard_words) [^%]*)%}", path.read_text()):
            named = re.findall(r'"([^"]+)"', tag)
            names = named[:1] if tag.startswith("term") else named  # a term may have words of its own beside its name
            assert set(names) <= glossary.terms().keys(), path


def test_a_notice_explains_its_codes(client, lists):
    notice = make.notice(cpv=["33196000"])
    assert 'class="term"' in client.get(notice.get_absolute_url()).content.decode()
