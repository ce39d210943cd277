from urllib.parse import unquote

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

import arena.urls
from files import counting, receiving, serving, storing
from files.models import StoredFile
from files.refusals import Refused
from files.uploading import BoundedUploadHandler
from tests import make
from tests.files import corpus

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@login_not_required
def public(request, pk):
    return serving.respond(request, StoredFile.objects.get(pk=pk), at=make.NOW, is_public=True)


def private(request, pk):
    return serving.respond(request, StoredFile.objects.get(pk=pk), at=make.NOW)


@csrf_exempt
def upload(request):
    try:
        file = receiving.receive(request.FILES["file"], by=request.user, organisation=None, at=timezone.now())
    except Refused as why:
        return HttpResponse(why.code, status=422)
    return HttpResponse(str(file.pk))


urlpatterns = [
    path("public/<uuid:pk>", public),
    path("private/<uuid:pk>", private),
    path("upload", upload),
    *arena.urls.urlpatterns,
]


@pytest.fixture
def file(received):
    return received()


def body(response):
    return b"".join(response.streaming_content)


def name_of(response):
    return unquote(response.headers["Content-Disposition"].partition("filename*=UTF-8''")[2])


def test_a_file_comes_back_as_an_attachment_that_can_do_nothing(file):
    response = Client().get(f"/public/{file.pk}")
    assert body(response) == corpus.pdf()
    wanted = {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(corpus.pdf())),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "public, max-age=300",
        "ETag": f'"{file.sha256}"',
    }
    assert {name: response.headers[name] for name in wanted} == wanted
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert "Access-Control-Allow-Origin" not in response.headers


def test_the_name_stands_twice_for_old_and_new_browsers():
    assert serving.disposition("Behovsbeskrivning – Åre (v2).pdf") == (
        'attachment; filename="Behovsbeskrivning  Are (v2).pdf"; '
        "filename*=UTF-8''Behovsbeskrivning%20%E2%80%93%20%C3%85re%20%28v2%29.pdf"
    )


@pytest.mark.parametrize(
    "name",
    [
        "Behovsbeskrivning – Åre (v2).pdf",
        "Ærlig økonomi.pdf",
        "'citat' och \"citat\"; filename=evil.exe.pdf"[:36] + ".pdf",
        "100 % + #1 & a=b, c.pdf",
        "需求说明.pdf",
        "وثيقة\u200f.pdf",
        "👩\u200d👧.pdf",
    ],
)
def test_an_odd_name_comes_back_as_it_was(received, name):
    file = received(name)
    response = Client().get(f"/public/{file.pk}")
    assert name_of(response) == file.name == name
    plain = response.headers["Content-Disposition"].partition('filename="')[2].partition('"; filename*')[0]
    assert plain.isascii()
    assert not set(plain) & set('"\\/%;\r\n')
    assert body(response)


def test_a_name_goes_through_a_real_upload_and_back(signed_in, tmp_path):
    anna = signed_in(make.user())
    sent = tmp_path / "Behovsbeskrivning – Åre (v2).pdf"
    sent.write_bytes(corpus.pdf())
    with sent.open("rb") as opened:
        pk = anna.post("/upload", {"file": opened}).content.decode()
    response = anna.get(f"/private/{pk}")
    assert name_of(response) == sent.name
    assert body(response) == sent.read_bytes()


def test_a_private_file_stays_out_of_every_cache(file, signed_in):
    response = signed_in(make.user()).get(f"/private/{file.pk}")
    assert response.headers["Cache-Control"] == "no-store, private"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert body(response)


def test_a_browser_that_has_the_file_is_told_so_and_not_counted(file):
    response = Client().get(f"/public/{file.pk}", headers={"If-None-Match": f'"{file.sha256}"'})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["ETag"] == f'"{file.sha256}"'
    assert counting.downloads_of([file.pk]) == {file.pk: 0}


def test_head_gives_the_headers_alone_and_is_not_counted(file):
    response = Client().head(f"/public/{file.pk}")
    assert response.headers["Content-Length"] == str(file.size)
    assert "attachment" in response.headers["Content-Disposition"]
    assert response.content == b""
    assert counting.downloads_of([file.pk]) == {file.pk: 0}


def test_downloads_are_counted_by_the_day_without_a_name(file):
    for _ in range(3):
        assert body(Client().get(f"/public/{file.pk}"))
    assert counting.downloads_of([file.pk]) == {file.pk: 3}
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'files_downloadcount'")
        assert {row[0] for row in cursor.fetchall()} == {"id", "file_id", "on", "count"}


@pytest.mark.parametrize("state", ["pending", "held", "refused"])
def test_a_file_that_is_not_ready_is_not_there(file, state):
    file.state, file.refusal = state, "malware" if state == "refused" else ""
    file.save()
    assert Client().get(f"/public/{file.pk}").status_code == 404


def test_a_file_whose_bytes_are_gone_is_not_there(file):
    storing.remove(file.pk)
    assert Client().get(f"/public/{file.pk}").status_code == 404
    assert counting.downloads_of([file.pk]) == {file.pk: 0}


@pytest.mark.parametrize("address", ["/media/{}", "/files/{}", "/media/files/{}", "/static/../media/files/{}"])
def test_no_address_leads_to_the_bytes_on_disk(file, address):
    place = storing.path_of(file.pk).relative_to(storing.root())
    assert Client().get(address.format(place)).status_code == 404


def test_what_is_too_large_is_counted_and_not_kept(settings, signed_in, monkeypatch):
    settings.FILE_MAX_MEGABYTES = 1
    written = []
    complete = BoundedUploadHandler.file_complete

    def watch(handler, size):
        written.append((handler.file.tell(), size))
        return complete(handler, size)

    monkeypatch.setattr(BoundedUploadHandler, "file_complete", watch)
    response = signed_in(make.user()).post("/upload", {"file": SimpleUploadedFile("a.txt", b"x" * 3_000_000)})
    assert (response.status_code, response.content) == (422, b"too-big")
    assert written == [(1_000_000, 3_000_000)]
