"""Hostile and broken files: each ends in one sentence, quickly, without a connection."""

import resource
import socket
import time

import pytest

from interchange.eforms.document import MAX_BYTES, NotReadable
from interchange.eforms.reader import NotProcurement, read
from tests.interchange import notices

GOOD = notices.notice()
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
QUADRATIC = "&a;" * 30_000

HOSTILE = {
    "nothing": b"",
    "white space": b" \n\t ",
    "text": b"Hello",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "HTML": b"<html><body>No such notice</body></html>",
    "another XML": b"<order><id>1</id></order>",
    "cut off": GOOD[: len(GOOD) // 2],
    "two roots": GOOD + b"<again/>",
    "a wrong encoding": GOOD.replace(b"UTF-8", b"UTF-16"),
    "an unknown encoding": GOOD.replace(b"UTF-8", b"klingon"),
    "bytes that are not UTF-8": GOOD.replace(b"Tidig", b"T\xff\xfedig"),
    "NUL": GOOD.replace(b"Tidig", b"T\0dig"),
    "a reference to NUL": GOOD.replace(b"Tidig", b"T&#0;dig"),
    "an undefined entity": GOOD.replace(b"Tidig", b"&hello;"),
    "a billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l11;</x>'.encode(),
    "laughs in an attribute": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x a="&l11;"/>'.encode(),
    "quadratic laughs": f'<!DOCTYPE x [<!ENTITY a "{"a" * 30_000}">]><x>{QUADRATIC}</x>'.encode(),
    "a file of ours": b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><x>&f;</x>',
    "an address": b'<!DOCTYPE x [<!ENTITY f SYSTEM "http://127.0.0.1:9/x">]><x>&f;</x>',
    "an external DTD": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
    "a parameter entity": b'<!DOCTYPE x [<!ENTITY % f SYSTEM "http://127.0.0.1:9/x"> %f;]><x/>',
    "a harmless DTD": GOOD.replace(b"<ContractNotice", b"<!DOCTYPE ContractNotice><ContractNotice", 1),
    "deep nesting": b"<a>" * 100_000 + b"</a>" * 100_000,
    "many attributes": b"<x " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"/>",
    "20 MB of text": GOOD.replace(b"Tidig", b"x" * 20_000_000),
    "just over the limit": GOOD + b" " * (MAX_BYTES - len(GOOD) + 1),
}


@pytest.fixture
def no_connection(monkeypatch):
    def refuse(*args):
        raise AssertionError("A connection was tried.")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.usefixtures("no_connection")
@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_notice_ends_in_a_sentence_within_the_limits(name):
    begun, memory = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(NotReadable) as why:
        read(HOSTILE[name])
    assert why.value.sentence.endswith(".")
    assert time.monotonic() - begun < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 200_000  # KB


def test_a_companys_registration_is_known_as_such():
    xml = b"""<BusinessRegistrationInformationNotice
        xmlns="http://data.europa.eu/p27/eforms-business-registration-information-notice/1"/>"""
    with pytest.raises(NotProcurement, match="registers a company"):
        read(xml)


def test_includes_and_instructions_are_not_followed():
    evil = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/hostname" parse="text"/>'
    xml = GOOD.replace(b"<ContractNotice", b'<?xml-stylesheet href="http://127.0.0.1:9/"?><ContractNotice', 1)
    assert read(xml.replace(b"Tidig", evil)).title.best("SWE") == ""


def test_a_comment_does_not_cut_a_text():
    assert read(GOOD.replace(b"Tidig", b"Ti<!-- x -->dig")).title.best("SWE") == "Tidig upptäckt av fall"


def test_a_byte_order_mark_is_no_obstacle():
    assert read(b"\xef\xbb\xbf" + GOOD).identifier
