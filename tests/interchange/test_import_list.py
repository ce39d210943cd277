from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Duty
from interchange import receiving
from interchange.models import IMPORT, Source, UnknownCode
from interchange.unpacking import Found
from records.models import Job
from tests import make
from tests.interchange import notices

pytestmark = pytest.mark.django_db
LIST = "interchange:import_list"
DETAIL = "interchange:import_detail"
HOUR = timedelta(hours=1)


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


def test_the_list_names_what_was_handed_in_and_how_far_it_is(admin):
    Job.objects.create(kind=IMPORT, started_at=make.NOW, total=30, done=7, summary={"name": "vecka-47.zip"})
    Job.objects.create(kind=IMPORT, started_at=make.NOW, finished_at=make.NOW, summary={"cancelled": True})
    page = admin.get(reverse(LIST)).content.decode()
    assert "vecka-47.zip" in page
    assert "7 files of 30" in page
    assert "Cancelled" in page
    assert reverse("interchange:import_new") in page


def test_the_list_says_what_is_fetched_and_what_went_wrong(admin, settings):
    assert "fetches by itself" not in admin.get(reverse(LIST)).content.decode()
    settings.FETCH = ["ted", "doffin"]
    Source.objects.create(
        name="ted", position="202600221", failures=3, error="The server answered 500.", due_at=timezone.now() + HOUR
    )
    page = admin.get(reverse(LIST)).content.decode()
    assert "202600221" in page
    assert "3 failures" in page
    assert "The server answered 500." in page
    assert "Doffin" in page
    assert "Never" in page
    settings.FETCH = []
    assert "Not any more" in admin.get(reverse(LIST)).content.decode()
