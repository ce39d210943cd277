"""Looking into an upload before anything is kept, in a process with limits of its own (`sniffing/child.py`)."""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from files import limits
from files.refusals import SENTENCES, Refused
from files.sniffing.names import extension_of, fault_of

log = logging.getLogger(__name__)

WALL_SECONDS = 20  # five of them may be the processor's; a busy machine takes longer on the clock
PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from files.sniffing import child; child.main(sys.argv[2])"


@dataclass(frozen=True)
class Inspected:
    name: str  # in Unicode NFC
    content_type: str
    size: int  # bytes
    sha256: str


def inspect(upload: UploadedFile[Any], *, extensions: Collection[str] = limits.EXTENSIONS) -> Inspected:
    """What the upload is, one of `extensions`. Raises Refused. The form asks first and the verb again: the second time the answer is there."""
    known = getattr(upload, "inspected", None)
    if isinstance(known, Inspected):
        return known
    name = unicodedata.normalize("NFC", upload.name or "")
    if fault := fault_of(name):
        raise Refused(fault)
    extension = extension_of(name)
    if extension not in extensions:
        raise Refused("type")
    if not upload.size:
        raise Refused("empty")
    if upload.size > limits.most_bytes():
        raise Refused("too-big")
    with _on_disk(upload) as descriptor:
        content_type = _judged(descriptor, extension)
        sha256 = _fingerprint(descriptor)
    inspected = Inspected(name, content_type, upload.size, sha256)
    upload.inspected = inspected  # type: ignore[attr-defined]
    return inspected


@contextmanager
def _on_disk(upload: UploadedFile[Any]) -> Iterator[int]:
    """A descriptor of the upload's bytes; small ones that are in memory are written down first."""
    upload.seek(0)
    with ExitStack() as closing:
        try:
            descriptor = upload.fileno()
        except OSError:  # io.UnsupportedOperation: it has none
            written = closing.enter_context(tempfile.TemporaryFile())
            for chunk in upload.chunks():
                written.write(chunk)
            written.flush()
            descriptor = written.fileno()
        yield descriptor
    upload.seek(0)


def _fingerprint(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    with open(descriptor, "rb", closefd=False) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _judged(descriptor: int, extension: str) -> str:
    """The content type. A process that was stopped by its limits has met a file that is too much for a reader, too."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-B", "-c", PROGRAM, str(settings.BASE_DIR), extension],
            stdin=descriptor,
            capture_output=True,
            timeout=WALL_SECONDS,
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
        )
    except subprocess.TimeoutExpired:
        raise Refused("too-complex") from None
    verdict, _space, word = done.stdout.decode().partition(" ")
    if done.returncode == 0 and verdict == "ok":
        return word
    if done.returncode == 0 and word in SENTENCES:
        raise Refused(word)
    if done.returncode > 0:  # an error in our own checks: the file is refused, and we hear of it
        log.error("looking into a .%s file failed: %s", extension, done.stderr[-2000:].decode(errors="replace"))
        raise Refused("broken")
    raise Refused("too-complex")
