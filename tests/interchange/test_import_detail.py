import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Duty
from interchange import receiving, uploading
from interchange.unpacking import Found
from procurements.models import Notice
from records.models import Job
from tests import make
from tests.interchange import notices
from tests.interchange.handing_in import hand_in, ticking, work, zipped

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
DETAIL, REPORT, CANCEL = "interchange:import_detail", "interchange:import_report", "interchange:import_cancel"


def job(*files):
    files = files or (Found("bra.xml", notices.notice()), Found("trasig.xml", b"<x"))
    return receiving.receive(files, source="test", at=make.NOW)


@pytest.fixture
def admin(client):
    client.force_login(make.user(duty=Duty.ADMIN))
    return client


def test_the_page_of_an_import_names_each_file_with_its_notice_or_the_reason(admin):
    page = admin.get(reverse(DETAIL, args=[job().pk])).content.decode()
    assert "bra.xml" in page
    assert "Tidig upptäckt av fall" in page
    assert "trasig.xml" in page
    assert "not well-formed" in page


def test_the_files_can_be_filtered_by_outcome(admin):
    address = reverse(DETAIL, args=[job().pk])
    failed = admin.get(address, {"outcome": "failed"}).content.decode()
    assert "trasig.xml" in failed
    assert "bra.xml" not in failed
    assert "bra.xml" not in admin.get(address, {"outcome": "unchanged"}).content.decode()
    assert "bra.xml" in admin.get(address, {"outcome": "nonsense"}).content.decode()


def test_a_name_from_an_archive_is_shown_as_text(admin):
    page = admin.get(reverse(DETAIL, args=[job(Found("<script>x</script>.xml", b"")).pk])).content.decode()
    assert "<script>x" not in page


def test_the_number_of_queries_does_not_depend_on_the_number_of_files(admin):
    def queries(files):
        one = job(*(Found(f"{n}.xml", notices.notice()) for n in range(files)))
        with CaptureQueriesContext(connection) as asked:
            admin.get(reverse(DETAIL, args=[one.pk]))
        return len(asked)

    queries(1)  # the first page of a session writes the session
    assert queries(12) == queries(2)


# While it goes on


def begun(files=10, seconds=8):
    one = hand_in(zipped(*(notices.notice() for _ in range(files))))
    uploading.import_due(ticking(), until=make.NOW + timedelta(seconds=seconds))
    one.refresh_from_db()
    assert 0 < one.done < files
    return one


def test_what_waits_says_so_and_can_be_left_alone(admin):
    page = admin.get(reverse(DETAIL, args=[hand_in(zipped(notices.notice())).pk])).content.decode()
    assert "waits for a worker" in page
    assert "Cancel the import" in page
    assert "<progress" not in page


def test_what_goes_on_shows_how_far_it_is_and_asks_again_by_itself_or_by_a_link(admin):
    one = begun()
    address = reverse(DETAIL, args=[one.pk])
    page = admin.get(address).content.decode()
    assert f'<progress max="10" value="{one.done}"' in page
    assert f'data-hx-get="{address}"' in page
    assert f'<a class="button second" href="{address}">' in page
    assert "is left" in page


def test_htmx_gets_the_progress_alone_and_stops_asking_at_the_end(admin):
    one = begun()
    address = reverse(DETAIL, args=[one.pk])
    piece = admin.get(address, headers={"HX-Request": "true"})
    assert "HX-Request" in piece["Vary"]
    assert "<h1" not in piece.content.decode()
    assert "data-hx-trigger" in piece.content.decode()
    work()
    piece = admin.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "data-hx-trigger" not in piece
    assert "The import is finished" in piece
    assert "See the whole report" in piece


def test_it_can_be_cancelled_and_a_second_click_is_told_so(admin):
    one = begun()
    page = admin.post(reverse(CANCEL, args=[one.pk]), follow=True).content.decode()
    assert "cancelled after" in page
    assert "Cancel the import" not in page
    assert Notice.objects.count() == one.done
    assert "had ended already" in admin.post(reverse(CANCEL, args=[one.pk]), follow=True).content.decode()


# The report as a file


def rows(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_report_can_be_fetched_as_a_table_of_all_or_of_one_outcome(admin):
    one = job()
    response = admin.get(reverse(REPORT, args=[one.pk]))
    assert response["Content-Disposition"] == f'attachment; filename="import-{one.pk}.csv"'
    assert response.content.startswith(b"\xef\xbb\xbf")
    head, good, bad = rows(response)
    assert head == ["File", "Outcome", "Reason", "Detail", "Notice", "Address"]
    assert good[:2] == ["bra.xml", "New notice"]
    assert good[4] == "Tidig upptäckt av fall"
    assert good[5].startswith("http")
    assert bad == ["trasig.xml", "Could not be read", "The file is not well-formed XML.", "line 1", "", ""]
    only = admin.get(reverse(REPORT, args=[one.pk]), {"outcome": "failed"})
    assert [row[0] for row in rows(only)[1:]] == ["trasig.xml"]


@pytest.mark.parametrize("name", ["=1+1.xml", "@x.xml", "+x.xml", "-x.xml", " =x.xml", "\t=x.xml"])
def test_a_name_that_a_spreadsheet_would_run_is_text(admin, name):
    one = job(Found(name, b"<x"))
    assert rows(admin.get(reverse(REPORT, args=[one.pk])))[1][0] == f"'{name}"


def test_an_import_of_another_kind_has_no_page(admin):
    other = Job.objects.create(kind="something", started_at=make.NOW)
    for name in (DETAIL, REPORT):
        assert admin.get(reverse(name, args=[other.pk])).status_code == 404
    assert admin.post(reverse(CANCEL, args=[other.pk])).status_code == 404
