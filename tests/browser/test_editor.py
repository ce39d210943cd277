"""The rich editor of guidance: everything by keyboard, and what it makes can be read by everybody (EN 301 549, 11.8)."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from accounts.models import Duty
from knowledge.models import ArticleText
from tests import make
from tests.browser.hands import Hands
from tests.browser.looking import looked_at


@pytest.fixture
def hands(lists, live_server, open_page):
    curator = make.user(duty=Duty.CURATOR)
    make.article(published=False, slug="skriv", title="Skriv", summary="Kort.", body="")
    made = Hands(open_page(), live_server.url, keyboard=True)
    made.log_in(curator.email, make.PASSWORD, "en")
    made.go("/en/guidance/skriv/edit/sv/")
    return made


def keys(page, *pressed):
    for key in pressed:
        page.keyboard.press(key)


def tool(page, name):
    """From the text to a tool by Esc and the arrows, as often as it takes."""
    page.wait_for_timeout(50)  # a browser tells the page a moment later where the cursor is
    page.keyboard.press("Escape")
    for _step in range(30):
        if page.evaluate("document.activeElement.dataset.do") == name:
            page.keyboard.press("Enter")
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"the arrows never reached {name}")


def picture(path):
    made = BytesIO()
    Image.new("RGB", (600, 300), "#10473a").save(made, "PNG")
    path.write_bytes(made.getvalue())
    return path


def test_an_article_is_written_by_keyboard_alone(hands, tmp_path):
    page = hands.page
    hands.walk_to("[role=textbox]")
    tool(page, "heading2")
    page.keyboard.type("Börja här")
    keys(page, "Enter")
    page.keyboard.type("Vi kallar det best value")
    keys(page, *["Shift+ArrowLeft"] * len("best value"))
    tool(page, "language")
    page.keyboard.type("Eng")
    keys(page, "Tab", "Enter", "ArrowRight")
    page.keyboard.type(". Läs ")
    keys(page, "Control+k")
    page.keyboard.type("upphandlingslagen")
    keys(page, "Tab")
    page.keyboard.type("javascript:alert(1)")
    keys(page, "Enter")
    expect(page.locator("#ask-link-address-error")).to_be_visible()
    keys(page, "Control+a")
    page.keyboard.type("riksdagen.se/lou")
    keys(page, "Enter", "Enter")
    tool(page, "bullets")
    page.keyboard.type("Först")
    keys(page, "Enter")
    page.keyboard.type("Sedan")
    keys(page, "Enter", "Enter")
    tool(page, "table")
    page.keyboard.type("Förfaranden")
    keys(page, "Enter")
    page.keyboard.type("När")
    keys(page, "ArrowRight")
    page.keyboard.type("Hur")
    keys(page, "Control+End")
    tool(page, "picture")
    page.locator("#ask-picture-file").set_input_files(picture(tmp_path / "bild.png"))  # the system's own window
    keys(page, "Tab")
    keys(page, "Tab", "Tab", "Enter")
    expect(page.locator("#ask-picture-alt-error")).to_be_visible()
    page.keyboard.type("En grön yta")
    assert looked_at(page, "dialog") == []
    keys(page, "Tab", "Tab")
    page.keyboard.type("Så ser det ut")
    keys(page, "Enter")
    expect(page.locator("[role=textbox] > figure img")).to_be_visible()
    assert looked_at(page, "editor") == []
    assert page.evaluate(ASKS_BEFORE_LEAVING)
    page.keyboard.press("Tab")  # out of the text: nobody is caught in it
    hands.press("button[name=preview]")
    assert looked_at(page, "preview") == []
    assert re.sub(r"[0-9a-f-]{36}", "UUID", ArticleText.objects.get().body) == WRITTEN
    expect(page.locator("article figure img")).to_have_js_property("naturalWidth", 600)


ASKS_BEFORE_LEAVING = """() => {
  const leaving = new Event("beforeunload", {cancelable: true});
  window.dispatchEvent(leaving);
  return leaving.defaultPrevented;
}"""
WRITTEN = """<h2>Börja här</h2>
<p>Vi kallar det <span lang="en">best value</span>. Läs <a href="https://riksdagen.se/lou" rel="noopener noreferrer">upphandlingslagen</a></p>
<ul>
<li>Först</li>
<li>Sedan</li>
</ul>
<table>
<caption>Förfaranden</caption>
<tbody>
<tr><th scope="col">När</th><th scope="col">Hur</th></tr>
<tr><td></td><td></td></tr>
<tr><td></td><td></td></tr>
</tbody>
</table>
<figure><img src="/guidance/pictures/UUID/" alt="En grön yta" width="600" height="300"><figcaption>Så ser det ut</figcaption></figure>"""
