import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Duty
from files import limits
from interchange import tasks, uploading
from interchange.models import Upload
from procurements.models import Notice
from records.models import Job, Pulse
from tests import make
from tests.interchange import notices
from tests.interchange.handing_in import on_disk, zipped

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
NEW = "interchange:import_new"


@pytest.fixture
def programme(client):
    client.force_login(make.user(duty=Duty.PROGRAMME))
    return client


def send(client, content, name="dag.zip"):
    return client.post(reverse(NEW), {"file": SimpleUploadedFile(name, content)})


def test_a_file_is_handed_in_imported_by_the_task_and_reported(programme, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = send(programme, zipped(notices.notice(), notices.notice()))
        job = Job.objects.get()
        assert response["Location"] == reverse("interchange:import_detail", args=[job.pk])
        tasks.import_due()
    page = programme.get(response["Location"]).content.decode()
    assert "2 files were looked at" in page
    assert "dag.zip/1.xml" in page
    assert Notice.objects.count() == 2
    assert on_disk() == []
    assert Pulse.objects.get(task="interchange.import_due").failures == 0


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [("a.pdf", b"%PDF", "ends in .zip"), ("a.zip", b"<x/>", "not what the file"), ("a.xml", b"", "empty")],
)
def test_what_is_no_delivery_is_said_beside_the_field(programme, name, content, sentence):
    response = send(programme, content, name)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Upload.objects.exists()


def test_no_file_is_told(programme):
    response = programme.post(reverse(NEW))
    assert response.status_code == 422
    assert "Choose a file." in response.content.decode()


def test_this_page_takes_larger_files_than_others_and_no_larger_ones_than_it_says(programme, monkeypatch, settings):
    settings.FILE_MAX_MEGABYTES = 0.001
    content = zipped(*(notices.notice() for _ in range(3)))
    assert len(content) > limits.most_bytes()
    send(programme, content)
    assert Upload.objects.get().size == len(content) == len(on_disk()[0].read_bytes())
    monkeypatch.setattr(uploading, "LARGEST_UPLOAD", 100)
    assert "more than 200 MB" in send(programme, content + b"x").content.decode()


def test_without_a_token_nothing_is_taken():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make.user(duty=Duty.ADMIN))
    assert send(strict, zipped(notices.notice())).status_code == 403
    assert on_disk() == []
