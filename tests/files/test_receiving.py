import os
import stat
from datetime import timedelta
from threading import Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from files import receiving, scanning, storing, sweeping
from files.models import StoredFile
from files.refusals import Refused
from records.models import AuditEvent
from tests import make
from tests.files import corpus

pytestmark = pytest.mark.django_db


def upload(name="a.pdf", content=None):
    return SimpleUploadedFile(name, corpus.pdf() if content is None else content)


def test_a_file_is_stored_under_its_id_alone_and_readable_by_the_arena_alone(received, media):
    buyer = make.buyer()
    file = received("Behovsbeskrivning – Åre (v2).pdf", organisation=buyer)
    path = storing.path_of(file.pk)
    assert path.relative_to(media).parts == (str(file.pk)[:2], str(file.pk)[2:4], str(file.pk))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == corpus.pdf()
    assert (file.name, file.content_type, file.state) == (
        "Behovsbeskrivning – Åre (v2).pdf",
        "application/pdf",
        "ready",
    )
    assert (file.organisation, file.scanned_at) == (buyer, None)
    assert sweeping.verify_media(reads_content=True) == []


def test_receiving_is_in_the_audit_log_without_the_name(received):
    file = received("hemligt.pdf")
    event = AuditEvent.objects.get(action="file.received")
    assert (event.subject_id, event.details["sha256"]) == (str(file.pk), file.sha256)
    assert "hemligt" not in str(event.details)


def test_a_refused_file_leaves_an_audit_event_and_nothing_else(media):
    anna = make.user()
    with pytest.raises(Refused) as why:
        receiving.receive(upload("a.pdf", corpus.MACHINE), by=anna, organisation=None, at=make.NOW)
    assert why.value.code == "mismatch"
    event = AuditEvent.objects.get(action="file.refused")
    assert (event.actor, event.details) == (anna, {"code": "mismatch"})
    assert not StoredFile.objects.exists()
    assert not media.exists()


def test_the_same_file_within_the_hour_is_stored_once(received, media):
    anna = make.user()
    first = received(by=anna)
    assert received(by=anna, at=make.NOW + timedelta(minutes=59)) == first
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize("other", ["person", "name", "hour", "organisation"])
def test_another_person_name_hour_or_organisation_is_another_file(received, other):
    anna = make.user()
    received("a.pdf", by=anna)
    received(
        "b.pdf" if other == "name" else "a.pdf",
        by=make.user() if other == "person" else anna,
        at=make.NOW + timedelta(hours=2) if other == "hour" else make.NOW,
        organisation=make.buyer() if other == "organisation" else None,
    )
    assert StoredFile.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_store_one_file(media):
    anna, kept = make.user(), []

    def click():
        kept.append(receiving.receive(upload(), by=anna, organisation=None, at=make.NOW).pk)
        connection.close()

    clicks = [Thread(target=click) for _ in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(kept) == 4
    assert len(set(kept)) == 1
    assert len([path for path, _at in storing.everything()]) == 1


def test_receiving_in_a_transaction_is_a_mistake_of_ours():
    anna = make.user()
    with pytest.raises(RuntimeError), transaction.atomic():
        receiving.receive(upload(), by=anna, organisation=None, at=make.NOW)


def test_a_disk_that_cannot_be_written_is_a_sentence_and_no_row(media, settings, tmp_path):
    (tmp_path / "blocked").write_text("a file where a folder should be")
    settings.MEDIA_ROOT = tmp_path / "blocked"
    with pytest.raises(Refused) as why:
        receiving.receive(upload(), by=make.user(), organisation=None, at=make.NOW)
    assert why.value.code == "not-kept"
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("place", ["before the bytes", "half-way", "after the bytes"])
def test_a_process_killed_between_row_and_file_leaves_what_the_sweep_takes_away(
    media, monkeypatch, place, django_capture_on_commit_callbacks
):
    class Killed(BaseException):
        """As when the process is stopped: nothing of ours that handles errors catches it."""

    def die(*_anything, **_more):
        raise Killed

    if place == "before the bytes":
        monkeypatch.setattr(storing, "write", die)
    elif place == "half-way":
        monkeypatch.setattr(os, "fsync", die)
    else:
        monkeypatch.setattr(scanning, "look", die)
    with pytest.raises(Killed):
        receiving.receive(upload(), by=make.user(), organisation=None, at=make.NOW)
    monkeypatch.undo()
    assert StoredFile.objects.get().state == "pending"
    assert sweeping.verify_media() != []
    with django_capture_on_commit_callbacks(execute=True):
        sweeping.sweep(make.NOW + timedelta(minutes=59))
    assert StoredFile.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert sweeping.sweep(make.NOW + timedelta(minutes=61)) == 1
    assert not StoredFile.objects.exists()
    assert list(storing.everything()) == []
    assert sweeping.verify_media() == []
