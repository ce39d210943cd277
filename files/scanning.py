"""The virus scanner: any daemon that speaks clamd's INSTREAM. Without one (ARENA_CLAMD is empty) files are ready at once.

A file is refused when the scanner finds something, and ready when it finds nothing. When it gives no answer the file is
held: nobody can fetch it, its row says that it waits, and `scan_due` asks again until there is an answer.
"""

import logging
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.models import User
from files import storing
from files.models import StoredFile
from records.auditing import record

log = logging.getLogger(__name__)

SECONDS_TO_CONNECT = 2.0
SECONDS_IN_A_REQUEST = 15.0  # a person waits
SECONDS_IN_A_WORKER = 120.0  # clamd's own limit for one file
CHUNK = 1 << 16
ANSWER_AT_MOST = 4096


class NoAnswer(Exception):
    """The scanner said nothing about this file: it was slow, it closed the connection, or it had an error of its own."""


class Away(NoAnswer):
    """The scanner cannot be reached, so that asking about the next file is of no use either."""


@dataclass(frozen=True)
class Harm:
    code: str  # of `refusals.SENTENCES`
    signature: str  # what the scanner calls it


def is_configured() -> bool:
    return bool(settings.CLAMD)


def look(pk: UUID, *, within: float) -> Harm | None:
    """Streams the file's bytes to the scanner, in at most `within` seconds. None: nothing was found, or there is no scanner."""
    if not is_configured():
        return None
    ends = time.monotonic() + within
    with _connected() as scanner:
        try:
            _send(scanner, pk, ends)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has heard enough, and may have said why before it closed
        except OSError as error:
            raise NoAnswer(str(error)) from error
        return _judged(_answer(scanner, ends))


def _connected() -> socket.socket:
    address = urlsplit(settings.CLAMD)
    try:
        if address.scheme == "tcp":
            return socket.create_connection((address.hostname or "localhost", address.port or 3310), SECONDS_TO_CONNECT)
        scanner = socket.socket(socket.AF_UNIX)
        try:
            scanner.settimeout(SECONDS_TO_CONNECT)
            scanner.connect(address.path)
        except OSError:
            scanner.close()
            raise
        return scanner
    except OSError as error:
        raise Away(str(error)) from error


def _send(scanner: socket.socket, pk: UUID, ends: float) -> None:
    """clamd(8): zINSTREAM, then pieces with their length before them in four bytes, then a piece of no length."""
    with storing.read(pk) as file:
        _patiently(scanner, ends)
        scanner.sendall(b"zINSTREAM\0")
        while chunk := file.read(CHUNK):
            _patiently(scanner, ends)
            scanner.sendall(len(chunk).to_bytes(4, "big") + chunk)
        scanner.sendall(bytes(4))


def _answer(scanner: socket.socket, ends: float) -> str:
    answer = b""
    try:
        while not answer.endswith(b"\0") and len(answer) < ANSWER_AT_MOST:
            _patiently(scanner, ends)
            piece = scanner.recv(1024)
            if not piece:
                break
            answer += piece
    except OSError as error:
        raise NoAnswer(str(error)) from error
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _patiently(scanner: socket.socket, ends: float) -> None:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("the scanner took too long")
    scanner.settimeout(left)


def _judged(answer: str) -> Harm | None:
    if answer == "stream: OK":
        return None
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        signature = answer.removeprefix("stream: ").removesuffix(" FOUND")
        code = "unscannable" if signature.startswith("Heuristics.Limits.Exceeded") else "malware"
        return Harm(code, signature[:200])
    if answer.startswith("INSTREAM size limit exceeded"):
        return Harm("unscannable", "StreamMaxLength")  # asking again would give the same answer
    raise NoAnswer(answer[:200] or "the scanner closed the connection")


@transaction.atomic
def refuse(file: StoredFile, harm: Harm, *, at: datetime, by: User | None = None) -> None:
    """The row stays and says why; the bytes go."""
    file.state, file.refusal, file.scanned_at = StoredFile.State.REFUSED, harm.code, at
    file.save(update_fields=["state", "refusal", "scanned_at"])
    details = {"code": harm.code, "signature": harm.signature, "sha256": file.sha256}
    record("file.refused", file, by=by, at=at, acting_for=file.organisation, details=details)
    transaction.on_commit(lambda: storing.remove(file.pk))


def scan_due(clock: Callable[[], datetime], *, until: datetime) -> int:
    """Asks the scanner about the files that are held, the oldest first. Returns how many got an answer.

    Each file is one transaction, and workers step around each other's. One that the scanner chokes on delays no other.
    Without a scanner nothing is released: whoever switches it off has not looked into what was held.
    """
    if not is_configured():
        return 0
    answered = 0
    for pk in list(StoredFile.objects.held().values_list("pk", flat=True)):
        if clock() >= until:
            break
        try:
            answered += _scan(pk, clock)
        except Away as error:
            log.warning("the virus scanner is away, files are held: %s", error)
            break
        except NoAnswer as error:
            log.warning("the virus scanner gave no answer about file %s: %s", pk, error)
    return answered


@transaction.atomic
def _scan(pk: UUID, clock: Callable[[], datetime]) -> bool:
    # The key stays free: a document can be made to point to the file while the scanner looks.
    rows = StoredFile.objects.select_for_update(skip_locked=True, no_key=True, of=["self"])
    file = rows.held().filter(pk=pk).select_related("organisation").first()
    if file is None:
        return False
    harm = look(pk, within=SECONDS_IN_A_WORKER)
    at = clock()
    if harm:
        refuse(file, harm, at=at)
        return True
    file.state, file.scanned_at = StoredFile.State.READY, at
    file.save(update_fields=["state", "scanned_at"])
    record("file.released", file, by=None, at=at, acting_for=file.organisation)
    return True
