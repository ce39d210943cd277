"""Guidance beside the fields of the wizard and the pages of the chain, and how editors bind it."""

import re

import pytest
from django.urls import reverse

from accounts.models import Duty
from knowledge.models import Article
from tests import make

pytestmark = pytest.mark.django_db

PIECE = {"HX-Request": "true"}


@pytest.fixture
def article():
    return make.article(slug="skriv", title="Skriv ett behov", places=["problem"], phases=["need"])


def address(query=""):
    return reverse("knowledge:guidance_beside") + query


def test_the_wizard_asks_for_guidance_for_the_fields_it_shows(client, article):
    notice = make.notice(published=False, by=(writer := make.member(buyer := make.buyer())), buyer=buyer)
    client.force_login(writer)
    page = client.get(reverse("procurements:notice_edit", args=[notice.slug, "need"])).content.decode()
    asked = re.search(r'data-hx-get="([^"]*guidance/beside[^"]*)"', page)[1].replace("&amp;", "&")  # type: ignore[index]
    assert f'href="{asked.replace("&", "&amp;")}"' in page  # the same without script
    assert "place=problem" in asked
    assert "phase=need" in asked
    assert 'id="guided-problem"' in page
    piece = client.get(asked, headers=PIECE).content.decode()
    assert "<html" not in piece
    assert 'data-hx-swap-oob="innerHTML:#guided-problem"' in piece
    assert "Skriv ett behov" in client.get(asked).content.decode()


def test_a_page_of_the_chain_gets_a_list_and_no_fields(client, article):
    piece = client.get(address("?place=problem&phase=need"), headers=PIECE).content.decode()
    assert "Skriv ett behov" in piece
    assert "data-hx-swap-oob" not in piece


@pytest.mark.parametrize("query", ["", "?place=nothing", "?phase=strategy&audience=x&procedure=%27", "?place=" * 60])
def test_what_makes_no_sense_gives_an_empty_answer(client, article, query):
    page = client.get(address(query))
    assert page.status_code == 200
    assert 'class="empty"' in page.content.decode()


def test_guidance_costs_the_same_however_much_there_is(client, article, django_assert_max_num_queries):
    for _one in range(6):
        make.article(places=["problem", "title"], phases=["need"])
    with django_assert_max_num_queries(4):
        client.get(address("?place=problem&place=title&phase=need&procedure=open"), headers=PIECE)


def test_editors_see_what_is_broken_and_where_nothing_stands(client, article, lists):
    make.article(slug="borta", title="Till något borta", places=["gone"])
    client.force_login(make.member(make.buyer()))
    assert client.get(reverse("knowledge:binding_list")).status_code == 404
    client.force_login(make.user(duty=Duty.CURATOR))
    page = client.get(reverse("knowledge:binding_list"))
    assert [one.name for one in page.context["broken"]] == ["gone"]
    assert page.context["missing"] > 20
    assert "Till något borta" in page.content.decode()


def bound_to(article, **changes):
    said = {"slug": article.slug, "genre": "guide", "phases": ["need"], "themes": "", "role": "curator"}
    return {**said, "review_by": str(article.review_by), **changes}


def test_an_editor_binds_an_article_to_fields_procedures_and_readers(client, article, lists):
    client.force_login(make.user(duty=Duty.CURATOR))
    page = reverse("knowledge:article_bind", args=["skriv"])
    assert 'value="problem" checked' in client.get(page).content.decode()
    chosen = {"places": ["title", "procurements:notice_close"], "procedures": ["innovation"], "audiences": ["owner"]}
    assert client.post(page, bound_to(article, **chosen)).status_code == 302
    stored = Article.objects.get(slug="skriv")
    assert {name: getattr(stored, name) for name in chosen} == chosen
    assert client.post(page, bound_to(article, places=["nothing"])).status_code == 422


def test_a_list_of_places_is_narrowed_without_losing_what_was_chosen(client, article, lists):
    client.force_login(make.user(duty=Duty.CURATOR))
    found = client.post(
        reverse("knowledge:article_bind", args=["skriv"]),
        bound_to(article, places=["title"], **{"places-words": "finns inte alls", "find": "1"}),
    )
    html = found.content.decode()
    assert re.findall(r'name="places" value="([^"]*)" checked', html) == ["title"]
    assert 'value="problem"' not in html
    assert Article.objects.get(slug="skriv").places == ["problem"]


def test_a_place_that_is_no_more_is_told_of_and_ends_with_the_next_save(client, lists):
    article = make.article(slug="gammal", places=["gone", "title"])
    client.force_login(make.user(duty=Duty.CURATOR))
    page = reverse("knowledge:article_bind", args=["gammal"])
    assert 'class="note wrong"' in client.get(page).content.decode()
    client.post(page, bound_to(article, places=["title"]))
    assert Article.objects.get(slug="gammal").places == ["title"]
