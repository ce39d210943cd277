"""A page that saves while one types, in a real browser: nothing is lost, and a colleague is not overwritten (A2, A3)."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from procurements import writing
from procurements.models import Notice
from tests import make
from tests.browser.hands import Hands
from tests.notifications import kit

STEP = "/en/procurements/{}/edit/need/"


@pytest.fixture
def draft(transactional_db):
    from taxonomy import loading

    loading.load()
    return make.notice(published=False, at=timezone.now(), problem="", deadline_at=None)


@pytest.fixture
def hands(draft, live_server, open_page):
    made = Hands(open_page(), live_server.url)
    made.log_in(draft.edited_by.email, make.PASSWORD, "en")
    made.go(STEP.format(draft.slug))
    return made


def stored():
    return Notice.objects.get().problem


def test_what_is_typed_is_saved_and_typing_goes_on(hands):
    line = hands.page.locator("#saved")
    hands.page.fill("[name=problem]", "Larmet kommer")
    expect(line).to_contain_text("Saved")
    with hands.page.expect_response("**/autosave/"):
        hands.page.locator("[name=problem]").press("End")
        hands.page.keyboard.type(" för sent.")
    assert stored() == "Larmet kommer för sent."
    expect(hands.page.locator("#id_problem_limit")).to_contain_text("23 / 20,000")


def test_the_last_words_before_the_page_is_left_arrive_too(hands, draft):
    hands.page.fill("[name=problem]", "De sista orden")
    hands.page.locator("nav.wizard li:nth-child(2) a").click()  # sooner than the pause after which it saves
    hands.page.wait_for_url("**/edit/hearing/")
    kit.wait_until(lambda: stored() == "De sista orden", 5)


def test_a_colleague_who_was_first_is_seen_and_both_texts_can_be_chosen_between(hands, draft):
    colleague = make.member(draft.procurement.organisation, role="admin", name="Anna Ek")
    writing.save(draft, wording={"problem": "Annas text"}, revision=1, by=colleague, at=timezone.now())
    hands.page.fill("[name=problem]", "Min text")
    expect(hands.page.locator("#saved")).to_contain_text("Anna Ek")
    assert stored() == "Annas text"
    hands.press("#saved a")
    hands.sees("Annas text")
    hands.tick("[name=keep-problem][value=theirs]")
    hands.press("button[name=then][value='']")
    assert stored() == "Annas text"
    hands.does_not_see("Min text")
