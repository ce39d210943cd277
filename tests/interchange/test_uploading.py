"""What is handed in is imported in the background, once each, whatever happens to the worker (D16, quality 3.3)."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import Duty
from interchange import uploading
from interchange.models import ImportedFile, Upload
from procurements.models import Notice
from records.models import AuditEvent, Job
from tests import make
from tests.interchange import notices
from tests.interchange.handing_in import AT, LATER, hand_in, on_disk, tarred, ticking, work, zipped
from tests.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.mark.parametrize(("pack", "name"), [(zipped, "day.zip"), (tarred, "day.tar.gz"), (tarred, "DAY.TGZ")])
def test_an_archive_is_imported_reported_and_deleted(pack, name, django_capture_on_commit_callbacks):
    person = make.user(duty=Duty.PROGRAMME)
    with django_capture_on_commit_callbacks(execute=True):
        job = hand_in(pack(notices.notice(), b"<x", notices.notice()), name, by=person)
        assert len(on_disk()) == 1
        assert work() is False
    job.refresh_from_db()
    assert (job.total, job.done, job.failed, job.by) == (3, 3, 1, person)
    assert job.finished_at is not None
    assert (job.summary["new"], job.summary["failed"], job.summary["name"]) == (2, 1, name)
    assert [file.name for file in job.files.all()] == [f"{name}/{n}.xml" for n in range(3)]
    assert not Upload.objects.exists()
    assert on_disk() == []
    assert AuditEvent.objects.filter(action="import.received", actor=person).count() == 1


def test_the_bytes_lie_under_a_name_that_tells_nothing_and_only_we_can_read_them():
    hand_in(notices.notice(), "../../etc/Anbud från Fjällvik.xml")
    (path,) = on_disk()
    assert path.parent == Path(settings.MEDIA_ROOT) / "imports"
    assert "Fj" not in path.name
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"%PDF", uploading.NAME),
        ("a.xml.gz", b"\x1f\x8b", uploading.NAME),
        ("a.xml", b"", uploading.EMPTY),
        ("a.xml", b"PK\x03\x04", uploading.CONTENT),
        ("a.zip", b"<x/>", uploading.CONTENT),
        ("a.zip", b"\x1f\x8b\x08", uploading.CONTENT),
        ("a.tar.gz", b"PK\x03\x04", uploading.CONTENT),
    ],
)
def test_what_is_no_delivery_is_refused_and_nothing_is_kept(name, content, sentence):
    with pytest.raises(uploading.NotAccepted) as refused:
        hand_in(content, name)
    assert str(refused.value) == sentence
    assert not Job.objects.exists()
    assert on_disk() == []


def test_what_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(uploading, "LARGEST_UPLOAD", 100)
    with pytest.raises(uploading.NotAccepted, match="200 MB"):
        hand_in(notices.notice(), "a.xml")


@pytest.mark.parametrize("start", ["\ufeff", "\n\n  ", ""])
def test_xml_may_begin_with_a_mark_or_with_space(start):
    assert hand_in(f"{start}<x/>".encode(), "a.xml")
    assert hand_in("<x/>".encode("utf-16"), "b.xml")


def test_a_second_click_is_no_second_import():
    person, content = make.user(), zipped(notices.notice())
    assert hand_in(content, by=person) == hand_in(content, by=person)
    hand_in(content, by=make.user())
    assert Upload.objects.count() == 2


def test_two_clicks_at_once_are_one_import(transactional_db):
    person, content = make.user(), zipped(notices.notice())
    one, other, third = at_once(*[lambda: hand_in(content, by=person)] * 3)
    assert one == other == third
    assert (Upload.objects.count(), len(on_disk())) == (1, 1)


def test_the_file_is_imported_a_slice_at_a_time_and_each_file_once():
    job = hand_in(zipped(*(notices.notice() for _ in range(10))))
    slices = 0
    while uploading.import_due(ticking(), until=AT + timedelta(seconds=8)):
        slices += 1
        assert Job.objects.get().done == ImportedFile.objects.count()
    assert 2 <= slices <= 9
    assert Notice.objects.count() == ImportedFile.objects.count() == 10
    assert Job.objects.get().summary["new"] == 10
    assert list(job.files.values_list("name", flat=True)) == [f"day.zip/{n}.xml" for n in range(10)]


class Killed(BaseException):
    """As when the process ends: nothing catches it."""


def killed_at(number):
    """A clock that is the end of the worker, at its so manieth look."""
    looks = iter(range(number))

    def clock():
        if next(looks, None) is None:
            raise Killed
        return AT

    return clock


@pytest.mark.parametrize("moment", range(1, 20))
def test_a_worker_that_is_killed_loses_nothing_and_repeats_nothing(moment, django_capture_on_commit_callbacks):
    job = hand_in(zipped(notices.notice(), b"<x", notices.notice(), notices.notice()))
    try:
        uploading.import_due(killed_at(moment), until=LATER)
    except Killed:
        read = job.files.count()
        work()  # the lease still runs, if the worker had come so far
        assert job.files.count() in (read, 4)
        assert work(at=AT + 2 * uploading.LEASE) is False
    job.refresh_from_db()
    assert (job.done, job.total, job.summary["new"], job.summary["failed"]) == (4, 4, 3, 1)
    assert job.finished_at is not None
    assert [file.name for file in job.files.all()] == [f"day.zip/{n}.xml" for n in range(4)]


def test_a_file_that_kills_its_worker_again_and_again_is_left_out_and_the_others_are_read():
    hand_in(zipped(*(notices.notice() for _ in range(3))))
    Upload.objects.update(attempts=uploading.MOST_ATTEMPTS)
    assert work() is False
    assert list(ImportedFile.objects.values_list("outcome", flat=True)) == ["failed", "new", "new"]
    assert ImportedFile.objects.first().reason == uploading.STOPPED_AT_IT


def test_a_worker_that_lost_its_lease_writes_nothing_more():
    job = hand_in(zipped(*(notices.notice() for _ in range(3))))
    slow = uploading.claim(AT)
    assert uploading.claim(AT) is None
    assert work(at=AT + 2 * uploading.LEASE) is False  # another worker does it all
    uploading._import(slow, lambda: AT, LATER)
    job.refresh_from_db()
    assert (job.done, job.files.count(), job.summary["new"]) == (3, 3, 3)


def test_a_cancelled_import_ends_keeps_what_it_read_and_stays_ended(django_capture_on_commit_callbacks):
    person = make.user(duty=Duty.ADMIN)
    with django_capture_on_commit_callbacks(execute=True):
        job = hand_in(zipped(*(notices.notice() for _ in range(6))))
        uploading.import_due(ticking(), until=AT + timedelta(seconds=6))
        read = job.files.count()
        assert 0 < read < 6
        worker = uploading.claim(LATER)
        assert uploading.cancel(job, by=person, at=LATER) is True
        assert uploading.cancel(job, by=person, at=LATER) is False
    uploading._import(worker, lambda: LATER, LATER + timedelta(hours=1))
    job.refresh_from_db()
    assert (job.done, job.files.count(), Notice.objects.count()) == (read, read, read)
    assert (job.finished_at, job.summary["cancelled"]) == (LATER, True)
    assert on_disk() == []
    assert AuditEvent.objects.filter(action="import.cancelled").count() == 1


def test_bytes_that_are_gone_are_reported():
    job = hand_in(zipped(notices.notice()))
    on_disk()[0].unlink()
    assert work() is False
    assert job.files.get().reason == "The file cannot be opened."


def test_bytes_that_no_row_knows_are_swept_after_an_hour_and_others_never():
    import os

    hand_in(zipped(notices.notice()))
    stray = Path(settings.MEDIA_ROOT) / "imports" / "stray.zip"
    stray.write_bytes(b"PK")
    for path in on_disk():
        os.utime(path, (AT.timestamp(), AT.timestamp()))
    assert uploading.sweep(AT + uploading.STRAY_FOR - timedelta(seconds=1)) == 0
    assert uploading.sweep(AT + uploading.STRAY_FOR + timedelta(seconds=1)) == 1
    assert not stray.exists()
    assert len(on_disk()) == 1
