"""What words find among the articles, in three languages, and what they never find."""

import pytest
from django.core.management import call_command

from accounts.models import Duty
from knowledge import publishing, searching, writing
from knowledge.models import Article, ArticleSearch, CaseFacts
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]


@pytest.fixture
def curator():
    return make.user(duty=Duty.CURATOR)


def titles(words, language="sv"):
    return [found.title for found in searching.find(words, language)]


def test_an_article_is_found_by_what_means_the_same_in_another_language():
    make.article(title="Gemensam upphandling steg för steg", body="<p>Fler köper tillsammans.</p>")
    make.article(title="Immateriella tillgångar", body="<p>Vem äger resultatet?</p>")
    assert titles("felles anskaffelse", "nb") == ["Gemensam upphandling steg för steg"]
    assert titles("IPR", "en") == ["Immateriella tillgångar"]


def test_a_word_inside_a_compound_is_found():
    make.article(title="Trygghetslarmet som varnar", body="<p>Text</p>")
    assert titles("larm") == ["Trygghetslarmet som varnar"]


def test_what_stands_in_the_title_comes_before_what_stands_in_the_text():
    make.article(title="Om allt", body="<p>Här nämns livscykelkostnad en gång.</p>")
    make.article(title="Livscykelkostnad", body="<p>Text</p>")
    assert titles("livscykelkostnad") == ["Livscykelkostnad", "Om allt"]


def test_an_article_is_one_hit_in_the_readers_language_where_that_has_the_words(curator, at):
    article = make.article(title="Innovationspartnerskap")
    writing.save(
        article, "en", title="Innovation partnership", summary="S", body="<p>B</p>", revision=0, by=curator, at=at
    )
    publishing.publish(article, languages=["en"], by=curator, at=at)
    assert titles("innovation partnership", "en") == ["Innovation partnership"]
    assert titles("innovation partnership", "sv") == ["Innovationspartnerskap"]
    assert titles("innovation partnership", "nb") in (["Innovation partnership"], ["Innovationspartnerskap"])


def test_a_draft_a_change_that_is_not_published_and_an_archived_article_are_not_found(curator, at):
    make.article(published=False, title="Hemlighetsfull")
    article = make.article(title="Öppen")
    text = article.texts.get()
    writing.save(
        article, "sv", title="Hemlighetsfull", summary="S", body="<p>B</p>", revision=text.revision, by=curator, at=at
    )
    assert titles("hemlighetsfull") == []
    assert titles("öppen") == ["Öppen"]
    publishing.archive(article, by=curator, at=at)
    assert titles("öppen") == []
    assert not ArticleSearch.objects.exists()
    publishing.publish(article, languages=["sv"], by=curator, at=at)
    assert titles("hemlighetsfull") == ["Hemlighetsfull"]
    assert titles("öppen") == []


def test_an_older_version_that_comes_back_is_found_by_its_own_words(curator, at):
    article = make.article(title="Gammal")
    revision = article.texts.get().revision
    writing.save(article, "sv", title="Färsk", summary="S", body="<p>B</p>", revision=revision, by=curator, at=at)
    publishing.publish(article, languages=["sv"], by=curator, at=at)
    assert (titles("gammal"), titles("färsk")) == ([], ["Färsk"])
    publishing.restore(article.versions.get(number=1), by=curator, at=at)
    assert (titles("gammal"), titles("färsk")) == (["Gammal"], [])


def test_phrases_minus_words_and_nonsense_are_understood():
    make.article(title="Öppet förfarande", body="<p>Med lång tid.</p>")
    make.article(title="Förfarande som är öppet", body="<p>Text</p>")
    assert titles('"öppet förfarande"') == ["Öppet förfarande"]
    assert titles("förfarande -tid") == ["Förfarande som är öppet"]
    for nothing in ("", "   ", "-", '""', "och", "& | !", "\0", "(((", "a" * 5000):
        assert titles(nothing) == []


def test_the_words_of_html_are_read_without_its_tags():
    html = "<h2>Ett</h2><p>inno<strong>va</strong>tion &amp; kraft</p><ul><li>a</li><li>b</li></ul><img alt='En bild'>"
    assert searching.plain(html) == "Ett innovation & kraft a b En bild"


def test_a_case_is_found_by_its_buyer(curator, at):
    article = make.article(title="Ett fall")
    CaseFacts.objects.create(article=article, buyer_name="Storskogens kommun", edited_at=at)
    searching.index(article)
    assert titles("Storskogens") == ["Ett fall"]


def test_articles_of_before_are_indexed_by_the_command():
    article = make.article(title="Äldre än sökningen")
    ArticleSearch.objects.all().delete()
    assert titles("sökningen") == []
    call_command("index_guidance", verbosity=0)
    assert titles("sökningen") == ["Äldre än sökningen"]
    call_command("index_guidance", "--all", verbosity=0)
    assert article.search_rows.count() == 1


def test_a_list_is_narrowed_in_the_order_of_its_hits():
    second = make.article(title="Allt möjligt", body="<p>Något om dialog.</p>")
    first = make.article(title="Dialog", phases=["dialogue"])
    other = make.article(title="Annat")
    everything = Article.objects.public()
    assert list(searching.narrow(everything, "dialog", "sv")) == [first, second]
    assert set(searching.narrow(everything, " ", "sv")) == {first, second, other}
    assert not searching.narrow(everything, "finns inte", "sv")


def test_a_search_asks_twice_however_much_there_is(django_assert_num_queries):
    for number in range(3):
        make.article(title=f"Dialog {number}")
    with django_assert_num_queries(2):
        assert len(searching.find("dialog", "sv")) == 3
