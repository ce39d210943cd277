"""PDF: from its first byte, whole, readable by everyone, and without anything that runs or hides."""

import re
import zlib

from files.sniffing.verdicts import Budget, Wrong
from files.sniffing.zips import END, ENDS_WITHIN

ENDS_NEAR = 2048  # programs that mail or sign put some lines behind the end
DICTIONARY_AT_MOST = 4096


def _name(*words: str) -> re.Pattern[bytes]:
    """The names of PDF, in which any letter may be written as # and its number (ISO 32000-1, 7.3.5)."""
    spelled = ["".join(f"(?:{c}|#{ord(c):02x}|#{ord(c):02X})" for c in word) for word in words]
    return re.compile(rf"/(?:{'|'.join(spelled)})(?![A-Za-z0-9#])".encode())


ENCRYPTED = _name("Encrypt")
ACTIVE = _name("JavaScript", "Launch", "RichMedia", "Rendition", "ImportData")
FORM_OF_XFA = re.compile(rb"/XFA\s*[\[\d]")
EMBEDDED = _name("EmbeddedFile", "EmbeddedFiles", "FileAttachment")
OBJECTS = _name("ObjStm")
STREAM = re.compile(rb">>\s*stream\r?\n")


def check(data: bytes, budget: Budget) -> str:
    if not data.startswith(b"%PDF-"):
        raise Wrong("polyglot" if b"%PDF-" in data[:1024] else "mismatch")
    if b"%%EOF" not in data[-ENDS_NEAR:]:
        raise Wrong("broken")
    if END in data[-ENDS_WITHIN:]:
        raise Wrong("polyglot")
    if ENCRYPTED.search(data):
        raise Wrong("encrypted")
    _search(data)
    for packed in OBJECTS.finditer(data):
        _search(_unpacked(data, packed.start(), budget))
    return "application/pdf"


def _search(objects: bytes) -> None:
    if ACTIVE.search(objects) or FORM_OF_XFA.search(objects):
        raise Wrong("active")
    if EMBEDDED.search(objects):
        raise Wrong("embedded")


def _unpacked(data: bytes, at: int, budget: Budget) -> bytes:
    """The objects of an object stream, which may be compressed; those that are not were searched with all the rest."""
    begins = STREAM.search(data, at, at + DICTIONARY_AT_MOST)
    if not begins:
        return b""  # the words stood in a text, not in a dictionary
    opens = data.rfind(b"obj", max(0, at - DICTIONARY_AT_MOST), at)
    if b"/F" not in data[opens : begins.start()].replace(b"/First", b"").replace(b"#46", b"F"):
        return b""
    ends = data.find(b"endstream", begins.end())
    inflate = zlib.decompressobj()
    try:
        objects = inflate.decompress(data[begins.end() : ends if ends > 0 else len(data)], budget.bytes + 1)
    except zlib.error:
        raise Wrong("broken") from None  # packed in a way that no writer of PDF uses for objects
    budget.spend(len(objects))
    if not inflate.eof:
        raise Wrong("broken")
    return objects
