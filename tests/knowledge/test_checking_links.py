"""Visits to what guidance leads to: polite, guarded, and slow to call a link broken. Against a real server of this machine."""

import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from accounts.models import Duty
from knowledge import checking_links, links, publishing
from knowledge.links import Problem
from knowledge.models import OutsideLink
from notifications.models import Notification
from tests import make
from tests.outgoing import connects, names
from tests.threads import at_once
from ui import outside

__all__ = ["connects", "names"]
DAY = timedelta(days=1)


class Site:
    """Listens on this machine. `answers` by path: a status, or a status and where it sends us; `asked`: what came, in order."""

    def __init__(self):
        self.answers, self.asked, self.agents = {}, [], set()
        mine = self

        class Talk(BaseHTTPRequestHandler):
            def answer(self):
                mine.asked.append((self.command, self.path))
                mine.agents.add(self.headers["User-Agent"])
                said = mine.answers.get((self.command, self.path), mine.answers.get(self.path, 200))
                status, to = said if isinstance(said, tuple) else (said, "")
                if status == 0:
                    time.sleep(1)
                    return
                self.send_response(status)
                if to:
                    self.send_header("Location", to)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_HEAD = answer

            def log_message(self, *_words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Talk)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def local(monkeypatch):
    monkeypatch.setattr(checking_links, "DOORS", outside.Doors(schemes=("https", "http"), local=True))


@pytest.fixture
def site(local):
    made = Site()
    yield made
    made.close()


def drain(at):
    return checking_links.drain(lambda: at, until=at + DAY)


def leading_to(*addresses):
    words = " ".join(f'<a href="{one}">Läs</a>' for one in addresses)
    return make.article(body=f"<p>Se {words}.</p>")


@pytest.mark.parametrize(
    ("answers", "seen"),
    [
        ({"/": 200}, (200, "")),
        ({"/": 404}, (404, Problem.GONE)),
        ({"/": 410}, (410, Problem.GONE)),
        ({"/": 500}, (500, Problem.ERROR)),
        ({("HEAD", "/"): 405, ("GET", "/"): 200}, (200, "")),
        ({("HEAD", "/"): 404, ("GET", "/"): 200}, (200, "")),
        ({"/": 403}, (403, Problem.CLOSED)),
        ({"/": 429}, (429, Problem.CLOSED)),
        ({"/": 401}, (401, Problem.CLOSED)),
        ({"/": (302, "/"), "/a": 200}, (302, Problem.CIRCLE)),
        ({"/": (302, "/a"), "/a": 404}, (404, Problem.GONE)),
        ({"/": (301, "gopher://example.org/")}, (None, Problem.PLACE)),
    ],
)
def test_an_answer_is_understood(answers, seen, site):
    site.answers = answers
    found = checking_links.look(f"{site.url}/")
    assert (found.status, found.problem, found.moved_to) == (*seen, "")
    assert all(agent.startswith("Arena-Links/1 (+http") for agent in site.agents)


def test_where_a_page_has_moved_for_good_is_told_and_where_it_is_today_is_not(site):
    site.answers = {"/old": (301, "/new#part"), "/new": (302, "/new/today"), "/gone": (308, "/away"), "/away": 404}
    found = checking_links.look(f"{site.url}/old")
    assert (found.problem, found.moved_to) == ("", f"{site.url}/new")
    found = checking_links.look(f"{site.url}/gone")
    assert (found.problem, found.moved_to) == (Problem.GONE, f"{site.url}/away")


def test_a_site_that_sends_us_to_what_cannot_be_kept_stops_no_round(db, site):
    leading_to(*(f"{site.url}/{name}" for name in ("a", "b")))
    site.answers = {"/a": (301, "/x\0y")}
    assert drain(make.NOW) == 2
    rows = OutsideLink.objects.order_by("url").values_list("problem", "moved_to", "checked_at")
    assert [*rows] == [(Problem.PLACE, "", make.NOW), ("", "", make.NOW)]


def test_an_address_that_brings_about_a_fault_waits_and_the_others_go_on(db, site, monkeypatch):
    leading_to(*(f"{site.url}/{name}" for name in ("a", "b")))
    real = outside.ask

    def faulty(method, url, *more, **options):
        if url.endswith("/a"):
            raise MemoryError
        return real(method, url, *more, **options)

    monkeypatch.setattr(outside, "ask", faulty)
    assert (drain(make.NOW), drain(make.NOW)) == (2, 0)
    rows = OutsideLink.objects.order_by("url").values_list("checked_at", "next_check_at")
    assert [*rows] == [(None, make.NOW + DAY), (make.NOW, make.NOW + 14 * DAY)]


def test_a_site_that_says_nothing_costs_a_bounded_time(site, monkeypatch):
    monkeypatch.setattr(outside, "READ", 0.2)
    monkeypatch.setattr(outside, "WHOLE", 0.4)
    site.answers = {"/": 0}
    assert checking_links.look(f"{site.url}/").problem == Problem.TIMEOUT


def test_a_site_that_nobody_listens_at_and_a_name_that_nobody_knows(local, names):
    closed = Site()
    closed.close()
    assert checking_links.look(f"{closed.url}/").problem == Problem.CONNECTION
    assert checking_links.look("https://borta.example.org/").problem == Problem.NAME


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://localhost/", "https://inside.example.org/",
        "http://example.org:6379/", "https://user:secret@example.org/", "http://2130706433/",
    ],
)  # fmt: skip
def test_no_address_inside_is_visited(url, names, connects):
    names["inside.example.org"] = [["10.0.0.5"]]
    names["example.org"] = [["93.184.215.14"]]
    assert checking_links.look(url).problem == Problem.PLACE
    assert connects == []


def test_a_site_cannot_send_the_arena_inside(site, monkeypatch):
    real = outside.target

    def only_the_first(url, doors):  # the site of the test is the one place of this machine that may be visited
        return real(url, doors if url.startswith(site.url) else outside.Doors(schemes=("https", "http"), ports=(80,)))

    monkeypatch.setattr(outside, "target", only_the_first)
    site.answers = {"/": (301, "http://169.254.169.254/latest/")}
    assert checking_links.look(f"{site.url}/").problem == Problem.PLACE
    assert site.asked == [("HEAD", "/")]


def test_a_link_is_broken_when_it_failed_three_times_over_two_days_and_its_keepers_hear_once(db, site):
    keeper = make.user(duty=Duty.CURATOR)
    article = leading_to(f"{site.url}/borta")
    site.answers = {"/borta": 404}
    link = OutsideLink.objects.get()
    told = Notification.objects.filter(recipient=keeper, event__kind="article-link")
    for day, is_broken in ((0, False), (1, False), (2, True), (9, True)):
        at = make.NOW + day * DAY
        assert drain(at) == 1
        assert drain(at) == 0  # not due before its time
        link.refresh_from_db()
        assert (link.problem, link.failing_since, bool(link.broken_at)) == (Problem.GONE, make.NOW, is_broken), day
        assert told.count() == is_broken
    assert told.get().event.subject_id == str(article.pk)
    site.answers = {}
    drain(make.NOW + 16 * DAY)
    link.refresh_from_db()
    assert (link.problem, link.failing_since, link.broken_at, link.status) == ("", None, None, 200)
    assert drain(make.NOW + 29 * DAY) == 0
    assert drain(make.NOW + 30 * DAY) == 1


def test_two_failures_a_week_apart_are_not_three(db, site):
    leading_to(f"{site.url}/borta")
    site.answers = {"/borta": 404}
    for day in (0, 7):
        drain(make.NOW + day * DAY)
    assert OutsideLink.objects.get().broken_at is None
    drain(make.NOW + 8 * DAY)
    assert OutsideLink.objects.get().broken_at == make.NOW + 8 * DAY


def test_a_site_that_turns_machines_away_is_never_called_broken(db, site):
    leading_to(f"{site.url}/stangd")
    site.answers = {"/stangd": 403}
    for day in range(0, 200, 10):
        drain(make.NOW + day * DAY)
    link = OutsideLink.objects.get()
    assert (link.problem, link.broken_at, Notification.objects.count()) == (Problem.CLOSED, None, 0)


def test_one_failure_in_between_begins_anew(db, site):
    leading_to(f"{site.url}/ibland")
    for day, status in enumerate((404, 404, 200, 404, 404, 200)):
        site.answers = {"/ibland": status}
        OutsideLink.objects.update(next_check_at=make.NOW)
        drain(make.NOW + day * DAY)
    assert OutsideLink.objects.get().broken_at is None
    assert Notification.objects.count() == 0


def test_when_no_site_answers_it_is_our_own_connection(db, local, names):
    leading_to(*(f"https://{name}.example.org/" for name in ("a", "b", "c")))
    assert drain(make.NOW) == 3
    assert set(OutsideLink.objects.values_list("problem", "checked_at")) == {("", None)}
    assert drain(make.NOW) == 0  # they are tried again tomorrow


def test_dead_sites_alone_in_a_round_are_called_broken_in_time(db, site, names):
    dead = [f"https://{name}.example.org/" for name in ("a", "b", "c")]
    leading_to(*dead, f"{site.url}/")
    for day in range(3):
        assert drain(make.NOW + day * DAY) == (3 if day else 4)
    broken = OutsideLink.objects.filter(broken_at=make.NOW + 2 * DAY)
    assert sorted(link.url for link in broken) == dead


def test_hosts_take_turns_and_one_host_is_asked_a_few_times_a_round(db, site):
    other = Site()
    leading_to(*(f"{site.url}/{number}" for number in range(12)), *(f"{other.url}/{number}" for number in range(2)))
    assert drain(make.NOW) == checking_links.A_HOST  # both are 127.0.0.1: one host, whatever the port
    assert len(site.asked) + len(other.asked) == checking_links.A_HOST
    assert drain(make.NOW) == 4
    other.close()


def test_what_no_article_leads_to_any_more_is_not_visited(db, site):
    article = leading_to(f"{site.url}/")
    publishing.archive(article, by=make.user(duty=Duty.CURATOR), at=make.NOW)
    assert drain(make.NOW) == 0
    assert not OutsideLink.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_visit_each_page_once(site):
    leading_to(*(f"{site.url}/{number}" for number in range(4)))
    at_once(*[lambda: drain(make.NOW)] * 2)
    assert len(site.asked) == len(set(site.asked)) == 4


@pytest.mark.django_db(transaction=True)
def test_articles_with_one_address_are_published_at_once_while_unused_ones_are_taken_away(site):
    drafts = [
        make.article(published=False, body=f'<p><a href="{site.url}/{number % 2}">Läs</a></p>') for number in range(6)
    ]
    work = [lambda one=one: publishing.publish(one, languages=["sv"], by=None, at=make.NOW) for one in drafts]
    OutsideLink.objects.create(url=f"{site.url}/0", next_check_at=make.NOW)
    assert not [one for one in at_once(*work, links.forget_unused, links.forget_unused) if isinstance(one, Exception)]
    assert OutsideLink.objects.count() == 2
    assert sum(link.uses.count() for link in OutsideLink.objects.all()) == 6
