"""The novice's path: from the front page to a need that suits, in three clicks (B26)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arena.first_steps import FIELDS
from arena.plain_offers import asked
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]


def links(client, address, start):
    """What the main part of the page leads to, beginning so."""
    main = client.get(address).content.decode().partition("<main")[2]
    return [
        each.replace("&amp;", "&") for each in re.findall(r'<a[^>]* href="([^"]+)"', main) if each.startswith(start)
    ]


def test_three_clicks_lead_to_a_need(client):
    need = make.notice(title="Mindre fallolyckor i hemmet", cpv=["33196000"])
    [first] = links(client, "/sv/", "/sv/first-steps/")
    [second] = links(client, first, "/sv/first-steps/needs/")
    assert second.endswith("?field=care")
    [third] = links(client, second, "/sv/procurements/mindre")
    assert client.get(third).status_code == 200
    assert third == f"/sv/procurements/{need.slug}/"


def test_own_words_find_what_has_any_of_them_and_most_of_them_first(client):
    make.notice(title="Cyklar för gator")
    make.notice(title="Cyklar som går över broar")
    make.notice(title="Mat i skolan")
    html = client.get("/sv/first-steps/needs/", {"q": "Vi är ett företag som gör cyklar för broar"}).content.decode()
    titles = [re.sub("<[^>]+>", "", each) for each in re.findall(r"<h3><a[^>]*>(.*?)</a>", html)]
    assert titles == ["Cyklar som går över broar", "Cyklar för gator"]


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("Vi gör sensorer för äldre", "sensorer äldre OR sensorer OR äldre"),
        ("sensorer", "sensorer"),
        ("vi gör det", "vi gör det"),
        ("", ""),
    ],
)
def test_a_sentence_is_asked_by_the_words_that_mean_something(said, question):
    assert asked(said) == question


def test_a_field_without_anything_open_is_not_offered(client, at):
    make.notice(title="Larm", cpv=["33196000"])
    make.notice(published=False, title="Ett utkast", cpv=["15000000"])
    fields = links(client, "/sv/first-steps/", "/sv/first-steps/needs/")
    assert fields == ["/sv/first-steps/needs/?field=care"]
    assert len(FIELDS) == 10


def test_a_page_without_hits_says_what_to_do(client):
    html = client.get("/sv/first-steps/needs/", {"q": "xyzzy"}).content.decode()
    assert 'class="empty"' in html
    assert "/sv/matches/offer/" in html
    assert client.get("/sv/first-steps/needs/", {"field": "nonsense"}).status_code == 200


def test_hard_words_explain_themselves(client):
    html = client.get("/en/first-steps/").content.decode()
    assert html.count("popovertarget=") >= 5
    assert "five answers" in html


def test_the_front_page_shows_what_is_new_and_what_is_on(client, at):
    make.article(title="Hur man provar")
    make.article(published=False, title="Ett utkast")
    make.event(title="Frukost om behov")
    html = client.get("/sv/").content.decode()
    assert "Hur man provar" in html
    assert "Frukost om behov" in html
    assert "Ett utkast" not in html


def test_the_pages_ask_as_often_for_many_as_for_few(client):
    def some(number):
        make.notice(title=f"Sensorer {number}", cpv=["33196000"])
        make.article(title=f"Om sensorer {number}")
        make.event(title=f"Möte {number}")

    def queries(address):
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        return len(caught)

    addresses = ("/sv/", "/sv/first-steps/", "/sv/first-steps/needs/?q=sensorer", "/sv/first-steps/needs/?field=care")
    for number in range(3):
        some(number)
    for address in addresses:
        client.get(address)
    few = [queries(address) for address in addresses]
    for number in range(3, 6):
        some(number)
    assert [queries(address) for address in addresses] == few
