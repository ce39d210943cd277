"""Banners stand on top of every page between two moments, and cost no page a query (D17)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Duty
from accounts.rules import Refused
from knowledge import banners
from knowledge.models import Banner
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(at):
    with time_machine.travel(at, tick=False) as travel:
        yield travel


@pytest.fixture
def board(no_banner):
    no_banner.forget()
    return no_banner


@pytest.fixture
def editor():
    return make.user(duty=Duty.CURATOR, language="en", zone="Europe/Stockholm")


def banner(at, *, hours=2, **said):
    texts = {f"text_{code}": f"Arenan stängs i natt ({code})" for code in ("sv", "nb", "en")}
    ends_at = said.pop("ends_at", at + timedelta(hours=hours))
    return Banner.objects.create(**{"starts_at": at, "ends_at": ends_at, "made_at": at, **texts, **said})


def url(name, *args):
    return reverse(f"knowledge:{name}", args=args)


def top(client, path="/en/about/"):
    return client.get(path).content.decode().partition("<main")[0]


def form(**said):
    texts = {f"text_{code}": f"Ny vecka ({code})" for code in ("sv", "nb", "en")}
    day = {"starts_at_day": "2026-11-23", "ends_at_day": "2026-11-24"}
    return {**texts, **day, "starts_at_clock": "08:00", "ends_at_clock": "08:00", "weight": "news", **said}


class TestEveryPage:
    def test_it_begins_and_ends_to_the_second_in_the_page_s_language(self, client, at, board, clock):
        banner(at + timedelta(seconds=20), hours=0, ends_at=at + timedelta(seconds=50))
        assert "stängs" not in top(client)
        clock.move_to(at + timedelta(seconds=20))
        assert "Arenan stängs i natt (en)" in top(client)
        assert "Arenan stängs i natt (nb)" in top(client, "/nb/about/")
        clock.move_to(at + timedelta(seconds=50))
        assert "stängs" not in top(client)

    def test_the_region_has_a_name_and_maintenance_says_from_when_until_when(self, client, at, board):
        banner(at, weight="maintenance")
        page = top(client)
        assert '<section class="banners" aria-label="From the whole arena">' in page
        assert "From Sunday 22 November 2026, 13:00 (Swedish time) until" in page
        assert "Hide this" not in page

    def test_a_page_asks_for_none_but_twice_a_minute(self, client, at, board):
        banner(at)
        client.get("/en/about/")
        with CaptureQueriesContext(connection) as found:
            assert "stängs" in top(client)
        assert [query for query in found if "banner" in query["sql"]] == []
        board.forget()
        with CaptureQueriesContext(connection) as found:
            top(client)
        assert len([query for query in found if "banner" in query["sql"]]) == 1

    def test_a_banner_of_another_process_is_seen_within_half_a_minute(self, at, board, monkeypatch):
        now = [1000.0]
        monkeypatch.setattr(banners.time, "monotonic", lambda: now[0])
        board.forget()
        assert board.shown(at) == []
        made = banner(at)
        now[0] += 29.9
        assert board.shown(at) == []
        now[0] += 0.1
        assert board.shown(at) == [made]

    def test_pages_go_on_with_what_was_known_while_the_database_is_away(self, at, board, monkeypatch):
        made = banner(at)
        assert board.shown(at) == [made]
        board.forget()

        def away(*_args, **_kwargs):
            raise DatabaseError

        monkeypatch.setattr(Banner.objects, "filter", away)
        assert board.shown(at) == [made]

    def test_what_weighs_most_stands_first(self, at, board):
        made = [banner(at, weight=weight) for weight in ("news", "maintenance", "warning")]
        assert [each.weight for each in board.shown(at)] == ["maintenance", "warning", "news"]
        assert len(made) == 3

    def test_a_reader_puts_news_away_and_nothing_else(self, at, board):
        news, warning = banner(at), banner(at, weight="warning", text_en="Byt lösenord")
        client = Client(enforce_csrf_checks=True)
        for each in (news, warning):
            answer = client.post(url("banner_hide", each.pk), {"next": "/en/about/"})
            assert (answer.status_code, answer["Location"]) == (302, "/en/about/")
        page = top(client)
        assert "stängs" not in page
        assert "Byt lösenord" in page
        assert "stängs" in top(Client())

    @pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/", "", "/\\evil.example"])
    def test_hiding_leads_nowhere_else(self, client, back):
        answer = client.post(url("banner_hide", 1), {"next": back})
        assert answer["Location"] == reverse("home")

    def test_a_cookie_that_somebody_made_up_hides_nothing_and_breaks_nothing(self, at, board):
        banner(at)
        for nonsense in ("x.y", "²", "9" * 400, "-1", "1.2.3..."):
            client = Client()
            client.cookies["hidden-banners"] = nonsense
            assert "stängs" in top(client)

    def test_a_page_that_caches_know_changes_with_its_banner(self, client, at, board):
        address = make.article().get_absolute_url()
        client.get(address)  # the first visit gives the cookie that the page's form needs, and no tag
        before = client.get(address).headers.get("ETag")
        made = banner(at)
        board.forget()
        between = client.get(address).headers.get("ETag")
        Banner.objects.filter(pk=made.pk).update(text_en="Andra ord")
        board.forget()
        after = client.get(address)
        assert before
        assert len({before, between, after.headers.get("ETag")}) == 3
        assert "Andra ord" in after.content.decode()


class TestEditors:
    def test_an_editor_looks_first_and_saves_then(self, signed_in, editor, board):
        client = signed_in(editor)
        looked = client.post(url("banner_create"), form(look="yes")).content.decode()
        assert all(f"Ny vecka ({code})" in looked for code in ("sv", "nb", "en"))
        assert not Banner.objects.exists()
        for _click in range(2):
            assert client.post(url("banner_create"), form()).status_code == 302
        made = Banner.objects.get()
        assert made.starts_at.isoformat() == "2026-11-23T07:00:00+00:00"
        assert "Ny vecka (sv)" in client.get(url("banner_list")).content.decode()

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"url": "javascript:alert(1)"}, "begins with https"),
            ({"url": "//evil.example"}, "begins with https"),
            ({"url": "http://example.org"}, "begins with https"),
            ({"ends_at_day": "2026-11-22"}, "must end after it begins"),
            ({"text_nb": ""}, "required"),
        ],
    )
    def test_what_cannot_be_is_said_beside_its_field(self, wrong, said, signed_in, editor):
        answer = signed_in(editor).post(url("banner_create"), form(**wrong))
        assert answer.status_code == 422
        assert said in answer.content.decode()

    def test_a_path_of_ours_and_https_are_links(self, signed_in, editor):
        client = signed_in(editor)
        for address in ("/sv/guidance/", "https://example.org/vecka"):
            assert client.post(url("banner_create"), form(url=address)).status_code == 302

    def test_one_that_is_ended_is_gone_and_one_to_come_is_taken_away(self, at, editor, board, clock):
        running, coming = banner(at - timedelta(hours=1), hours=5), banner(at + timedelta(hours=1))
        for _click in range(2):
            for each in (running, coming):
                banners.end(each, by=editor, at=at)
        assert Banner.objects.get().ends_at == at
        assert board.shown(at) == []

    def test_only_an_editor_writes_banners(self, at):
        with pytest.raises(Refused):
            banners.end(banner(at), by=make.user(), at=at)
