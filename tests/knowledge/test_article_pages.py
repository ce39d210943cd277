from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Duty
from knowledge import publishing, writing
from tests import make

pytestmark = pytest.mark.django_db
NEXT_YEAR = f"{timezone.now() + timedelta(days=365):%Y-%m-%d}"


def url(name, *args, language="sv"):
    with translation.override(language):
        return reverse(f"knowledge:{name}", args=args)


@pytest.fixture
def curator():
    return make.user(duty=Duty.CURATOR)


@pytest.fixture
def article():
    return make.article(title="Skriv ett behov", slug="skriv-ett-behov", phases=["need"])


def test_everybody_finds_articles_by_words_and_by_phase(client, article):
    make.article(title="Möt marknaden", phases=["dialogue"])
    assert "Skriv ett behov" in client.get(url("article_list")).content.decode()
    assert "Skriv ett behov" not in client.get(url("article_list"), {"q": "marknaden"}).content.decode()
    assert "Skriv ett behov" not in client.get(url("article_list"), {"phase": "dialogue"}).content.decode()
    assert "Möt marknaden" in client.get(url("article_list"), {"phase": "dialogue"}).content.decode()


def test_a_search_without_hits_says_what_to_do(client, article):
    page = client.get(url("article_list"), {"q": "finns inte alls"}).content.decode()
    assert 'class="empty"' in page


def test_drafts_and_archived_articles_are_nowhere(client, article, curator, at):
    draft = make.article(published=False, title="CNRY-utkast", phases=["need"])
    publishing.archive(article, by=curator, at=at)
    for address in (url("article_list"), url("phase_guidance") + "?phase=need"):
        page = client.get(address).content.decode()
        assert "CNRY-utkast" not in page
        assert "Skriv ett behov" not in page
    assert client.get(url("article_detail", draft.slug)).status_code == 404
    assert client.get(url("article_detail", article.slug)).status_code == 410


def test_a_missing_language_is_said_and_the_text_is_marked_as_what_it_is(client, article):
    page = client.get(url("article_detail", article.slug, language="en")).content.decode()
    assert '<html lang="en"' in page
    assert '<h1 lang="sv"' in page
    assert 'class="note"' in page
    swedish = client.get(url("article_detail", article.slug)).content.decode()
    assert '<h1 lang="sv"' not in swedish


def test_each_reader_gets_the_text_in_the_own_language(client, article, curator, at):
    writing.save(article, "nb", title="Skriv et behov", summary="Kort.", body="Tekst", revision=0, by=curator, at=at)
    publishing.publish(article, languages=["nb"], by=curator, at=at)
    assert "Skriv et behov" in client.get(url("article_detail", article.slug, language="nb")).content.decode()
    assert "Skriv ett behov" in client.get(url("article_detail", article.slug)).content.decode()


def test_the_old_address_leads_to_the_new_one(client, article, curator):
    client.force_login(curator)
    sent = {"slug": "beskriv-behovet", "genre": "guide", "phases": ["need"], "role": "curator", "review_by": NEXT_YEAR}
    client.post(url("article_bind", article.slug), sent)
    answer = client.get(url("article_detail", "skriv-ett-behov"))
    assert (answer.status_code, answer.url) == (301, url("article_detail", "beskriv-behovet"))


def test_a_phase_shows_its_articles_as_a_piece_and_as_a_page(client, article):
    piece = client.get(url("phase_guidance"), {"phase": "need"}, headers={"HX-Request": "true"}).content.decode()
    assert "Skriv ett behov" in piece
    assert "<html" not in piece
    assert "<h1" in client.get(url("phase_guidance"), {"phase": "effect"}).content.decode()
    for nonsense in ("", "strategy", "need' or 1=1"):
        assert client.get(url("phase_guidance"), {"phase": nonsense}).status_code == 404


def test_the_list_costs_the_same_however_many_articles(client, article, django_assert_num_queries):
    client.get(url("article_list"))
    with CaptureQueriesContext(connection) as few:
        client.get(url("article_list"))
    for _one in range(5):
        make.article()
    with django_assert_num_queries(len(few)):
        client.get(url("article_list"))


EDITOR_PAGES = [
    ("article_review_list", []), ("article_create", []), ("article_edit", ["skriv-ett-behov", "nb"]),
    ("article_preview", ["skriv-ett-behov", "sv"]), ("article_history", ["skriv-ett-behov", "sv"]),
    ("article_bind", ["skriv-ett-behov"]), ("article_publish", ["skriv-ett-behov"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args"), EDITOR_PAGES)
def test_editors_pages_are_for_editors_alone(client, article, name, args):
    assert client.get(url(name, *args)).status_code == 302
    client.force_login(make.member(make.buyer()))
    assert client.get(url(name, *args)).status_code == 404
    for duty in (Duty.CURATOR, Duty.ADMIN):
        client.force_login(make.user(duty=duty))
        assert client.get(url(name, *args)).status_code == 200


@pytest.mark.parametrize("name", ["article_archive", "article_review"])
def test_what_changes_an_article_is_posted_by_editors_alone(client, article, curator, name):
    client.force_login(make.user())
    assert client.post(url(name, article.slug)).status_code == 404
    client.force_login(curator)
    assert client.get(url(name, article.slug)).status_code == 405
    assert client.post(url(name, article.slug)).status_code == 302


def test_a_language_that_the_arena_does_not_speak_is_not_found(client, article, curator):
    client.force_login(curator)
    assert client.get(url("article_edit", article.slug, "de")).status_code == 404


def test_an_article_lives_its_whole_life_in_the_browser(client, curator):
    client.force_login(curator)
    sent = {
        "genre": "guide",
        "language": "sv",
        "title": "Nollmätning",
        "phases": ["need", "effect"],
        "review_by": NEXT_YEAR,
    }
    assert client.post(url("article_create"), sent).url == url("article_edit", "nollmatning", "sv")
    words = {
        "title": "Nollmätning",
        "summary": "Mät före.",
        "body": "<h1>Varför</h1><p>För att kunna jämföra.</p>",
        "revision": 1,
    }
    answer = client.post(url("article_edit", "nollmatning", "sv"), {**words, "preview": "1"}, follow=True)
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "<h2>Varför</h2>" in answer.content.decode()
    client.post(url("article_publish", "nollmatning"), {"languages": ["sv"], "when": "now", "seen": "sv:2"})
    words |= {"body": "Annan text", "revision": 2}
    client.post(url("article_edit", "nollmatning", "sv"), words)
    client.post(url("article_publish", "nollmatning"), {"languages": ["sv"], "when": "now", "seen": "sv:3"})
    page = client.get(url("article_history", "nollmatning", "sv"))
    assert "<ins>+ Annan text</ins>" in page.content.decode()
    first = page.context["rows"][-1][0]
    client.post(url("article_restore", "nollmatning", first.pk))
    client.logout()
    assert "För att kunna jämföra" in client.get(url("article_detail", "nollmatning")).content.decode()


def test_a_stale_save_shows_both_texts_and_can_then_be_saved(client, article, curator, at):
    client.force_login(curator)
    writing.save(article, "sv", title="Deras", summary="s", body="Deras text", revision=1, by=curator, at=at)
    mine = {"title": "Min", "summary": "s", "body": "Min text", "revision": 1}
    page = client.post(url("article_edit", article.slug, "sv"), mine)
    assert page.status_code == 409
    assert "Deras text" in page.content.decode()
    assert "Min text" in page.content.decode()
    again = {**mine, "revision": page.context["form"]["revision"].value()}
    assert client.post(url("article_edit", article.slug, "sv"), again).status_code == 302
    assert article.texts.get().body == "<p>Min text</p>"


@pytest.mark.parametrize("bad", ["", "i morgon", "2027-13-01", "99999-01-01"])
def test_a_review_needs_a_day(client, article, curator, bad):
    client.force_login(curator)
    client.post(url("article_review", article.slug), {"next_by": bad})
    before = article.review_by
    article.refresh_from_db()
    assert article.review_by == before


@pytest.mark.parametrize("field", ["title", "summary", "body"])
def test_nul_in_a_text_is_refused(client, article, curator, field):
    client.force_login(curator)
    sent = {"title": "a", "summary": "b", "body": "c", "revision": 1, field: "a\0b"}
    page = client.post(url("article_edit", article.slug, "sv"), sent)
    assert page.context["form"].errors.keys() == {field}
