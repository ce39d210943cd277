"""An article asked for again: 304 where nothing changed, the whole page where anything did (visitors alone)."""

import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import http_date

from knowledge import publishing, writing
from knowledge.models import Article
from tests import make
from ui.caching import etag_of, release

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make.article(slug="ett", title="Ett", themes=["behov"])


def again(client, etag, **headers):
    return client.get(reverse("knowledge:article_detail", args=["ett"]), headers={"If-None-Match": etag, **headers})


def first(client):
    for _visit in range(2):  # the first brings a cookie for the forms of the page, which the page goes with
        page = client.get(reverse("knowledge:article_detail", args=["ett"]))
    assert page.status_code == 200
    return page["ETag"]


def test_who_has_the_page_gets_no_body(client, article):
    answer = again(client, first(client))
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer["Vary"]


def text_changes(article, at):
    writing.save(article, "sv", title="Ett", summary="s", body="<p>Nytt</p>", revision=1, by=None, at=at)
    publishing.publish(article, languages=["sv"], by=None, at=at)


def binding_changes(article, at):
    Article.objects.filter(pk=article.pk).update(themes=["annat"])


def neighbour_comes(article, at):
    make.article(slug="granne", themes=["behov"])


def review_passes(article, at):
    Article.objects.filter(pk=article.pk).update(review_by="2020-01-01")


def test_what_holds_one_visitor_s_form_is_no_other_visitor_s_page(client, article):
    etag = first(client)
    answer = again(Client(), etag)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-cache")
    assert "ETag" not in answer


def test_a_page_is_not_known_by_its_time_alone(client, article):
    first(client)
    later = http_date(time.time() + 3600)
    answer = client.get(reverse("knowledge:article_detail", args=["ett"]), headers={"If-Modified-Since": later})
    assert answer.status_code == 200


def test_a_release_says_whose_the_page_is(settings):
    before = release()
    assert release() == before
    settings.CONTACT_EMAIL = "ny@example.com"
    assert release() != before


@pytest.mark.parametrize("change", [text_changes, binding_changes, neighbour_comes, review_passes])
def test_whatever_the_page_shows_makes_it_new(client, article, at, change):
    etag = first(client)
    change(article, at)
    assert again(client, etag).status_code == 200


def test_another_language_is_another_page(client, article):
    etag = first(client)
    address = reverse("knowledge:article_detail", args=["ett"]).replace("/en/", "/nb/")
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_a_person_who_is_logged_in_is_never_answered_from_a_cache(client, article):
    etag = first(client)
    client.force_login(make.user())
    answer = again(client, etag)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store, private"
    assert "ETag" not in answer


def test_an_article_costs_the_same_however_much_stands_around_it(client, article):
    make.article(themes=["behov"])
    first(client)
    with CaptureQueriesContext(connection) as few:
        first(client)
    for _one in range(6):
        make.article(themes=["behov"])
    with CaptureQueriesContext(connection) as many:
        first(client)
    assert len(many) == len(few) <= 12


def test_an_etag_tells_its_parts_apart():
    assert etag_of("a", "b") == etag_of("a", "b") != etag_of("ab", "")
    assert etag_of(b"a") == etag_of("a")
