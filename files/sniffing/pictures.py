"""PNG, JPEG and WebP: whole, of a size that can be shown, and nothing but a picture."""

import re
import zlib

from files.sniffing.verdicts import PIXELS_AT_MOST, Budget, Wrong
from files.sniffing.zips import END, ENDS_WITHIN

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PAGE = re.compile(rb"<script|<html|<!doctype html|<\?php", re.IGNORECASE)
WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}
SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the markers that say height and width


def png(data: bytes, budget: Budget) -> str:
    if not data.startswith(SIGNATURE):
        raise Wrong("mismatch")
    at, is_first = len(SIGNATURE), True
    while True:
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body, end = at + 8, at + 12 + length
        if end > len(data) or zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            raise Wrong("broken")
        if is_first:
            if kind != b"IHDR" or length != 13:
                raise Wrong("broken")
            _measure(int.from_bytes(data[body : body + 4], "big"), int.from_bytes(data[body + 4 : body + 8], "big"))
        if kind == b"IEND":
            break
        at, is_first = end, False
    if end != len(data):
        raise Wrong("polyglot")
    _only_a_picture(data)
    return "image/png"


def jpeg(data: bytes, budget: Budget) -> str:
    if not data.startswith(b"\xff\xd8\xff"):
        raise Wrong("mismatch")
    at, is_measured = 2, False
    while True:
        if data[at : at + 1] != b"\xff" or at + 4 > len(data):
            raise Wrong("broken")
        marker = data[at + 1]
        if marker == 0xFF:  # a filling byte
            at += 1
            continue
        if marker in WITHOUT_LENGTH:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2 or marker == 0xD9:
            raise Wrong("broken")
        if marker in SIZES:
            _measure(int.from_bytes(data[at + 5 : at + 7], "big"), int.from_bytes(data[at + 7 : at + 9], "big"))
            is_measured = True
        at += 2 + length
        if marker == 0xDA:  # the picture itself begins
            break
    if not is_measured or data.find(b"\xff\xd9", at) < 0:
        raise Wrong("broken")
    _only_a_picture(data)
    return "image/jpeg"


def webp(data: bytes, budget: Budget) -> str:
    """A RIFF container whose first part says the size, in one of WebP's three ways."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise Wrong("mismatch")
    end = 8 + int.from_bytes(data[4:8], "little")
    if end != len(data):
        raise Wrong("broken" if end > len(data) else "polyglot")
    kind, body = data[12:16], data[20:30]
    if len(body) < 10:
        raise Wrong("broken")
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        _measure(int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF)
    elif kind == b"VP8L" and body[:1] == b"\x2f":
        bits = int.from_bytes(body[1:5], "little")
        _measure((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    elif kind == b"VP8X":
        _measure(int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1)
    else:
        raise Wrong("broken")
    _only_a_picture(data)
    return "image/webp"


def _measure(one: int, other: int) -> None:
    if not one or not other:
        raise Wrong("broken")
    if one * other > PIXELS_AT_MOST:
        raise Wrong("bomb")


def _only_a_picture(data: bytes) -> None:
    """Cameras write behind the picture's end, so that alone says nothing; a page, a PDF or an archive in it does."""
    if PAGE.search(data) or b"%PDF-" in data[:1024] or END in data[-ENDS_WITHIN:]:
        raise Wrong("polyglot")
