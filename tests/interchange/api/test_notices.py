"""The list and the whole of a notice, as an anonymous program reads them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from interchange.api import shapes
from interchange.api.questions import FILTERS
from procurements import browsing, closing, finding, publishing, writing
from procurements.models import Closing
from tests import make
from tests.interchange.api.asking import ask, held, moment, problem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(make.NOW + timedelta(minutes=1), tick=False):
        yield


def codes(answer):
    assert answer.status_code == 200, answer.content
    return [item["code"] for item in answer.json()["items"]]


def amended(notice, **wording):
    by = notice.edited_by
    notice = writing.save(notice, wording=wording, revision=notice.revision, by=by, at=make.NOW)
    publishing.publish(notice, by=by, at=make.NOW, reason="Tydligare ord.")
    notice.refresh_from_db()
    return notice


class TestTheList:
    def test_the_filters_are_the_pages(self):
        asked = {"q", "state", *browsing.CHOICES, *browsing.RANGES}
        assert {one.name for one in FILTERS} == asked

    @pytest.mark.parametrize(
        "query", ["", "state=all", "kind=need&state=all", "region=SE2", "goal=3&goal=5", "q=fallrisk", "cpv=33"]
    )
    def test_it_answers_as_the_page_does(self, query, lists):
        make.notice(title="Fallrisk i hemmet")
        make.notice(kind="competition", regions=["NO020"])
        page = Client().get(f"{reverse('procurements:notice_list')}?{query}")
        shown = [row["notice"].code for row in page.context["rows"]]
        assert codes(ask(f"notices?{query}")) == shown

    def test_an_item_says_what_a_row_shows_with_labels_in_the_language_asked_for(self, lists):
        notice = make.notice(deadline_at=datetime(2027, 3, 27, 22, 59, tzinfo=UTC), value=1_500_000, currency="SEK")
        [item] = ask("notices", {"lang": "nb"}).json()["items"]
        held(shapes.NoticeShort(), item)
        assert item["deadline_at"] == "2027-03-27T23:59:00+01:00"
        assert item["regions"] == [{"code": "SE224", "label": "Skåne län"}]
        assert item["value"] == {"amount": 1_500_000, "currency": "SEK"}
        assert item["address"].endswith(f"/nb/procurements/{notice.slug}/")
        assert item["state"] == "open"

    def test_the_language_is_the_readers(self, lists):
        make.notice()
        swedish = ask("notices", **{"accept-language": "sv"}).json()["items"][0]["goals"][0]["label"]
        assert (
            ask("notices", **{"accept-language": "en-GB,en;q=0.8"}).json()["items"][0]["goals"][0]["label"] != swedish
        )
        assert (
            ask("notices", {"lang": "sv"}, **{"accept-language": "en"}).json()["items"][0]["goals"][0]["label"]
            == swedish
        )

    def test_pages_hold_every_notice_once(self):
        made = {make.notice(title=f"Behov {number}").code for number in range(7)}
        found, cursor = [], None
        for _page in range(10):
            answer = ask("notices", {"size": 3, **({"cursor": cursor} if cursor else {})}).json()
            assert (answer["total"], answer["is_exact"]) == (7, True)
            found += [item["code"] for item in answer["items"]]
            if not (cursor := answer["next"]):
                break
        assert sorted(found) == sorted(made)

    def test_the_number_of_queries_does_not_grow_with_the_page(self, lists, django_assert_max_num_queries):
        for number in range(8):
            make.notice(title=f"Behov {number}", cpv=["33196000", "48000000"][: 1 + number % 2])
        ask("notices")
        with django_assert_max_num_queries(20) as few:
            ask("notices", {"size": 1})
        with django_assert_max_num_queries(len(few)):
            ask("notices", {"size": 8})

    def test_drafts_are_not_there(self):
        make.notice(published=False)
        assert codes(ask("notices", {"state": "all"})) == []


class TestWhatIsWrongIsSaid:
    def test_an_unknown_parameter_is_named(self):
        answer = ask("notices", {"regoin": "SE224"})
        assert problem(answer) == (400, "unknown-parameter")
        assert answer.json()["parameter"] == "regoin"

    @pytest.mark.parametrize(
        "query",
        [
            "state=opne", "kind=needs", "cpv=x", "buyer=0", "buyer=" + "9" * 30, "size=0", "size=101", "size=1e3", "since=2027-02-30",
            "since=2027", "region=skåne", "goal=18", "sort=", "state=all&state=open", "lang=fi", "value_from=-1",
            "&".join(["kind=need"] * 21),
        ],
    )  # fmt: skip
    def test_a_value_that_makes_no_sense_is_refused_by_name(self, query):
        answer = ask(f"notices?{query}")
        assert problem(answer) == (400, "bad-parameter")
        assert answer.json()["parameter"] == query.partition("=")[0] or "&" in query

    @pytest.mark.parametrize("cursor", ["x", "e30.0000000000000000", "W10", "a" * 3000])
    def test_a_broken_cursor_is_a_problem(self, cursor):
        answer = ask("notices", {"cursor": cursor})
        assert problem(answer)[0] == 400
        assert answer.json()["parameter"] == "cursor"

    @pytest.mark.parametrize("query", ["until=0001-01-01", "since=9999-12-31", "deadline_to=1899-12-31"])
    def test_a_day_beyond_all_notices_finds_none(self, query):
        make.notice()
        assert codes(ask(f"notices?{query}")) == []

    def test_a_search_that_was_stopped_is_not_the_end_of_the_list(self, monkeypatch):
        make.notice(title="Larm")
        late = finding.Results([], is_exact=False, is_late=True)
        monkeypatch.setattr(finding, "page", lambda *_words, **_more: late)
        answer = ask("notices", {"q": "larm"})
        assert problem(answer) == (503, "unavailable")
        assert answer["Retry-After"] == "60"

    def test_a_cursor_belongs_to_its_question(self):
        for number in range(3):
            make.notice(title=f"Behov {number}")
        cursor = ask("notices", {"size": 2}).json()["next"]
        assert problem(ask("notices", {"size": 2, "cursor": cursor, "state": "all"})) == (400, "broken-cursor")

    def test_a_problem_is_in_the_readers_language_and_of_a_type_that_is_not(self):
        said = [ask("notices", {"x": "1"}, **{"accept-language": one}).json() for one in ("sv", "en")]
        assert said[0]["type"] == said[1]["type"]


class TestTheWhole:
    def test_it_has_every_field_of_its_shape(self, lists):
        notice = make.notice(kind="competition")
        said = ask(f"notices/{notice.code}").json()
        held(shapes.NoticeWhole(), said)
        assert said["description"] == "Vi vill köpa en tjänst som upptäcker risk för fall."
        assert said["buyers"][0]["role"] == "lead"
        assert said["procedure"]["code"] == "open"
        assert [one["number"] for one in said["versions"]] == [1]
        assert [one["code"] for one in said["chain"]] == [notice.code]

    def test_it_is_found_by_code_and_by_the_last_part_of_its_address(self):
        notice = make.notice()
        answers = [ask(f"notices/{one}").json() for one in (notice.code, notice.slug, f"old-words-{notice.code}")]
        assert answers[0] == answers[1] == answers[2]

    def test_a_draft_is_nowhere(self):
        notice = make.notice(published=False)
        for address in ("", "/versions", "/versions/1"):
            assert problem(ask(f"notices/{notice.code}{address}")) == (404, "not-found")

    def test_the_words_of_the_next_version_are_secret(self):
        notice = make.notice()
        writing.save(
            notice, wording={"title": "Hemlig ny rubrik"}, revision=notice.revision, by=notice.edited_by, at=make.NOW
        )
        assert "Hemlig" not in ask(f"notices/{notice.code}").content.decode()

    def test_no_person_is_named(self):
        notice = make.notice(contact_name="Anna Svensson", contact_email="anna.svensson@example.org")
        notice = amended(notice, contact_name="Bo Berg", contact_email="bo.berg@example.org")
        for address in ("", "/versions"):
            text = ask(f"notices/{notice.code}{address}").content.decode()
            assert "vensson" not in text
            assert "berg@" not in text.lower()

    def test_a_withdrawn_notice_is_a_tombstone(self):
        notice = make.notice()
        closing.close(notice, by=notice.edited_by, at=make.NOW, way=Closing.WITHDRAWN, reason="Det var fel.")
        said = ask(f"notices/{notice.code}").json()
        assert said["state"] == "withdrawn"
        assert (said["end"]["as"], said["end"]["reason"]) == ("withdrawn", "Det var fel.")
        assert moment(said["end"]["at"]) == make.NOW

    def test_an_outcome_names_its_winners(self):
        notice = make.notice(kind="competition")
        make.awarded(notice)
        said = ask(f"notices/{notice.code}").json()["outcome"]
        held(shapes.NoticeOutcome(), said)
        assert said["result"]["code"] == "awarded"
        assert [winner["name"] for winner in said["winners"]] == ["Varnaren AB"]

    def test_a_group_tells_who_buys_and_how(self):
        group = make.group()
        make.participant(group, make.buyer(), state="option")
        notice = make.notice(group=group)
        said = ask(f"notices/{notice.code}").json()
        assert sorted(one["role"] for one in said["buyers"]) == ["lead", "option"]
        assert said["is_joint"]

    def test_a_sole_traders_number_is_nobodys_business(self):
        notice = make.notice(kind="competition")
        make.awarded(notice)
        assert "8001011239" not in ask(f"notices/{notice.code}").content.decode()

    def test_the_number_of_queries_does_not_grow(self, lists, django_assert_max_num_queries):
        notice = make.notice(kind="competition")
        ask(f"notices/{notice.code}")
        with django_assert_max_num_queries(32) as few:
            ask(f"notices/{notice.code}")
        for number in range(3):
            notice = amended(notice, title=f"Titel {number}")
        make.answered(make.question(notice=notice))
        with django_assert_max_num_queries(len(few) + 1):
            ask(f"notices/{notice.code}")


class TestVersions:
    def test_each_version_says_what_it_changed(self):
        notice = amended(make.notice(), title="Ett bättre namn", deadline_at=make.NOW + timedelta(days=40))
        newest, first = ask(f"notices/{notice.code}/versions").json()["items"]
        assert (first["number"], first["changes"]) == (1, [])
        assert newest["reason"] == "Tydligare ord."
        assert {one["field"] for one in newest["changes"]} == {"title", "deadline_at"}
        [title] = [one for one in newest["changes"] if one["field"] == "title"]
        assert (title["before"], title["after"]) == ("Tidig upptäckt av fall i hemmet", "Ett bättre namn")
        held(shapes.Version(), newest)

    def test_an_old_version_is_read_as_it_stood(self):
        notice = amended(make.notice(), title="Ett bättre namn")
        assert ask(f"notices/{notice.code}/versions/1").json()["title"] == "Tidig upptäckt av fall i hemmet"
        assert ask(f"notices/{notice.code}/versions/2").json()["title"] == "Ett bättre namn"
        assert problem(ask(f"notices/{notice.code}/versions/3")) == (404, "not-found")


class TestCaches:
    def test_what_has_not_changed_is_not_sent_again(self):
        notice = make.notice()
        for address in ("notices", f"notices/{notice.code}", "changes", "codes"):
            first = ask(address)
            assert first["ETag"].startswith('W/"')
            again = ask(address, **{"if-none-match": first["ETag"]})
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])

    def test_an_amendment_is_sent(self):
        notice = make.notice()
        first = ask(f"notices/{notice.code}")
        amended(notice, title="Ett bättre namn")
        assert ask(f"notices/{notice.code}", **{"if-none-match": first["ETag"]}).status_code == 200

    def test_a_notice_says_when_it_last_changed(self):
        assert ask(f"notices/{make.notice().code}")["Last-Modified"] == make.NOW.strftime("%a, %d %b %Y %H:%M:%S GMT")

    def test_everyone_may_keep_an_answer_for_a_minute(self):
        answer = ask("notices")
        assert answer["Cache-Control"] == "public, max-age=60"
        assert {"Accept-Language", "Authorization"} <= {one.strip() for one in answer["Vary"].split(",")}
        assert "Cookie" not in answer["Vary"]

    def test_head_says_the_same_without_a_body(self):
        make.notice()
        head, got = ask("notices", method="head"), ask("notices")
        assert (head.status_code, head.content, head["ETag"]) == (200, b"", got["ETag"])
