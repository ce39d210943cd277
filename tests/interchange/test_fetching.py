"""Notices are fetched from places that pause, break, lie and are slow; nothing is lost and nothing comes twice (G4)."""

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from interchange import uploading
from interchange.fetching import doffin, downloading, rounds, ted
from interchange.fetching.downloading import Busy, Failed, NotThere, Server
from interchange.models import Source, Upload
from procurements.models import Notice
from tests.interchange import notices
from tests.interchange.handing_in import tarred
from tests.interchange.sources import serving

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
LATER = AT + timedelta(minutes=10)


@pytest.fixture
def there():
    with serving() as sources:
        yield sources


@pytest.fixture
def fetch(db, there, settings, tmp_path):
    """`fetch("ted")`: a round at a moment, and the source after it."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.TED_URL = settings.DOFFIN_URL = there.url
    settings.DOFFIN_KEY = "the-key"

    def ask(name, *, at=AT):
        settings.FETCH = [name]
        rounds.fetch_due(lambda: at, until=at + timedelta(minutes=10))
        return Source.objects.get(name=name)

    return ask


def package(sources, number, *contents):
    sources.files[f"/packages/daily/{number}"] = tarred(*(contents or (notices.notice(),)))


def day(sources, on, *identifiers, missing=()):
    sources.days[on] = [*identifiers, *missing]
    for identifier in identifiers:
        sources.files[f"/download/{identifier}"] = notices.notice()


def handed_over():
    return list(Upload.objects.order_by("pk").values_list("name", flat=True))


def members(number=0):
    upload = Upload.objects.order_by("pk")[number]
    with zipfile.ZipFile(upload.file.path) as archive:
        return archive.namelist()


# TED


def test_teds_packages_are_fetched_one_after_the_other_until_there_is_none(fetch, there):
    Source.objects.create(name="ted", position="202600220")
    for number in (202600221, 202600222):
        package(there, number)
    source = fetch("ted")
    assert handed_over() == ["ted-202600221.tar.gz", "ted-202600222.tar.gz"]
    assert (source.position, source.failures, source.error, source.lease_until) == ("202600222", 0, "", None)
    assert (source.fetched_at, source.due_at) == (AT, AT + rounds.EVERY)
    assert uploading.import_due(lambda: AT, until=LATER) is False
    assert Notice.objects.filter(procurement__source="ted").count() == 2
    assert "arena" in there.headers[0]["User-Agent"]


def test_a_source_is_asked_when_it_is_due_and_not_before(fetch, there):
    fetch("ted")
    asked = there.asked.total()
    fetch("ted", at=AT + rounds.EVERY - timedelta(seconds=1))
    assert there.asked.total() == asked
    fetch("ted", at=AT + rounds.EVERY)
    assert there.asked.total() > asked


def test_a_number_that_was_left_out_is_passed_over_and_told(fetch, there):
    Source.objects.create(name="ted", position="202600220")
    package(there, 202600223)
    source = fetch("ted")
    assert source.position == "202600223"
    assert source.error == "TED has no package 202600221, 202600222."


def test_after_new_year_the_numbers_begin_again(fetch, there):
    Source.objects.create(name="ted", position="202600252")
    package(there, 202700001)
    assert fetch("ted").position == "202600252"
    source = fetch("ted", at=datetime(2027, 1, 4, 9, tzinfo=UTC))
    assert (source.position, source.error) == ("202700001", "")


def test_the_first_round_begins_some_weeks_back():
    assert ted.first_position(datetime(2026, 8, 17).date()) == "202600142"  # OJ S 157/2026 is of that day
    assert ted.first_position(datetime(2026, 1, 2).date()) == "202600000"


def test_an_archive_that_was_cut_off_is_fetched_again_later_and_no_notice_is_lost(fetch, there):
    Source.objects.create(name="ted", position="202600220")
    package(there, 202600221, *(notices.notice() for _ in range(5)))
    path = "/packages/daily/202600221"
    there.answers[path] = [(200, {}, there.files[path][:-300])]
    source = fetch("ted")
    assert (source.position, source.failures, handed_over()) == ("202600220", 1, [])
    assert "broken" in source.error
    assert source.due_at == AT + rounds.AFTER_A_FAILURE
    source = fetch("ted", at=source.due_at)
    assert (source.position, source.failures, source.error) == ("202600221", 0, "")


def test_a_package_that_stays_broken_is_handed_over_as_it_is_at_last(fetch, there):
    Source.objects.create(name="ted", position="202600220", failures=rounds.BROKEN_AFTER)
    there.files["/packages/daily/202600221"] = tarred(notices.notice(), notices.notice())[:-20]
    assert fetch("ted").position == "202600221"
    assert handed_over() == ["ted-202600221.tar.gz"]


FAULTS = {
    "500": ((500, {}, b""), "The server answered 500."),
    "a page": ((200, {"Content-Type": "text/html; charset=utf-8"}, b"<html>"), "answered with a page"),
    "no archive": ((200, {}, b"<x/>"), "broken"),
    "cut off": ((200, {"Content-Length": "9999"}, b"\x1f\x8b"), "The connection"),
    "too large": ((200, {"Content-Length": "999999999"}, b""), "too large"),
    "another host": ((302, {"Location": "http://169.254.169.254/latest/"}, b""), "another host: 169.254.169.254"),
    "another port": ((302, {"Location": "http://127.0.0.1:1/"}, b""), "another host"),
    "a challenge": ((202, {"x-amzn-waf-action": "challenge"}, b""), "robot"),
    "packed": ((200, {"Content-Encoding": "gzip"}, b"\x1f\x8b"), "packs"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_and_the_source_is_asked_again_later_each_time(fetch, there, fault):
    answer, words = FAULTS[fault]
    Source.objects.create(name="ted", position="202600220")
    package(there, 202600221)
    there.answers["/packages/daily/202600221"] = [answer, answer]
    source = fetch("ted")
    assert words in source.error
    assert (source.position, source.failures, source.due_at) == ("202600220", 1, AT + timedelta(minutes=10))
    assert fetch("ted", at=source.due_at).due_at == source.due_at + timedelta(minutes=20)
    assert handed_over() == []


def test_a_server_that_is_away_is_a_fault(fetch, settings):
    fetch("ted")
    settings.TED_URL = "http://127.0.0.1:1"
    assert "The connection failed" in fetch("ted", at=LATER + rounds.EVERY).error


def test_two_workers_do_not_ask_at_once(fetch, there):
    assert rounds.claim("ted", AT)
    assert rounds.claim("ted", AT) is None
    assert rounds.claim("ted", AT + rounds.LEASE)


# Doffin


def test_doffins_days_are_fetched_page_by_page_with_the_key(fetch, there):
    there.key = "the-key"
    Source.objects.create(name="doffin", position="2026-11-20")
    day(there, "2026-11-21", *(f"2026-{n:06}" for n in range(120)))
    source = fetch("doffin")
    assert handed_over() == ["doffin-2026-11-21.zip"]
    assert members() == [f"2026-{n:06}.xml" for n in range(120)]
    assert source.position == "2026-11-22"  # a Sunday without notices; today is not over
    assert (source.error, there.asked["/search"]) == ("", 3)


def test_a_wrong_key_is_told(fetch, there):
    there.key = "another-key"
    assert fetch("doffin").error == "The server answered 401."


def test_a_short_pause_is_waited_out(fetch, there):
    Source.objects.create(name="doffin", position="2026-11-21")
    day(there, "2026-11-22", *(f"2026-{n:06}" for n in range(40)))
    there.pause_after, there.retry_after = 10, "0"
    source = fetch("doffin")
    assert (source.position, len(members())) == ("2026-11-22", 40)


def test_a_long_pause_is_kept_and_the_day_goes_on_where_it_was(fetch, there):
    Source.objects.create(name="doffin", position="2026-11-21")
    day(there, "2026-11-22", *(f"2026-{n:06}" for n in range(40)))
    there.answers["/download/2026-000010"] = [(429, {"Retry-After": "3600"}, b"")] * 2
    source = fetch("doffin")
    assert (source.position, source.due_at) == ("2026-11-22+10", AT + timedelta(hours=1))
    assert (source.failures, source.error) == (0, "The server asks to wait for 3600 seconds.")
    assert members() == [f"2026-{n:06}.xml" for n in range(10)]
    source = fetch("doffin", at=source.due_at)
    assert (source.position, source.error) == ("2026-11-22", "")
    assert members(1) == [f"2026-{n:06}.xml" for n in range(10, 40)]
    assert handed_over() == ["doffin-2026-11-22.zip", "doffin-2026-11-22-10.zip"]


def test_more_hits_than_a_search_shows_are_told(fetch, there, monkeypatch):
    monkeypatch.setattr(doffin, "MOST_PAGES", 1)
    Source.objects.create(name="doffin", position="2026-11-21")
    there.days["2026-11-22"] = [f"2026-{n:06}" for n in range(101)]
    source = fetch("doffin")
    assert source.error.startswith("Doffin has 101 notices of 2026-11-22 and shows 100.")


def test_a_notice_that_is_listed_and_not_there_is_told(fetch, there):
    Source.objects.create(name="doffin", position="2026-11-21")
    day(there, "2026-11-22", "2026-000001", missing=["2026-000002"])
    source = fetch("doffin")
    assert (source.position, members()) == ("2026-11-22", ["2026-000001.xml"])
    assert "2026-000002" in source.error


@pytest.mark.parametrize("identifier", ["../../secret", "a/b", "", "x" * 41])
def test_an_identifier_that_is_none_is_not_asked_for(fetch, there, identifier):
    Source.objects.create(name="doffin", position="2026-11-21")
    there.days["2026-11-22"] = [identifier]
    assert "calls a notice" in fetch("doffin").error
    assert {*there.asked} == {"/search"}


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b'{"hits": 1, "numHitsTotal": 1}', b"\xff", b'{"hits": [1], "numHitsTotal": 1}']
)
def test_a_list_that_is_none_is_a_fault(fetch, there, body):
    there.answers["/search"] = [(200, {"Content-Type": "application/json"}, body)]
    assert fetch("doffin").error == "Doffin's list of hits cannot be read."


# One server


def get(there, path, *, most=1000):
    file = io.BytesIO()
    Server(there.url, "arena").get(path, file, most=most)
    return file.getvalue()


def test_a_redirect_within_the_host_is_followed_and_no_circle(there):
    there.files["/b"] = b"b"
    there.answers["/a"] = [(302, {"Location": "/b"}, b"")]
    assert get(there, "/a") == b"b"
    there.answers["/c"] = [(302, {"Location": "/c"}, b"")] * 9
    with pytest.raises(Failed, match="without end"):
        get(there, "/c")


def test_what_drips_without_end_is_given_up(there, monkeypatch):
    monkeypatch.setattr(downloading, "SECONDS", 0.2)
    there.answers["/a"] = [(200, {"Slow": "1"}, b"x" * 20)]
    monkeypatch.setattr(downloading, "CHUNK", 1)
    with pytest.raises(Failed, match="not whole"):
        get(there, "/a")


def test_what_grows_beyond_its_limit_is_given_up(there):
    there.files["/a"] = b"x" * 1001
    with pytest.raises(Failed, match="too large"):
        get(there, "/a")
    assert len(get(there, "/a", most=1001)) == 1001


def test_nothing_there_is_no_fault(there):
    with pytest.raises(NotThere):
        get(there, "/a")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("3600", 3600), ("999999999999", 86_400), ("", 600), ("soon", 600), ("Wed, 21 Oct 2099 07:28:00 GMT", 86_400)],
)
def test_how_long_to_wait_is_read_and_never_more_than_a_day(there, said, seconds):
    there.answers["/a"] = [(429, {"Retry-After": said}, b"")]
    with pytest.raises(Busy) as busy:
        get(there, "/a")
    assert busy.value.seconds == seconds
