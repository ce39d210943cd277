"""The files of a form that met a closed door go with it when it is sent again."""

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from arena import urls
from records import keeping
from records.models import KeptFile, KeptPost
from tests import make
from tests.accounts.test_kept_post import end_session, log_in, onward_of, send_again

pytestmark = pytest.mark.django_db
received = []


def upload(request):
    """Any page of ours that takes files, and wants a title with them."""
    files = [(name, file.name, file.content_type, file.read()) for name, many in request.FILES.lists() for file in many]
    received.append((request.POST.get("title"), files))
    return redirect("/en/") if request.POST.get("title") else HttpResponse("A title, please.", status=422)


urlpatterns = [*urls.urlpatterns, path("upload/", upload, name="upload")]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    received.clear()
    settings.MEDIA_ROOT = tmp_path
    settings.ROOT_URLCONF = __name__
    return tmp_path


@pytest.fixture
def anna():
    return make.user()


@pytest.fixture
def away(client, anna):
    log_in(client, anna)
    end_session(client)
    return client


def file(name="Bilaga å ä ö.pdf", content=b"%PDF", content_type="application/pdf"):
    return SimpleUploadedFile(name, content, content_type)


def on_disk(place):
    return sorted(each for each in place.rglob("*") if each.is_file())


def test_the_files_come_back_as_the_browser_sent_them(away, anna, place):
    page = onward_of(
        away.post("/upload/", {"title": "Bilagor", "paper": [file(), file("två.txt", b"x", "text/plain")]})
    )
    assert len(on_disk(place)) == 2
    log_in(away, anna, page)
    shown = away.get(page).content.decode()
    assert "Bilaga å ä ö.pdf" in shown
    assert send_again(away, page).url == "/en/"
    assert received == [
        (
            "Bilagor",
            [
                ("paper", "Bilaga å ä ö.pdf", "application/pdf", b"%PDF"),
                ("paper", "två.txt", "text/plain", b"x"),
            ],
        )
    ]


def test_their_bytes_lie_where_no_address_leads(away, place):
    away.post("/upload/", {"paper": file("../../evil.html", b"<script>", "text/html")})
    (kept,) = on_disk(place)
    assert kept.parent == place / "kept"
    assert kept.name.isalnum()
    assert KeptFile.objects.get().name == "evil.html"


def test_a_correction_takes_the_files_with_it(away, anna):
    page = onward_of(away.post("/upload/", {"title": "", "paper": file()}))
    log_in(away, anna, page)
    assert send_again(away, page).status_code == 422
    assert KeptPost.objects.get().restored_at is None
    address = away.get(page).context["action"]  # where the page that asks for the correction stands
    assert away.post(address, {"title": "Nu med namn"}).status_code == 302
    assert received[-1] == ("Nu med namn", [("paper", "Bilaga å ä ö.pdf", "application/pdf", b"%PDF")])
    assert KeptPost.objects.get().restored_at


def test_a_file_that_is_chosen_anew_takes_the_place_of_the_kept_one(away, anna):
    page = onward_of(away.post("/upload/", {"title": "", "paper": file()}))
    log_in(away, anna, page)
    away.post(away.get(page).context["action"], {"title": "T", "paper": file("ny.pdf", b"new")})
    assert received == [("T", [("paper", "ny.pdf", "application/pdf", b"new")])]


def test_files_are_nobody_elses_and_go_to_their_own_page_alone(away, anna):
    away.post("/upload/", {"title": "Hemligt", "paper": file()})
    kept = KeptPost.objects.get()
    other = make.user()
    log_in(away, other)
    away.post(keeping.address(kept), {"title": "Ge mig"})
    assert received == [("Ge mig", [])]
    KeptPost.objects.update(user=other, path="/en/profile/")
    away.post(f"/upload/?kept={kept.pk}", {"title": "Hit"})
    assert received[-1] == ("Hit", [])


@pytest.mark.parametrize("named", ["", "x", "%00", "00000000-0000-0000-0000-000000000000"])
def test_a_name_that_names_nothing_changes_nothing(client, anna, named):
    client.force_login(anna)
    answer = client.post(f"/upload/?kept={named}", {"title": "T"})
    assert answer.status_code == (400 if named == "%00" else 302)
    assert all(files == [] for _title, files in received)


def test_a_file_beyond_the_limit_is_named_and_the_text_is_kept(away, anna, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_BYTES", 5)
    page = onward_of(away.post("/upload/", {"title": "Text", "paper": [file(), file("stor.bin", b"123456")]}))
    kept = KeptPost.objects.get()
    assert kept.missing == ["stor.bin"]
    assert [one.name for one in kept.files.all()] == ["Bilaga å ä ö.pdf"]
    log_in(away, anna, page)
    shown = away.get(page).content.decode()
    assert "stor.bin" in shown
    assert "stor.bin" in shown


def test_a_disk_that_is_full_costs_the_file_and_not_the_text(away, place):
    (place / "kept").write_bytes(b"")  # no directory can be made here
    away.post("/upload/", {"title": "Text", "paper": file()})
    assert KeptPost.objects.get().missing == ["Bilaga å ä ö.pdf"]


def test_a_file_that_browsers_send_through_the_disk_is_kept_too(away, anna, settings):
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
    page = onward_of(away.post("/upload/", {"title": "T", "paper": file()}))
    log_in(away, anna, page)
    send_again(away, page)
    assert received[0][1][0][3] == b"%PDF"


def test_the_media_directory_has_no_address():
    assert configured.MEDIA_URL == "/"
    assert configured.MEDIA_ROOT
