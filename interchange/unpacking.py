"""Finding the notices in files, folders and archives, one at a time. Nothing is unpacked to disk."""

from __future__ import annotations

import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from interchange.eforms.document import MAX_BYTES, TOO_BIG, gettext_noop

ARCHIVES = (".zip", ".tar.gz", ".tgz")
NESTED = (*ARCHIVES, ".tar", ".gz", ".7z", ".rar", ".bz2", ".xz")
MAX_MEMBERS = 200_000  # a day of TED has some 3,000
MAX_UNPACKED = 4_000_000_000  # bytes of one archive; a day of TED has 207 MB
BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, RuntimeError, ValueError)  # RuntimeError: locked


@dataclass(frozen=True)
class Found:
    """A file by the name that a report shows. `content` is None when it was not read; `problem` says why."""

    name: str
    content: bytes | None = None
    problem: str = ""
    detail: str = ""
    is_left_out: bool = False  # not a notice by its name, rather than a broken one


class TooMuch(Exception):
    """The archive holds more than any delivery of notices."""


def find(paths: Iterable[Path]) -> Iterator[Found]:
    """Every notice in the paths: XML files, zip and tar.gz archives, folders of them, in the order of names."""
    for path in paths:
        if path.is_dir():
            for folder, folders, names in os.walk(path):
                folders.sort()
                for name in sorted(names):
                    if name.lower().endswith((".xml", *ARCHIVES)):
                        inside = Path(folder) / name
                        yield from find_in_file(inside, printable(str(inside.relative_to(path))))
        else:
            yield from find_in_file(path, printable(path.name))


def find_in_file(path: Path, name: str) -> Iterator[Found]:
    """An archive that breaks in the middle is reported, and what was read before it stays read."""
    try:
        if path.name.lower().endswith(".zip"):
            yield from members_of_zip(path, name)
        elif path.name.lower().endswith(ARCHIVES):
            yield from members_of_tar(path, name)
        else:
            with path.open("rb") as file:
                yield bounded(file, name)
    except OSError as why:
        yield Found(name, problem=gettext_noop("The file cannot be opened."), detail=why.strerror or "")
    except TooMuch:
        yield Found(
            name, problem=gettext_noop("The archive holds more than any delivery of notices; the rest was not read.")
        )
    except BROKEN:
        yield Found(name, problem=gettext_noop("The archive is broken or locked; what could be read of it was read."))


def bounded(file: IO[bytes], name: str) -> Found:
    content = file.read(MAX_BYTES + 1)
    return Found(name, content) if len(content) <= MAX_BYTES else Found(name, problem=TOO_BIG)


def members_of_zip(path: Path, name: str) -> Iterator[Found]:
    meter = Meter()
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            label = f"{name}/{printable(member.filename)}"
            if refused := not_a_notice(label):
                yield refused
                continue
            try:
                with archive.open(member) as file:
                    found = bounded(file, label)
            except BROKEN:
                found = Found(label, problem=gettext_noop("The archive's member is broken or locked."))
            meter.count(found)
            yield found


def members_of_tar(path: Path, name: str) -> Iterator[Found]:
    meter = Meter()
    with tarfile.open(path, "r|gz") as archive:  # a stream: links and devices are never followed
        for member in archive:
            if member.isdir():
                continue
            label = f"{name}/{printable(member.name)}"
            file = archive.extractfile(member) if member.isreg() else None
            if refused := not_a_notice(label):
                meter.add(member.size)
                yield refused
            elif file is None:
                yield Found(label, problem=gettext_noop("The archive's member is no file."), is_left_out=True)
            else:
                meter.add(max(0, member.size - MAX_BYTES))  # what is skipped of a big member is unpacked too
                found = bounded(file, label)
                meter.count(found)
                yield found


class Meter:
    """Counts what came out of one archive; raises TooMuch."""

    def __init__(self) -> None:
        self.members = self.size = 0

    def count(self, found: Found) -> None:
        self.add(MAX_BYTES if found.content is None else len(found.content))

    def add(self, size: int) -> None:
        self.members += 1
        self.size += size
        if self.members > MAX_MEMBERS or self.size > MAX_UNPACKED:
            raise TooMuch


def not_a_notice(label: str) -> Found | None:
    """What is refused by its name alone: archives in archives, and files that are no XML."""
    if label.lower().endswith(NESTED):
        return Found(label, problem=gettext_noop("An archive inside an archive is not opened."))
    if not label.lower().endswith(".xml"):
        return Found(label, problem=gettext_noop("The file is not XML by its name."), is_left_out=True)
    return None


def printable(name: str) -> str:
    """A name that a database and a terminal can show: names in archives can hold anything."""
    shown = "".join(character if character.isprintable() else "�" for character in name)
    return shown if len(shown) <= 300 else f"…{shown[-299:]}"
