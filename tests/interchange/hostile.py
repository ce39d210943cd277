"""Hostile and broken files, each opened in a process of its own with little time and memory (quality S6).

`python -m tests.interchange.hostile PORT` reads them all and writes, a line each, what became of them.
"""

import gzip
import json
import os
import resource
import sys
import time
from pathlib import Path

from interchange.eforms.document import MAX_BYTES, NotReadable
from interchange.eforms.reader import read
from tests.interchange import notices

GOOD = notices.notice(identifier="11111111-1111-4111-8111-111111111111")
TITLE = "Tidig upptäckt av fall"
SECONDS, MEGABYTES = 2, 200
UTF_8 = b'encoding="UTF-8"'
ROOT = b"<ContractNotice"
WORD = b"Tidig"
A_NAME = b'<cbc:Name languageID="SWE">Tidig'
A_LOT = b'<cac:ProcurementProjectLot><cbc:ID schemeName="Lot">L</cbc:ID></cac:ProcurementProjectLot>'


def declared(encoding, text=None):
    """The good notice in an encoding, which it also names."""
    words = (text or GOOD.decode()).replace('encoding="UTF-8"', f'encoding="{encoding}"')
    return words.encode(encoding)


def before_root(words):
    return GOOD.replace(ROOT, words + ROOT, 1)


def in_root(attributes):
    return GOOD.replace(ROOT, ROOT + b" " + attributes, 1)


def within(parts):
    """The good notice with more inside its root."""
    return GOOD.replace(b"</ContractNotice>", parts + b"</ContractNotice>")


def dtd(inside, body=b"&a;"):
    return GOOD.replace(ROOT, b"<!DOCTYPE ContractNotice [" + inside + b"]>" + ROOT, 1).replace(WORD, body)


def laughs(levels, width):
    entities = b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"".join(b"&a%d;" % (n - 1) for _ in range(width))) for n in range(1, levels)
    )
    return b'<!ENTITY a0 "ha">' + entities + b'<!ENTITY a "&a%d;">' % (levels - 1)


def results(inside):
    return GOOD.replace(
        b"<efac:Organizations>", b"<efac:NoticeResult>" + inside + b"</efac:NoticeResult><efac:Organizations>"
    )


def crowd():
    """Few bytes that stand for very many winners: each contract names each tender, each tender each organisation."""
    pool = b"".join(notices.party(f"ORG-{n}", "A").encode() for n in range(1000))
    members = b"".join(b"<efac:Tenderer><cbc:ID>ORG-%d</cbc:ID></efac:Tenderer>" % n for n in range(1000))
    tenders = b"".join(
        b"<efac:LotTender><cbc:ID>T%d</cbc:ID><efac:TenderingParty><cbc:ID>P</cbc:ID></efac:TenderingParty></efac:LotTender>"
        % n
        for n in range(1000)
    )
    named = b"".join(b"<efac:LotTender><cbc:ID>T%d</cbc:ID></efac:LotTender>" % n for n in range(1000))
    contracts = b"".join(
        b"<efac:SettledContract><cbc:ID>C%d</cbc:ID>%s</efac:SettledContract>" % (n, named) for n in range(20)
    )
    party = b"<efac:TenderingParty><cbc:ID>P</cbc:ID>" + members + b"</efac:TenderingParty>"
    return results(tenders + contracts + party).replace(b"<efac:Organizations>", b"<efac:Organizations>" + pool)


def cases(port):
    """{name: (how its bytes are made, what has to become of it)}: None is a refusal, else the title that is read."""
    address = b"http://127.0.0.1:%d/x" % port
    ftp = b"ftp://127.0.0.1:%d/x" % port
    wide = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    system = b'<!ENTITY a SYSTEM "%s">'
    return {
        # no notice at all
        "nothing": (lambda: b"", None),
        "white space": (lambda: b" \n\t ", None),
        "text": (lambda: b"Hello", None),
        "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), None),
        "a gzipped notice": (lambda: gzip.compress(GOOD), None),
        "an archive": (lambda: b"PK\x03\x04" + bytes(200), None),
        "HTML": (lambda: b"<html><body>No such notice</body></html>", None),
        "another XML": (lambda: b"<order><id>1</id></order>", None),
        "JSON": (lambda: b'{"notice": 1}', None),
        "a notice within another element": (lambda: b"<x>" + GOOD.partition(b"?>")[2] + b"</x>", None),
        # broken
        "cut off": (lambda: GOOD[: len(GOOD) // 2], None),
        "cut within a tag": (lambda: GOOD[:-5], None),
        "two roots": (lambda: GOOD + b"<again/>", None),
        "something before": (lambda: b"x" + GOOD, None),
        "a tag that nothing closes": (lambda: GOOD.replace(b"</cbc:CustomizationID>", b""), None),
        "an attribute twice": (lambda: in_root(b'a="1" a="2"'), None),
        "a prefix that nothing binds": (lambda: within(b"<who:x/>"), None),
        "an undefined entity": (lambda: GOOD.replace(WORD, b"&hello;"), None),
        # characters and encodings
        "NUL": (lambda: GOOD.replace(WORD, b"T\0dig"), None),
        "a reference to NUL": (lambda: GOOD.replace(WORD, b"T&#0;dig"), None),
        "a control character": (lambda: GOOD.replace(WORD, b"T\x07dig"), None),
        "a reference to a control character": (lambda: GOOD.replace(WORD, b"T&#7;dig"), None),
        "half a pair": (lambda: GOOD.replace(WORD, b"T&#xD800;dig"), None),
        "a character that is none": (lambda: GOOD.replace(WORD, b"T&#xFFFF;dig"), None),
        "a character beyond Unicode": (lambda: GOOD.replace(WORD, b"T&#x110000;dig"), None),
        "bytes that are not UTF-8": (lambda: GOOD.replace(WORD, b"T\xff\xfedig"), None),
        "letters written too long": (lambda: GOOD.replace(WORD, b"\xc0\xbcidig"), None),
        "declared UTF-16, written UTF-8": (lambda: GOOD.replace(b"UTF-8", b"UTF-16"), None),
        "declared UTF-8, written UTF-16": (lambda: GOOD.decode().encode("utf-16"), TITLE),
        "declared UTF-32, written UTF-8": (lambda: GOOD.replace(b"UTF-8", b"UTF-32"), None),
        "UTF-32": (lambda: declared("UTF-32"), None),
        "UTF-7": (lambda: declared("UTF-7"), None),
        "a tag hidden in UTF-7": (lambda: declared("UTF-7", GOOD.decode().replace("Tidig", "<x>")), None),
        "EBCDIC": (lambda: declared("cp037"), None),
        "EBCDIC by its other name": (lambda: declared("cp037").replace("cp037".encode("cp037"), "IBM037".encode("cp037")), None),
        "an unknown encoding": (lambda: GOOD.replace(b"UTF-8", b"klingon"), None),
        "an encoding with a very long name": (lambda: GOOD.replace(b"UTF-8", b"k" * 100_000), None),
        "UTF-16": (lambda: declared("UTF-16"), TITLE),
        "Latin 1": (lambda: declared("ISO-8859-1"), TITLE),
        "a byte order mark": (lambda: b"\xef\xbb\xbf" + GOOD, TITLE),
        "a byte order mark of another encoding": (lambda: b"\xff\xfe" + GOOD, None),
        # document types and entities
        "a harmless DTD": (lambda: before_root(b"<!DOCTYPE ContractNotice>"), None),
        "a billion laughs": (lambda: dtd(laughs(12, 10)), None),
        "laughs in an attribute": (lambda: dtd(laughs(12, 10), b"x").replace(ROOT, ROOT + b' a="&a;"', 1), None),
        "laughs with another spelling": (
            lambda: f"<!DOCTYPE x [<!ENTITY l0 'ha'>{wide}]><x>&l11;</x>".encode("utf-16"),
            None,
        ),
        "quadratic laughs": (lambda: dtd(b'<!ENTITY a "%s">' % (b"a" * 30_000), b"&a;" * 30_000), None),
        "entities that name each other": (lambda: dtd(b'<!ENTITY a "&b;"><!ENTITY b "&a;">'), None),
        "a parameter bomb": (
            lambda: dtd(b"<!ENTITY %% p '<!ENTITY a \"%s\">'> %%p;" % (b"ha" * 100_000)),
            None,
        ),
        "a file of ours": (lambda: dtd(system % b"file:///etc/passwd"), None),
        "a device of ours": (lambda: dtd(system % b"file:///dev/zero"), None),
        "an address": (lambda: dtd(system % address), None),
        "another kind of address": (lambda: dtd(system % ftp), None),
        "an external DTD": (lambda: before_root(b'<!DOCTYPE ContractNotice SYSTEM "%s">' % address), None),
        "a public DTD": (lambda: before_root(b'<!DOCTYPE ContractNotice PUBLIC "-//x" "%s">' % address), None),
        "a parameter entity": (lambda: dtd(b'<!ENTITY %% p SYSTEM "%s"> %%p;' % address, b"x"), None),
        "an entity sent away": (
            lambda: dtd(b'<!ENTITY %% f SYSTEM "file:///etc/hostname"><!ENTITY %% p SYSTEM "%s"> %%p; %%f;' % address, b"x"),
            None,
        ),
        "attributes by default": (lambda: dtd(b'<!ATTLIST ContractNotice a CDATA "%s">' % (b"x" * 50_000), b"x"), None),
        # what points elsewhere
        "an include": (
            lambda: GOOD.replace(
                WORD, b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/hostname" parse="text"/>'
            ),
            "",
        ),
        "an include from the net": (
            lambda: within(b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="%s"/>' % address),
            TITLE,
        ),
        "a schema elsewhere": (
            lambda: in_root(
                b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x %s"' % address
            ),
            TITLE,
        ),
        "a style sheet": (lambda: before_root(b'<?xml-stylesheet href="%s"?>' % address), TITLE),
        "an instruction within a title": (lambda: GOOD.replace(WORD, b"T<?php system('id')?>idig"), TITLE),
        "a comment within a title": (lambda: GOOD.replace(WORD, b"Ti<!-- x -->dig"), TITLE),
        "a base elsewhere": (lambda: in_root(b'xml:base="%s"' % address), TITLE),
        # names
        "another prefix for the same name space": (lambda: GOOD.replace(b"cbc:", b"q:").replace(b":cbc=", b":q="), TITLE),
        "our prefix for another name space": (
            lambda: GOOD.replace(b"xsd:CommonBasicComponents-2", b"xsd:CommonBasicComponents-3"),
            "",
        ),
        "a prefix bound anew within": (lambda: within(b'<cbc:ID xmlns:cbc="urn:x">x</cbc:ID>'), TITLE),
        "fifty thousand name spaces": (
            lambda: in_root(b" ".join(b'xmlns:n%d="urn:%d"' % (n, n) for n in range(50_000))),
            TITLE,
        ),
        # much
        "deep nesting": (lambda: b"<a>" * 100_000 + b"</a>" * 100_000, None),
        "deep nesting within a notice": (lambda: within(b"<a>" * 5_000 + b"</a>" * 5_000), None),
        "many attributes": (lambda: in_root(b" ".join(b'a%d="1"' % n for n in range(100_000))), TITLE),
        "an attribute of nine megabytes": (lambda: in_root(b'a="%s"' % (b"x" * 9_000_000)), TITLE),
        "a text of nine megabytes": (lambda: GOOD.replace(WORD, b"x" * 9_000_000), "x" * 200),
        "a name of a megabyte": (lambda: within(b"<" + b"x" * 1_000_000 + b"/>"), None),
        "a million references": (lambda: GOOD.replace(WORD, b"&#65;" * 1_000_000), "A" * 200),
        "a marked section of nine megabytes": (lambda: GOOD.replace(WORD, b"<![CDATA[%s]]>" % (b"<" * 9_000_000)), "<" * 200),
        "20 MB of text": (lambda: GOOD.replace(WORD, b"x" * 20_000_000), None),
        "a gigabyte of text": (lambda: b"<x>" + bytes(1) * (MAX_BYTES * 10), None),
        "just over the limit": (lambda: GOOD + b" " * (MAX_BYTES - len(GOOD) + 1), None),
        "just at the limit": (lambda: GOOD + b" " * (MAX_BYTES - len(GOOD)), TITLE),
        "half a million empty elements": (lambda: within(b"<cbc:ID/>" * 500_000), TITLE),
        "ten thousand lots": (lambda: within(A_LOT * 10_000), None),
        "as many lots as may be": (lambda: within(A_LOT * 1_999), TITLE),
        "ten thousand organisations": (
            lambda: GOOD.replace(b"<efac:Organizations>", b"<efac:Organizations>" + b"<efac:Organization/>" * 10_000),
            None,
        ),
        "ten thousand tenders": (lambda: results(b"<efac:LotTender/>" * 10_000), None),
        "a crowd of winners": (crowd, None),
        "a hundred thousand titles": (lambda: GOOD.replace(A_NAME, b'<cbc:Name languageID="ENG">x</cbc:Name>' * 100_000 + A_NAME), TITLE),
        "a hundred thousand languages": (
            lambda: within(b"<cac:AdditionalNoticeLanguage><cbc:ID>ENG</cbc:ID></cac:AdditionalNoticeLanguage>" * 100_000),
            TITLE,
        ),
    }  # fmt: skip


def verdict(make):
    """Runs in a process of its own: refused or read, how long it took, how much memory it needed."""
    xml = make()
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    room = pages * resource.getpagesize() + MEGABYTES * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS * 5, SECONDS * 5))
    touched = []
    sys.addaudithook(lambda event, args: touched.append(event) if event.startswith(("socket.", "open")) else None)
    before = resource.getrusage(resource.RUSAGE_SELF)
    try:
        found = {"title": read(xml).title.best("SWE")[:200]}
    except NotReadable as why:
        found = {"sentence": why.sentence, "detail": why.detail}
    except BaseException as why:
        found = {"fault": repr(why)}
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return found | {"seconds": spent, "kilobytes": after.ru_maxrss - before.ru_maxrss, "touched": touched}


def main(port):
    read(GOOD)  # what is compiled once is not a case's
    for name, (make, _) in cases(port).items():
        sys.stdout.flush()
        begun, child = time.monotonic(), os.fork()
        if not child:
            try:
                told = verdict(make)
            except BaseException as why:
                told = {"fault": repr(why)}
            print(json.dumps({"name": name, **told}), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            print(json.dumps({"name": name, "fault": f"ended with {status}", "seconds": time.monotonic() - begun}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
