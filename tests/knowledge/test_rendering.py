"""No text that an editor types, and no row that other hands wrote, brings script, handler or foreign address into a page."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from accounts.models import Duty
from knowledge import publishing
from knowledge.models import ArticleText, ArticleVersion
from knowledge.rendering import ATTRIBUTES, TAGS, clean, render
from tests import make
from tests.knowledge.payloads import PAYLOADS


class Inspector(HTMLParser):
    """Collects every element with its attributes, as a browser would read them."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def elements(html):
    inspector = Inspector()
    inspector.feed(html)
    return inspector.found


def harm_in(html):
    """What in the HTML could act or lead to a place that it should not."""
    harm = []
    for tag, attributes in elements(html):
        if (tag, attributes) == ("div", {"class": "table", "tabindex": "0"}):
            continue  # what we put around a table ourselves
        allowed = {*ATTRIBUTES.get(tag, set()), *({"rel"} if tag == "a" else ())}
        if tag not in TAGS or attributes.keys() - allowed:
            harm.append((tag, attributes))
        href = (attributes.get("href") or "").strip().lower()
        scheme = href.split(":", 1)[0] if ":" in href.split("/", 1)[0] else ""
        if scheme not in ("", "http", "https", "mailto") or href.startswith(("//", "\\")):
            harm.append((tag, attributes))
    return harm


def test_there_are_payloads_enough():
    assert len(set(PAYLOADS)) >= 60


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_survives_rendering(payload):
    assert harm_in(render(payload)) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_survives_as_html_that_other_hands_wrote(payload):
    assert harm_in(clean(payload)) == []


def test_all_payloads_in_one_text_do_no_harm_either():
    assert harm_in(render("\n\n".join(PAYLOADS))) == []


@pytest.mark.django_db
def test_no_payload_acts_on_any_page_through_any_field(client, at):
    client.force_login(make.user(duty=Duty.CURATOR))
    calm = make.article(slug="lugn")
    pages = [
        lambda slug: reverse("knowledge:article_detail", args=[slug]),
        lambda slug: reverse("knowledge:article_preview", args=[slug, "sv"]),
        lambda slug: reverse("knowledge:article_edit", args=[slug, "sv"]),
        lambda slug: reverse("knowledge:article_history", args=[slug, "sv"]),
        lambda slug: reverse("knowledge:article_publish", args=[slug]),
        lambda slug: reverse("knowledge:article_list"),
        lambda slug: reverse("knowledge:phase_guidance") + "?phase=need",
    ]
    expected = [active(client.get(page(calm.slug)).content.decode()) for page in pages]
    publishing.archive(calm, by=client_user(client), at=at)
    everything = " ".join(PAYLOADS)
    hostile = make.article(
        slug="fientlig",
        title=everything[:200],
        summary=everything[200:600],
        body="\n\n".join(PAYLOADS),
        themes=["<script>alert(1)</script>"],
    )
    for page, calm_elements in zip(pages, expected, strict=True):
        answer = client.get(page(hostile.slug))
        assert answer.status_code == 200
        assert active(answer.content.decode()) == calm_elements, page(hostile.slug)


def active(html):
    """The elements that act by themselves, and every event handler: the same set whatever the editor typed."""
    acting = {"script", "iframe", "object", "embed", "base", "meta", "link", "style", "svg", "form", "img"}
    found = {(tag, a.get("src") or (a.get("action", "") and "form")) for tag, a in elements(html) if tag in acting}
    handlers = {name for _tag, a in elements(html) for name in a if name.startswith("on")}
    return found, handlers


def client_user(client):
    from accounts.models import User

    return User.objects.get(pk=client.session["_auth_user_id"])


@pytest.mark.django_db
def test_a_version_that_was_written_past_our_code_is_harmless_when_shown(client, at):
    article = make.article(published=False)
    raw = ArticleVersion.objects.create(
        article=article, language="sv", number=1, title="x", summary="x", body="x",
        html="<h2>Rubrik</h2><script>alert(1)</script><p onclick=alert(1)>Text</p>", published_at=at,
    )  # fmt: skip
    article.texts.update(current_version=raw)
    type(article).objects.filter(pk=article.pk).update(published_at=at, reviewed_on=at.date())
    page = client.get(article.get_absolute_url()).content.decode()
    assert "<h2>Rubrik</h2>" in page
    assert "alert(1)</script>" not in page
    assert "onclick=alert" not in page


def test_the_page_keeps_its_one_h1_and_no_level_is_skipped():
    assert "<h2>Ett</h2>\n<h3>Två</h3>" in render("# Ett\n\n### Två")
    assert "<h2>Börja</h2>" in render("### Börja")
    assert "<h1" not in render("Rubrik\n======")


def test_tables_have_headers_that_a_screen_reader_finds_and_no_style():
    html = render("| Förfarande | När |\n|:--|--:|\n| Öppet | Ofta |")
    assert '<th scope="col">Förfarande</th>' in html
    assert "style" not in html
    assert html.count("<div") == html.count("</div") == clean(html).count("<div") == 1


def test_links_to_places_that_are_allowed_stay():
    html = render("[a](https://example.org) [b](mailto:a@example.org) [c](/sv/guidance/) [d](#del)")
    for href in ("https://example.org", "mailto:a@example.org", "/sv/guidance/", "#del"):
        assert f'href="{href}"' in html


def test_an_enormous_text_is_cut_and_takes_no_time():
    assert len(render("[" * 5_000_000)) < 200_000


@pytest.mark.django_db
def test_a_body_that_is_too_long_is_refused_and_kept(client):
    article = make.article(published=False, slug="lang")
    client.force_login(make.user(duty=Duty.CURATOR))
    sent = {"title": "Lång", "summary": "", "body": "x" * 70_000, "revision": 1}
    page = client.post(reverse("knowledge:article_edit", args=[article.slug, "sv"]), sent)
    assert page.context["form"].errors.keys() == {"body"}
    assert "x" * 70_000 in page.content.decode()
    assert ArticleText.objects.get().revision == 1
