"""Bytes on disk, below MEDIA_ROOT, under the row's id alone: what a person called the file is never part of a path."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from uuid import UUID

from django.conf import settings

HALF = ".part"  # written, but not whole yet


def root() -> Path:
    return Path(settings.MEDIA_ROOT) / "files"


def path_of(pk: UUID) -> Path:
    name = str(pk)
    return root() / name[:2] / name[2:4] / name


def write(pk: UUID, chunks: Iterable[bytes]) -> str:
    """Writes the bytes so that they are there whole or not at all, also after a power cut. Returns their SHA-256."""
    path = path_of(pk)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_suffix(HALF)
    digest = hashlib.sha256()
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in chunks:
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    for folder in (path.parent, path.parent.parent, root()):
        _settle(folder)
    return digest.hexdigest()


def _settle(folder: Path) -> None:
    """A name in a folder is on the disk when the folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(pk: UUID) -> BufferedReader:
    """The bytes, for the caller to close. Raises FileNotFoundError."""
    return path_of(pk).open("rb")


def remove(pk: UUID) -> None:
    """Harmless when repeated."""
    path_of(pk).unlink(missing_ok=True)
    path_of(pk).with_suffix(HALF).unlink(missing_ok=True)


def everything() -> Iterator[tuple[Path, datetime]]:
    """All that lies here, whatever it is, with the moment it was last written."""
    for path in root().glob("*/*/*"):
        try:
            yield path, datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:  # gone meanwhile
            continue


def id_of(path: Path) -> UUID | None:
    """Whose bytes the path holds, whole ones alone."""
    try:
        pk = UUID(path.name)
    except ValueError:
        return None
    return pk if path_of(pk) == path else None
