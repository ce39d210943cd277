"""Somebody who never was here comes from the front page to a need that suits in three clicks (B26)."""

import pytest
from django.utils import timezone

from arena import demo
from tests.browser.hands import Hands

pytestmark = pytest.mark.slow


@pytest.fixture
def arena(transactional_db):
    from taxonomy import loading

    loading.load()
    demo.load(timezone.now())


@pytest.mark.parametrize("way", ["words", "field"])
@pytest.mark.parametrize(("language", "script"), [("sv", True), ("nb", False)])
def test_three_clicks_lead_from_the_front_page_to_a_need(arena, live_server, open_page, language, script, way):
    page = open_page(javascript=script)
    hands = Hands(page, live_server.url)
    hands.go(f"/{language}/")
    hands.press(f'main a[href="/{language}/first-steps/"]')  # one
    if way == "words":
        page.fill("main input[name=q]", "Vi gör sensorer som märker fall i hemmet")
        hands.press("main form[role=search] button")  # two
    else:
        hands.press("main .kinds a[href*='field=']")
    hands.press("main .rows h3 a")  # three
    assert f"/{language}/procurements/" in page.url
    assert page.locator("main .chain").count()
