"""An upload becomes a stored file, in two phases: a row that says what will be there, the bytes, and then the row is ready.

A crash between the two leaves a pending row, or bytes that no row knows; `sweeping.py` takes both away (quality.md 3.5).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from accounts.models import Organisation, User
from files import inspecting, scanning, storing, sweeping
from files.inspecting import Inspected
from files.models import StoredFile
from files.refusals import Refused
from records.auditing import record

__all__ = ["Refused", "receive"]

log = logging.getLogger(__name__)

SAME_UPLOAD = timedelta(
    hours=1
)  # the same bytes under the same name by the same person: a second click, not a second file


def receive(
    upload: UploadedFile[Any], *, by: User | None, organisation: Organisation | None, at: datetime
) -> StoredFile:
    """The stored file: ready, or held until the virus scanner has looked. Raises Refused with a sentence to show.

    `by` is None for what comes with the arena itself. Called outside of a transaction (RuntimeError inside one): a row that
    is not committed cannot vouch for bytes. The caller then points to the file in a transaction of its own; what nobody
    points to is swept away after a day. Bytes and name that the person sent less than an hour ago for the same organisation
    give the file that is there.
    """
    try:
        found = inspecting.inspect(upload)
    except Refused as why:
        if by:
            with transaction.atomic(durable=True):
                record("file.refused", by, by=by, at=at, acting_for=organisation, details={"code": why.code})
        raise
    with _one_at_a_time(by, found):
        if twin := _twin(found, by, organisation, at):
            return twin
        file = _begin(found, by, organisation, at)
        try:
            if storing.write(file.pk, upload.chunks()) != found.sha256:
                raise OSError("other bytes were written than were read")
        except OSError:
            log.exception("an upload could not be written")
            sweeping.discard(file)
            raise Refused("not-kept") from None
        return _finish(file, by, at)


@contextmanager
def _one_at_a_time(by: User | None, found: Inspected) -> Iterator[None]:
    """The second of two clicks waits until the first has stored the bytes. The lock is the connection's, so it dies with it."""
    name = f"files.receive {by.pk if by else 'arena'} {found.sha256}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _twin(found: Inspected, by: User | None, organisation: Organisation | None, at: datetime) -> StoredFile | None:
    kept = StoredFile.objects.filter(state__in=[StoredFile.State.READY, StoredFile.State.HELD])
    return kept.filter(
        sha256=found.sha256,
        name=found.name,
        uploaded_by=by,
        organisation=organisation,
        uploaded_at__gt=at - SAME_UPLOAD,
    ).last()


@transaction.atomic(durable=True)
def _begin(found: Inspected, by: User | None, organisation: Organisation | None, at: datetime) -> StoredFile:
    return StoredFile.objects.create(
        name=found.name,
        content_type=found.content_type,
        size=found.size,
        sha256=found.sha256,
        uploaded_by=by,
        organisation=organisation,
        uploaded_at=at,
    )


def _finish(file: StoredFile, by: User | None, at: datetime) -> StoredFile:
    """The bytes are there; the scanner says what becomes of them. A scanner that is away holds the file, not the person."""
    try:
        harm = scanning.look(file.pk, within=scanning.SECONDS_IN_A_REQUEST)
    except scanning.NoAnswer:
        state, scanned_at = StoredFile.State.HELD, None
    else:
        if harm:
            scanning.refuse(file, harm, at=at)
            raise Refused(harm.code)
        state, scanned_at = StoredFile.State.READY, at if scanning.is_configured() else None
    with transaction.atomic(durable=True):
        file.state, file.scanned_at = state, scanned_at
        file.save(update_fields=["state", "scanned_at"])
        details = {
            "size": file.size,
            "type": file.content_type,
            "sha256": file.sha256,
            "is_held": state == StoredFile.State.HELD,
        }
        record("file.received", file, by=by, at=at, acting_for=file.organisation, details=details)
    return file
