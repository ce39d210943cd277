"""The registry of places cannot rot: it is held to the wizard's fields, the addresses and the templates."""

import pytest
from django.conf import settings
from django.urls import get_resolver
from django.utils import translation

from knowledge.models import Article, Audience
from procurements import bound, steps
from procurements.models import Kind

PAGES = [name for name, place in bound.places().items() if place.is_page]
OF_PARTS = ["procurements:asset_edit", "procurements:stage_edit", "procurements:document_list"]


def template_of(view_name):
    app, stem = view_name.split(":")
    return (settings.BASE_DIR / "templates" / app / f"{stem}.html").read_text()


def test_every_question_of_the_wizard_is_a_place():
    asked = {field for kind in Kind for step in steps.steps_of(kind) for field in step.fields}
    assert asked - set(bound.NOT_GUIDED) == {name for name in bound.places() if ":" not in name}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_there_and_shows_its_guidance(name):
    app, stem = name.split(":")
    assert stem in get_resolver(f"{app}.urls").reverse_dict
    assert "{% guidance_panel" in template_of(name)


@pytest.mark.parametrize("name", ["procurements:notice_edit", *OF_PARTS])
def test_the_wizards_own_pages_show_the_guidance_of_their_fields(name):
    assert "{% guidance_panel" in template_of(name)


def test_a_place_has_words_in_every_language_and_a_name_that_can_be_kept():
    longest = Article._meta.get_field("places").base_field.max_length  # type: ignore[union-attr]
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            assert all(str(place.label) and str(place.group) for place in bound.places().values())
    assert all(len(name) <= longest for name in bound.places())
    assert all(set(place.audiences) <= set(Audience.values) for place in bound.places().values())


@pytest.mark.parametrize("name", OF_PARTS)
def test_a_page_that_is_a_step_asks_for_its_fields(name):
    step = next(step for step in steps.steps_of(Kind.COMPETITION) if step.page == name)
    assert [place.name for place in bound.at_page(name)] == list(step.fields)


def test_a_page_without_a_notice_has_the_phase_of_its_place():
    found = bound.at_page("networks:letter_list")
    assert ("phase", "dialogue") in bound.question(found)
    assert ("audience", "supplier") not in bound.question(found)
    assert bound.question(bound.at_page("procurements:interest_register"))[-1] == ("audience", "supplier")
    assert bound.at_page("accounts:profile") == []
