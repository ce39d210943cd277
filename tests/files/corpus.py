"""Files made in code: small ones that are what they say, and the parts that hostile ones are made of."""

import io
import struct
import zipfile
import zlib

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACHINE = b"MZ\x90\x00" + bytes(60) + b"PE\x00\x00"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'


def pdf(inside=b"", after=b""):
    objects = (
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    )
    return b"%PDF-1.7\n" + objects + inside + b"trailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n" + after


def object_stream(objects):
    packed = zlib.compress(objects)
    head = b"9 0 obj\n<< /Type /ObjStm /N 1 /First 5 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
    return head + packed + b"\nendstream\nendobj\n"


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*chunks, width=1, height=1):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def segment(marker, body):
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(*segments, width=1, height=1, after=b""):
    size = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\x34\xff\x00\x56"
    start = b"\xff\xd8" + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    return start + b"".join(segments) + size + scan + b"\xff\xd9" + after


def archive(members, *, packing=zipfile.ZIP_DEFLATED, comment=b""):
    """`members`: names or ZipInfo -> bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as written:
        for name, content in members.items():
            written.writestr(name, content)
        written.comment = comment
    return made.getvalue()


WORD = ("word/document.xml", "wordprocessingml.document")
SHEET = ("xl/workbook.xml", "spreadsheetml.sheet")
SLIDES = ("ppt/presentation.xml", "presentationml.presentation")


def office(kind=WORD, parts=None, *, types="", relations="", main=""):
    path, name = kind
    main = main or f"application/vnd.openxmlformats-officedocument.{name}.main+xml"
    return archive(
        {
            "[Content_Types].xml": f'<Types><Default Extension="png" ContentType="image/png"/>'
            f'<Override PartName="/{path}" ContentType="{main}"/>{types}</Types>',
            "_rels/.rels": f'<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="{path}"/></Relationships>',
            f"{path.partition('/')[0]}/_rels/part.xml.rels": f"<Relationships>{relations}</Relationships>",
            path: "<document>Behov</document>",
            **(parts or {}),
        }
    )


def relation(kind, target):
    return f'<Relationship Id="r2" Type="http://x/relationships/{kind}" Target="{target}" TargetMode="External"/>'


def opendocument(kind="text", parts=None, *, entries=""):
    mimetype = zipfile.ZipInfo("mimetype")  # stored, as the standard asks
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr(mimetype, f"application/vnd.oasis.opendocument.{kind}", zipfile.ZIP_STORED)
        written.writestr("content.xml", "<office:document-content xmlns:office='o'>Behov</office:document-content>")
        for name, content in (parts or {}).items():
            written.writestr(name, content)
        manifest = f"<manifest:manifest xmlns:manifest='m'><manifest:file-entry/>{entries}</manifest:manifest>"
        written.writestr("META-INF/manifest.xml", manifest)
    return made.getvalue()


def changed(data, old, new):
    """The same bytes with `old`, which must be there, replaced everywhere."""
    assert old in data
    return data.replace(old, new)


def locked(data):
    """Every member marked as encrypted, in its own head and in the list."""
    data = bytearray(data)
    for head, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(head)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(head, at + 4)
    return bytes(data)


def understated(content, size):
    """An archive whose one member says that it unpacks to `size` bytes."""
    data = archive({"a.txt": content})
    old = struct.pack("<III", zlib.crc32(content), len(_deflated(content)), len(content))
    return changed(data, old, struct.pack("<III", zlib.crc32(content[:size]), len(_deflated(content)), size))


def _deflated(content):
    packer = zlib.compressobj(-1, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def overlapping():
    """Two names for one member's bytes, as the densest bombs are made."""
    data = archive({"a.txt": b"same", "b.txt": b"same"})
    second = data.index(b"PK\x03\x04", 4)
    at = data.rindex(b"PK\x01\x02")
    assert struct.unpack_from("<I", data, at + 42)[0] == second
    return data[: at + 42] + struct.pack("<I", 0) + data[at + 46 :]


def with_gap(hidden):
    """Bytes between the members and the list that no member owns."""
    data = archive({"a.txt": b"text"})
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    moved = struct.pack("<I", at + len(hidden))
    return data[:at] + hidden + data[at : end + 16] + moved + data[end + 20 :]


def link(name):
    made = zipfile.ZipInfo(name)
    made.external_attr = 0o120777 << 16
    return made


def twice(name):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as written:
        written.writestr("a.txt", "one")
        written.writestr("A.TXT" if name is None else name, "two")
    return made.getvalue()
