"""Goal S7: every hostile content is refused for the right reason, and nothing harmless is refused."""

import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from files import inspecting, limits
from files.refusals import SENTENCES, Refused
from files.sniffing import CHECKS, sniff
from files.sniffing.verdicts import Wrong
from tests.files import corpus as c

TYPES = '<Override PartName="/x" ContentType="{}"/>'.format
BOOK = c.office(c.SHEET)
LETTER = c.office()
MACROS = c.office(c.SHEET, {"xl/vbaProject.bin": b"x"})
DEEP = c.office(c.SHEET, {"xl/embeddings/c.docx": LETTER})
MAC = {"a.pdf": c.pdf(), "__MACOSX/._a.pdf": b"\0\x05\x16\x07\0\x02", ".DS_Store": b"\0\0\0\x01Bud1"}

HOSTILE = [
    ("a program named PDF", "pdf", c.MACHINE, "mismatch"),
    ("a Linux program named PDF", "pdf", b"\x7fELF" + bytes(60), "mismatch"),
    ("a page named PDF", "pdf", c.PAGE, "mismatch"),
    ("a PDF that begins later", "pdf", b"GIF89a" + bytes(14) + c.pdf(), "polyglot"),
    ("a PDF that is an archive too", "pdf", c.pdf(after=c.archive({"a.txt": b"x"})), "polyglot"),
    ("a PDF with a script", "pdf", c.pdf(b"3 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj\n"), "active"),
    ("a PDF with a disguised script", "pdf", c.pdf(b"3 0 obj\n<< /S /J#61vaScrip#74 /JS (x) >>\nendobj\n"), "active"),
    ("a PDF with a packed script", "pdf", c.pdf(c.object_stream(b"3 0 << /S /JavaScript /JS (x) >>")), "active"),
    ("a PDF that starts a program", "pdf", c.pdf(b"3 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj\n"), "active"),
    ("a PDF with an XFA form", "pdf", c.pdf(b"3 0 obj\n<< /AcroForm << /XFA 4 0 R >> >>\nendobj\n"), "active"),
    ("a PDF with a file in it", "pdf", c.pdf(b"3 0 obj\n<< /Type /EmbeddedFile >>\nendobj\n"), "embedded"),
    ("a PDF with a packed file in it", "pdf", c.pdf(c.object_stream(b"3 0 << /EmbeddedFiles 4 0 R >>")), "embedded"),
    ("a locked PDF", "pdf", c.changed(c.pdf(), b"/Root", b"/Encrypt 5 0 R /Root"), "encrypted"),
    ("half a PDF", "pdf", c.pdf()[:60], "broken"),
    ("a PDF whose objects cannot be unpacked", "pdf", c.changed(c.pdf(c.object_stream(b"3 0")), b"x\x9c", b"\0\0"), "broken"),
    ("a PDF that unpacks for ever", "pdf", c.pdf(c.object_stream(bytes(250_000_000))), "bomb"),
    ("a picture with a page behind it", "png", c.png() + c.PAGE, "polyglot"),
    ("a picture with a page in its notes", "png", c.png(c.chunk(b"tEXt", b"Comment\0" + c.PAGE)), "polyglot"),
    ("a picture that is an archive too", "png", c.png() + c.archive({"a.txt": b"x"}), "polyglot"),
    ("a picture that is a PDF too", "png", c.png(c.chunk(b"tEXt", b"C\0%PDF-1.4")), "polyglot"),
    ("a picture of four thousand million points", "png", c.png(width=65_000, height=65_000), "bomb"),
    ("a broken picture", "png", c.changed(c.png(), b"IDAT", b"IDAX"), "broken"),
    ("a picture without an end", "png", c.png()[:-12], "broken"),
    ("a drawing with a script named PNG", "png", c.SVG, "mismatch"),
    ("a GIF named PNG", "png", b"GIF89a" + bytes(40), "mismatch"),
    ("a photograph with PHP in it", "jpg", c.jpeg(c.segment(0xFE, b"<?php system($_GET[0]); ?>")), "polyglot"),
    ("a photograph with an archive behind it", "jpeg", c.jpeg(after=c.archive({"a.txt": b"x"})), "polyglot"),
    ("a photograph too large to show", "jpg", c.jpeg(width=65_535, height=65_535), "bomb"),
    ("a photograph without a picture", "jpg", b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9", "broken"),
    ("a page named TXT", "txt", b"\xef\xbb\xbf \n" + c.PAGE, "mismatch"),
    ("a drawing named TXT", "txt", c.SVG, "mismatch"),
    ("a script named TXT", "txt", b"#!/bin/sh\nrm -rf ~\n", "mismatch"),
    ("RTF named TXT", "txt", rb"{\rtf1\ansi{\object\objocx}}", "mismatch"),
    ("a PDF named TXT", "txt", c.pdf(), "mismatch"),
    ("text with NUL", "txt", b"Behov\0av hjul", "mismatch"),
    ("a program named CSV", "csv", c.MACHINE, "mismatch"),
    ("nothing", "txt", b"", "empty"),
    ("a document with macros named DOCX", "docx", c.office(main="application/vnd.ms-word.document.macroEnabled.main+xml"), "active"),
    ("a document with a macro project", "docx", c.office(parts={"word/vbaProject.bin": b"x"}), "active"),
    ("a macro project under another name", "docx", c.office(parts={"word/media/image1.png": c.OLE}), "embedded"),
    ("a macro project by its type", "docx", c.office(types=TYPES("application/vnd.ms-office.vbaProject")), "active"),
    ("a template from elsewhere", "docx", c.office(relations=c.relation("attachedTemplate", "http://x/t.dotm")), "active"),
    ("a program in a document", "docx", c.office(parts={"word/embeddings/a.exe": c.MACHINE}), "embedded"),
    ("a program in a document as a picture", "docx", c.office(parts={"word/media/image1.png": c.MACHINE}), "embedded"),
    ("an OLE object", "docx", c.office(parts={"word/embeddings/oleObject1.bin": c.OLE}), "embedded"),
    ("an ActiveX control", "docx", c.office(parts={"word/activeX/activeX1.xml": b"<a/>"}), "active"),
    ("a document of a billion laughs", "docx", c.office(parts={"word/styles.xml": c.LAUGHS}), "bomb"),
    ("the same in UTF-16", "docx", c.office(parts={"word/styles.xml": c.LAUGHS.decode().encode("utf-16")}), "bomb"),
    ("a locked document", "docx", c.OLE + "EncryptedPackage".encode("utf-16-le") + bytes(512), "encrypted"),
    ("an old DOC named DOCX", "docx", c.OLE + bytes(512), "mismatch"),
    ("a table named DOCX", "docx", BOOK, "mismatch"),
    ("an archive named DOCX", "docx", c.archive({"a.txt": b"x"}), "mismatch"),
    ("a field that starts a program", "docx", c.office(parts={"word/footer1.xml": b"<a>DDEAUTO c:\\\\cmd</a>"}), "active"),
    ("macros of Excel 4", "xlsx", c.office(c.SHEET, {"xl/macrosheets/sheet1.xml": b"<a/>"}), "active"),
    ("a table in a table with a macro", "xlsx", c.office(c.SHEET, {"xl/embeddings/a.xlsx": MACROS}), "active"),
    ("OpenDocument with a macro", "odt", c.opendocument(parts={"Basic/Standard/Module1.xml": b"<a/>"}), "active"),
    ("OpenDocument with a script", "odt", c.opendocument(parts={"Scripts/python/a.py": b"import os"}), "active"),
    ("OpenDocument that calls a script", "odt", c.opendocument(parts={"styles.xml": b"<a href='vnd.sun.star.script:../x'/>"}), "active"),
    ("a locked OpenDocument", "odt", c.opendocument(entries="<manifest:encryption-data/>"), "encrypted"),
    ("an OpenDocument table named ODT", "odt", c.opendocument("spreadsheet"), "mismatch"),
    ("a locked archive", "zip", c.locked(c.archive({"a.txt": b"text"})), "encrypted"),
    ("a bomb", "zip", c.archive({"a.txt": b" " * 60_000_000}), "bomb"),
    ("a bomb of many small files", "zip", c.archive({f"{n}.txt": b"x" for n in range(5_001)}), "bomb"),
    ("more than it says", "zip", c.understated(b" " * 5_000, 10), "bomb"),
    ("files that lie over each other", "zip", c.overlapping(), "bomb"),
    ("an archive in an archive", "zip", c.archive({"b.zip": c.archive({"a.txt": b"x"})}), "nested"),
    ("documents in documents without end", "zip", c.archive({"a.docx": c.office(parts={"word/embeddings/b.xlsx": DEEP})}), "nested"),
    ("a way out", "zip", c.archive({"../../etc/cron.d/a.txt": b"x"}), "path"),
    ("a way from the root", "zip", c.archive({"/etc/a.txt": b"x"}), "path"),
    ("a way of Windows", "zip", c.archive({"C:\\a.txt": b"x"}), "path"),
    ("a link", "zip", c.archive({c.link("a.txt"): b"/etc/passwd"}), "path"),
    ("a name that turns round", "zip", c.archive({"a\u202etxt.exe.pdf": b"x"}), "path"),
    ("a program in an archive", "zip", c.archive({"setup.exe": c.MACHINE}), "member"),
    ("a program named PDF in an archive", "zip", c.archive({"a.pdf": c.MACHINE}), "mismatch"),
    ("a page in an archive", "zip", c.archive({"index.html": c.PAGE}), "member"),
    ("a macro in an archive", "zip", c.archive({"a.docx": c.office(parts={"word/vbaProject.bin": b"x"})}), "active"),
    ("a program hidden as the machine's own file", "zip", c.archive({"__MACOSX/._a.exe": c.MACHINE}), "path"),
    ("a program that unpacks itself", "zip", c.MACHINE + c.archive({"a.txt": b"x"}), "mismatch"),
    ("two archives one after the other", "zip", c.archive({"b.txt": b"x"}) + c.archive({"a.txt": b"x"}), "polyglot"),
    ("hidden bytes", "zip", c.with_gap(c.MACHINE), "polyglot"),
    ("a PDF in the comment", "zip", c.archive({"a.txt": b"x"}, comment=c.pdf()), "polyglot"),
    ("bytes behind the end", "zip", c.archive({"a.txt": b"x"}) + b"more", "polyglot"),
    ("one name twice", "zip", c.twice(None), "broken"),
    ("a packing that nobody checks", "zip", c.archive({"a.txt": b"x" * 99}, packing=zipfile.ZIP_BZIP2), "packing"),
    ("half an archive", "zip", c.archive({"a.txt": b"x"})[:30], "broken"),
    ("a changed letter", "zip", c.changed(c.archive({"a.txt": b"text"}, packing=zipfile.ZIP_STORED), b"text", b"tixt"), "broken"),
    ("an archive of nothing", "zip", c.archive({}), "empty"),
    ("an archive of folders", "zip", c.archive({"mapp/": b""}), "empty"),
    ("a drawing", "svg", c.SVG, "type"),
    ("a page", "html", c.PAGE, "type"),
]  # fmt: skip

OFFICE, OPEN = "application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument"
DOCX, XLSX, PPTX = (
    f"{OFFICE}.{kind}" for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
)
IMAGE = {"word/media/image1.png": c.png()}
HARMLESS = [
    ("a PDF", "pdf", c.pdf(), "application/pdf"),
    ("a PDF with lines behind its end", "pdf", c.pdf(after=b"\r\n\r\n"), "application/pdf"),
    ("a PDF with packed objects", "pdf", c.pdf(c.object_stream(b"3 0 << /Type /Page >>")), "application/pdf"),
    ("a picture", "png", c.png(), "image/png"),
    ("a photograph", "jpg", c.jpeg(), "image/jpeg"),
    ("a photograph with what cameras add", "jpeg", c.jpeg(after=c.jpeg() + b"SEFH" + bytes(20)), "image/jpeg"),
    ("a letter", "docx", LETTER, DOCX),
    ("a letter with a picture", "docx", c.office(parts=IMAGE), DOCX),
    ("a letter with a link", "docx", c.office(relations=c.relation("hyperlink", "https://x")), DOCX),
    ("a letter with a chart's table", "docx", c.office(parts={"word/embeddings/Sheet1.xlsx": BOOK}), DOCX),
    ("a table", "xlsx", BOOK, XLSX),
    ("a table with the printer's settings", "xlsx", c.office(c.SHEET, {"xl/printerSettings/printerSettings1.bin": b"P\0r\0"}), XLSX),
    ("slides", "pptx", c.office(c.SLIDES), PPTX),
    ("OpenDocument text", "odt", c.opendocument(), f"{OPEN}.text"),
    ("OpenDocument table", "ods", c.opendocument("spreadsheet"), f"{OPEN}.spreadsheet"),
    ("OpenDocument slides", "odp", c.opendocument("presentation", {"Basic/Standard/script-lb.xml": b"<a/>"}), f"{OPEN}.presentation"),
    ("text", "txt", "Behov av fallskydd på Åre sjukhem\n".encode(), "text/plain; charset=utf-8"),
    ("text of old Windows", "txt", "Behov på Åre\r\n".encode("cp1252"), "text/plain; charset=windows-1252"),
    ("text in UTF-16", "txt", "Behov på Åre".encode("utf-16"), "text/plain; charset=utf-16"),
    ("a table of text with formulas", "csv", b"kommun;antal\n\xc3\x85re;=1+1\n", "text/csv; charset=utf-8"),
    ("text that speaks of scripts", "txt", b"Svara utan <script> och <html>.", "text/plain; charset=utf-8"),
    ("an archive", "zip", c.archive({"mapp/": b"", "mapp/a.pdf": c.pdf(), "b.docx": LETTER}), "application/zip"),
    ("an archive of a Mac", "zip", c.archive(MAC), "application/zip"),
    ("an archive that packs nothing", "zip", c.archive({"a.pdf": c.pdf()}, packing=zipfile.ZIP_STORED), "application/zip"),
]  # fmt: skip


def test_the_corpus_is_as_large_as_the_goal_says():
    assert len(HOSTILE) >= 39
    assert len(HARMLESS) >= 17


@pytest.mark.parametrize(("extension", "data", "code"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_a_hostile_content_is_refused_for_what_it_is(extension, data, code):
    with pytest.raises(Wrong) as refused:
        sniff(data, extension)
    assert refused.value.code == code
    assert code in SENTENCES


@pytest.mark.parametrize(("extension", "data", "kind"), [row[1:] for row in HARMLESS], ids=[row[0] for row in HARMLESS])
def test_a_harmless_content_is_accepted_and_named(extension, data, kind):
    assert sniff(data, extension) == kind


def test_what_is_promised_is_what_is_checked():
    assert set(limits.EXTENSIONS) == set(CHECKS)


def test_the_process_with_limits_says_the_same():
    """The same checks as above, started as in a request: one of each outcome."""
    assert inspecting.inspect(SimpleUploadedFile("Åre.PDF", c.pdf())).content_type == "application/pdf"
    with pytest.raises(Refused) as refused:
        inspecting.inspect(SimpleUploadedFile("a.zip", c.archive({"b.zip": c.archive({"a.txt": b"x"})})))
    assert refused.value.code == "nested"
