"""Who follows the changes skips nothing and reads nothing twice but what changed again, also while others publish."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from procurements import closing, publishing, writing
from tests import make
from tests.interchange.api.asking import ask, problem
from tests.settling import wait_until_settled
from tests.threads import at_once


def follow(since="", *, size=2, pages=50):
    """All codes from there on, page after page, and where the next reading begins."""
    found = []
    for _page in range(pages):
        answer = ask("changes", {"size": size, **({"since": since} if since else {})})
        assert answer.status_code == 200, answer.content
        said = answer.json()
        found += [item["code"] for item in said["items"]]
        since = said["next"]
        if not said["has_more"]:
            return found, since
    raise AssertionError("It has no end.")


@pytest.mark.django_db(transaction=True)
def test_nothing_is_skipped_or_repeated_while_others_publish():
    """Three write at once, each in transactions that end in another order than they began; one reads all the while."""
    buyers = [make.buyer() for _n in range(3)]
    people = [make.member(buyer) for buyer in buyers]
    first = make.notice(buyer=buyers[0], by=people[0])
    done, made, seen = Event(), [first.code], []

    def publish(place):
        def go():
            for number in range(3):
                with transaction.atomic():  # begun, and held open while others end
                    notice = make.notice(buyer=buyers[place], by=people[place], title=f"Behov {place} {number}")
                    done.wait(0.02 * place)
                made.append(notice.code)

        return go

    def read():
        since = ""
        while not done.is_set():
            found, since = follow(since)
            seen.extend(found)
        wait_until_settled()
        seen.extend(follow(since)[0])

    def write():
        results = at_once(*(publish(place) for place in range(3)))
        done.set()
        return results

    assert at_once(read, write) == [None, [None] * 3]
    assert sorted(seen) == sorted(made)
    again = follow()[0]
    assert sorted(again) == sorted(made)

    _all, since = follow()
    notice = first
    notice.refresh_from_db()
    writing.save(notice, wording={"title": "Nytt namn"}, revision=notice.revision, by=people[0], at=make.NOW)
    assert follow(since)[0] == []  # a draft is nobody's business
    publishing.publish(notice, by=people[0], at=timezone.now(), reason="Nytt namn.")
    wait_until_settled()
    found, since = follow(since)
    assert found == [first.code]
    closing.close(notice, by=people[0], at=timezone.now(), reason="Det är löst.")
    wait_until_settled()
    assert follow(since)[0] == [first.code]


@pytest.mark.django_db
class TestSinceATime:
    def test_a_moment_finds_what_was_published_after_it(self):
        make.notice(at=make.NOW - timedelta(days=3), deadline_at=make.NOW + timedelta(days=30))
        notice = make.notice(at=make.NOW, deadline_at=make.NOW + timedelta(days=30))
        found, _since = follow((make.NOW - timedelta(hours=1)).isoformat())
        assert notice.code in found

    def test_after_all_that_there_is_nothing_comes_and_one_can_go_on(self):
        make.notice()
        found, since = follow("2040-01-01T00:00:00Z")
        assert found == []
        assert follow(since)[0] == []

    def test_an_arena_without_notices_answers(self):
        assert follow("2026-01-01T00:00:00+01:00")[0] == follow()[0] == []

    @pytest.mark.parametrize(
        "moment",
        [
            "0001-01-01T00:00:00+23:59",
            "0001-01-01T00:20:00+23:59",
            "9999-12-31T23:59:59-23:59",
            "9999-12-31T23:59:59-12:00",
            "2026-01-01t00:00:00z",
        ],
    )
    def test_the_ends_of_time_are_moments_too(self, moment):
        assert ask("changes", {"since": moment}).status_code == 200

    @pytest.mark.parametrize(
        "since",
        ["yesterday", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "WzEsMl0.0000000000000000", "å"],
    )
    def test_what_is_neither_moment_nor_cursor_is_a_problem(self, since):
        answer = ask("changes", {"since": since})
        assert problem(answer) == (400, "broken-cursor")
        assert answer.json()["parameter"] == "since"

    def test_the_number_of_queries_does_not_grow(self, django_assert_max_num_queries):
        for number in range(6):
            make.notice(title=f"Behov {number}")
        ask("changes")
        with django_assert_max_num_queries(12) as few:
            ask("changes", {"size": 1})
        with django_assert_max_num_queries(len(few)):
            ask("changes", {"size": 6})
