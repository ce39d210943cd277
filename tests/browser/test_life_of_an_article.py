"""An article through its whole life by keyboard alone: two editors, four eyes, readers before and after (D1)."""

import pytest

from accounts.models import Duty
from knowledge.models import Article
from tests import make
from tests.browser.hands import Hands
from tests.browser.looking import looked_at

pytestmark = pytest.mark.slow
SAVE = "main form.form .actions button[type=submit]:not([name])"
PUBLISH = "main form.form:has([name=languages]) .actions button"
APPROVE = "main form[action$='/approve/'] button"
ARCHIVE = "form[action$='/archive/']"


@pytest.fixture
def hands_of(lists, live_server, open_page):
    def hands(person=None):
        made = Hands(open_page(), live_server.url, keyboard=True)
        if person:
            made.log_in(person.email, make.PASSWORD, "en")
        return made

    return hands


def write(editor, words):
    """The whole text, in place of what stands there."""
    editor.walk_to("[role=textbox]")
    editor.page.keyboard.press("Control+a")
    editor.page.keyboard.type(words)
    editor.page.keyboard.press("Tab")
    editor.press(SAVE)


def unfold(hands, selector):
    hands.walk_to(selector)
    hands.page.keyboard.press("Enter")


def test_an_article_lives_its_whole_life_by_keyboard_alone(hands_of):
    make.article(title="Det nya sättet", slug="det-nya-sattet")
    editor = hands_of(make.user(duty=Duty.CURATOR, name="Alva Ask"))
    second = hands_of(make.user(duty=Duty.CURATOR, name="Rut Läs"))
    reader = hands_of()

    # Begun: what it is, its title; then its words.
    editor.go("/en/guidance/editing/")
    editor.press("main a[href$='/guidance/editing/new/']")
    assert looked_at(editor.page, "genres") == []
    editor.press("main a[href='?genre=guide']")
    editor.fill("[name=title]", "Measure before you buy")
    assert looked_at(editor.page, "begin") == []
    editor.press(SAVE)
    editor.fill("[name=summary]", "What to know of today.")
    write(editor, "Count how often it happens.")

    # Bound, to be read by four eyes; asked for; approved by somebody else.
    editor.press("main .tabs a[href$='/bind/']")
    editor.tick("[name=phases][value=need]")
    editor.tick("[name=four_eyes]")
    assert looked_at(editor.page, "bind") == []
    editor.press(SAVE)
    editor.press("main .tabs a[href$='/publish/']")
    assert looked_at(editor.page, "publish") == []
    editor.press(PUBLISH)
    editor.sees("It waits for a second pair of eyes")
    second.go("/en/guidance/editing/")
    second.sees("Waits for your eyes")
    assert looked_at(second.page, "desk") == []
    second.press("main a[href$='/measure-before-you-buy/publish/']")
    assert looked_at(second.page, "read") == []
    second.press(APPROVE)
    reader.go("/en/guidance/measure-before-you-buy/")
    reader.sees("Count how often it happens.")

    # A new version, its difference, and the first one again.
    editor.go("/en/guidance/measure-before-you-buy/edit/en/")
    write(editor, "Count how often, and what it costs.")
    editor.press("main .tabs a[href$='/publish/']")
    unfold(editor, "main details summary")
    editor.sees("+ Count how often, and what it costs.")
    editor.press(PUBLISH)
    second.go("/en/guidance/measure-before-you-buy/publish/")
    second.press(APPROVE)
    editor.go("/en/guidance/measure-before-you-buy/history/en/")
    unfold(editor, "main details summary")
    editor.sees("- Count how often it happens.")
    assert looked_at(editor.page, "history") == []
    editor.press("main form[action*='/restore/'] button")
    second.go("/en/guidance/measure-before-you-buy/publish/")
    second.press(APPROVE)
    reader.go("/en/guidance/measure-before-you-buy/")
    reader.sees("Count how often it happens.")
    assert list(Article.objects.get(slug="measure-before-you-buy").versions.values_list("number", flat=True)) == [
        3,
        2,
        1,
    ]

    # Another address, and the old one leads there.
    editor.go("/en/guidance/measure-before-you-buy/bind/")
    editor.fill("[name=slug]", "baseline")
    editor.press(SAVE)
    reader.go("/en/guidance/measure-before-you-buy/")
    assert reader.page.url.endswith("/en/guidance/baseline/")

    # Archived: a line stands there, and the way to what is read instead.
    editor.go("/en/guidance/baseline/publish/")
    unfold(editor, f"main details:has({ARCHIVE}) summary")
    editor.walk_to(f"{ARCHIVE} [name=instead]")
    editor.page.keyboard.type("Det nya")
    editor.press(f"{ARCHIVE} button")
    assert reader.page.goto(f"{reader.base}/en/guidance/measure-before-you-buy/").status == 410
    assert looked_at(reader.page, "gone") == []
    reader.press("main .rows a")
    reader.sees("Det nya sättet")
