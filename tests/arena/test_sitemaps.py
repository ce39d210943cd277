"""Everything public has its place in the site maps, in each language, and nothing else has (product.md F1; sitemaps.org)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree

from arena import sitemaps
from procurements import closing
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.NOW
S = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
X = "{http://www.w3.org/1999/xhtml}"
HOST = "http://localhost:8000"


@pytest.fixture(autouse=True)
def clock():
    cache.clear()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield
    cache.clear()


def read(address):
    answer = Client().get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    return etree.fromstring(answer.content)


def files():
    index = read("/sitemap.xml")
    return {one.findtext(f"{S}loc").removeprefix(HOST): one.findtext(f"{S}lastmod") for one in index}


def places(address):
    return {one.findtext(f"{S}loc").removeprefix(HOST): one for one in read(address)}


def test_the_robots_are_told_where_it_is():
    assert f"Sitemap: {HOST}/sitemap.xml" in Client().get("/robots.txt").content.decode()


def test_a_notice_stands_in_it_in_each_language_and_each_names_the_others():
    notice = make.notice()
    found = places("/sitemap-notices-1.xml")
    addresses = {f"/{language}/procurements/{notice.slug}/" for language in ("sv", "nb", "en")}
    assert set(found) == addresses
    for one in found.values():
        assert one.findtext(f"{S}lastmod") == "2026-11-22T12:00:00+00:00"
        assert {link.get("href").removeprefix(HOST) for link in one.findall(f"{X}link")} == addresses
        assert {link.get("hreflang") for link in one.findall(f"{X}link")} == {"sv", "nb", "en"}
    assert all(Client().get(address).status_code == 200 for address in addresses)


def test_a_draft_stands_nowhere():
    draft = make.notice(published=False)
    for address in files():
        assert not [place for place in places(address) if draft.code in place]


def test_a_closing_is_a_change():
    editor = make.member(make.buyer())
    notice = make.notice(buyer=editor.memberships.get().organisation, by=editor)
    closing.close(notice, by=editor, at=NOW + timedelta(minutes=7), reason="Löst.")
    assert files()["/sitemap-notices-1.xml"] == "2026-11-22T12:07:00+00:00"
    moments = {one.findtext(f"{S}lastmod") for one in places("/sitemap-notices-1.xml").values()}
    assert moments == {"2026-11-22T12:07:00+00:00"}


def test_notices_are_spread_over_files_with_none_twice_and_none_left_out(monkeypatch):
    monkeypatch.setattr(sitemaps, "NOTICES", 2)
    notices = [make.notice() for _ in range(5)]
    listed = [address for address in files() if "notices" in address]
    assert listed == [f"/sitemap-notices-{number}.xml" for number in (1, 2, 3)]
    found = [place for address in listed for place in places(address) if place.startswith("/en/")]
    assert sorted(found) == sorted(f"/en/procurements/{notice.slug}/" for notice in notices)
    assert Client().get("/sitemap-notices-4.xml").status_code == 404


@pytest.mark.parametrize("name", ["nothing-1", "notices-0", "pages-2", "notices-99", f"notices-{10**30}"])
def test_a_file_that_is_not_there_is_not_found(name):
    assert Client().get(f"/sitemap-{name}.xml").status_code == 404


def test_buyers_and_pages_stand_in_it_and_those_who_are_merged_away_do_not():
    buyer = make.buyer()
    gone = make.buyer(merged_into=buyer)
    company = make.supplier()
    found = places("/sitemap-organisations-1.xml")
    assert f"/en/organisations/{buyer.slug}/" in found
    assert f"/en/organisations/{gone.slug}/" not in found
    assert f"/en/organisations/{company.slug}/" not in found
    for address in places("/sitemap-pages-1.xml"):
        assert Client().get(address).status_code == 200


@pytest.mark.parametrize("many", [1, 4])
def test_the_number_of_queries_does_not_depend_on_how_much_there_is(many):
    for _ in range(many):
        make.notice()
    with CaptureQueriesContext(connection) as queries:
        places("/sitemap-notices-1.xml")
    assert len(queries) == 1
