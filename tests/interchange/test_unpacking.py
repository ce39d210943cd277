"""Archives from strangers: everything is named in the report, and nothing costs more than it should (quality S6)."""

import gzip
import json
import subprocess
import sys
import tarfile
import zipfile
from random import Random

import pytest

from interchange import unpacking
from tests.interchange import archives
from tests.interchange.archives import GOOD, tarred, zipped

SECONDS, MEGABYTES = 2, 200
# A process of its own, whose memory is this archive's alone. It prints what was found, the seconds and the megabytes.
CHILD = """
import json, re, sys, time
from pathlib import Path
from interchange.unpacking import find_in_file
path = Path(sys.argv[1])
began = time.process_time()
read, problems = 0, {}
for found in find_in_file(path, path.name):
    if found.content is None:
        problems[found.problem] = problems.get(found.problem, 0) + 1
    else:
        read += 1
megabytes = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1000
print(json.dumps([read, problems, time.process_time() - began, megabytes]))
"""
HOSTILE = {
    "ratio.zip": (lambda path: zipped(path, [(f"{n}.xml", bytes(9_000_000)) for n in range(12)]), unpacking.TOO_MUCH),
    "overlapping.zip": (archives.one_kernel_many_names, unpacking.OVERLAPPING),
    "quoted.zip": (archives.quoted_kernel, unpacking.OVERLAPPING),
    "names.zip": (archives.many_names, unpacking.TOO_MUCH),
    "lying.zip": (archives.lying_about_its_size, "The archive's member is broken or locked."),
    "locked.zip": (archives.locked, "The archive's member is locked with a password."),
    "lzma.zip": (
        lambda path: zipped(path, [("a.xml", GOOD)], packing=zipfile.ZIP_LZMA),
        "The archive's member is packed in an unusual way.",
    ),
    "bomb.tar.gz": (archives.gzip_bomb, unpacking.NOTHING_IN_IT),  # zeros end a tar, and are not read further
    "member.tgz": (
        lambda path: tarred(path, [(f"{n}.xml", bytes(9_000_000)) for n in range(12)]),
        unpacking.TOO_MUCH,
    ),
    "header.tar.gz": (archives.large_header, unpacking.TOO_MUCH),
    "pax.tar.gz": (lambda path: archives.large_header(path, type_=tarfile.XHDTYPE), unpacking.TOO_MUCH),
    "parts.tar.gz": (archives.empty_parts, unpacking.TOO_MUCH),
    "folders.tar.gz": (archives.endless_folders, unpacking.TOO_MUCH),
    "device.tar.gz": (lambda path: tarred(path, [("zero.xml", archives.device)]), "The archive's member is no file."),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_archive_that_means_harm_is_refused_with_a_reason_in_two_seconds_and_200_megabytes(tmp_path, name):
    make, problem = HOSTILE[name]
    said = subprocess.run(
        [sys.executable, "-c", CHILD, str(make(tmp_path / name))], capture_output=True, check=True, timeout=60
    )
    read, problems, seconds, megabytes = json.loads(said.stdout)
    assert problem in problems
    assert read <= 10
    assert seconds <= SECONDS
    assert megabytes <= MEGABYTES


def found(path):
    return [(file.name.partition("/")[2], file.problem) for file in unpacking.find([path])]


AWAY = "The member's name leads out of the archive; it was not read."


@pytest.mark.parametrize(
    "name", ["../a.xml", "a/../../b.xml", "/etc/a.xml", "..\\a.xml", "C:/a.xml", "\\\\host\\share\\a.xml"]
)
def test_a_name_that_leads_away_is_refused_and_the_others_are_read(tmp_path, name):
    for archive in (
        zipped(tmp_path / "a.zip", [(name, GOOD), ("./good..xml", GOOD)]),
        tarred(tmp_path / "a.tgz", [(name, GOOD), ("./good..xml", GOOD)]),
    ):
        assert [problem for _name, problem in found(archive)] == [AWAY, ""]


def test_a_name_that_goes_on_behind_its_end_is_refused(tmp_path):
    path = zipped(tmp_path / "a.zip", [("aXb.xml", GOOD)])
    path.write_bytes(path.read_bytes().replace(b"aXb.xml", b"a\0b.xml"))
    assert found(path) == [("a�b.xml", AWAY)]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_links_are_not_followed(tmp_path, kind):
    path = tarred(tmp_path / "a.tgz", [("good.xml", GOOD), ("a.xml", archives.link_to("good.xml", kind))])
    assert [name for name, problem in found(path) if not problem] == ["good.xml"]


@pytest.mark.parametrize("ending", [".zip", ".tar.gz"])
def test_an_archive_under_the_wrong_ending_is_said_to_be_broken(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    (tarred if ending == ".zip" else zipped)(path, [("a.xml", GOOD)])
    assert found(path) == [("", unpacking.BROKEN_ARCHIVE)]


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_of_an_archive_that_was_cut_off_the_part_that_is_there_is_read(tmp_path, share):
    noise = Random(5)
    path = tarred(tmp_path / "a.tgz", [(f"{n}.xml", noise.randbytes(40_000)) for n in range(10)])
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    *read, last = unpacking.find([path])
    assert last.problem == unpacking.BROKEN_ARCHIVE
    assert len(read) in (int(share * 10), int(share * 10) - 1)
    assert all(file.content for file in read)


def test_a_delivery_of_an_ordinary_day_is_read_whole(tmp_path):
    texts = [b"<x>%d%s</x>" % (n, b" ".join(b"%d" % (n * m % 9973) for m in range(1000))) for n in range(1, 401)]
    members = [(f"20261120_224/{n:08}_2026.xml", text) for n, text in enumerate(texts)]
    for archive in (zipped(tmp_path / "a.zip", members), tarred(tmp_path / "a.tar.gz", members)):
        read = list(unpacking.find([archive]))
        assert [file.content for file in read] == texts


def test_a_gzip_file_in_several_parts_is_one(tmp_path):
    path = tarred(tmp_path / "a.tgz", [("a.xml", GOOD * 50_000), ("b.xml", GOOD)])
    plain = gzip.decompress(path.read_bytes())
    path.write_bytes(b"".join(gzip.compress(plain[n : n + 4096]) for n in range(0, len(plain), 4096)) + bytes(512))
    assert [name for name, _problem in found(path)] == ["a.xml", "b.xml"]
