"""What stands beside a place: the best first, few, by a fixed number of queries; and what is bound to nothing."""

import pytest

from accounts.models import Duty
from knowledge import binding, publishing, writing
from knowledge.binding import Trouble
from knowledge.forms import BindingForm
from knowledge.loading import load_library
from knowledge.models import Article, Genre
from procurements import bound
from tests import make

pytestmark = pytest.mark.django_db


def article(slug, genre="guide", **fields):
    made = make.article(slug=slug, **{"phases": [], **fields})
    Article.objects.filter(pk=made.pk).update(genre=genre)
    return made


def slugs(found):
    return [one.article.slug for one in found]


def beside(places=("problem",), **fields):
    return slugs(binding.beside(places, language="sv", **fields))


def test_the_place_is_better_than_the_procedure_and_that_than_the_phase():
    article("fasen", phases=["need"])
    article("forfarandet", procedures=["innovation"])
    article("platsen", places=["problem"])
    article("annat", places=["cpv"], phases=["effect"])
    assert beside(phase="need", procedure="innovation") == ["platsen", "forfarandet", "fasen"]
    assert beside(phase="need") == ["platsen", "fasen"]
    assert beside([], phase="need") == ["fasen"]
    assert beside([]) == []


def test_what_is_about_more_of_the_fields_comes_first():
    article("en", places=["problem"], phases=["need"], audiences=["owner"])
    article("tva", places=["problem", "title"])
    assert beside(["problem", "title", "tried"], phase="", audiences=["owner"]) == ["tva", "en"]


def test_there_are_few_of_each_kind_and_no_news():
    for genre in Genre.values:
        for number in range(5):
            article(f"{genre}-{number}", genre, places=["problem"])
    found = beside()
    assert found == [
        "guide-0", "guide-1", "guide-2", "template-0", "case-0", "case-1", "case-2",
    ]  # fmt: skip


def test_what_is_written_for_others_stands_aside_unless_it_is_bound_to_the_place():
    article("leverantor", phases=["need"], audiences=["supplier"])
    article("alla", phases=["need"])
    article("upphandlare", phases=["need"], audiences=["procurer"])
    article("just-har", places=["problem"], audiences=["supplier"])
    assert beside(phase="need", audiences=["procurer", "owner"]) == ["just-har", "upphandlare", "alla"]


def test_drafts_and_archived_articles_stand_beside_nothing(at):
    make.article(slug="utkast", published=False, places=["problem"])
    archived = article("arkiv", places=["problem"])
    publishing.archive(archived, by=make.user(duty="curator"), at=at)
    assert beside() == []
    assert binding.at_fields(["problem"], language="sv") == {}


def test_a_field_shows_what_is_bound_to_it_and_the_narrowest_first():
    article("overallt", places=["problem", "title", "tried"])
    article("just-har", places=["problem"])
    found = binding.at_fields(["problem", "title", "cpv"], language="sv")
    assert {name: slugs(rows) for name, rows in found.items()} == {
        "problem": ["just-har", "overallt"],
        "title": ["overallt"],
    }


def test_the_queries_are_the_same_however_many_articles(django_assert_num_queries):
    for number in range(8):
        article(f"a-{number}", places=["problem"], phases=["need"], procedures=["open"], themes=["behov"])
    with django_assert_num_queries(2):
        assert len(binding.beside(["problem"], phase="need", procedure="open", audiences=["owner"], language="sv")) == 3
    with django_assert_num_queries(2):
        assert len(binding.at_fields(["problem", "title"], language="nb")["problem"]) == 3
    one = Article.objects.get(slug="a-0")
    with django_assert_num_queries(2):
        assert "a-0" not in slugs(binding.related(one, language="sv"))


def test_the_same_theme_is_nearer_than_the_same_phase():
    this = article("den-har", phases=["need"], themes=["behov"])
    article("fasen", phases=["need"])
    article("temat", themes=["behov"])
    article("inget", phases=["effect"], themes=["annat"])
    assert slugs(binding.related(this, language="sv")) == ["temat", "fasen"]


def test_bindings_to_what_is_no_more_are_listed(lists):
    article("borta", places=["finns-inte", "problem"], procedures=["nope", "open"], themes=["Behov"])
    article("vanlig", places=["problem"], themes=["behov"])
    article("vanlig-2", themes=["behov"])
    assert [(one.article.slug, one.name, one.trouble) for one in binding.broken()] == [
        ("borta", "finns-inte", Trouble.PLACE),
        ("borta", "nope", Trouble.PROCEDURE),
        ("borta", "Behov", Trouble.THEME),
    ]


def test_an_article_that_nobody_sees_at_its_place_is_listed_until_another_stands_there(lists):
    make.article(slug="utkast", published=False, places=["problem"])
    assert [(one.article.slug, one.trouble) for one in binding.broken()] == [("utkast", Trouble.UNSEEN)]
    article("annan", places=["problem"])
    assert binding.broken() == []


def test_places_without_guidance_are_gaps():
    before = len(binding.gaps())
    article("platsen", places=["problem", "procurements:notice_close"])
    assert before == len(bound.places())
    assert len(binding.gaps()) == before - 2


def test_the_library_is_bound_to_places_that_are_there(at, lists):
    load_library(at)
    assert binding.broken() == []
    assert {"problem", "procedure", "assets", "networks:letter_list"}.isdisjoint(one.name for one in binding.gaps())
    assert beside(["problem"], phase="need", audiences=bound.TEAM)[0] == "skriv-ett-behov"
    supplier = beside(["procurements:interest_register"], phase="need", audiences=bound.SUPPLIER)
    assert supplier[:2] == ["svara-pa-ett-behov", "ta-innovationen-till-marknaden"]


def test_binding_again_takes_the_former_places_away(at):
    one, curator = article("ett", places=["problem"]), make.user(duty="curator")
    said = {"phases": [], "themes": [], "role": "curator", "owner": None, "review_by": one.review_by}
    writing.bind(one, slug="ett", places=["title"], **said, by=curator, at=at)
    assert Article.objects.get(slug="ett").places == ["title"]


def test_an_owner_who_edits_no_more_stays_until_another_is_chosen():
    gone, curator = make.user(), make.user(duty=Duty.CURATOR)
    make.user()
    one = make.article()
    one.owner = gone
    assert set(BindingForm(instance=one).fields["owner"].queryset) == {gone, curator}
    assert set(BindingForm(instance=make.article()).fields["owner"].queryset) == {curator}
