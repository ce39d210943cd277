import pytest
from django import forms
from django.template import Context, Template

from procurements import hints
from tests import make

pytestmark = pytest.mark.django_db

TEMPLATE = Template(
    "{% load writing_help %}{% step_help notice form as help %}"
    "{% for field in form.visible_fields %}[{{ field.name }}]{% field_help help field %}{% endfor %}"
)


class Step(forms.Form):
    title = forms.CharField(label="Title")
    problem = forms.CharField(label="What is the problem today?")
    procedure = forms.CharField(label="Procedure")


def shown(notice, **typed):
    return TEMPLATE.render(Context({"notice": notice, "form": Step(typed or None, initial={"title": notice.title})}))


def test_hints_stand_under_the_field_that_they_are_about():
    page = shown(make.notice(published=False), title="Ny app", problem="Larmen från Tunstall piper.")
    title, problem = page.index("[title]"), page.index("[problem]")
    assert title < page.index("“app”") < problem
    assert problem < page.index("“Tunstall”") < page.index("[procedure]")


def test_patterns_and_the_texts_of_others_stand_beside_the_field_and_the_helper_beside_the_procedure():
    make.notice(title="Grannens behov", problem="Så ser det ut hos oss.")
    own = make.notice(published=False)
    page = shown(own)
    assert "Help to write: What is the problem today?" in page
    assert "Så ser det ut hos oss." in page
    assert f"/{own.slug}/procedure/" in page


def test_a_whole_step_asks_the_database_twice(django_assert_num_queries):
    own = make.notice(published=False, cpv=["45000000"])
    for number in range(4):
        make.notice(title=f"Behov {number}")
    with django_assert_num_queries(2):
        shown(own)


def test_a_form_without_texts_costs_nothing(django_assert_num_queries):
    class Codes(forms.Form):
        cpv = forms.CharField()

    own = make.notice(published=False)
    with django_assert_num_queries(0):
        TEMPLATE.render(Context({"notice": own, "form": Codes()}))
    assert "cpv" not in hints.TEXTS
