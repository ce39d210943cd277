"""Goal S7: which names are kept as they are, and which are refused with a sentence that says what to change."""

import unicodedata

import pytest

from files.refusals import SENTENCES
from files.sniffing.names import extension_of, fault_of

NAMES = [
    ("Behovsbeskrivning – Åre (v2).pdf", ""),
    ("kravspecifikation.PDF", ""),
    ("Bilaga 1 – Ærlig økonomi.docx", ""),
    ("'citat' och \"citat\".pdf", ""),
    ("“citat” & 50 % + #1; a=b.txt", ""),
    ("Version 1.2.3 2026-11-22.pdf", ""),
    ("example.com.pdf", ""),
    ("node.js.txt", ""),
    ("需求说明.pdf", ""),
    ("وثيقة\u200f.pdf", ""),
    ("نمی\u200cخواهم.pdf", ""),
    ("familj 👩\u200d👧.png", ""),
    ("console.txt", ""),
    ("a" * 196 + ".pdf", ""),
    ("a" * 197 + ".pdf", "name-long"),
    ("", "name-empty"),
    ("..", "name-empty"),
    (" . ", "name-empty"),
    (".pdf", "name-ending"),
    (".htaccess", "name-ending"),
    ("a.pdf.", "name-ending"),
    ("a.pdf ", "name-ending"),
    (" a.pdf", "name-ending"),
    ("../../etc/passwd", "name-path"),
    ("/etc/a.pdf", "name-path"),
    ("..\\..\\a.pdf", "name-path"),
    ("a.exe:b.pdf", "name-path"),
    ("a\0.pdf", "name-characters"),
    ("a\n.pdf", "name-characters"),
    ("a\x1b[31m.pdf", "name-characters"),
    ("avtal\u202efdp.exe", "name-characters"),
    ("a\u2066b\u2069.pdf", "name-characters"),
    ("a\u200b.pdf", "name-characters"),
    ("a\ufeff.pdf", "name-characters"),
    ("a\ud800.pdf", "name-characters"),
    ("a\u2028.pdf", "name-characters"),
    ("CON.pdf", "name-reserved"),
    ("nul.txt", "name-reserved"),
    ("com1.tar.pdf", "name-reserved"),
    ("LPT¹.pdf", "name-reserved"),
    ("faktura.exe.pdf", "name-double"),
    ("faktura.scr .pdf", "name-double"),
    ("skal.php.jpg", "name-double"),
]


def test_the_table_is_as_long_as_the_goal_says():
    assert len(NAMES) >= 34


@pytest.mark.parametrize(("name", "code"), NAMES, ids=[repr(name)[:40] for name, _code in NAMES])
def test_a_name_is_kept_or_refused(name, code):
    assert fault_of(unicodedata.normalize("NFC", name)) == code
    assert code == "" or code in SENTENCES


@pytest.mark.parametrize(
    ("name", "extension"),
    [("a.PDF", "pdf"), ("a.pdf.exe", "exe"), ("a", ""), ("a．pdf", ""), ("a.pdf .exe", "exe"), ("a.tar.gz", "gz")],
)
def test_the_last_ending_counts(name, extension):
    assert extension_of(name) == extension
