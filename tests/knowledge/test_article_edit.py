"""The page where an article is written: the HTML as it is without JavaScript, and nothing that was typed is lost."""

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.urls import reverse

from accounts.models import Duty
from knowledge import writing
from knowledge.models import ArticleText
from records.models import KeptPost
from tests import make

pytestmark = pytest.mark.django_db
WORDS = {"title": "Titel", "summary": "Kort.", "revision": 1}


@pytest.fixture
def curator(client):
    person = make.user(duty=Duty.CURATOR)
    client.force_login(person)
    return person


@pytest.fixture
def address(curator):
    return reverse("knowledge:article_edit", args=[make.article(published=False, slug="skriv").slug, "sv"])


def test_what_is_saved_is_sanitised_and_the_editor_hears_what_was_changed(client, address):
    body = '<h2>A</h2><h4>B</h4><p onclick=x>C <img src="https://evil.example/x.png"></p><script>alert(1)</script>'
    answer = client.post(address, {**WORDS, "body": body})
    assert ArticleText.objects.get().body == "<h2>A</h2>\n<h3>B</h3>\n<p>C</p>"
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert len(said) == 3


def test_the_page_says_what_the_textarea_takes_and_what_is_worth_mending(client, address):
    client.post(address, {**WORDS, "body": '<p><a href="/x">här</a></p>'})
    page = client.get(address).content.decode()
    assert "Write HTML" in page
    assert "does not say where it leads" in page
    assert "(optional)" not in page.split("<form", 3)[-1].split("ask-", 1)[0]


def test_the_preview_says_what_stops_the_publication(client, address):
    picture = '<img src="/guidance/pictures/00000000-0000-4000-8000-000000000000/">'
    client.post(address, {**WORDS, "body": picture})
    page = client.get(reverse("knowledge:article_preview", args=["skriv", "sv"])).content.decode()
    assert "1 picture has no text" in page


def test_two_editors_see_lines_not_tags_when_both_have_saved(client, address, curator, at):
    article = ArticleText.objects.get().article
    theirs = "<h2>Deras</h2><p>rad</p>"
    writing.save(article, "sv", title="T", summary="S", body=theirs, revision=1, by=make.user(duty=Duty.CURATOR), at=at)
    answer = client.post(address, {**WORDS, "body": "<h2>Min</h2><p>rad</p>"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<del>- ## Deras</del>" in page
    assert "<ins>+ ## Min</ins>" in page
    assert "&lt;h2&gt;Min&lt;/h2&gt;" in page  # and the form has what was typed


def test_what_was_typed_when_the_session_was_over_is_kept_and_sent_again(client, address, curator):
    """By multipart, as the page sends it; the browser remembers whose it was."""
    cache.clear()
    client.logout()
    client.post(reverse("account_login"), {"login": curator.email, "password": make.PASSWORD})
    Session.objects.all().delete()
    cache.clear()
    assert client.post(address, {**WORDS, "body": "<p>Många ord</p>"}).status_code == 302
    kept = KeptPost.objects.get()
    client.force_login(curator)
    page = client.get(reverse("accounts:kept_post", args=[kept.pk])).content.decode()
    assert "&lt;p&gt;Många ord&lt;/p&gt;" in page


def test_what_word_left_on_the_clipboard_comes_back_clean(client, curator):
    pasted = "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Ett</p>"
    answer = client.post(reverse("knowledge:paste_mend"), {"html": pasted})
    assert answer.json() == {"html": "<ul>\n<li>Ett</li>\n</ul>", "notes": []}
