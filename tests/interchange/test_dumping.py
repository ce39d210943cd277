"""Everything that is published, as two files a day: once, whole, and removed in time."""

import csv
import gzip
import hashlib
import io
import json
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from interchange import dumping
from interchange.models import Dump
from interchange.ocds.releases import releases_of, whole
from procurements.models import Notice
from tests import make
from tests.interchange.ocds.test_releases import amend

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path / "dumps"


def content(form):
    return gzip.decompress(Path(Dump.objects.get(form=form).file.path).read_bytes())


def test_the_files_hold_every_release_and_every_notice(monkeypatch):
    monkeypatch.setattr(dumping, "CHUNK", 2)
    notices = [make.notice(kind="competition", title=f"Nummer {place}") for place in range(5)]
    amend(notices[0], title="Ett nytt namn")
    draft = make.notice(published=False, title="Ännu hemligt")
    assert [(one.form, one.releases) for one in dumping.dump_due(make.NOW)] == [("ocds", 6), ("csv", 5)]
    written = [json.loads(line) for line in content("ocds").splitlines()]
    assert written == [one for notice in whole(Notice.objects.order_by("pk")) for one in releases_of(notice)]
    rows = list(csv.DictReader(io.StringIO(content("csv").decode("utf-8-sig"))))
    assert [row["title"] for row in rows] == ["Ett nytt namn", *(f"Nummer {place}" for place in range(1, 5))]
    assert rows[0]["release_id"] == f"{notices[0].code}-02"
    assert draft.title not in str(rows) + str(written)


def test_a_row_knows_the_size_and_the_fingerprint_of_its_file(folder):
    make.notice()
    for one in dumping.dump_due(make.NOW):
        found = (folder / dumping.name_of(one)).read_bytes()
        assert (one.size, one.sha256) == (len(found), hashlib.sha256(found).hexdigest())
    assert len(list(folder.iterdir())) == 2  # nothing half-written is left


def test_no_cell_of_the_table_is_a_formula():
    make.notice(title="=1+1", description='@SUM("a", "å")\n-2')
    dumping.dump_due(make.NOW)
    [row] = csv.DictReader(io.StringIO(content("csv").decode("utf-8-sig")))
    assert (row["title"], row["description"]) == ("'=1+1", '\'@SUM("a", "å")\n-2')


def test_the_number_of_a_sole_trader_is_in_no_file():
    make.notice(buyer=make.buyer(registration_number="8001011239", kind="sole-trader"))
    dumping.dump_due(make.NOW)
    assert b"8001011239" not in content("csv") + content("ocds")


def test_the_same_day_has_its_files_once():
    assert len(dumping.dump_due(make.NOW)) == 2
    assert dumping.dump_due(make.NOW + timedelta(hours=3)) == []
    assert len(dumping.dump_due(make.NOW + timedelta(days=1))) == 2


def test_what_broke_in_the_middle_is_made_by_the_next_beat(folder, monkeypatch):
    make.notice()
    monkeypatch.setitem(dumping.WRITERS, Dump.Form.CSV, lambda file: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        dumping.dump_due(make.NOW)
    assert [file.name for file in folder.iterdir()] == [f"{make.NOW.date()}-releases.jsonl.gz"]
    monkeypatch.undo()
    assert [one.form for one in dumping.dump_due(make.NOW)] == ["csv"]


def test_a_file_that_another_worker_has_made_is_not_written_over(folder):
    [first, _table] = dumping.dump_due(make.NOW)
    make.notice()
    with pytest.raises(Exception, match="dumped_once_a_day"):
        dumping.dump(Dump.Form.OCDS, day=make.NOW.date(), at=make.NOW)
    assert hashlib.sha256((folder / dumping.name_of(first)).read_bytes()).hexdigest() == first.sha256


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_makes_the_files(monkeypatch):
    """The second comes while the first is at it."""
    began, go_on, made = threading.Event(), threading.Event(), []

    def wait(file):
        began.set()
        assert go_on.wait(10)
        return 0

    def work():
        made.extend(dumping.dump_due(make.NOW))
        connection.close()

    monkeypatch.setitem(dumping.WRITERS, Dump.Form.OCDS, wait)
    first = threading.Thread(target=work)
    first.start()
    assert began.wait(10)
    assert dumping.dump_due(make.NOW) == []
    go_on.set()
    first.join(10)
    assert len(made) == Dump.objects.count() == 2


def test_old_files_go_and_the_first_of_each_month_stays(folder):
    for days in (0, 1, 34, 36, 60, 61, 90):
        dumping.dump(Dump.Form.CSV, day=(make.NOW - timedelta(days=days)).date(), at=make.NOW)
    (folder / ".left.part").write_bytes(b"half")
    os.utime(folder / ".left.part", (0, 0))
    dumping.tidy(make.NOW)
    kept = {str(dump.day) for dump in Dump.objects.all()}
    assert kept == {"2026-11-22", "2026-11-21", "2026-10-19", "2026-10-17", "2026-09-22", "2026-08-24"}
    assert {file.name[:10] for file in folder.iterdir()} == kept
    assert dumping.tidy(make.NOW) == 0


def test_a_file_is_fetched_in_pieces_and_kept_by_who_has_it(client):
    make.notice()
    [made, _table] = dumping.dump_due(make.NOW)
    path = reverse("ocds:dump_download", args=[dumping.name_of(made)])
    response = client.get(path)
    assert response.streaming
    assert hashlib.sha256(b"".join(response.streaming_content)).hexdigest() == made.sha256
    assert response["Content-Length"] == str(made.size)
    assert response["Content-Type"] == "application/gzip"
    assert "Content-Encoding" not in response
    assert f'filename="{make.NOW.date()}-releases.jsonl.gz"' in response["Content-Disposition"]
    assert client.get(path, headers={"If-None-Match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize("name", ["x.gz", "..%2F..%2Fetc%2Fpasswd", ".left.part", "2026-11-22-notices.csv.gz"])
def test_what_no_row_names_is_not_there(client, folder, name):
    folder.mkdir()
    (folder / ".left.part").write_bytes(b"half")
    assert client.get(f"/ocds/dumps/{name}").status_code == 404


def test_a_file_whose_bytes_are_gone_is_not_there(client, folder):
    [made, _table] = dumping.dump_due(make.NOW)
    Path(made.file.path).unlink()
    assert client.get(reverse("ocds:dump_download", args=[dumping.name_of(made)])).status_code == 404


def test_the_page_names_each_file_with_its_size_and_fingerprint(client):
    page = client.get(reverse("open_data")).content.decode()
    assert "No files have been written yet" in page
    for one in dumping.dump_due(make.NOW):
        page = client.get(reverse("open_data")).content.decode()
        assert one.sha256 in page
        assert reverse("ocds:dump_download", args=[dumping.name_of(one)]) in page
