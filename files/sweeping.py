"""Taking away what nobody needs: uploads that were never finished, files that nobody points to, bytes without a row."""

import hashlib
import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from files import storing
from files.models import StoredFile

log = logging.getLogger(__name__)

UNFINISHED_FOR = timedelta(hours=1)  # quality.md 3.5
UNUSED_FOR = timedelta(days=1)  # between the upload and the document that points to it there may be a form to correct


def discard(file: StoredFile) -> bool:
    """Takes the file away, row and bytes, unless somebody points to it. Returns whether it is gone. Harmless when repeated."""
    try:
        with transaction.atomic():
            # Whoever is about to point to it has locked its key: this waits, and then sees the pointer.
            if StoredFile.objects.select_for_update().filter(pk=file.pk).exists():
                StoredFile.objects.filter(pk=file.pk).delete()
            pk = file.pk
            transaction.on_commit(lambda: storing.remove(pk))
    except (ProtectedError, IntegrityError):
        return False
    return True


def sweep(at: datetime) -> int:
    """Returns how many rows and stray files went."""
    gone = 0
    for file in StoredFile.objects.abandoned(at, UNFINISHED_FOR) | StoredFile.objects.unused(at, UNUSED_FOR):
        gone += discard(file)
    return gone + _sweep_strays(at)


def _sweep_strays(at: datetime) -> int:
    """Rows are written before bytes and go before them, so that old bytes without a row belong to nobody."""
    old = [path for path, written_at in storing.everything() if written_at < at - UNFINISHED_FOR]
    kept = StoredFile.objects.exclude(state=StoredFile.State.REFUSED).in_bulk(
        [pk for pk in map(storing.id_of, old) if pk]
    )
    strays = [path for path in old if storing.id_of(path) not in kept]
    for path in strays:
        log.warning("bytes without a row are taken away: %s", path.name)
        path.unlink(missing_ok=True)
    return len(strays)


def verify_media(*, reads_content: bool = False) -> list[str]:
    """What does not fit between rows and disk, a sentence each; empty when all is well (the invariant of quality.md 3.5).

    `reads_content` compares the fingerprints as well, for after a restore. Uploads that go on at this moment show up.
    """
    wrong = []
    rows = {file.pk: file for file in StoredFile.objects.all()}
    for path, _written_at in storing.everything():
        pk = storing.id_of(path)
        file = rows.get(pk) if pk else None
        if file is None or file.state == StoredFile.State.REFUSED:
            wrong.append(f"{path.name} lies in media and has no row that keeps it")
    for file in rows.values():
        if file.state == StoredFile.State.PENDING:
            wrong.append(f"{file.pk} was begun and is not finished")
        elif file.state != StoredFile.State.REFUSED:
            wrong.extend(_wrong_bytes(file, reads_content))
    return wrong


def _wrong_bytes(file: StoredFile, reads_content: bool) -> list[str]:
    try:
        with storing.read(file.pk) as bytes_of:
            size = bytes_of.seek(0, 2)
            bytes_of.seek(0)
            digest = hashlib.file_digest(bytes_of, "sha256").hexdigest() if reads_content else file.sha256
    except FileNotFoundError:
        return [f"{file.pk} has a row and no bytes"]
    return [f"{file.pk} has other bytes than were received"] if (size, digest) != (file.size, file.sha256) else []
