"""Pictures of articles: made anew, asked for their words, and seen by whoever may read the article."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import Duty
from files import storing
from files.models import DownloadCount
from files.refusals import Refused
from knowledge import picturing, publishing, writing
from knowledge.models import ArticlePicture
from records.models import AuditEvent
from tests import make


def upload(name="bild.png", kind="PNG", size=(30, 20), colour="#10473a", **extra):
    made = BytesIO()
    Image.new("RGBA" if len(colour) == 9 else "RGB", size, colour).save(made, kind, **extra)
    return SimpleUploadedFile(name, made.getvalue())


@pytest.fixture
def curator(db):
    return make.user(duty=Duty.CURATOR)


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def camera():
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Hemlig kamera", 6  # the maker; lying on its side
    return upload("foto.jpg", "JPEG", exif=exif, comment=b"Hemlig plats", icc_profile=b"Hemlig profil")


def test_nothing_but_the_pixels_is_kept():
    made, width, height = picturing.remake(camera())
    assert (made.name, width, height) == ("foto.jpg", 20, 30)  # upright
    assert b"Hemlig" not in made.read()


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        (upload("a.webp", "WEBP"), "a.jpg"),
        (upload("a.webp", "WEBP", colour="#10473a80", lossless=True), "a.png"),
        (upload("a.PNG", "PNG", colour="#10473a80"), "a.png"),
        (upload("a.jpeg", "JPEG"), "a.jpg"),
    ],
)
def test_each_kind_is_made_anew(sent, name):
    made, _width, _height = picturing.remake(sent)
    assert made.name == name
    assert Image.open(made).format == {"jpg": "JPEG", "png": "PNG"}[name[2:]]


def test_a_wide_picture_is_made_smaller():
    _made, width, height = picturing.remake(upload(size=(4800, 200)))
    assert (width, height) == (2400, 100)


def body_of(answer):
    body = b"".join(answer.streaming_content)
    answer.close()
    return body


def bomb(width, height):
    """A PNG of a few bytes that says it has so many pixels."""

    def part(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("bomb.png", bomb(9_000, 9_000), "bomb"),  # fewer than a document may have, more than a page may
        ("bomb.png", bomb(100_000, 100_000), "bomb"),
        ("half.png", bomb(100, 100), "broken"),
        ("page.png", b"<html><script>alert(1)</script>", "mismatch"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "type"),
        ("text.pdf", b"%PDF-1.7", "type"),
        ("half.webp", b"RIFF\x10\0\0\0WEBPVP8X", "broken"),
        ("more.webp", upload("a.webp", "WEBP").read() + b"<script>", "polyglot"),
    ],
)
def test_what_is_no_picture_or_a_bomb_is_refused(name, content, code):
    with pytest.raises(Refused) as refused:
        picturing.remake(SimpleUploadedFile(name, content))
    assert refused.value.code == code


@pytest.mark.django_db(transaction=True)
def test_a_picture_is_added_once_and_shown_to_who_may_read_its_article(client, media, at):
    curator = make.user(duty=Duty.CURATOR)
    article = make.article(published=False)
    picture = picturing.add(article, upload(), by=curator, at=at)
    assert picturing.add(article, upload(), by=curator, at=at) == picture
    assert AuditEvent.objects.filter(action="article.picture_added").count() == 1
    address = picturing.address_of(picture)
    assert client.get(address).status_code == 404
    client.force_login(curator)
    assert body_of(client.get(address)).startswith(b"\x89PNG")
    client.logout()
    body = f'<p>Text</p><figure><img src="{address}" alt="En yta"></figure>'
    revision = article.texts.get().revision
    writing.save(article, "sv", title="T", summary="S", body=body, revision=revision, by=curator, at=at)
    assert client.get(address).status_code == 404
    publishing.publish(article, languages=["sv"], by=None, at=at)
    answer = client.get(address)
    assert (answer["Content-Type"], answer["Content-Disposition"]) == ("image/png", "inline")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert body_of(answer).startswith(b"\x89PNG")
    assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert f'src="{address}"' in client.get(article.get_absolute_url()).content.decode()
    publishing.archive(article, by=curator, at=at)
    assert client.get(address).status_code == 404
    assert not DownloadCount.objects.exists()


@pytest.mark.django_db
def test_each_text_is_read_once_for_its_pictures_and_another_article_may_show_one(
    curator, at, django_assert_num_queries
):
    article = make.article(published=False)
    picture = article.pictures.create(file=make.stored_file(), width=1, height=1, added_at=at)
    other = make.article(body=f'<p><img src="{picturing.address_of(picture)}" alt=""></p>')
    assert picturing.is_public(picture)
    with django_assert_num_queries(2):  # which versions are public: the article's own, and the others
        assert picturing.is_public(picture)
    publishing.archive(other, by=curator, at=at)
    assert not picturing.is_public(picture)


def test_what_another_document_holds_is_no_picture(client, media, curator):
    assert client.get(reverse("picture_detail", args=[make.stored_file().pk])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_page_of_pictures_adds_one_and_the_editor_gets_it_or_a_sentence(client, media):
    article = make.article(published=False)
    client.force_login(make.user(duty=Duty.CURATOR))
    address, script = reverse("knowledge:article_pictures", args=[article.slug]), {"accept": "application/json"}
    assert "no pictures yet" in client.get(address).content.decode()
    page = client.post(address, {"picture": upload("bro.png")}, follow=True).content.decode()
    picture = ArticlePicture.objects.get()
    assert "bro.png" in page
    assert picturing.address_of(picture) in page
    again = client.post(address, {"picture": upload("bro.png")}, headers=script)
    assert again.json() == {"src": picturing.address_of(picture), "width": 30, "height": 20}
    gif, half = SimpleUploadedFile("a.gif", b"GIF89a"), SimpleUploadedFile("a.png", b"x")
    for wrong in ({"picture": gif}, {"picture": half}, {}):
        refused = client.post(address, wrong, headers=script)
        assert refused.status_code == 422
        assert refused.json()["error"].endswith(".")
    assert len(list(storing.everything())) == 1
