"""A real Chromium against the real server of pytest-django. Never skipped: without a browser the run stops with a sentence."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.looking import watch

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge")
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--disable-quic",
]


def find_browser() -> str | None:
    """ARENA_BROWSER, else one on the PATH, else Playwright's own (None), downloaded if need be."""
    if chosen := os.environ.get("ARENA_BROWSER"):
        return chosen
    for name in NAMES:
        if found := shutil.which(name):
            return found
    with sync_playwright() as playwright:
        if Path(playwright.chromium.executable_path).exists():
            return None
    if subprocess.call([sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]) == 0:
        return None
    pytest.exit(
        "There is no browser. Install Chromium (Debian and Ubuntu: apt-get install chromium), or set ARENA_BROWSER.",
        returncode=3,
    )


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
        browser = playwright.chromium.launch(executable_path=find_browser(), headless=True, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """`open_page(width=320, javascript=False, locale="nb-NO")`: a fresh browser context's page; every page fails on CSP violations."""
    contexts = []
    violations = []

    def make(*, width=1280, javascript=True, locale="sv-SE", scheme="light"):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale=locale, java_script_enabled=javascript, color_scheme=scheme
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        watch(page)
        page.on(
            "console",
            lambda message: violations.append(message.text) if "Content Security Policy" in message.text else None,
        )
        page.on("pageerror", lambda error: violations.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert violations == []


@pytest.fixture
def lists(transactional_db):
    from django.core.cache import cache

    from taxonomy import loading

    cache.clear()  # what an earlier test tried does not count against this one
    loading.load()


@pytest.fixture
def sink(tmp_path, lists):
    """A mail server that keeps what it gets, and a worker that sends to it."""
    from tests.notifications import kit

    post = kit.MailSink(tmp_path)
    workers = kit.Workers(post, tmp_path)
    workers.worker()
    yield post
    workers.close()
    post.close()


@pytest.fixture
def walker_of(live_server, open_page):
    """`walker_of(person, language, way)`: somebody who has logged in, or for None a reader on the first page."""
    from tests import make
    from tests.browser.hands import WAYS
    from tests.browser.walker import Walker

    def enter(person, language, way):
        made = Walker(open_page(**WAYS[way]), live_server.url, language=language, way=way)
        if person:
            made.log_in(person.email, make.PASSWORD, language)
        else:
            made.go(f"/{language}/")
        return made

    return enter
