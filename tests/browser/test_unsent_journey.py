"""The session ends while somebody writes: after the login the text is there, is sent again, and is saved (A2, complaint 7)."""

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import expect

from accounts.grants import Role
from procurements.models import Notice
from tests import make
from tests.browser.hands import WAYS, Hands, in_every_way

AGAIN = "main form[action*='kept='] button[type=submit]"


@pytest.fixture
def writer(transactional_db):
    from taxonomy import loading

    loading.load()
    cache.clear()
    return make.member(make.buyer(), role=Role.ADMIN, name="Anna Berg")


def end_sessions():
    """The rows are gone, in the database and in its cache: nobody knows any more who was logged in."""
    Session.objects.all().delete()
    cache.clear()


@in_every_way
def test_what_was_written_when_the_session_had_ended_is_saved(language, way, writer, live_server, open_page):
    writer.language = language
    writer.save()
    notice = make.notice(buyer=writer.memberships.get().organisation, by=writer, published=False)
    hands = Hands(open_page(**WAYS[way]), live_server.url, keyboard=way == "keyboard")
    hands.log_in(writer.email, make.PASSWORD, language)
    hands.go(f"/{language}/procurements/{notice.slug}/edit/need/")
    end_sessions()
    hands.fill("[name=title]", "Ord som ingen tappar bort")
    hands.press("main form .actions button[type=submit]")

    expect(hands.page.locator("[name=login]")).to_be_visible()
    hands.fill("[name=login]", writer.email)
    hands.fill("[name=password]", make.PASSWORD)
    hands.press("main form button[type=submit]:not([name])")
    hands.sees("Ord som ingen tappar bort")
    hands.press(AGAIN)
    notice.refresh_from_db()
    assert notice.title == "Ord som ingen tappar bort"


def test_a_form_from_before_another_login_is_kept_and_sent_again(writer, live_server, open_page):
    hands = Hands(open_page(javascript=False), live_server.url)
    hands.log_in(writer.email, make.PASSWORD, "sv")
    hands.go("/sv/procurements/new/")
    other_tab = hands.page.context.new_page()
    hands.page.context.clear_cookies(name="csrftoken")  # as a login in another tab: the token is another one
    other_tab.goto(f"{live_server.url}/sv/profile/")
    hands.fill("[name=title]", "Från en gammal flik")
    hands.page.locator("main form .actions button[type=submit]").first.click()
    hands.page.locator("a[href*='/kept/']").click()
    hands.sees("Från en gammal flik")
    hands.press(AGAIN)
    assert Notice.objects.filter(title="Från en gammal flik").exists()
