"""Feeds of a search and of a notice: valid by RFC 4287, and the same as what the list finds (product.md F5, F3)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from lxml import etree

from procurements import closing, publishing
from procurements.models import Notice
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]
NOW = make.NOW
A = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(hours=1), tick=False) as travel:
        yield travel


@pytest.fixture
def editor():
    return make.member(make.buyer(name="Fjällviks kommun"))


def noticed(editor, **wording):
    return make.notice(buyer=editor.memberships.get().organisation, by=editor, **wording)


def amended(notice, editor, *, at, reason="Mer tid.", **wording):
    Notice.objects.filter(pk=notice.pk).update(**wording)
    publishing.publish(notice, by=editor, at=at, reason=reason)


def fetched(address, **headers):
    answer = Client().get(address, headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/atom+xml")
    return checked(etree.fromstring(answer.content))


def feed_of(query="", language="en"):
    return fetched(f"/{language}/procurements/feed.atom{query}")


def changes_of(notice):
    return fetched(reverse("feeds:notice_changes", args=[notice.slug]))


def text(element, name):
    return element.findtext(f"{A}{name}")


def entries(feed):
    return feed.findall(f"{A}entry")


def checked(feed):
    """What RFC 4287 demands (4.1.1, 4.1.2, 4.2.6, 3.3): the elements, once each; unique identifiers; moments with an offset."""
    assert feed.tag == f"{A}feed"
    for one in (feed, *entries(feed)):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{A}{name}")) == 1, name
        assert one.findtext(f"{A}author/{A}name")
        assert text(one, "id").startswith("tag:localhost,2026:")
        assert datetime.fromisoformat(text(one, "updated")).tzinfo
        assert len(one.findall(f"{A}link[@rel='alternate']")) == 1
        assert all(link.get("href").startswith("http://localhost:8000/") for link in one.findall(f"{A}link[@type]"))
    [own] = feed.findall(f"{A}link[@rel='self']")
    assert own.get("type") == "application/atom+xml"
    ids = [text(entry, "id") for entry in entries(feed)]
    assert len(ids) == len(set(ids))
    for entry in entries(feed):
        assert datetime.fromisoformat(text(entry, "published")).tzinfo
        assert entry.find(f"{A}summary").get("type") == "text"
    return feed


class TestASearch:
    def test_a_feed_without_entries_is_valid_too(self):
        feed = feed_of("?q=finnsinte")
        assert entries(feed) == []
        assert text(feed, "updated") == "2026-11-22T00:00:00+00:00"

    def test_it_has_what_the_list_has(self, editor):
        need, dialogue = noticed(editor), noticed(editor, kind="consultation", regions=["SE110"])
        noticed(editor, published=False, title="Hemligt utkast")
        closing.close(noticed(editor), by=editor, at=NOW, reason="Löst.")
        for query in ("", "?kind=need", "?region=SE11", "?state=closed", "?state=all&sort=deadline", "?q=fallrisk"):
            feed = feed_of(query)
            page = Client().get(f"/en/procurements/{query}")
            listed = {f"http://localhost:8000{row['notice'].get_absolute_url()}" for row in page.context["rows"]}
            assert {one.find(f"{A}link").get("href") for one in entries(feed)} == listed, query
        assert need.current_version
        assert dialogue.current_version

    def test_an_entry_says_what_the_page_says(self, editor):
        noticed(editor, title="Fall i hemmet", deadline_at=datetime(2027, 1, 15, 22, 59, tzinfo=UTC))
        [entry] = entries(feed_of())
        assert text(entry, "title") == "Fall i hemmet"
        assert entry.find(f"{A}title").get("{http://www.w3.org/XML/1998/namespace}lang") == "sv"
        assert "Answer by Friday 15 January 2027, 23:59 (Swedish time)" in text(entry, "summary")
        assert "Need · Fjällviks kommun" in text(entry, "summary")
        assert "Vi söker sätt att märka" in text(entry, "summary")
        labels = {one.get("term"): one.get("label") for one in entry.findall(f"{A}category")}
        assert labels["need"] == "Need"
        assert labels["33196000"] != "33196000"
        assert labels["SE224"] == "Skåne län"

    def test_it_speaks_the_readers_language(self, editor):
        noticed(editor)
        with translation.override("nb"):
            [entry] = entries(feed_of(language="nb"))
        assert "/nb/procurements/" in entry.find(f"{A}link").get("href")
        assert "22. desember 2026 kl. 13.00 (svensk tid)" in text(entry, "summary")

    def test_an_amendment_updates_its_entry(self, editor):
        notice = noticed(editor)
        [before] = entries(feed_of())
        amended(notice, editor, at=NOW + timedelta(minutes=5), deadline_at=NOW + timedelta(days=60))
        [after] = entries(feed_of())
        assert text(after, "id") == text(before, "id")
        assert text(before, "updated") == "2026-11-22T12:00:00+00:00"
        assert text(after, "updated") == "2026-11-22T12:05:00+00:00"
        assert "Mer tid." in text(after, "summary")

    def test_a_new_title_changes_the_address_and_not_the_identifier(self, editor):
        notice = noticed(editor)
        [before] = entries(feed_of())
        amended(notice, editor, at=NOW + timedelta(minutes=5), title="Helt andra ord")
        [after] = entries(feed_of())
        assert text(after, "id") == text(before, "id")
        assert after.find(f"{A}link").get("href") != before.find(f"{A}link").get("href")

    def test_a_closing_updates_its_entry_and_says_why(self, editor):
        notice = noticed(editor)
        closing.close(notice, by=editor, at=NOW + timedelta(minutes=7), reason="Behovet är löst.", way="withdrawn")
        [entry] = entries(feed_of("?state=all"))
        assert text(entry, "updated") == "2026-11-22T12:07:00+00:00"
        assert "Withdrawn" in text(entry, "summary")
        assert "Behovet är löst." in text(entry, "summary")

    def test_what_no_xml_can_hold_is_left_out(self, editor):
        noticed(editor, title="Fall\x07 <b>i</b> & hemmet\ufffe", summary="a\x0bb")
        [entry] = entries(feed_of())
        assert text(entry, "title") == "Fall <b>i</b> & hemmet"

    def test_one_who_has_it_already_is_told_so(self, editor):
        notice = noticed(editor)
        address, client = "/en/procurements/feed.atom", Client()
        first = client.get(address)
        assert first["Cache-Control"] == "public, max-age=300"
        assert first["Last-Modified"] == "Sun, 22 Nov 2026 12:00:00 GMT"
        assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
        assert client.get(address, headers={"if-modified-since": first["Last-Modified"]}).status_code == 304
        amended(notice, editor, at=NOW + timedelta(minutes=5), summary="Nytt.")
        assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200
        assert client.get(address, headers={"if-modified-since": first["Last-Modified"]}).status_code == 200

    def test_the_same_search_has_the_same_address(self):
        first = feed_of("?region=SE22&kind=need&page=3&q=")
        second = feed_of("?kind=need&region=SE22")
        assert etree.tostring(first) == etree.tostring(second)

    def test_at_most_fifty_and_as_many_queries_as_for_one(self, editor):
        noticed(editor)
        with CaptureQueriesContext(
            connection,
        ) as one:
            feed_of()
        for _ in range(3):
            noticed(editor, cpv=["33196200"], regions=["SE110"])
        with CaptureQueriesContext(connection) as four:
            assert len(entries(feed_of())) == 4
        assert len(one) == len(four)

    def test_the_list_leads_to_its_feed(self, editor):
        page = Client().get("/en/procurements/?kind=need&region=SE22").content.decode()
        assert 'type="application/atom+xml" href="/en/procurements/feed.atom?kind=need&amp;region=SE22"' in page


class TestANotice:
    def test_every_version_is_an_entry_with_what_it_changed_and_why(self, editor):
        notice = noticed(editor)
        amended(notice, editor, at=NOW + timedelta(minutes=5), summary="Nya ord.", reason="Tydligare.")
        notice.refresh_from_db()
        newest, first = entries(changes_of(notice))
        assert text(first, "title") == "Published"
        assert text(newest, "title") == "Amended: version 2"
        for words in ("Tydligare.", "Vi söker sätt att märka", "→ Nya ord."):
            assert words in text(newest, "summary")
        assert newest.find(f"{A}link").get("href").endswith("/versions/2/")

    def test_of_persons_it_says_that_something_changed_and_not_what(self, editor):
        notice = noticed(editor, contact_name="Vera Vik", contact_email="vera.vik@example.org")
        new = {"contact_name": "Nils Nord", "contact_email": "nils.nord@example.org"}
        amended(notice, editor, at=NOW + timedelta(minutes=5), **new)
        said = text(entries(changes_of(notice))[0], "summary").lower()
        assert "contact" in said
        assert [name for name in ("vera", "nils", "example.org") if name in said] == []

    def test_answers_the_end_and_the_outcome_are_entries(self, editor):
        notice = noticed(editor, kind="competition")
        make.answered(make.question(notice=notice), answer="Femtio hem.", by=editor)
        make.awarded(notice, by=editor, at=NOW + timedelta(minutes=9))
        said = "".join(text(entry, "summary") for entry in entries(changes_of(notice)))
        for words in ("Femtio hem.", "Anbuden är inne.", "Varnaren AB"):
            assert words in said

    def test_who_asked_stands_nowhere(self, editor):
        notice = noticed(editor)
        organisation = make.supplier(name="Frågaren AB")
        make.answered(make.question(notice=notice, organisation=organisation, text="Min fråga"), by=editor)
        answer = Client().get(reverse("feeds:notice_changes", args=[notice.slug])).content.decode()
        assert "Frågaren" not in answer
        assert "Min fråga" not in answer

    def test_a_draft_has_none(self, editor):
        draft = noticed(editor, published=False)
        for page in ("notice_changes", "notice_calendar"):
            assert Client().get(reverse(f"feeds:{page}", args=[draft.slug])).status_code == 404

    @pytest.mark.parametrize("page", ["notice_changes", "notice_calendar"])
    def test_an_old_address_leads_to_the_new_one(self, page, editor):
        notice = noticed(editor)
        answer = Client().get(reverse(f"feeds:{page}", args=[f"gamla-ord-{notice.code}"]))
        assert (answer.status_code, answer["Location"]) == (301, reverse(f"feeds:{page}", args=[notice.slug]))
