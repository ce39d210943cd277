"""How a person reaches the page: with a mouse, by the keyboard alone, or in a browser without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

WAYS = {"mouse": {}, "keyboard": {}, "no script": {"javascript": False}}
FIRST = [("sv", "mouse"), ("nb", "no script"), ("en", "keyboard")]
REST = [(language, way) for language in ("sv", "nb", "en") for way in WAYS if (language, way) not in FIRST]


def in_the_ways(*first):
    """These pairs of language and way in the first tier; all nine in the second."""
    rest = [one for one in [*FIRST, *REST] if one not in first]
    pairs = [*first, *(pytest.param(*one, marks=pytest.mark.slow) for one in rest)]
    return pytest.mark.parametrize(("language", "way"), pairs, ids=lambda value: value)


in_every_way = in_the_ways(*FIRST)  # each language and each way once

FOCUSED = "selector => document.activeElement !== document.body && document.activeElement.matches(selector)"


class Hands:
    """Fills and presses what a selector names. `keyboard` walks there with Tab, as far as it takes, and never clicks."""

    def __init__(self, page: Page, base: str, *, keyboard: bool = False) -> None:
        self.page, self.base, self.keyboard = page, base, keyboard

    def go(self, path: str) -> None:
        response = self.page.goto(self.base + path)
        assert response is not None
        assert response.status < 400, f"{path}: {response.status}"

    def walk_to(self, selector: str) -> None:
        if self.page.evaluate(FOCUSED, selector):
            return
        self.page.evaluate("document.activeElement.blur()")
        for _step in range(400):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(FOCUSED, selector):
                return
        raise AssertionError(f"Tab never reached {selector} on {self.page.url}")

    def fill(self, selector: str, text: str) -> None:
        if self.keyboard and self.page.locator(selector).get_attribute("type") not in ("date", "time"):
            self.walk_to(selector)
            self.page.keyboard.press("Control+a")
            self.page.keyboard.insert_text(text)
        else:
            self.page.fill(selector, text)

    def press(self, selector: str) -> None:
        """A link or a button, with the page that follows."""
        if self.keyboard:
            self.walk_to(selector)
            with self.page.expect_navigation():
                self.page.keyboard.press("Enter")
        else:
            with self.page.expect_navigation():
                self.page.locator(selector).first.click()

    def tick(self, selector: str) -> None:
        if self.page.locator(selector).first.is_checked():
            return
        if self.keyboard:
            self.walk_to(selector)
            self.page.keyboard.press("Space")
        else:
            self.page.locator(selector).first.check()

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def does_not_see(self, text: str) -> None:
        assert text not in self.page.content()

    def log_in(self, email: str, password: str, language: str) -> None:
        self.go(f"/{language}/account/login/")
        self.fill("[name=login]", email)
        self.fill("[name=password]", password)
        if self.keyboard:
            with self.page.expect_navigation():
                self.page.keyboard.press("Enter")
        else:
            self.press("main form button[type=submit]:not([name])")
