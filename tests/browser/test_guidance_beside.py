"""A procurer meets guidance at the field that she writes, and opens a hard word by the keyboard."""

import pytest
from playwright.sync_api import expect

from knowledge.loading import load_library
from tests import make
from tests.browser.hands import Hands
from tests.browser.looking import settle, violations


@pytest.fixture
def notice(transactional_db, at):
    from taxonomy import loading

    loading.load()
    load_library(at)
    buyer = make.buyer()
    writer = make.member(buyer, email="skribent@demo.example")
    return make.notice(buyer=buyer, by=writer, published=False)


def test_guidance_stands_at_the_field_and_its_words_explain_themselves(notice, live_server, open_page):
    page = open_page()
    hands = Hands(page, live_server.url, keyboard=True)
    hands.log_in("skribent@demo.example", make.PASSWORD, "sv")
    hands.go(f"/sv/procurements/{notice.slug}/edit/need/")
    settle(page)
    hands.walk_to("#guided-problem summary")
    page.keyboard.press("Enter")
    expect(page.locator("#guided-problem")).to_contain_text("Skriv ett behov utan att peka ut lösningen")
    assert violations(page) == []
    hands.press("#guided-problem a")
    expect(page.locator("h1")).to_contain_text("Skriv ett behov")
    note = page.locator(".prose .explanation").first
    hands.walk_to(".prose .term")
    expect(note).to_be_hidden()
    page.keyboard.press("Enter")
    expect(note).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.explanation') !== null")  # its link is the next stop
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('.term')")

    page.emulate_media(media="print")  # on paper the word is a word, and the sheet says where it is from and of when
    expect(page.locator(".on-paper")).to_contain_text(f"/sv/guidance/{page.url.rstrip('/').rsplit('/', 1)[-1]}/")
    assert page.evaluate("getComputedStyle(document.querySelector('.term')).textDecorationLine") == "none"
    outside = "[...document.querySelectorAll('.prose a[href^=http]')].map(a => getComputedStyle(a, '::after').content)"
    assert all("http" in said for said in page.evaluate(outside))
