"""ZIP, the envelope of archives and of office documents. Every member is unpacked here, counted and compared.

Python's `zipfile` reads the list at the end; the members are read by hand, because what other programs would unpack
is what the bytes say, not what the list promises: sizes that lie, members that overlap, bytes between them.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from files.sniffing.verdicts import LEVELS_AT_MOST, RATIO_AT_MOST, RATIO_COUNTS_FROM, Budget, Wrong

BEGIN, END = b"PK\x03\x04", b"PK\x05\x06"
ENDS_WITHIN = 22 + 65_535  # the record at the end, with the longest comment
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the envelope of Office before 2007, and of locked documents since
LOCKED, STRONGLY_LOCKED, MASKED, UNICODE = 0x1, 0x40, 0x2000, 0x800
DESCRIPTOR_AT_MOST = 24  # sizes written after a member, when they were not known before
COMMENT_AT_MOST = 1024


@dataclass(frozen=True)
class Member:
    name: str
    size: int  # bytes when unpacked, as the list says
    is_stored: bool
    packed: bytes
    crc: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")

    def content(self) -> bytes:
        """The bytes, if they are as many as the list says and add up. Raises Wrong otherwise."""
        if self.is_stored:
            unpacked, is_whole = self.packed, True
        else:
            inflate = zlib.decompressobj(-15)
            try:
                unpacked = inflate.decompress(self.packed, self.size + 1)
            except zlib.error:
                raise Wrong("broken") from None
            is_whole = inflate.eof and not inflate.unused_data
        if len(unpacked) > self.size:
            raise Wrong("bomb")  # it says less than it is
        if not is_whole or len(unpacked) != self.size or zlib.crc32(unpacked) != self.crc:
            raise Wrong("broken")
        return unpacked


def members(data: bytes, budget: Budget) -> Iterator[Member]:
    """Each member, in the order of the bytes. What the whole list already shows to be wrong raises before the first one."""
    budget.level += 1
    if budget.level > LEVELS_AT_MOST:
        raise Wrong("nested")
    listed = _listed(data)
    budget.spend_members(len(listed))
    unpacked = sum(info.file_size for info in listed)
    budget.spend(unpacked)
    if unpacked > RATIO_COUNTS_FROM and unpacked > RATIO_AT_MOST * len(data):
        raise Wrong("bomb")
    names = [info.filename.casefold() for info in listed]
    if len(set(names)) != len(names):
        raise Wrong("broken")  # two programs would show two different files
    for info in listed:
        _check_path(info)
    yield from _found(data, listed)
    budget.level -= 1


def _listed(data: bytes) -> list[zipfile.ZipInfo]:
    if not data.startswith(BEGIN):
        if data.startswith(OLE):
            raise Wrong("encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "mismatch")
        raise Wrong("empty" if data.startswith(END) else "mismatch")
    end = data.rfind(END)
    if end < 0:
        raise Wrong("broken")
    comment = data[end + 22 :]
    if len(comment) != int.from_bytes(data[end + 20 : end + 22], "little"):
        raise Wrong("polyglot")
    if len(comment) > COMMENT_AT_MOST or b"%PDF-" in comment or b"<" in comment:
        raise Wrong("polyglot")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = sorted(archive.infolist(), key=lambda info: info.header_offset)
            directory: int = archive.start_dir
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OverflowError):
        raise Wrong("broken") from None
    if not listed:
        raise Wrong("empty")
    if any(info.flag_bits & (LOCKED | STRONGLY_LOCKED | MASKED) for info in listed):
        raise Wrong("encrypted")
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in listed):
        raise Wrong("packing")
    _check_places(data, listed, directory)
    return listed


def _check_places(data: bytes, listed: list[zipfile.ZipInfo], directory: int) -> None:
    """Members lie one after the other from the first byte to the list: none over another, and nothing between."""
    expected = 0
    for info in listed:
        if info.header_offset < expected:
            raise Wrong("bomb")
        if info.header_offset > expected + (DESCRIPTOR_AT_MOST if expected else 0):
            raise Wrong("polyglot")
        begins = _begins(data, info)
        if not expected and b"%PDF-" in data[: min(begins, 1024)]:
            raise Wrong("polyglot")
        expected = begins + info.compress_size
    if expected > directory:
        raise Wrong("bomb")
    if directory > expected + DESCRIPTOR_AT_MOST:
        raise Wrong("polyglot")


def _begins(data: bytes, info: zipfile.ZipInfo) -> int:
    """Where the member's bytes begin. Its own head must give the name that the list gives."""
    head = data[info.header_offset : info.header_offset + 30]
    if len(head) < 30 or not head.startswith(BEGIN):
        raise Wrong("broken")
    flags, method = struct.unpack_from("<HH", head, 6)
    name_length, extra_length = struct.unpack_from("<HH", head, 26)
    name = data[info.header_offset + 30 : info.header_offset + 30 + name_length]
    if flags & (LOCKED | STRONGLY_LOCKED | MASKED):
        raise Wrong("encrypted")
    if method != info.compress_type or name != info.orig_filename.encode("utf-8" if flags & UNICODE else "cp437"):
        raise Wrong("broken")
    begins: int = info.header_offset + 30 + name_length + extra_length
    return begins


def _check_path(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    parts = name.rstrip("/").split("/")
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    if is_link or set(name) & set("\\:\0") or any(part in ("", ".", "..") for part in parts):
        raise Wrong("path")


def _found(data: bytes, listed: list[zipfile.ZipInfo]) -> Iterator[Member]:
    for info in listed:
        begins = _begins(data, info)
        yield Member(
            name=info.filename,
            size=info.file_size,
            is_stored=info.compress_type == zipfile.ZIP_STORED,
            packed=data[begins : begins + info.compress_size],
            crc=info.CRC,
        )
