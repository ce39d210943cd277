from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

from ui.gallery import Link
from ui.paging import page_of

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def rendered(source, language="en", **context):
    with translation.override(language):
        return Template(source).render(Context(context))


def test_a_deadline_carries_the_moment_for_machines_and_the_words_for_people():
    page = rendered('{% deadline at "Europe/Stockholm" %}', "sv", at=NOW)
    assert 'datetime="2026-11-22T13:00+01:00"' in page
    assert "söndag 22 november 2026 kl. 13.00 (svensk tid)" in page


def test_a_deadline_that_has_passed_is_quiet():
    source = '{% deadline at "Europe/Oslo" now=now %}'
    assert "passed" in rendered(source, at=NOW, now=NOW)
    assert "passed" not in rendered(source, at=NOW + timedelta(seconds=1), now=NOW)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=12, hours=5), "12 days left"),
        (timedelta(hours=47), "47 hours left"),
        (timedelta(minutes=5), "1 hour left"),
        (timedelta(0), "closed"),
    ],
)
def test_the_time_left_is_said_in_words(left, words):
    assert rendered("{% time_left at now %}", at=NOW + left, now=NOW) == words


def test_an_unknown_sum_is_never_nought():
    assert rendered('{% money v "SEK" %}', v=None) == "not stated"
    assert rendered('{% money v "SEK" %}', v=Decimal(0)) == "0 SEK"
    assert rendered('{% money v "NOK" %}', "nb", v=Decimal(1200000)) == "1\u00a0200\u00a0000 NOK"


def test_the_chain_says_its_states_in_words_too():
    page = rendered('{% chain links current="dialogue" done=done %}', links=Link, done=["need"])
    assert page.count('aria-current="step"') == 1
    assert [page.count(f'class="{state}"') for state in ("done", "now", "ahead")] == [1, 1, 4]
    assert page.count("ahead</span>") == 4


def test_the_chain_counts_and_links():
    page = rendered("{% chain links counts=counts urls=urls %}", links=Link, counts={"need": 34}, urls={"need": "/n/"})
    assert "34 open" in page
    assert '<a href="/n/">' in page
    assert "aria-current" not in page


def test_reasons_are_escaped_and_an_empty_list_says_nothing():
    assert "&lt;b&gt;" in rendered("{% why reasons %}", reasons=[{"text": "<b>"}, "a sentence"])
    assert rendered("{% why reasons %}", reasons=[]).strip() == ""


def test_the_language_of_a_part_is_marked_when_it_differs_from_the_page():
    assert rendered('{% lang_attr "nb" %}', "sv") == 'lang="nb"'
    assert rendered('{% lang_attr "sv" %}{% lang_attr "" %}', "sv") == ""


def test_the_query_keeps_what_is_not_changed(rf):
    request = rf.get("/?q=fall&region=SE224&region=SE110&page=2")
    page = rendered("{% query_with page=3 q='' %}", request=request)
    assert page == "?region=SE224&amp;region=SE110&amp;page=3"


def test_pages_are_named_for_those_who_do_not_see_them(rf):
    page = rendered("{% pagination rows %}", request=rf.get("/?q=x"), rows=Paginator(range(500), 25).page(7))
    assert 'aria-current="page"' in page
    assert 'rel="next"' in page
    assert "?q=x&amp;page=8" in page
    assert rendered("{% pagination rows %}", request=rf.get("/"), rows=Paginator(range(5), 25).page(1)).strip() == ""


@pytest.mark.parametrize(("asked", "number"), [("", 1), ("2", 2), ("x", 1), ("0", 1), ("-3", 1), ("99999999999", 4)])
def test_a_page_number_that_makes_no_sense_gives_the_nearest_page(asked, number):
    assert page_of(range(100), QueryDict(f"page={asked}")).number == number


@pytest.mark.parametrize(
    ("says", "device"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_browser_is_called_what_people_call_it(says, device):
    assert rendered("{{ says|device }}", says=says) == device
