from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Duty
from accounts.rules import Refused
from knowledge import publishing, writing
from knowledge.models import Article, ArticleVersion, Occasion
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator():
    return make.user(duty=Duty.CURATOR)


def rewrite(article, curator, at, body, language="sv"):
    text = article.texts.filter(language=language).first()
    return writing.save(
        article,
        language,
        title="Titel",
        summary="Kort.",
        body=body,
        revision=text.revision if text else 0,
        by=curator,
        at=at,
    )


def test_a_publication_is_frozen_and_the_next_one_has_the_next_number(curator, at):
    article = make.article()
    rewrite(article, curator, at, "Ny text")
    [made] = publishing.publish(article, languages=["sv"], by=curator, at=at)
    assert made.number == 2
    assert [version.number for version in article.versions.all()] == [2, 1]


def test_publishing_twice_is_one_version(curator, at):
    article = make.article()
    assert publishing.publish(article, languages=["sv"], by=curator, at=at + timedelta(days=1)) == []
    assert ArticleVersion.objects.count() == 1
    assert AuditEvent.objects.filter(action="article.published").count() == 1


def test_a_published_version_is_never_changed_or_deleted(at):
    version = make.article().versions.get()
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        ArticleVersion.objects.filter(pk=version.pk).update(title="Annat")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        ArticleVersion.objects.filter(pk=version.pk)._raw_delete("default")


def test_half_a_text_is_not_published_and_nothing_of_the_rest_either(curator, at):
    article = make.article(published=False)
    writing.save(article, "nb", title="Tittel", summary="", body="", revision=0, by=curator, at=at)
    with pytest.raises(Refused):
        publishing.publish(article, languages=["sv", "nb"], by=curator, at=at)
    with pytest.raises(Refused):
        publishing.publish(article, languages=["sv", "en"], by=curator, at=at)
    with pytest.raises(Refused):
        publishing.publish(article, languages=[], by=curator, at=at)
    assert not Article.objects.public().exists()
    assert not ArticleVersion.objects.exists()


def test_what_is_saved_is_not_public_before_it_is_published(curator, at):
    article = make.article(body="Gammal text")
    rewrite(article, curator, at, "Ny text")
    shown = Article.objects.for_list().get().version_for("sv")
    assert shown
    assert shown.body == "<p>Gammal text</p>"


def test_the_archive_hides_and_publishing_brings_back(curator, at):
    article = make.article()
    publishing.archive(article, by=curator, at=at)
    assert publishing.archive(article, by=curator, at=at + timedelta(days=1)).archived_at == at
    assert not Article.objects.public().exists()
    publishing.publish(article, languages=["sv"], by=curator, at=at)
    assert Article.objects.public().get().published_at == article.published_at
    assert ArticleVersion.objects.count() == 1


def test_restoring_makes_a_new_version_and_keeps_all(curator, at):
    article = make.article(body="Första")
    rewrite(article, curator, at, "Andra")
    publishing.publish(article, languages=["sv"], by=curator, at=at)
    first = article.versions.get(number=1)
    made = publishing.restore(first, by=curator, at=at)
    assert (made.number, made.body, made.restored_from) == (3, "<p>Första</p>", first)
    assert article.texts.get().body == "<p>Första</p>"
    assert publishing.restore(first, by=curator, at=at).number == 3  # a second click


def test_restoring_leaves_a_working_text_with_changes_alone(curator, at):
    article = make.article(body="Första")
    rewrite(article, curator, at, "Andra")
    publishing.publish(article, languages=["sv"], by=curator, at=at)
    rewrite(article, curator, at, "Halvskriven tredje")
    publishing.restore(article.versions.get(number=1), by=curator, at=at)
    text = article.texts.get()
    assert text.body == "<p>Halvskriven tredje</p>"
    assert text.current_version == article.versions.get(number=3)


def test_a_stale_save_is_refused_and_tells_what_stands_now(curator, at):
    article = make.article(published=False)
    rewrite(article, curator, at, "Först sparad")
    with pytest.raises(writing.Stale) as refused:
        writing.save(article, "sv", title="T", summary="S", body="Senare", revision=1, by=curator, at=at)
    assert refused.value.now.body == "<p>Först sparad</p>"
    assert article.texts.get().body == "<p>Först sparad</p>"


def test_saving_the_same_words_again_changes_nothing(curator, at):
    article = make.article(published=False)
    first = rewrite(article, curator, at, "Text")
    again = writing.save(article, "sv", title="Titel", summary="Kort.", body="Text", revision=1, by=curator, at=at)
    assert again.revision == first.revision


@pytest.mark.parametrize("duty", [None, Duty.SUPPORT, Duty.PROGRAMME])
def test_others_neither_write_nor_publish(duty, at):
    article, person = make.article(), make.user(duty=duty)
    with pytest.raises(Refused):
        rewrite(article, person, at, "Mitt")
    with pytest.raises(Refused):
        publishing.archive(article, by=person, at=at)
    with pytest.raises(Refused):
        publishing.restore(article.versions.get(), by=person, at=at)


def test_a_former_address_is_never_given_to_another_article(curator, at):
    article = make.article(slug="gammal")
    bound: dict[str, Any] = {
        "phases": ["need"],
        "themes": [],
        "role": "curator",
        "owner": None,
        "review_by": date(2027, 1, 1),
    }
    writing.bind(article, slug="ny", **bound, by=curator, at=at)
    with pytest.raises(Refused):
        make.article(slug="gammal")
    assert make.article(title="Gammal").slug == "gammal-2"
    writing.bind(article, slug="gammal", **bound, by=curator, at=at)  # the article itself may have it back
    assert list(article.old_slugs.values_list("slug", flat=True)) == ["ny"]


def test_our_own_words_are_no_addresses_of_articles():
    assert make.article(title="Phase").slug == "phase-2"
    with pytest.raises(Refused):
        make.article(slug="editing")


def test_articles_are_due_within_thirty_days_of_their_review(at):
    due, late, later = (make.article(review_by=at.date() + timedelta(days=days)) for days in (30, -1, 31))
    assert set(Article.objects.due_for_review(at.date())) == {due, late}
    assert late.is_stale(at.date())
    assert not due.is_stale(at.date())
    assert not later.is_stale(at.date())


def test_a_review_moves_the_next_one(curator, at):
    article = publishing.review(make.article(), next_by=date(2028, 1, 1), by=curator, at=at)
    assert (article.reviewed_on, article.review_by) == (at.date(), date(2028, 1, 1))


def test_a_draft_leaves_no_address_behind(curator, at):
    draft = make.article(published=False, slug="utkast")
    said = {"phases": [], "themes": [], "role": "curator", "owner": None, "review_by": date(2028, 1, 1)}
    writing.bind(draft, slug="hemlig-rubrik", **said, by=curator, at=at)
    assert not draft.old_slugs.exists()


def test_a_review_is_never_due_in_the_past(curator, at):
    with pytest.raises(Refused):
        publishing.review(make.article(), next_by=at.date(), by=curator, at=at)


def test_whoever_binds_hears_of_what_somebody_else_bound_since(curator, at):
    article = make.article()
    seen = writing.print_of(article)
    said = {"phases": ["need"], "themes": [], "role": "curator", "owner": None, "review_by": date(2028, 1, 1)}
    writing.bind(article, slug="forst", **said, by=curator, at=at, seen=seen)
    with pytest.raises(writing.Rebound):
        writing.bind(article, slug="sen", **said, by=curator, at=at, seen=seen)
    assert Article.objects.get().slug == "forst"


def test_an_article_with_facts_of_its_own_stays_what_it_is(curator, at):
    event = make.article(genre="event")
    Occasion.objects.create(
        article=event, starts_at=at, ends_at=at + timedelta(hours=1), place="Umeå", edited_by=curator, edited_at=at
    )
    said = {"phases": [], "themes": [], "role": "curator", "owner": None, "review_by": date(2028, 1, 1)}
    with pytest.raises(Refused):
        writing.bind(event, slug=event.slug, genre="guide", **said, by=curator, at=at)
    guide = writing.bind(make.article(), slug="nyhet", genre="news", **said, by=curator, at=at)
    assert guide.genre == "news"


def test_the_archive_takes_the_search_row_and_the_next_publication_brings_it_back(curator, at):
    article = make.article()
    assert article.search_rows.count() == 1
    publishing.archive(article, by=curator, at=at)
    assert article.search_rows.count() == 0
    publishing.publish(article, languages=["sv"], by=curator, at=at)
    assert article.search_rows.count() == 1


def test_what_is_read_instead_is_another_public_article_and_may_change(curator, at):
    article, other, draft = make.article(), make.article(), make.article(published=False)
    for wrong in (article, draft):
        with pytest.raises(Refused):
            publishing.archive(article, instead=wrong, by=curator, at=at)
    publishing.archive(article, by=curator, at=at)
    archived = publishing.archive(article, instead=other, by=curator, at=at + timedelta(days=1))
    assert (archived.archived_at, archived.instead) == (at, other)
    publishing.publish(article, languages=["sv"], by=curator, at=at)
    article.refresh_from_db()
    assert article.instead is None
