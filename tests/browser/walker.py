"""A person who goes from page to page by what stands on them: links, buttons, fields. No address is typed but the first."""

import re
import time
from urllib.parse import unquote

from tests.browser.hands import Hands

# Whether the focus is on what is sought; and, for a person who cannot point, whether one sees where the focus is.
FOUND = """selector => {
  const one = document.activeElement;
  return one !== document.body && one.matches(selector);
}"""
SHOWS = """() => {
  const one = document.activeElement, look = getComputedStyle(one), box = one.getBoundingClientRect();
  return one.matches(":focus-visible") && look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0 && box.width > 0;
}"""
STEPS = 250
PATIENCE = 60_000  # milliseconds for a page, on a machine that has other things to do


class Walker(Hands):
    """Hands that also choose, send files and follow links. Counts the pages that it came through, and the time it took."""

    def __init__(self, page, base, *, language, way):
        super().__init__(page, base, keyboard=way == "keyboard")
        self.language, self.way, self.script = language, way, way != "no script"
        page.on("response", self._note)
        self.failures = []
        self.pages, self.tabs, self.farthest, self.began = 0, 0, (0, ""), time.monotonic()

    @property
    def path(self):
        return unquote(self.page.url.removeprefix(self.base).partition("?")[0].partition("#")[0])

    @property
    def seconds(self):
        return time.monotonic() - self.began

    def walk_to(self, selector):
        """Tab by Tab from where one is. On a page where nothing is focused, past the menu first, as people do."""
        if self.page.evaluate(FOUND, selector):
            return
        if (
            self.page.evaluate("document.activeElement === document.body")
            and self.page.locator(f"main {selector}").count()
        ):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.matches('.skip')"):
                self.page.keyboard.press("Enter")
        for step in range(1, STEPS):
            self.page.keyboard.press("Tab")
            self.tabs += 1
            if self.page.evaluate(FOUND, selector):
                self.farthest = max(self.farthest, (step, f"{selector} of {self.path}"))
                assert self.page.evaluate(SHOWS), f"the focus does not show on {selector} of {self.page.url}"
                return
        raise AssertionError(f"Tab never reached {selector} on {self.page.url}")

    def fill(self, selector, text):
        if self.keyboard:
            self.walk_to(selector)
        super().fill(selector, text)

    def tick(self, selector):
        """A box; by the keyboard also one that stands before where one is, as suggestions do."""
        if self.page.locator(selector).first.is_checked():
            return
        if self.keyboard:
            self.walk_to(selector)
            self.page.keyboard.press("Space")
            assert self.page.locator(selector).first.is_checked()
        else:
            self.page.locator(selector).first.check()

    def press(self, selector):
        if self.keyboard:
            self.walk_to(selector)
        with self.page.expect_event("load", timeout=PATIENCE):  # of another page: what changes in place is none
            if self.keyboard:
                self.page.keyboard.press("Enter")
            else:
                self.page.locator(selector).first.click()
        self._arrived()

    def start(self):
        """By the menu, which stands on every page."""
        self.press(f"header a[href='/{self.language}/start/']")

    def follow(self, ends_with, where="main"):
        """The first link there whose address ends so, and the page that it leads to."""
        self.press(f"{where} a[href$='{ends_with}']")

    def send(self, form=""):
        """The form of the page, by the button that stands last in it; `form` tells it from others by where it is sent."""
        chosen = f"main form[action$='{form}']" if form else "main form.form:not([action])"
        self.press(f"{chosen} .actions button[type=submit]:not([name])")

    def choose(self, name, value):
        """One of several round buttons."""
        if not self.keyboard:
            self.page.check(f"[name={name}][value='{value}']")
            return
        self.walk_to(f"[type=radio][name={name}]")
        for _step in range(30):
            if self.page.evaluate("document.activeElement.value") == value:
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        assert self.page.is_checked(f"[name={name}][value='{value}']")

    def select(self, name, *, value="", label=""):
        """One row of a list that opens, by its value or by words in it."""
        rows = self.page.locator(f"main select[name={name}] option")
        values = rows.evaluate_all("all => all.map(one => [one.value, one.textContent])")
        wanted = next(one for one, text in values if (one == value if value else label in text))
        if not self.keyboard:
            self.page.select_option(f"main select[name={name}]", wanted)
            return
        self.walk_to(f"select[name={name}]")
        self.page.keyboard.press("Home")
        for _step in values:
            if self.page.evaluate("document.activeElement.value") == wanted:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no row {wanted} in {name}")

    def unfold(self, selector):
        """What stands behind a line that opens."""
        fold = f"details:has({selector})"
        if self.page.locator(fold).first.evaluate("one => one.open"):
            return
        if self.keyboard:
            self.walk_to(f"{fold} > summary")
            self.page.keyboard.press("Enter")
        else:
            self.page.locator(f"{fold} > summary").first.click()

    def upload(self, selector, file):
        """The chooser of files is the system's own, so nobody presses keys in it; the way there is walked."""
        if self.keyboard:
            self.walk_to(selector)
        self.page.set_input_files(selector, file)

    def download(self, selector):
        """The name under which a file arrives, and its bytes."""
        with self.page.expect_download() as coming:
            if self.keyboard:
                self.walk_to(selector)
                self.page.keyboard.press("Enter")
            else:
                self.page.locator(selector).first.click()
        return coming.value.suggested_filename, coming.value.path().read_bytes()

    def has_no_problems(self):
        """The page that came asks for nothing to be mended."""
        wrong = self.page.locator("main .problems, main .message.error")
        assert wrong.count() == 0, f"{self.page.url}: {wrong.all_inner_texts()}"

    def is_told(self, name):
        """A sentence stands at the field that it is about, and the field says so to those who listen."""
        field = self.page.locator(f"main [name='{name}']").first
        ids = (field.get_attribute("aria-describedby") or "").split()
        assert field.get_attribute("aria-invalid") == "true", f"{name} is not marked on {self.page.url}"
        assert any(self.page.locator(f"[id='{one}']").inner_text().strip() for one in ids if one.endswith("error")), (
            name
        )

    def _note(self, answer):
        if answer.status >= 500:
            self.failures.append((answer.status, answer.url))

    def _arrived(self):
        self.pages += 1
        assert self.failures == []
        assert self.page.locator("h1").count() == 1, self.page.url
        assert not re.search(r"%\(\w+\)|\{\{|\{%", self.page.locator("main").inner_text()), self.page.url
