"""Files of notices that wait for a worker: handed in by a person or fetched, kept, imported a slice at a time, deleted.

Which files are done stands in their rows: each file and its row are one transaction that also holds the lease. So a worker
that is killed loses the file it was at and no other, the next one goes on behind the last row, and one that slept through
its lease finds that it no longer has it before it writes anything.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from interchange import receiving, unpacking
from interchange.eforms.document import gettext_noop
from interchange.models import IMPORT, LARGEST_UPLOAD, Upload
from interchange.unpacking import Found
from notifications import doorbell
from records.auditing import record
from records.models import Job

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3  # at one file; then it is reported as failed
PROGRESS_EVERY = timedelta(seconds=2)
STRAY_FOR = timedelta(hours=1)
ENDINGS = (".xml", *unpacking.ARCHIVES)
STOPPED_AT_IT = gettext_noop("The import stopped at this file again and again; it was left out.")


class NotAccepted(Exception):
    """The file is no delivery of notices. The sentence is in English; whoever shows it translates it."""


NAME = gettext_noop("Choose an XML file, or an archive that ends in .zip, .tar.gz or .tgz.")
CONTENT = gettext_noop(
    "The content is not what the file's name says. Check that it was saved whole, and choose it again."
)
EMPTY = gettext_noop("The file is empty. Choose another one.")
TOO_LARGE = gettext_noop("The file has more than 200 MB. Divide it into several archives.")


def check(file: UploadedFile[Any] | File[bytes], name: str) -> str:
    """The file's ending, when it and the first bytes agree. Raises NotAccepted."""
    ending = next((one for one in ENDINGS if name.lower().endswith(one)), "")
    if not ending:
        raise NotAccepted(NAME)
    if not file.size:
        raise NotAccepted(EMPTY)
    if file.size > LARGEST_UPLOAD:
        raise NotAccepted(TOO_LARGE)
    file.seek(0)
    begins = file.read(1024)
    file.seek(0)
    if not _agrees(begins, ending):
        raise NotAccepted(CONTENT)
    return ending


def _agrees(begins: bytes, ending: str) -> bool:
    if ending == ".zip":
        return begins.startswith((b"PK\x03\x04", b"PK\x05\x06"))
    if ending in unpacking.ARCHIVES:
        return begins.startswith(b"\x1f\x8b")
    return begins.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"<", b"\xff\xfe<", b"\xfe\xff\0<"))


def take_in(file: File[bytes], *, name: str, source: str, by: User | None, at: datetime) -> Job:
    """Keeps the bytes and writes down that they wait; a worker is rung for. Raises NotAccepted.

    Called outside of a transaction: the bytes lie first, and bytes without a row are swept after an hour. The same bytes
    that wait already give their job: a second click is no second import.
    """
    ending = check(file, name)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    twins = Upload.objects.filter(sha256=digest, job__by=by, source=source).select_related("job")
    if twin := twins.first():
        return twin.job
    file.seek(0)
    stored = default_storage.save(f"imports/{uuid.uuid4().hex}{ending}", file)  # nothing that a person typed
    Path(default_storage.path(stored)).chmod(0o600)
    with transaction.atomic(durable=True):
        if by:  # two clicks at once: one after the other
            User.objects.select_for_update().get(pk=by.pk)
            if twin := twins.first():
                transaction.on_commit(lambda: default_storage.delete(stored))
                return twin.job
        job = Job.objects.create(
            kind=IMPORT, by=by, started_at=at, summary={"source": source, "name": unpacking.printable(name)}
        )
        size = file.size or 0
        Upload.objects.create(
            job=job, file=stored, name=name[-300:], size=size, sha256=digest, source=source, received_at=at
        )
        record("import.received", job, by=by, at=at, details={"source": source, "size": size, "sha256": digest})
        doorbell.ring("import")
    return job


@transaction.atomic
def cancel(job: Job, *, by: User, at: datetime) -> bool:
    """Ends the import after the file that a worker is at; what was imported stays. False: it had ended already."""
    upload = Upload.objects.select_for_update().filter(job=job).first()
    if upload is None:
        return False
    job = Job.objects.select_for_update().get(pk=job.pk)
    job.finished_at = max(at, job.started_at)
    job.summary["cancelled"] = True
    receiving.write_progress(job, receiving.reported(job))
    _delete(upload)
    record("import.cancelled", job, by=by, at=at, details={"done": job.done})
    return True


def import_due(clock: Callable[[], datetime], *, until: datetime) -> bool:
    """Imports what waits, the oldest first. Returns whether something is left: then the caller rings again."""
    while clock() < until:
        upload = claim(clock())
        if upload is None:
            return False
        _import(upload, clock, until)
    return Upload.objects.exists()


@transaction.atomic
def claim(at: datetime) -> Upload | None:
    """The oldest upload that no worker is at, leased to the caller."""
    free = Upload.objects.filter(Q(lease_until=None) | Q(lease_until__lte=at))
    upload = free.select_for_update(skip_locked=True, of=("self",)).select_related("job").first()
    if upload:
        upload.lease_until = at + LEASE
        upload.attempts += 1
        upload.save(update_fields=["lease_until", "attempts"])
    return upload


def _import(upload: Upload, clock: Callable[[], datetime], until: datetime) -> None:
    """A slice of the import, until it is whole, `until` has come, or the lease is lost: to another worker or a cancellation.

    Whatever is written is written in a transaction that holds the lease, so that nothing comes after a cancellation.
    """
    job, counts, is_hopeless = upload.job, receiving.reported(upload.job), upload.attempts > MOST_ATTEMPTS
    if job.total is None:
        job.total = sum(1 for _file in _files(upload))
    before, began, told = counts.total(), clock(), None
    for file in islice(_files(upload), before, None):
        now = clock()
        with transaction.atomic():
            if not _hold(upload, now):
                return
            if is_hopeless:
                file, is_hopeless = Found(file.name, problem=STOPPED_AT_IT), False
            counts[receiving.receive_one(job, file, source=upload.source, at=now)] += 1
            if told is None or now - told >= PROGRESS_EVERY or now >= until:
                told = now
                job.summary["rate"] = round((counts.total() - before) / max((clock() - began).total_seconds(), 0.01), 2)
                receiving.write_progress(job, counts)
            if now >= until:
                Upload.objects.filter(pk=upload.pk).update(lease_until=None)
                return
    with transaction.atomic():
        if _hold(upload, clock()):
            job.finished_at, job.total = max(clock(), job.started_at), counts.total()
            receiving.write_progress(job, counts)
            _delete(upload)


def _hold(upload: Upload, at: datetime) -> bool:
    """Whether the lease is still ours; then it is longer, and the row is ours until the transaction ends."""
    assert upload.lease_until is not None
    longer = max(
        at + LEASE, upload.lease_until + timedelta(microseconds=1)
    )  # never the same twice: it names its holder
    if not Upload.objects.filter(pk=upload.pk, lease_until=upload.lease_until).update(lease_until=longer, attempts=0):
        return False
    upload.lease_until = longer
    return True


def _files(upload: Upload) -> Iterator[Found]:
    return unpacking.find_in_file(Path(upload.file.path), unpacking.printable(upload.name))


def _delete(upload: Upload) -> None:
    name = str(upload.file.name)
    upload.delete()
    transaction.on_commit(lambda: default_storage.delete(name))


def sweep(at: datetime) -> int:
    """Takes away bytes that no row knows: of a crash before the row was written, or after it was deleted."""
    folder = Path(settings.MEDIA_ROOT) / "imports"
    kept = {Path(name).name for name in Upload.objects.values_list("file", flat=True)}
    gone = 0
    for path in folder.glob("*"):
        try:
            is_old = datetime.fromtimestamp(path.stat().st_mtime, UTC) < at - STRAY_FOR
        except FileNotFoundError:  # gone meanwhile
            continue
        if is_old and path.name not in kept:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
