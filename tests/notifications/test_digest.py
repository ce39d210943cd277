"""What stands in a mail: in ten seconds its reader knows what is new, why it came, and how to get less (B5, B8)."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import kinds
from notifications.kinds import Change, Line
from tests import make
from tests.notifications.conftest import a_kind


def plain(notification, language):
    facts = notification.event.facts
    return Line(
        title=facts["title"],
        url=f"/sv/{notification.event.key}/",
        facts=facts.get("facts", ""),
        reasons=[reason["text"] for reason in notification.reasons],
        change=Change(facts["change"]) if "change" in facts else None,
    )


@pytest.fixture
def news(tell, person):
    """news("n:1", "Fallsensorer", change="new"): one line for the person."""
    person.language = "en"
    person.save()
    for change in Change:
        kinds.register(a_kind(f"test-{change.value}", change=change, line=plain))

    def call(key, title, kind="new", **facts):
        return tell(key, person, kind=f"test-{kind}", title=title, **facts)

    return call


def the_message():
    [message] = outbox.outbox
    return message


def test_several_suggestions_say_how_many_and_the_first(news, send):
    for number, title in enumerate(["Fall sensors for Skåne", "Clean roofs", "Quiet trams"]):
        news(f"n:{number}", title)
    send()
    assert the_message().subject == "3 new: Fall sensors for Skåne and 2 more"


def test_the_most_pressing_thing_is_the_subject(news, send):
    moved = "New deadline Friday 14 March 2025, 23:59 (Swedish time), before Monday 3 March 2025, 12:00: Fall sensors"
    news("n:1", "Clean roofs")
    news("n:2", moved, kind="changed", change="deadline")
    news("n:3", "Quiet trams")
    send()
    assert the_message().subject == f"{moved}, and 2 more pieces of news"


def test_a_moved_deadline_alone_is_the_whole_subject(news, send):
    news("n:1", "New deadline 14 March, before 3 March: Fall sensors", kind="changed", change="deadline")
    send()
    assert the_message().subject == "New deadline 14 March, before 3 March: Fall sensors"


def test_news_stand_under_their_kind_of_change_with_a_count(news, send):
    for number in range(3):
        news(f"new:{number}", f"New {number}")
    news("closed:1", "Cancelled: Clean roofs", kind="closed")
    news("answer:1", "2 questions were answered", kind="answered")
    send()
    lines = [line for line in the_message().body.splitlines() if re.fullmatch(r"[A-Z, ]+ \(\d\)", line)]
    assert lines == ["CLOSED, WITHDRAWN OR CANCELLED (1)", "ANSWERS AND MESSAGES (1)", "NEW FOR YOU (3)"]
    html = the_message().alternatives[0][0]
    assert [int(count) for count in re.findall(r"<h2>[^<]+\((\d)\)</h2>", html)] == [1, 1, 3]


def test_the_first_lines_say_what_is_new_and_each_entry_why_and_how_to_get_less(news, tell, person, send):
    news(
        "n:1",
        "Fall sensors",
        reasons=[{"text": "CPV 33196"}, {"text": "your saved search Falls"}],
        facts="Need · Eslöv",
    )
    news("n:2", "Clean roofs", reasons=[{"text": "the word roof"}])
    send()
    body = the_message().body
    assert "Fall sensors" in "\n".join(body.splitlines()[:8])
    assert "  Need · Eslöv" in body
    assert "Because: CPV 33196 · your saved search Falls" in body
    assert len(re.findall(r"Less of this:\s+http\S+/less/\S+", body)) == 2


class Texts(HTMLParser):
    """The words and the links of a page."""

    def __init__(self, html):
        super().__init__()
        self.words, self.links, self.skipping = [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.skipping = tag in ("style", "title")
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag):
        self.skipping = False

    def handle_data(self, data):
        self.words += [] if self.skipping else data.split()


def test_the_plain_text_says_all_that_the_html_says(news, send):
    news("n:1", "Fall sensors", reasons=[{"text": "CPV 33196"}], facts="Need · Eslöv")
    news("n:2", "Cancelled: Clean roofs", kind="closed")
    send()
    html, body = Texts(the_message().alternatives[0][0]), f"{the_message().subject}\n{the_message().body}"
    missing = [word for word in html.words if word.casefold().strip(":,.") not in body.casefold()]
    assert missing == []
    assert [link for link in html.links if link not in body] == []


def test_a_long_title_goes_on_under_its_words(news, send):
    news("n:1", "A long title " * 10)
    send()
    lines = the_message().body.splitlines()
    [start] = [number for number, line in enumerate(lines) if line.startswith("* ")]
    assert lines[start + 1].startswith("  ")
    assert "title" in lines[start + 1]


@pytest.mark.parametrize("language", ["sv", "nb", "en"])
def test_the_mail_says_its_language_and_needs_no_picture(news, person, send, language):
    person.language = language
    person.save()
    news("n:1", "Fall sensors")
    send()
    html = the_message().alternatives[0][0]
    assert f'<html lang="{language}">' in html
    assert "<img" not in html
    assert html.count("<h1>") == 1


def queries_of(send, at):
    with CaptureQueriesContext(connection) as asked:
        assert send(at) == 1
    return len([query for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def test_a_digest_costs_the_same_queries_whatever_stands_in_it(news, send):
    """The figure that docs/sending.md states: a whole run for one person, composing and the last look for more included."""
    news("n:0", "One")
    few = queries_of(send, make.NOW)
    for number in range(1, 40):
        news(f"n:{number}", f"Number {number}")
    outbox.outbox.clear()
    assert queries_of(send, make.NOW + timedelta(minutes=1)) == few
    assert few <= 20


def test_the_next_mail_of_a_run_costs_few_queries_more(news, tell, send):
    tell("n:1", make.user())
    one = queries_of(send, make.NOW)
    tell("n:2", *[make.user() for _ in range(10)])
    with CaptureQueriesContext(connection) as asked:
        assert send(make.NOW) == 10
    each = (len([query for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]) - one) / 9
    assert each <= 7
