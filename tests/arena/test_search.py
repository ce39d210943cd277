"""The search of the whole site: one list over all kinds, in an order that can be explained, without any secret."""

import re

import pytest
from django.db import connection
from django.db.models.expressions import RawSQL
from django.test.utils import CaptureQueriesContext

from arena import site_search
from knowledge.models import Article, CaseFacts, Genre
from networks.models import Network
from procurements import finding
from suppliers.models import SupplierProfile
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]


def page(client, q, language="sv", **further):
    return client.get(f"/{language}/search/", {"q": q, **further}).content.decode()


def titles(html):
    results = html.partition('id="results"')[2]
    return [re.sub("<[^>]+>", "", each).strip() for each in re.findall(r"<h3><a[^>]*>(.*?)</a>", results)]


def profile(name, **fields):
    return SupplierProfile.objects.create(
        organisation=make.supplier(name=name), **{"offer": "Sensorer mot fallolyckor.", "is_public": True, **fields}
    )


def test_one_list_holds_every_kind_with_its_name(client):
    make.article(title="Fallolyckor: en vägledning")
    make.notice(title="Vi vill minska fallolyckor")
    make.network(name="Mot fallolyckor")
    profile("Nordsensor AB")
    make.buyer(name="Fallolyckornas kommun")
    html = page(client, "fallolyckor")
    assert len(titles(html)) == 5
    for label in ("Vägledning", "Behov", "Nordsensor AB"):
        assert label in html
    assert "<mark>" in html


def test_a_supplier_finds_an_article_by_a_synonym_in_another_language_and_is_told_so(client):
    make.article(title="Gemensam upphandling steg för steg")
    html = page(client, "felles anskaffelse", language="nb")
    assert titles(html) == ["Gemensam upphandling steg för steg"]
    assert "gemensam upphandling" in html.partition('<ul class="rows"')[0]


def test_a_term_is_explained_above_the_hits(client):
    html = page(client, "felles anskaffelse")
    assert 'id="term-joint-procurement"' in html
    assert "Gemensam upphandling" in html or "gemensam upphandling" in html


def test_the_exact_title_comes_first_whatever_its_kind(client):
    for number in range(3):
        make.article(title=f"Om dialog {number}", body="<p>dialog dialog dialog</p>")
    make.network(name="Dialog")
    assert titles(page(client, "dialog"))[0] == "Dialog"


def test_kinds_take_turns(at):
    for number in range(4):
        make.article(title=f"Om snöröjning {number}")
    make.network(name="Snöröjning i norr")
    make.notice(title="Snöröjning på gångvägar")
    kinds = [hit.kind for hit in site_search.find("snöröjning", at=at).hits]
    assert set(kinds[:3]) == {"guide", "network", "notice"}


def test_a_kind_can_be_chosen_and_the_counts_of_the_others_stay(client):
    make.article(title="Om dialog")
    make.network(name="Dialog i norr")
    html = page(client, "dialog", kind="network")
    assert titles(html) == ["Dialog i norr"]
    assert "kind=guide" in html
    assert 'name="kind" value="network"' in html
    assert len(titles(page(client, "dialog", kind="nonsense"))) == 2


def test_what_is_not_public_is_never_found(client, at):
    canary = "Kanariefågel"
    make.article(published=False, title=canary)
    make.notice(published=False, title=canary)
    archived = make.article(title=canary)
    Article.objects.filter(pk=archived.pk).update(archived_at=at)  # its search row is still there
    profile(canary, is_public=False)
    gone = make.network(name=canary)
    gone.archived_at = gone.created_at
    gone.save()
    make.organisation(name=canary)  # buys nothing
    make.supplier(name=canary)
    html = page(client, canary)
    assert titles(html) == []
    assert 'class="empty"' in html


def test_nobody_without_hits_is_left_alone(client):
    make.article(title="Innovationspartnerskap")
    html = page(client, "inovationspartnerskap")
    assert 'class="empty"' in html
    assert "?q=innovationspartnerskap" in html
    assert page(client, "finnsinte")
    assert 'role="search"' in page(client, "")


@pytest.mark.parametrize("q", ["och", "-x", '"', "%", "_", "\\", "a" * 5000, "((", "<script>", "-", "it", "d'"])
def test_whatever_is_typed_is_answered(client, q):
    make.network(name="Nätverk", subject="100 % d'accord och (it)")
    response = client.get("/sv/search/", {"q": q, "page": "9" * 30})
    assert response.status_code == 200
    assert "<script>x" not in response.content.decode()


def test_a_part_of_a_compound_and_other_endings_are_found_in_every_kind(client):
    make.network(name="Trygghetslarmen")
    profile("Larmbolaget AB", offer="Vi gör trygghetslarm.")
    assert set(titles(page(client, "larmet"))) == {"Trygghetslarmen", "Larmbolaget AB"}


def test_a_short_word_is_found_whole_and_minus_words_hold_everywhere(client):
    make.network(name="AI i vården")
    make.network(name="Maisodling")
    assert titles(page(client, "ai")) == ["AI i vården"]
    assert titles(page(client, "ai -vården")) == []


def test_more_than_a_page_is_paged_with_the_words_kept(client):
    for number in range(23):
        make.network(name=f"Dialog {number:02}")
    first, second = page(client, "dialog"), page(client, "dialog", page="2")
    assert (len(titles(first)), len(titles(second))) == (20, 3)
    assert "q=dialog&amp;page=2" in first


def test_needs_and_procurements_lead_on_to_their_own_list(client):
    make.notice(title="Snöröjning & halka")
    make.network(name="Snöröjning & halka")
    link = "/sv/procurements/?q=sn%C3%B6r%C3%B6jning%20%26%20halka&amp;state=all"
    assert link not in page(client, "snöröjning & halka")  # all of them are here
    assert link in page(client, "snöröjning & halka", kind="network")


def test_every_genre_of_article_is_a_kind_and_tells_what_it_is(client, at):
    assert set(Genre.values) <= set(site_search.KINDS)
    case = make.article(title="Ett larm i Storskogen", genre="case")
    CaseFacts.objects.create(article=case, buyer_name="Storskogens kommun", edited_at=at)
    make.event(title="Frukost om larm", place="Storskogens stadshus")
    html = page(client, "larm")
    assert "Storskogens kommun" in html
    assert "Storskogens stadshus" in html


def test_where_a_compound_finds_nothing_its_parts_are_offered(client):
    make.article(title="Om sensorer i hemmet")
    html = page(client, "fallsensor")
    assert titles(html) == []
    assert "q=sensor" in html
    assert titles(page(client, "sensor")) == ["Om sensorer i hemmet"]


def test_the_search_goes_on_when_the_tables_without_an_index_take_too_long(client, monkeypatch):
    make.article(title="Om dialog")
    make.network(name="Dialog")
    monkeypatch.setattr(finding, "MOST_MILLISECONDS", 1)
    slow = RawSQL("(SELECT 0 FROM pg_sleep(0.2))", ())
    monkeypatch.setitem(
        site_search.SOURCES, "network", (lambda: Network.objects.annotate(wait=slow).filter(wait=0), "name", ("name",))
    )
    found = site_search.find("dialog", at=make.NOW)
    assert "network" not in [hit.kind for hit in found.hits]
    assert found.sentences


def test_the_number_of_queries_does_not_depend_on_the_number_of_hits(client):
    def some(number):
        make.article(title=f"Om dialog {number}")
        make.notice(title=f"Dialog om snö {number}")
        make.network(name=f"Dialog {number}")
        profile(f"Dialog {number} AB")
        make.buyer(name=f"Dialogens kommun {number}")

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get("/sv/search/", {"q": "dialog"})
        return len(caught)

    for number in range(3):
        some(number)
    client.get("/sv/search/", {"q": "dialog"})
    few = queries()
    for number in range(3, 6):
        some(number)
    assert queries() == few
    assert few <= 32


def test_the_box_stands_on_every_page_and_works_without_script(client):
    html = client.get("/en/").content.decode()
    assert re.search(r'<form class="find" method="get" action="/en/search/" role="search" aria-label="[^"]+">', html)
    assert '<label class="visually-hidden" for="find">' in html
    assert 'class="find"' not in page(client, "dialog")  # the page has its own, with the words kept
    assert 'value="dialog"' in page(client, "dialog")
