"""Who is refused for a while keeps the page as it is, and reads why."""

import pytest
from django.core.cache import cache

from tests import make


@pytest.mark.parametrize("javascript", [True, False])
def test_a_visitor_who_searches_too_often_reads_so_on_the_page(
    transactional_db, live_server, open_page, settings, javascript
):
    cache.clear()
    make.notice()
    settings.LIMITED = True
    settings.LIMITS = {**settings.LIMITS, "search": {"ip": (1, 60)}}
    page = open_page(javascript=javascript)
    page.goto(f"{live_server.url}/en/procurements/")
    before = page.url
    page.fill("main [name=q]", "fall")
    page.press("main [name=q]", "Enter")
    said = page.get_by_text("so often in a short time")
    said.wait_for()
    if javascript:
        assert page.locator("#main > .messages [role=alert]").is_visible()
        assert page.locator("#results").count() == 1
        assert page.input_value("main [name=q]") == "fall"
        assert page.url == before
    else:
        assert page.locator("h1").inner_text() == "Too many tries"
    cache.clear()
