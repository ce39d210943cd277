import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Duty
from interchange import receiving
from interchange.models import UnknownCode
from interchange.unpacking import Found
from tests import make
from tests.interchange import notices

pytestmark = pytest.mark.django_db
LIST = "interchange:import_list"
DETAIL = "interchange:import_detail"


def job(*files):
    files = files or (Found("bra.xml", notices.notice()), Found("trasig.xml", b"<x"))
    return receiving.receive(files, source="test", at=make.NOW)


@pytest.mark.parametrize(
    ("duty", "status"),
    [(Duty.ADMIN, 200), (Duty.PROGRAMME, 200), (Duty.CURATOR, 404), (Duty.SUPPORT, 404), (None, 404)],
)
def test_only_admins_and_the_programme_office_know_of_the_imports(client, duty, status):
    client.force_login(make.user(duty=duty))
    assert client.get(reverse(LIST)).status_code == status
    assert client.get(reverse(DETAIL, args=[job().pk])).status_code == status


def test_a_visitor_is_asked_to_log_in(client):
    assert client.get(reverse(LIST)).status_code == 302


@pytest.fixture
def admin(client):
    client.force_login(make.user(duty=Duty.ADMIN))
    return client


def test_an_empty_list_says_how_to_begin(admin):
    assert "import_eforms" in admin.get(reverse(LIST)).content.decode()


def test_the_list_counts_each_import_and_shows_unknown_codes(admin):
    one = job()
    UnknownCode.objects.create(list="innovative-acquisition", code="brand-new", times=7)
    page = admin.get(reverse(LIST)).content.decode()
    assert reverse(DETAIL, args=[one.pk]) in page
    assert "brand-new" in page


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
