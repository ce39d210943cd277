"""No text that an editor types, and no row that other hands wrote, brings script, handler or foreign address into a page."""

from html import escape
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from accounts.models import Duty
from knowledge import publishing
from knowledge.models import ArticleText, ArticleVersion
from knowledge.rendering import ATTRIBUTES, LANGUAGES, PICTURE, TAGS, render, sanitise, shown
from tests import make
from tests.knowledge.payloads import MARKDOWN, PAYLOADS, SCHEMES

OURS = "/guidance/pictures/00000000-0000-4000-8000-000000000000/"


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


ADDED = {"a": {"rel"}, "img": {"loading", "decoding"}}  # by us


def harm_in(html):
    """What in the HTML could act or lead to a place that it should not."""
    harm = []
    for tag, attributes in elements(html):
        if (tag, attributes) == ("div", {"class": "table", "tabindex": "0"}):
            continue  # what we put around a table ourselves
        allowed = {*ATTRIBUTES.get(tag, set()), *ADDED.get(tag, set()), "lang"}
        if tag not in TAGS or attributes.keys() - allowed:
            harm.append((tag, attributes))
        href = (attributes.get("href") or "").strip().lower()
        scheme = href.split(":", 1)[0] if ":" in href.split("/", 1)[0] else ""
        if scheme not in ("", "http", "https", "mailto") or href.startswith(("//", "\\", "/\\")):
            harm.append((tag, attributes))
        if not PICTURE.fullmatch(attributes.get("src", OURS)) or attributes.get("lang", "sv") not in LANGUAGES:
            harm.append((tag, attributes))
    return harm


def harms(make_html):
    return {payload: harm for payload in PAYLOADS if (harm := harm_in(make_html(payload)))}


def test_there_are_payloads_enough():
    assert len(set(PAYLOADS)) >= 600


def test_no_payload_survives_markdown():
    assert [harm for payload in MARKDOWN if (harm := harm_in(render(payload)))] == []


def test_no_payload_survives_being_saved():
    assert harms(sanitise) == {}


def test_no_payload_survives_as_html_that_other_hands_wrote():
    assert harms(shown) == {}


@pytest.mark.parametrize(
    "place",
    [
        '<p><a href="{}">x</a></p>',
        f'<figure><img src="{OURS}" alt="{{}}"><figcaption>x</figcaption></figure>',
        '<figure><img src="{}" alt="x"></figure>',
        '<p lang="{}">x</p>',
        "<p><a href='{}' title='{}'>x</a></p>",
    ],
)
def test_no_payload_survives_in_an_attribute(place):
    assert harms(lambda payload: shown(sanitise(place.replace("{}", escape(payload))))) == {}
    assert harms(lambda payload: shown(place.replace("{}", payload))) == {}


@pytest.mark.parametrize(
    "place",
    ["<table><caption>{}</caption><tr><th>{}</th></tr></table>", "<ul><li>{}</ul>", "<h2>{}</h2>", "<pre>{}</pre>"],
)
def test_no_payload_survives_inside_another_element(place):
    assert harms(lambda payload: shown(sanitise(place.replace("{}", payload)))) == {}


def test_what_was_saved_once_is_the_same_when_it_is_saved_again():
    assert [payload for payload in PAYLOADS if sanitise(once := sanitise(payload)) != once] == []


def test_all_payloads_in_one_text_do_no_harm_either():
    assert harm_in(render("\n\n".join(MARKDOWN))) == []
    assert harm_in(shown(sanitise("\n".join(PAYLOADS)))) == []


def test_no_address_runs_or_leads_elsewhere_unseen():
    for scheme in SCHEMES:
        assert "href" not in sanitise(f'<a href="{scheme}alert(1)">x</a>'), scheme


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
        body="\n\n".join([*MARKDOWN, *PAYLOADS[::9]]),
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
    found -= {("img", OURS)}
    handlers = {name for _tag, a in elements(html) for name in a if name.startswith("on")}
    return found, handlers


def client_user(client):
    from accounts.models import User

    return User.objects.get(pk=client.session["_auth_user_id"])


@pytest.mark.django_db
def test_a_version_that_was_written_past_our_code_is_harmless_when_shown(client, at):
    article = make.article(published=False)
    raw = ArticleVersion.objects.create(
        article=article, language="sv", number=1, title="x", summary="x",
        body="<h2>Rubrik</h2><script>alert(1)</script><p onclick=alert(1)>Text</p>", published_at=at,
    )  # fmt: skip
    article.texts.update(current_version=raw)
    type(article).objects.filter(pk=article.pk).update(published_at=at, reviewed_on=at.date())
    page = client.get(article.get_absolute_url()).content.decode()
    assert "<h2>Rubrik</h2>" in page
    assert "alert(1)</script>" not in page
    assert "onclick=alert" not in page


def test_links_to_places_that_are_allowed_stay():
    html = render("[a](https://example.org) [b](mailto:a@example.org) [c](/sv/guidance/) [d](#del)")
    for href in ("https://example.org", "mailto:a@example.org", "/sv/guidance/", "#del"):
        assert f'href="{href}"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("length", [201_000, 5_000_000])
def test_a_body_that_is_too_long_is_refused_beside_its_field_and_kept(client, length):
    article = make.article(published=False, slug="lang")
    client.force_login(make.user(duty=Duty.CURATOR))
    sent = {"title": "Lång", "summary": "Med mening.", "body": "ö" * length, "revision": 1}
    page = client.post(reverse("knowledge:article_edit", args=[article.slug, "sv"]), sent)
    assert page.context["form"].errors.keys() == {"body"}
    assert page.content.decode().count("ö" * length) == 1
    assert "Med mening." in page.content.decode()
    assert ArticleText.objects.get().revision == 1
