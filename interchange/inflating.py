"""A gzip file read as it unpacks, forward alone, that stops where it grows beyond all measure (quality S6)."""

from __future__ import annotations

import io
import zlib
from typing import IO, Any

CHUNK = 65_536  # bytes
MAX_PARTS = 20_000  # gzip files in one gzip file; tools that pack in blocks make one of each 64 KB


class Bomb(Exception):
    """It unpacks to far more than it is, or asks to be held in memory whole."""


class Inflated(io.RawIOBase):
    """The unpacked bytes of `packed`, for a tar reader: `read`, `tell` and `seek` forward.

    Raises Bomb when more than `counts_from` bytes came out and more than `max_ratio` times what went in, and when more
    than `max_read` bytes are asked for at once, as by a tar header that pretends to be gigabytes long.
    """

    def __init__(self, packed: IO[bytes], *, max_ratio: int, counts_from: int, max_read: int) -> None:
        self._packed, self._max_ratio, self._counts_from, self._max_read = packed, max_ratio, counts_from, max_read
        self._inflate = zlib.decompressobj(wbits=31)
        self._rest, self._out = b"", b""  # not inflated yet; inflated last
        self._at = self._place = 0  # how much of `_out` was read; where we are in the whole
        self._taken = self._made = self._parts = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET or place < self._place:
            raise ValueError("It is read forward alone.")
        while self._place < place and self.read(min(CHUNK, place - self._place)):
            pass
        return self._place

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > self._max_read:
            raise Bomb
        parts, missing = [], size
        while missing and (self._at < len(self._out) or self._fill()):
            part = self._out[self._at : self._at + missing]
            parts.append(part)
            self._at += len(part)
            missing -= len(part)
        self._place += size - missing
        return b"".join(parts)

    def readinto(self, buffer: Any) -> int:
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def _fill(self) -> bool:
        """Whether there is more. Raises EOFError for a file that was cut off, zlib.error for a broken one."""
        self._out, self._at = b"", 0
        while not self._out:
            if not self._rest:
                self._rest = self._packed.read(CHUNK)
                self._taken += len(self._rest)
                if not self._rest:
                    if self._inflate.eof or not self._taken:
                        return False
                    raise EOFError
            if self._inflate.eof:
                if not self._rest.startswith(b"\x1f"):  # tapes are filled up with zeros
                    return False
                self._parts += 1
                if self._parts > MAX_PARTS:
                    raise Bomb
                self._inflate = zlib.decompressobj(wbits=31)
            self._out = self._inflate.decompress(self._rest, CHUNK)
            self._rest = self._inflate.unconsumed_tail or self._inflate.unused_data
            self._made += len(self._out)
            if self._made > self._counts_from and self._made > self._max_ratio * self._taken:
                raise Bomb
        return True
