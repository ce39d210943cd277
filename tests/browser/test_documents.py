"""Documents, assets and stages in a real browser: with a mouse a file is sent when it is chosen, without script when one says so."""

import pytest
from django.utils import timezone

from tests import make
from tests.browser.hands import Hands
from tests.browser.looking import violations
from tests.files import corpus

ODD = "Behovsbeskrivning – Åre (v2).pdf"


@pytest.fixture
def draft(transactional_db):
    from taxonomy import loading

    loading.load()
    return make.notice(kind="competition", published=False, at=timezone.now(), procedure="innovation", currency="SEK")


def file(name=ODD, content=None):
    return {"name": name, "mimeType": "application/pdf", "buffer": corpus.pdf() if content is None else content}


@pytest.mark.parametrize("javascript", [True, False])
def test_documents_assets_and_stages_are_written_and_read(draft, live_server, open_page, javascript, settings):
    settings.MFA_REQUIRED = False
    page = open_page(javascript=javascript)
    hands = Hands(page, live_server.url)
    hands.log_in(draft.edited_by.email, make.PASSWORD, "en")
    at = f"/en/procurements/{draft.slug}/"
    hands.go(at + "documents/")
    page.set_input_files("#id_uploads", [file(), file("program.pdf", corpus.MACHINE)])
    if not javascript:
        hands.press("text=Add the chosen files")
    page.wait_for_selector(".error")
    hands.sees(ODD)
    hands.sees("“program.pdf”")

    hands.go(at + "rights/")
    page.fill("#id_assets-0-name", "Källkod")
    page.click("text=Add an asset")
    page.wait_for_selector("#id_assets-2-name")
    assert page.input_value("#id_assets-0-name") == "Källkod"
    page.fill("#id_assets-2-name", "Sensor")
    for row, origin, level in ((0, "result", "share"), (2, "background", "use")):
        page.select_option(f"#id_assets-{row}-origin", origin)
        page.select_option(f"#id_assets-{row}-level", level)
    page.press("#id_assets-2-name", "Enter")  # saves, and takes no row away
    hands.sees("Saved.")
    assert [one.name for one in draft.assets.all()] == ["Källkod", "Sensor"]

    hands.go(at + "stages/")
    page.fill("#id_stages-0-name", "Prototyp")
    page.fill("#id_stages-0-ends_on", "2027-06-30")
    page.fill("#id_stages-0-max_cost", "500 000")
    hands.press("button[name=then][value='']")
    if javascript:
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            for where in ("documents/", "rights/", "stages/", "preview/"):
                hands.go(at + where)
                for fold in page.locator("main details").all():
                    fold.evaluate("one => one.open = true")
                found = [(width, where, one["id"], one["nodes"][0]["target"]) for one in violations(page)]
                assert found == []
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, where)
