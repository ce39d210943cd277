"""Which addresses public articles lead to, and the editors' page of them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Duty
from knowledge import links, publishing, writing
from knowledge.models import LinkUse, OutsideLink
from tests import make

LATER = make.NOW + timedelta(days=1)


def leading_to(*addresses, **said):
    words = " ".join(f'<a href="{one}">Läs</a>' for one in addresses)
    return make.article(body=f"<p>Se {words}.</p>", **said)


def addresses():
    return sorted(LinkUse.objects.values_list("link__url", flat=True))


def test_only_addresses_of_other_sites_are_noted_and_each_once_a_language(db, settings):
    settings.URL = "https://arena.example.org"
    same = ("https://lag.example.org/lou#kap4", "https://lag.example.org/lou")
    leading_to(*same, "/sv/guidance/", "mailto:a@example.org", "https://arena.example.org/sv/", "#mer", "http://[bad")
    assert addresses() == ["https://lag.example.org/lou"]


def test_an_address_in_the_words_is_none_that_a_reader_can_follow(db):
    make.article(body="<p>https://example.org/</p>")
    assert addresses() == []


def test_what_is_not_public_leads_nowhere(db):
    article = leading_to("https://example.org/hemligt", published=False)
    assert addresses() == []
    publishing.publish(article, languages=["sv"], by=None, at=make.NOW)
    assert addresses() == ["https://example.org/hemligt"]
    publishing.archive(article, by=make.user(duty=Duty.CURATOR), at=LATER)
    assert addresses() == []


def test_a_link_that_was_mended_is_gone_when_the_new_words_are_public(db):
    article = leading_to("https://example.org/gammal", "https://example.org/kvar")
    text = article.texts.get()
    body = '<p><a href="https://example.org/ny">Ny</a> <a href="https://example.org/kvar">Kvar</a></p>'
    words = {"title": text.title, "summary": text.summary, "body": body}
    writing.save(article, "sv", **words, revision=text.revision, by=None, at=LATER)
    assert addresses() == ["https://example.org/gammal", "https://example.org/kvar"]  # as readers see it
    publishing.publish(article, languages=["sv"], by=None, at=LATER)
    assert addresses() == ["https://example.org/kvar", "https://example.org/ny"]
    assert links.forget_unused() == 1
    assert sorted(OutsideLink.objects.values_list("url", flat=True)) == addresses()


def test_two_articles_share_an_address(db):
    one, _other = (leading_to("https://example.org/") for _ in range(2))
    publishing.archive(one, by=make.user(duty=Duty.CURATOR), at=LATER)
    assert links.forget_unused() == 0
    assert addresses() == ["https://example.org/"]


def broken(url, *, article, problem="gone", days=3, **facts):
    since = make.NOW - timedelta(days=days)
    said = {"problem": problem, "failing_since": since, "broken_at": make.NOW, "checked_at": make.NOW, **facts}
    link = OutsideLink.objects.create(url=url, next_check_at=LATER, status=404, **said)
    link.uses.create(article=article, language="sv")
    return link


class TestThePage:
    @pytest.fixture
    def editor(self, db, signed_in):
        return signed_in(make.user(duty=Duty.CURATOR))

    def test_it_says_what_is_wrong_where_and_since_when(self, editor):
        article = make.article(title="Lagen i korthet")
        broken("https://example.org/borta", article=article, moved_to="https://example.org/ny")
        page = editor.get(reverse("knowledge:link_list"), {"show": "broken"}).content.decode()
        for words in ("https://example.org/borta", "Lagen i korthet", "https://example.org/ny", "404"):
            assert words in page
        assert reverse("knowledge:article_edit", args=[article.slug, "sv"]) in page

    def test_it_is_narrowed_by_words_and_by_how_a_link_stands(self, editor):
        article = make.article(title="Lagen")
        broken("https://example.org/borta", article=article)
        broken("https://example.org/stangd", article=make.article(), problem="closed", broken_at=None)
        for asked, found in (
            ({"show": "broken"}, ["borta"]),
            ({"show": "unchecked"}, ["stangd"]),
            ({"show": "working"}, []),
            ({"q": "lagen"}, ["borta"]),
            ({"show": "nonsense"}, ["borta", "stangd"]),
        ):
            page = editor.get(reverse("knowledge:link_list"), asked)
            assert [link.url.rpartition("/")[2] for link, _trouble in page.context["rows"]] == found, asked

    def test_a_person_says_that_it_holds_and_it_counts_as_working_for_a_while(self, editor):
        link = broken("https://example.org/borta", article=make.article())
        answer = editor.post(reverse("knowledge:link_vouch", args=[link.pk]))
        assert answer.status_code == 302
        link.refresh_from_db()
        assert (link.problem, link.failing_since, link.broken_at) == ("", None, None)
        assert link.next_check_at - link.checked_at == links.VOUCHED_FOR
        assert dict(links.counts())[links.Show.BROKEN] == 0

    def test_it_says_when_nothing_leads_out_and_when_nothing_is_checked(self, editor, settings):
        settings.CHECK_LINKS = False
        page = editor.get("/en/guidance/editing/links/").content.decode()
        assert "No public article leads out of the arena yet" in page
        assert "set up not to visit other sites" in page

    def test_it_costs_the_same_however_many_links_there_are(self, editor):
        def costs():
            with CaptureQueriesContext(connection) as asked:
                editor.get(reverse("knowledge:link_list"))
            return len(asked)

        broken("https://example.org/", article=make.article())
        costs()  # what is looked up once
        one = costs()
        for number in range(20):
            broken(f"https://example.org/{number}", article=make.article())
        assert costs() == one
