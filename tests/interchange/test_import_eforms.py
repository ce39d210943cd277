"""The command, and the archives that it opens."""

import io
import tarfile
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from interchange import receiving, unpacking
from interchange.eforms.document import MAX_BYTES
from interchange.models import ImportedFile
from procurements.models import Notice
from records.models import Job
from tests import make
from tests.interchange import notices

BROKEN = b"<ContractNotice"
GZIPPED = "day.tar.gz"


def zipped(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def tarred(path, members):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def found(*paths):
    return [(file.name, file.content is not None, file.is_left_out) for file in unpacking.find(paths)]


def test_folders_are_read_through_in_the_order_of_names_and_other_files_are_not_looked_at(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("b/2.xml", "a.XML", "notes.txt"):
        (tmp_path / name).write_bytes(b"<x/>")
    zipped(tmp_path / "b" / "1.zip", **{"m.xml": b"<x/>"})
    assert [name for name, _, _ in found(tmp_path)] == ["a.XML", "b/1.zip/m.xml", "b/2.xml"]


def test_members_of_a_tar_are_read_and_links_in_it_are_not_followed(tmp_path):
    path = tarred(tmp_path / GZIPPED, [("20261120/1.xml", b"<x/>")])
    assert found(path) == [("day.tar.gz/20261120/1.xml", True, False)]
    with tarfile.open(tmp_path / "links.tgz", "w:gz") as archive:
        link = tarfile.TarInfo("passwd.xml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert found(tmp_path / "links.tgz") == [("links.tgz/passwd.xml", False, True)]


@pytest.mark.parametrize("name", ["more.zip", "more.tar.gz", "more.tgz", "more.7z"])
def test_an_archive_inside_an_archive_is_not_opened(tmp_path, name):
    zipped(tmp_path / "a.zip", **{name: b"PK", "good.xml": b"<x/>"})
    assert found(tmp_path) == [(f"a.zip/{name}", False, False), ("a.zip/good.xml", True, False)]


def test_a_member_that_unpacks_to_too_much_is_reported_and_the_rest_is_read(tmp_path):
    zipped(tmp_path / "a.zip", **{"bomb.xml": b" " * (MAX_BYTES + 1), "good.xml": b"<x/>"})
    tarred(tmp_path / GZIPPED, [("bomb.xml", b" " * (MAX_BYTES + 1)), ("good.xml", b"<x/>")])
    assert [is_read for _, is_read, _ in found(tmp_path)] == [False, True, False, True]


def test_an_archive_that_unpacks_to_too_much_in_all_ends_there(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "MAX_UNPACKED", 2000)
    path = zipped(tmp_path / "a.zip", **{f"{n}.xml": b"<x/>" * 250 for n in range(9)})
    *_, last = unpacking.find([path])
    assert len(found(path)) == 3
    assert "more than any delivery" in last.problem


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.tgz"])
@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda data: b"PK\x03\x04" * 99, lambda data: b""]
)
def test_a_broken_archive_is_reported(tmp_path, name, damage):
    path = tmp_path / name
    members = [(f"{n}.xml", bytes([65 + n]) * 5000) for n in range(9)]
    zipped(path, **dict(members)) if name == "a.zip" else tarred(path, members)
    path.write_bytes(damage(path.read_bytes()))
    *_, last = unpacking.find([path])
    assert last.problem


def test_a_broken_member_of_a_zip_costs_no_other(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(3):
            archive.writestr(f"{n}.xml", f"<x>{n}{n}{n}</x>")
    path.write_bytes(path.read_bytes().replace(b"<x>111</x>", b"<x>999</x>"))
    assert [is_read for _, is_read, _ in found(path)] == [True, False, True]


def test_a_path_that_is_not_there_is_reported(tmp_path):
    assert found(tmp_path / "gone.xml") == [("gone.xml", False, False)]


def test_a_name_that_no_terminal_should_show_is_cleaned():
    assert unpacking.printable("a\x00b\x1b[31m\u202e.xml") == "a�b�[31m�.xml"


@pytest.mark.django_db
def test_the_broken_file_is_named_with_its_reason_and_the_others_are_read(tmp_path, capsys):
    (tmp_path / "1.xml").write_bytes(notices.notice())
    (tmp_path / "2.xml").write_bytes(BROKEN)
    (tmp_path / "3.xml").write_bytes(notices.notice(buyers=[]))
    (tmp_path / "4.xml").write_bytes(notices.notice())
    call_command("import_eforms", str(tmp_path))
    told = capsys.readouterr().out
    assert "failed: 2.xml: The file is not well-formed XML. line 1" in told
    assert "failed: 3.xml: The notice names no buyer" in told
    job = Job.objects.get(kind="import-eforms")
    assert (job.done, job.total, job.failed, job.summary["new"]) == (4, 4, 2, 2)
    assert job.finished_at is not None
    assert list(job.files.values_list("outcome", flat=True)) == ["new", "failed", "failed", "new"]
    assert Notice.objects.count() == 2


@pytest.mark.django_db
def test_a_second_run_says_unchanged_of_all(tmp_path):
    zipped(tmp_path / "a.zip", **{f"{n}.xml": notices.notice() for n in range(3)})
    call_command("import_eforms", str(tmp_path))
    versions = set(ImportedFile.objects.values_list("version", "sha256"))
    call_command("import_eforms", str(tmp_path))
    job = Job.objects.get(summary__unchanged=3)
    assert set(job.files.values_list("outcome", flat=True)) == {"unchanged"}
    assert set(job.files.values_list("version", "sha256")) == versions


@pytest.mark.django_db
def test_the_command_fails_when_nothing_could_be_read(tmp_path):
    (tmp_path / "1.xml").write_bytes(BROKEN)
    with pytest.raises(CommandError, match="No notice could be read"):
        call_command("import_eforms", str(tmp_path))


@pytest.mark.django_db
def test_a_fault_that_nobody_foresaw_in_one_notice_loses_no_other():
    with connection.cursor() as cursor:  # a table is gone that only the first notice needs
        cursor.execute("ALTER TABLE interchange_unknowncode RENAME TO elsewhere")
    files = [
        unpacking.Found("1.xml", notices.notice(lots=notices.lot(cpv="unknown"))),
        unpacking.Found("2.xml", notices.notice()),
    ]
    job = receiving.receive(files, source="test", at=make.NOW)
    assert list(job.files.values_list("outcome", flat=True)) == ["failed", "new"]
    assert Notice.objects.count() == 1
