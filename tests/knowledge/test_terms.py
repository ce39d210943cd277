"""Terms of the glossary explain themselves in articles, the first time that they stand there (D7)."""

import re

import pytest

from knowledge.rendering import sanitise, shown
from knowledge.terms import explained
from tests import make


def words(html, language="sv"):
    return re.findall(r'class="term"[^>]*>([^<]*)</button>', explained(html, language))


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("sv", "Ett innovationspartnerskap. Innovationspartnerskapet igen.", ["innovationspartnerskap"]),
        ("sv", "Gemensamma upphandlingar och ramavtalen", ["Gemensamma upphandlingar", "ramavtalen"]),
        ("sv", "PCP är inte pcp", ["PCP"]),
        ("sv", "Konkurrenspräglade\ndialogens", ["Konkurrenspräglade\ndialogens"]),
        ("sv", "innovationspartnerskapsfrågor, före-ramavtal, ramavtals-bilaga", []),
        ("sv", "upphandling av innovativa lösningar", ["upphandling av innovativa lösningar"]),
        ("nb", "Innovasjonspartnerskapet og felles anskaffelser", ["Innovasjonspartnerskapet", "felles anskaffelser"]),
        ("en", "Innovation partnerships, and you need a notice", ["Innovation partnerships"]),
        ("sv", "Du behöver ett behov och en annons", []),
    ],
)
def test_a_term_is_found_with_its_endings_once_and_the_longest_first(language, text, found):
    assert words(f"<p>{text}</p>", language) == found


@pytest.mark.parametrize(
    "html",
    [
        "<h2>Ramavtal</h2>", '<p><a href="/x">ett ramavtal</a></p>', "<p><code>ramavtal</code></p>",
        "<pre>ramavtal</pre>", '<table><tr><th scope="col">Ramavtal</th></tr></table>',
        '<p>ett <span lang="nb">ramavtal</span></p>', '<p><img alt="ramavtal" src="/x"></p>',
        "<table><caption>Ramavtal</caption></table>",
    ],
)  # fmt: skip
def test_nothing_is_put_into_links_headings_code_or_other_languages(html):
    assert explained(html, "sv") == html


def test_what_stood_there_stands_there_still():
    html = shown(sanitise('<p>1 &lt; 2 &amp; "ramavtal"<br>é&nbsp;<a href="https://x.se/?a=1&amp;b=2">ö</a></p>'))
    made = explained(html, "sv")
    plain = re.sub(r"<span popover.*?</span>|<button[^>]*>|</button>", "", made)
    assert plain == html
    assert made != html


def test_a_note_is_tied_to_its_word_in_the_language_of_the_text():
    made = explained("<p>avtalsspärr</p>", "sv")
    name = re.search(r'popovertarget="([^"]+)"', made)[1]  # type: ignore[index]
    assert f'<span popover id="{name}"' in made
    assert "/sv/codes/glossary/#standstill-period" in made


def test_a_term_inside_a_definition_of_another_is_left_alone():
    assert explained("<p>ramavtal</p>", "sv").count("<button") == 1


@pytest.mark.django_db
def test_an_article_explains_its_terms_where_it_is_read(client):
    article = make.article(title="T", body="<h2>Ramavtal</h2><p>Ett ramavtal är ett avtal.</p>")
    page = client.get(article.get_absolute_url().replace("/en/", "/sv/")).content.decode()
    assert page.count('popovertarget="term-framework-agreement"') == 1
    assert article.texts.get().body.count("button") == 0
