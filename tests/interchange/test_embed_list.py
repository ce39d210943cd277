"""A list on somebody else's web site (product.md F7): framed anywhere, known to nobody; and the page that says how."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from lxml import html as parser

from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]
NOW = make.NOW
LIST = "/en/embed/procurements/"


@pytest.fixture(autouse=True)
def clock():
    cache.clear()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as travel:
        yield travel
    cache.clear()


@pytest.fixture
def editor():
    return make.member(make.buyer(name="Fjällviks kommun"))


def noticed(editor, **wording):
    return make.notice(buyer=editor.memberships.get().organisation, by=editor, **wording)


def framed(query="", client=None):
    answer = (client or Client()).get(f"{LIST}{query}")
    assert answer.status_code == 200
    return answer


def test_any_site_may_frame_it_and_no_other_page_of_ours(editor):
    noticed(editor)
    answer = framed()
    assert "X-Frame-Options" not in answer
    assert "frame-ancestors *;" in answer["Content-Security-Policy"] + ";"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    for address in ("/en/", "/en/procurements/", "/en/embed/", "/en/procurements/feed.atom"):
        other = Client().get(address)
        assert other["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]


def test_it_knows_nobody(editor):
    noticed(editor)
    answer = framed()
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=300"
    page = answer.content.decode()
    assert "<script" not in page
    assert "<form" not in page
    cache.clear()
    client = Client()
    client.force_login(editor)
    assert framed(client=client).content == answer.content


def test_it_has_the_list_the_number_and_links_that_leave_the_frame(editor):
    notice = noticed(editor, title="Fall i hemmet")
    noticed(make.member(make.buyer()))
    buyer = editor.memberships.get().organisation
    page = parser.fromstring(framed(f"?buyer={buyer.pk}").content)
    assert page.get("lang") == "en"
    assert page.findtext(".//h1") == "Needs and procurements of Fjällviks kommun"
    links = {link.get("href"): link.text_content() for link in page.iter("a")}
    assert links[f"http://localhost:8000{notice.get_absolute_url()}"] == "Fall i hemmet"
    assert links[f"http://localhost:8000/en/procurements/?buyer={buyer.pk}"] == "1 that can be answered now"
    assert {link.get("target") for link in page.iter("a")} == {"_top"}


def test_the_language_is_that_of_its_address(editor):
    noticed(editor)
    page = Client().get("/nb/embed/procurements/").content.decode()
    assert '<html lang="nb">' in page
    assert "/nb/procurements/" in page


def test_it_is_as_long_as_was_asked_for(editor):
    for _ in range(7):
        noticed(editor)
    for asked, lines in (("", 5), ("?show=10", 7), ("?show=0", 0), ("?show=9999", 5), ("?show=x", 5)):
        page = framed(asked).content.decode()
        assert page.count("<li>") == lines, asked
        assert "7 that can be answered now" in page


def test_a_list_with_nothing_in_it_says_so():
    assert "There is nothing in this list now." in framed("?q=finnsinte").content.decode()


def test_it_is_at_most_five_minutes_old(editor, settings):
    framed()
    noticed(editor, title="Helt ny")
    assert "Helt ny" not in framed().content.decode()
    cache.clear()
    assert "Helt ny" in framed().content.decode()


def test_the_guide_has_what_to_copy(editor):
    buyer = editor.memberships.get().organisation
    page = Client().get(buyer.get_absolute_url()).content.decode()
    link = html.unescape(re.search(r'href="([^"]*/embed/\?[^"]*)"', page)[1])
    guide = Client().get(f"{link}&show=10&kind=need")
    snippet = parser.fromstring(guide.content).find(".//textarea").text
    frame = parser.fromstring(snippet)
    address = frame.get("src")
    assert frame.get("title")
    assert address.startswith("http://localhost:8000/")
    assert set(address.partition("?")[2].split("&")) == {f"buyer={buyer.pk}", "show=10", "kind=need"}
    assert Client().get(address.removeprefix("http://localhost:8000")).status_code == 200


@pytest.mark.parametrize("kind", ["sole-trader", "inventor"])
def test_the_names_of_persons_cannot_be_read_off_by_their_numbers(kind):
    person = make.organisation(name="Vera Vik", kind=kind)
    for page in ("feeds:embed_guide", "feeds:embed_list", "procurements:notice_list"):
        assert "Vera" not in Client().get(reverse(page), {"buyer": person.pk}).content.decode()


def test_a_name_can_do_nothing_on_somebody_elses_page():
    buyer = make.buyer(name='"><script>alert(1)</script>')
    guide = Client().get(f"{reverse('feeds:embed_guide')}?buyer={buyer.pk}")
    frame = parser.fromstring(parser.fromstring(guide.content).find(".//textarea").text)
    assert frame.tag == "iframe"
    assert '"><script>' in frame.get("title")


@pytest.mark.parametrize(
    "query", ["?buyer=99999999", "?buyer=x", "?q=%22%3E%3Cscript%3E", "?show=-1&kind=&kind=x", "?since=x"]
)
def test_what_makes_no_sense_is_answered_all_the_same(query):
    assert framed(query).status_code == 200
    assert "<script>" not in framed(query).content.decode()
    assert Client().get(f"/en/embed/{query}").status_code == 200
