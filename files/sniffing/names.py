"""Whether a file's name can be kept, shown and given back without harm to anyone."""

import re
import unicodedata

LONGEST = 200
JOINERS_AND_MARKS = "\u200c\u200d\u200e\u200f"  # written in Persian, Arabic, Hebrew and emoji; they turn nothing round
RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)  # devices of Windows
# Endings that a computer runs, or takes for a page or a document with macros.
PROGRAMS = frozenset(
    [
        *(
            "appref",
            "bas",
            "bat",
            "chm",
            "cmd",
            "com",
            "cpl",
            "dll",
            "docm",
            "dotm",
            "exe",
            "hta",
            "htm",
            "html",
            "inf",
        ),
        *(
            "iso",
            "jar",
            "js",
            "jse",
            "lnk",
            "msc",
            "msi",
            "msp",
            "php",
            "pif",
            "potm",
            "ppsm",
            "pptm",
            "ps1",
            "py",
            "reg",
        ),
        *(
            "scf",
            "scr",
            "sct",
            "sh",
            "url",
            "vb",
            "vbe",
            "vbs",
            "wasm",
            "ws",
            "wsc",
            "wsf",
            "wsh",
            "xhtml",
            "xlam",
            "xll",
        ),
        *("xlsm", "xltm", "xsl"),
    ]
)
HARMLESS_IN_THE_MIDDLE = {
    "com",
    "htm",
    "html",
    "inf",
    "iso",
    "js",
    "py",
    "reg",
    "sh",
    "url",
}  # "node.js.pdf", "x.com.pdf"


def extension_of(name: str) -> str:
    """What stands after the last dot, in lower case; empty when there is none."""
    _stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot else ""


def fault_of(name: str) -> str:
    """The code of what is wrong with the name (in NFC), or an empty string."""
    if not name.strip(". "):
        return "name-empty"
    if len(name) > LONGEST:
        return "name-long"
    if any(_is_unseen(letter) for letter in name):
        return "name-characters"
    if set(name) & set("/\\:"):
        return "name-path"
    if name != name.strip(". \u00a0\u3000"):
        return "name-ending"
    stem, *endings = name.split(".")
    if RESERVED.fullmatch(stem.strip()):
        return "name-reserved"
    if any(ending.strip().lower() in PROGRAMS - HARMLESS_IN_THE_MIDDLE for ending in endings[:-1]):
        return "name-double"
    return ""


def _is_unseen(letter: str) -> bool:
    """Controls, characters that turn text round, halves of characters, private ones, and breaks of lines."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and letter not in JOINERS_AND_MARKS
