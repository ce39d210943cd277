"""The list of articles: kinds, phases, readers, themes, procedures, words, order and pages."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knowledge.models import Article
from tests import make

pytestmark = pytest.mark.django_db


def article(title, genre="guide", **fields):
    made = make.article(title=title, **{"phases": [], **fields})
    Article.objects.filter(pk=made.pk).update(genre=genre)
    return made


def page(client, **asked):
    return client.get(reverse("knowledge:article_list"), asked)


def titles(client, **asked):
    return [row.version.title for row in page(client, **asked).context["rows"]]


@pytest.mark.parametrize(
    "asked",
    [
        {"genre": "template"}, {"phase": "dialogue"}, {"audience": "supplier"}, {"theme": "dialog"},
        {"procedure": "innovation"}, {"q": "marknaden"}, {"q": "marknaden", "phase": "dialogue", "sort": "title"},
    ],
    ids=str,
)  # fmt: skip
def test_each_filter_narrows(client, asked, lists):
    wanted = {"phases": ["dialogue"], "audiences": ["supplier"], "themes": ["dialog"], "procedures": ["innovation"]}
    article("Möt marknaden", "template", **wanted)
    article("Skriv ett behov", phases=["need"], audiences=["owner"], themes=["behov"], procedures=["open"])
    assert titles(client, **asked) == ["Möt marknaden"]


@pytest.mark.parametrize(
    "asked", [{"genre": "book"}, {"phase": "x"}, {"sort": "x"}, {"theme": "ingen", "q": ""}, {"page": "999999999"}]
)
def test_what_an_address_says_wrongly_breaks_nothing(client, asked):
    article("Ett")
    assert page(client, **asked).status_code == 200


def test_the_kinds_say_how_many_answer(client):
    article("Ett", phases=["need"])
    article("Två", "case", phases=["need"])
    article("Tre", "case", phases=["effect"])
    counts = dict(page(client, phase="need", genre="case").context["genres"])
    assert (counts[""], counts["guide"], counts["case"], counts["news"]) == (2, 1, 1, 0)


def test_cases_have_filters_of_their_own(client, lists):
    article("Fallet", "case")
    assert 'name="rights"' in page(client, genre="case").content.decode()
    assert 'name="rights"' not in page(client).content.decode()


def test_the_order_is_by_title_or_by_review(client):
    for title in ("Örnen", "Zebran", "Apan"):
        article(title)
    Article.objects.filter(texts__title="Zebran").update(reviewed_on="2027-01-01")
    assert titles(client, sort="title") == ["Apan", "Zebran", "Örnen"]
    assert titles(client, sort="reviewed")[0] == "Zebran"


def test_a_term_of_another_language_finds_what_means_the_same(client, lists):
    article("Gemensam upphandling", body="<p>Flera köper tillsammans.</p>")
    article("Ensam")
    assert titles(client, q="felles anskaffelse") == ["Gemensam upphandling"]


def test_a_list_has_pages_and_a_count(client):
    for number in range(21):
        article(f"Nummer {number}")
    shown = page(client)
    assert len(shown.context["rows"]) == 20
    assert "page=2" in shown.content.decode()
    assert len(titles(client, page=2)) == 1


def test_the_queries_are_the_same_however_many_articles_and_no_body_is_read(client, lists):
    article("Första", themes=["a"], procedures=["open"])
    page(client)
    with CaptureQueriesContext(connection) as few:
        page(client)
    for number in range(9):
        article(f"Nummer {number}", themes=[f"t{number}"], procedures=["innovation", "open"])
    with CaptureQueriesContext(connection) as many:
        page(client)
    assert len(few) == len(many) <= 9
    assert not any('"body"' in query["sql"] for query in many.captured_queries)


def test_a_piece_is_the_hits_alone(client):
    article("Ett")
    piece = client.get(reverse("knowledge:article_list"), headers={"HX-Request": "true"}).content.decode()
    assert re.match(r'\s*<div id="results">', piece)
