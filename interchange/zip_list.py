"""The list at the end of a zip archive, looked at before a library reads it whole: how long it is, and whether it lies."""

from __future__ import annotations

import struct
import zipfile
from itertools import pairwise
from operator import itemgetter
from typing import IO

END, END_64, LOCATOR_64, ENTRY = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x01\x02"
ENDS_WITHIN = 22 + 65_535  # the record at the end, with the longest comment
HEAD = 30  # bytes of a member's own head, without its name


class TooLong(Exception):
    """The list names more members than any delivery has."""


class Overlapping(Exception):
    """Two members share bytes: a small archive can so unpack to whatever its maker likes."""


def check_list(file: IO[bytes], *, most: int) -> int:
    """How many bytes the members unpack to, as the list says.

    Raises TooLong, Overlapping, or BadZipFile where the list cannot be found. Whether sizes are true is seen as one reads.
    """
    begins, size = _place(file)
    file.seek(begins)
    listed = _Window(file, size)
    unpacked, members = 0, []
    while entry := listed.take(46):
        if len(entry) < 46 or not entry.startswith(ENTRY):
            raise zipfile.BadZipFile
        packed, whole, name, extra, comment = struct.unpack_from("<LLHHH", entry, 20)
        (place,) = struct.unpack_from("<L", entry, 42)
        rest = listed.take(name + extra + comment)
        if 0xFFFFFFFF in (packed, whole, place):  # members beyond 4 GB: no notice is near that
            raise TooLong
        if len(rest) < name + extra + comment:
            raise zipfile.BadZipFile
        members.append((place, packed + HEAD + name))
        unpacked += whole
        if len(members) > most:
            raise TooLong
    members.sort(key=itemgetter(0))
    for (place, length), (following, _length) in pairwise(members):
        if place + length > following:
            raise Overlapping
    if members and sum(members[-1]) > begins:
        raise Overlapping
    return unpacked


def _place(file: IO[bytes]) -> tuple[int, int]:
    """Where the list begins, and how many bytes it has; counted back from the record at the end, as readers do."""
    length = file.seek(0, 2)
    file.seek(max(0, length - ENDS_WITHIN))
    tail_at = file.tell()
    tail = file.read(ENDS_WITHIN)
    found = tail.rfind(END)
    if found < 0 or len(tail) - found < 22:
        raise zipfile.BadZipFile
    size = int(struct.unpack_from("<L", tail, found + 12)[0])
    ends = tail_at + found
    if tail[max(0, found - 20) : found].startswith(LOCATOR_64):
        record = tail[max(0, found - 76) : found - 20]
        if not record.startswith(END_64) or len(record) < 56:
            raise zipfile.BadZipFile
        size = int(struct.unpack_from("<Q", record, 40)[0])
        ends -= 76
    if size > ends:
        raise zipfile.BadZipFile
    return ends - size, size


class _Window:
    """So many bytes of a file and not more."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._left = file, size

    def take(self, size: int) -> bytes:
        content = self._file.read(min(size, self._left))
        self._left -= len(content)
        return content
