"""A template's page and its files: added by editors, fetched by everybody, followed by who asks (D5)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Duty
from files import counting
from knowledge import templating, writing
from knowledge.models import Genre, TemplateFile, TemplateFollower
from knowledge.offering import Offered
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator():
    return make.user(duty=Duty.CURATOR)


@pytest.fixture
def article():
    return make.article(genre=Genre.TEMPLATE, title="Mall: behov", at=timezone.now() - timedelta(days=2))


def add(article, curator, *, content=b"%PDF-1.7", news="", language="sv", name="Mall.pdf"):
    file = make.stored_file(name=name, content=content)
    return templating.add(article, language=language, file=file, news=news, by=curator, at=timezone.now())


def upload(content=b"Fyll i.", name="Mall.txt"):
    return SimpleUploadedFile(name, content, "text/plain")


def test_an_editor_uploads_and_later_says_what_is_new(article, curator, signed_in):
    client, address = signed_in(curator), reverse("knowledge:template_file_list", args=[article.slug])
    assert client.post(address, {"language": "sv", "file": upload()}).status_code == 302
    refused = client.post(address, {"language": "sv", "file": upload(b"Fyll i mer.")})
    assert refused.status_code == 422
    assert "news" in refused.context["form"].errors
    made = client.post(address, {"language": "sv", "file": upload(b"Fyll i mer."), "news": "Fler rader."})
    assert made.status_code == 302
    assert [(row.number, row.news) for row in article.template_files.all()] == [(2, "Fler rader."), (1, "")]
    assert "Fler rader." in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("file", "field"),
    [(None, "file"), (("Mall.exe", b"MZ"), "file"), (("Mall.pdf", b"not a pdf"), "file"), (("Mall.txt", b""), "file")],
)
def test_what_is_no_file_for_us_is_refused_with_a_reason(file, field, article, curator, signed_in):
    said = {"file": upload(file[1], file[0])} if file else {}
    page = signed_in(curator).post(
        reverse("knowledge:template_file_list", args=[article.slug]), {"language": "sv", **said}
    )
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not TemplateFile.objects.exists()


def test_everybody_fetches_the_file_and_is_counted(article, curator, client, signed_in):
    row = add(article, curator)
    page = client.get(article.get_absolute_url()).content.decode()
    assert Offered(row).url in page
    assert "PDF" in page
    fetched = client.get(Offered(row).url)
    assert b"".join(fetched) == b"%PDF-1.7"
    assert "attachment" in fetched["Content-Disposition"]
    assert counting.downloads_of([row.file_id]) == {row.file_id: 1}
    again = client.get(article.get_absolute_url(), headers={"Accept-Language": "en"})
    assert again.context["template_downloads"] == 1


def test_a_withdrawn_file_and_a_draft_s_are_for_editors(article, curator, client, signed_in):
    row = add(article, curator)
    signed_in(curator).post(
        reverse("knowledge:template_file_list", args=[article.slug]), {"do": "withdraw", "file": row.pk}
    )
    draft = add(make.article(genre=Genre.TEMPLATE, published=False), curator)
    for hidden in (row, draft):
        assert client.get(Offered(hidden).url).status_code == 404
        assert b"".join(signed_in(curator).get(Offered(hidden).url)) == b"%PDF-1.7"
    elsewhere = reverse("knowledge:template_download", args=[article.slug, draft.pk])
    assert signed_in(curator).get(elsewhere).status_code == 404


def test_a_file_at_a_former_address_of_its_template_is_found(article, curator, client):
    former = Offered(add(article, curator)).url
    bound = {"phases": [], "themes": [], "role": "curator", "owner": None, "review_by": article.review_by}
    article = writing.bind(article, slug="ny-mall", **bound, by=curator, at=timezone.now())
    assert client.get(former).url == Offered(article.template_files.get()).url


@pytest.mark.parametrize("file", ["", "x", "0", "99999999999999999999"])
def test_a_file_that_is_not_there_is_not_withdrawn(file, article, curator, signed_in):
    address = reverse("knowledge:template_file_list", args=[article.slug])
    assert signed_in(curator).post(address, {"do": "withdraw", "file": file}).status_code == 404


def test_who_logs_in_follows_and_unfollows(article, curator, client, signed_in):
    add(article, curator)
    address = reverse("knowledge:template_follow", args=[article.slug])
    assert "log" in client.post(address, {"language": "sv"})["Location"]
    fan = make.user()
    own = signed_in(fan)
    for _twice in range(2):
        assert own.post(address, {"language": "sv", "do": "follow"}).status_code == 302
    assert TemplateFollower.objects.get().user == fan
    assert 'value="unfollow"' in own.get(article.get_absolute_url()).content.decode()
    own.post(address, {"language": "sv", "do": "unfollow"})
    assert not TemplateFollower.objects.exists()
    assert own.post(address, {"language": "xx"}).status_code == 404
    guide = make.article()
    assert own.post(reverse("knowledge:template_follow", args=[guide.slug]), {"language": "sv"}).status_code == 404


def test_the_page_of_a_template_costs_the_same_however_many_files(
    article, curator, client, django_assert_max_num_queries
):
    for language in ("sv", "nb", "en"):
        for number in range(3):
            add(article, curator, language=language, content=f"%PDF-1.7 {number}".encode(), news=f"Nytt {number}.")
    client.get(article.get_absolute_url())
    with django_assert_max_num_queries(18):
        client.get(article.get_absolute_url())


def test_the_file_is_offered_beside_a_field_in_the_readers_language(curator, client, django_assert_max_num_queries):
    bound = make.article(genre=Genre.TEMPLATE, title="Mall: behov", places=["problem"], at=timezone.now())
    swedish, english = add(bound, curator), add(bound, curator, language="en")
    with django_assert_max_num_queries(5):
        page = client.get("/en/guidance/beside/", {"place": "problem", "inline": "1"}, headers={"HX-Request": "true"})
    words = page.content.decode()
    assert words.count(Offered(english).url) == 2  # in the list of the page, and at the field
    assert Offered(swedish).url not in words
