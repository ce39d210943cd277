"""The procurer's pages, which are half of all: see test_pages.py, where they are listed."""

from tests.browser.test_pages import LONGEST, arena, faults_of_every_page

__all__ = ["arena"]


def test_every_page(arena, live_server, open_page):
    assert faults_of_every_page(LONGEST, arena, live_server, open_page) == []
