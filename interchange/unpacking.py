"""Finding the notices in files, folders and archives, one at a time. Nothing is unpacked to disk (quality S6).

The order of what is found depends on the files alone, so that an import that was killed goes on at its place.
"""

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
from interchange.inflating import Bomb, Inflated
from interchange.zip_list import Overlapping, TooLong, check_list

ARCHIVES = (".zip", ".tar.gz", ".tgz")
NESTED = (*ARCHIVES, ".tar", ".gz", ".7z", ".rar", ".bz2", ".xz")
MAX_MEMBERS = 50_000  # folders and links count; a day of TED has some 3,000
MAX_UNPACKED = 4_000_000_000  # bytes of one archive; a day of TED has 207 MB
MAX_RATIO = 100  # times its size; notices pack to a tenth
RATIO_COUNTS_FROM = 20_000_000  # bytes unpacked
BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, RuntimeError, ValueError, NotImplementedError)
LOCKED = 0x1  # a member's flag

BROKEN_ARCHIVE = gettext_noop("The archive is broken or locked; what could be read of it was read.")
TOO_MUCH = gettext_noop("The archive holds more than any delivery of notices; the rest was not read.")
OVERLAPPING = gettext_noop(
    "The archive's members lie over each other, as in no honest archive; nothing of it was read."
)

NOTHING_IN_IT = gettext_noop("The archive holds no file.")


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
        if path.name.lower().endswith(ARCHIVES):
            is_zip, is_empty = path.name.lower().endswith(".zip"), True
            for found in members_of_zip(path, name) if is_zip else members_of_tar(path, name):
                yield found
                is_empty = False
            if is_empty:
                yield Found(name, problem=NOTHING_IN_IT)
        else:
            with path.open("rb") as file:
                yield bounded(file, name)
    except OSError as why:
        yield Found(name, problem=gettext_noop("The file cannot be opened."), detail=why.strerror or "")
    except (TooMuch, Bomb, TooLong):
        yield Found(name, problem=TOO_MUCH)
    except Overlapping:
        yield Found(name, problem=OVERLAPPING)
    except BROKEN:
        yield Found(name, problem=BROKEN_ARCHIVE)


def bounded(file: IO[bytes], name: str) -> Found:
    content = file.read(MAX_BYTES + 1)
    return Found(name, content) if len(content) <= MAX_BYTES else Found(name, problem=TOO_BIG)


def members_of_zip(path: Path, name: str) -> Iterator[Found]:
    with path.open("rb") as file:
        unpacked = check_list(file, most=MAX_MEMBERS)
    if unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * path.stat().st_size:
        raise TooMuch
    meter = Meter()
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            label = f"{name}/{printable(member.orig_filename)}"
            if (
                refused := not_a_notice(label)
                or leads_away(member.orig_filename, label)
                or cannot_be_opened(member, label)
            ):
                yield refused
                continue
            try:
                with archive.open(member) as content:
                    found = bounded(content, label)
            except BROKEN:
                found = Found(label, problem=gettext_noop("The archive's member is broken or locked."))
            meter.count(found)
            yield found


def members_of_tar(path: Path, name: str) -> Iterator[Found]:
    meter = Meter()
    with (
        path.open("rb") as packed,
        Inflated(packed, max_ratio=MAX_RATIO, counts_from=RATIO_COUNTS_FROM, max_read=MAX_BYTES + 1) as file,
        tarfile.TarFile(fileobj=file) as archive,
    ):
        while member := archive.next():  # links and devices are never followed
            archive.members.clear()  # type: ignore[attr-defined]  # it would remember every one of them
            meter.add(member.size)
            label = f"{name}/{printable(member.name)}"
            content = archive.extractfile(member) if member.isreg() else None
            if member.isdir():
                continue
            if refused := not_a_notice(label) or leads_away(member.name, label):
                yield refused
            elif content is None:
                yield Found(label, problem=gettext_noop("The archive's member is no file."), is_left_out=True)
            else:
                yield bounded(content, label)


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


def leads_away(name: str, label: str) -> Found | None:
    """Nothing is written under a member's name; but whoever names it so means harm, and its content is not wanted either."""
    parts = name.replace("\\", "/").split("/")
    if "\0" in name or ".." in parts or not parts[0] or parts[0].endswith(":"):
        return Found(label, problem=gettext_noop("The member's name leads out of the archive; it was not read."))
    return None


def cannot_be_opened(member: zipfile.ZipInfo, label: str) -> Found | None:
    if member.flag_bits & LOCKED:
        return Found(label, problem=gettext_noop("The archive's member is locked with a password."))
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others ask for gigabytes of memory
        return Found(label, problem=gettext_noop("The archive's member is packed in an unusual way."))
    return None


def printable(name: str) -> str:
    """A name that a database and a terminal can show: names in archives can hold anything."""
    shown = "".join(character if character.isprintable() else "�" for character in name)
    return shown if len(shown) <= 300 else f"…{shown[-299:]}"
