"""Plain text and tables of text: no byte that text does not have, and no language that a program runs."""

import codecs
import re

from files.sniffing.verdicts import Budget, Wrong

CHUNK = 1 << 20
BINARY = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
# HTML, XML and SVG; scripts; PDF, PostScript and RTF, which can be nothing but letters; a web archive.
LANGUAGE = re.compile(r"\s*(<[a-z!?/]|#!|%pdf-|%!ps|\{\\rtf|mime-version:|begin:v)", re.IGNORECASE)
BYTE_ORDER = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
NAMED = {"utf-8-sig": "utf-8", "cp1252": "windows-1252"}


def plain(data: bytes, budget: Budget) -> str:
    return f"text/plain; charset={_encoding(data)}"


def table(data: bytes, budget: Budget) -> str:
    return f"text/csv; charset={_encoding(data)}"


def _encoding(data: bytes) -> str:
    """Unicode, or Windows-1252, in which spreadsheets here still write CSV."""
    marked = next((name for mark, name in BYTE_ORDER.items() if data.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        try:
            _read(data, encoding)
        except UnicodeDecodeError:
            continue
        return NAMED.get(encoding, encoding)
    raise Wrong("mismatch")


def _read(data: bytes, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(data), CHUNK):
        letters = decoder.decode(data[start : start + CHUNK], final=start + CHUNK >= len(data))
        if BINARY.search(letters) or (start == 0 and LANGUAGE.match(letters)):
            raise Wrong("mismatch")
