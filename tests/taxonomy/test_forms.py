import re

import pytest
from django import forms
from django.http import QueryDict
from django.utils.translation import override

from taxonomy.forms import CodeField, CpvField, GoalField, GoalTargetField, RegionField, aims_of
from taxonomy.models import Code


class NeedForm(forms.Form):
    title = forms.CharField(required=False)
    cpv = CpvField(required=False, label="CPV")
    regions = RegionField(required=False)
    goals = GoalField(required=False)
    procedure = CodeField("procurement-procedure-type", required=False)


@pytest.fixture(autouse=True)
def _in_english(codes):
    with override("en"):
        yield


def sent(query: str) -> NeedForm:
    return NeedForm(QueryDict(query))


def boxes(form: NeedForm, field: str) -> dict[str, bool]:
    """{"33196000": True} for a ticked box."""
    found = re.findall(rf'<input type="checkbox" name="{field}" value="([^"]+)"([^>]*)>', str(form[field]))
    return {value: "checked" in rest for value, rest in found}


def test_ticked_codes_are_cleaned_to_a_list():
    form = sent("cpv=33196000&cpv=35121700&cpv=33196000")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["cpv"] == ["33196000", "35121700"]


def test_an_exact_code_is_added_straight_away_also_with_its_check_digit():
    form = sent("cpv=35121700&cpv-words=33196000-2, 34144910")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["cpv"] == ["35121700", "33196000", "34144910"]


def test_words_come_back_with_suggestions_to_tick_and_everything_typed_is_kept():
    form = sent("cpv=34144910&cpv-words=fallarm&title=Larm")
    assert not form.is_valid()
    assert "fallarm" in form.errors["cpv"][0]
    assert boxes(form, "cpv")["34144910"]
    assert boxes(form, "cpv")["33196100"] is False
    assert 'value="fallarm"' in str(form["cpv"])
    assert 'value="Larm"' in str(form["title"])


def test_a_ticked_suggestion_answers_the_words():
    form = sent("cpv=33196100&cpv-words=fallarm")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["cpv"] == ["33196100"]


def test_words_that_mean_nothing_get_a_sentence_that_says_so():
    form = sent("cpv-words=qqqqxxxx")
    assert "no code" in form.errors["cpv"][0]


@pytest.mark.parametrize("query", ["cpv-words=12345678", "cpv=12345678", "cpv=%3Cscript%3E", "cpv=" + "9" * 5000])
def test_a_code_that_does_not_exist_is_refused_with_its_digits(query):
    form = sent(query)
    assert "There is no CPV code" in form.errors["cpv"][0]
    assert "<script>" not in str(form["cpv"])


def test_an_imported_code_that_is_not_on_the_list_may_stay():
    form = sent("cpv=99999999&regions=XX999")
    form.fields["cpv"].keep = ["99999999"]  # type: ignore[attr-defined]
    form.fields["regions"].keep = ["XX999"]  # type: ignore[attr-defined]
    assert form.is_valid(), form.errors


def test_too_much_is_refused_and_kept():
    assert "100 characters" in sent("cpv-words=" + "a" * 101).errors["cpv"][0]
    assert "at most 30" in sent("&".join(f"cpv={n:08}" for n in range(31))).errors["cpv"][0]
    assert sent("cpv-words=fall%00arm").errors["cpv"]


def test_a_typed_code_is_ticked_when_another_field_sends_the_form_back():
    form = sent("cpv-words=33196000, fallarm")
    assert not form.is_valid()
    assert boxes(form, "cpv")["33196000"]


def test_the_form_shows_what_was_stored():
    form = NeedForm(initial={"cpv": ["33196000"], "regions": ["SE224", "FI"], "goals": [3], "procedure": "open"})
    assert boxes(form, "cpv") == {"33196000": True}
    assert boxes(form, "regions")["SE224"]
    assert boxes(form, "regions")["FI"]
    assert not boxes(form, "regions")["SE221"]
    assert re.search(r'value="3"[^>]*checked', str(form["goals"]))
    assert re.search(r'value="open"[^>]*selected', str(form["procedure"]))


def test_a_required_field_asks_for_at_least_one():
    class Strict(forms.Form):
        cpv = CpvField()
        regions = RegionField()
        goals = GoalField()

    form = Strict(QueryDict(""))
    assert set(form.errors) == {"cpv", "regions", "goals"}


def test_unchanged_choices_are_no_change():
    form = NeedForm(QueryDict("cpv=33196000&regions=SE224"), initial={"cpv": ["33196000"], "regions": ["SE224"]})
    assert form.changed_data == []


def test_regions_of_today_are_boxes_and_other_countries_are_written():
    assert {"SE", "SE2", "SE224", "NO", "NO083"} <= boxes(sent(""), "regions").keys()
    assert not {"NO082", "SEZZZ", "DK01"} & boxes(sent(""), "regions").keys()
    form = sent("regions=SE224&regions-words=dk01, Finland, Åland")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["regions"] == ["SE224", "DK01", "FI", "FI2"]


def test_a_region_that_does_not_exist_is_refused_by_name_and_kept():
    form = sent("regions=SE224&regions-words=Atlantis")
    assert "Atlantis" in form.errors["regions"][0]
    assert boxes(form, "regions")["SE224"]
    assert 'value="Atlantis"' in str(form["regions"])
    assert sent("regions=SE999").errors["regions"]


def test_a_country_with_something_ticked_is_open():
    assert str(sent("regions=NO081")["regions"]).count("<details open>") == 1


def test_at_most_three_goals_may_be_ticked():
    assert sent("goals=12&goals=3").is_valid()
    form = sent("goals=3&goals=12")
    assert form.is_valid()
    assert form.cleaned_data["goals"] == [3, 12]
    assert "at most 3" in sent("goals=1&goals=2&goals=3&goals=4").errors["goals"][0]
    assert sent("goals=18").errors["goals"]
    assert sent("goals=abc").errors["goals"]
    assert sent("").is_valid()


def test_labels_follow_the_readers_language():
    with override("sv"):
        assert "God hälsa och välbefinnande" in str(NeedForm()["goals"])
        assert "Öppet" in str(NeedForm()["procedure"])
        assert "Medicinska hjälpmedel" in str(NeedForm(initial={"cpv": ["33196000"]})["cpv"])
    with override("nb"):
        assert "Åpen anbudskonkurranse" in str(NeedForm()["procedure"])


def test_a_retired_code_is_not_offered_but_stays_where_it_was():
    Code.objects.filter(list="procurement-procedure-type", code="comp-tend").update(retired="1.0.0")
    assert "comp-tend" not in str(NeedForm()["procedure"])
    assert "comp-tend" in str(NeedForm(initial={"procedure": "comp-tend"})["procedure"])
    assert sent("procedure=comp-tend").is_valid()
    assert sent("procedure=nonsense").errors["procedure"]


def test_a_page_of_all_fields_takes_a_fixed_number_of_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        NeedForm(initial={"cpv": ["33196000"], "regions": ["SE224"], "goals": [3], "procedure": "open"}).as_div()


# --- Codes in use, and goals with targets -----------------------------------------------------------------------------


def test_codes_in_use_are_suggested_also_without_javascript():
    class Used(forms.Form):
        cpv = CpvField(used=lambda words: {"77340000": 3} if words == "kvistkross" else {})

    form = Used(QueryDict("cpv-words=kvistkross"))
    assert "Choose what" in form.errors["cpv"][0]
    assert boxes(form, "cpv") == {"77340000": False}  # type: ignore[arg-type]
    assert "3 published notices with these words use this code." in str(form["cpv"])
    assert Used(QueryDict("cpv-words=kvistkross&cpv=77340000")).is_valid()


class GoalForm(forms.Form):
    goals = GoalTargetField(required=False)


def aims(query: str) -> GoalForm:
    return GoalForm(QueryDict(query))


def test_goals_and_their_targets_come_as_two_lists_of_one_length():
    form = aims("goals-0=13&goals-0-target=Halverade+utsläpp+2028&goals-2=3")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["goals"] == ([13, 3], ["Halverade utsläpp 2028", ""])
    assert aims("").is_valid()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("goals-0=3&goals-1=3", "stands twice"),
        ("goals-0-target=Färre fall", "has no goal"),
        ("goals-0=18", "no such goal"),
        ("goals-0=abc", "no such goal"),
        ("goals-0=3&goals-0-target=" + "x" * 301, "300 characters"),
    ],
)
def test_a_goal_that_makes_no_sense_is_refused_and_kept(query, said):
    form = aims(query)
    assert said in form.errors["goals"][0]
    assert "Färre fall" in str(form["goals"]) or "target" not in query or "xxx" in str(form["goals"])


def test_at_most_three_goals_fit():
    assert str(aims("")["goals"]).count("<select") == 3
    assert aims("goals-0=1&goals-1=2&goals-2=3&goals-3=4").is_valid()
    assert aims("goals-3=4").fields["goals"].clean(aims("goals-3=4")["goals"].data) == ([], [])


def test_stored_goals_are_shown_with_their_targets():
    page = str(GoalForm(initial={"goals": aims_of([12, 3], ["Hälften återbrukat"])})["goals"])
    assert page.count("selected") == 2
    assert 'value="Hälften återbrukat"' in page
    assert not GoalForm(
        QueryDict("goals-0=12&goals-0-target=Hälften+återbrukat&goals-1=3"),
        initial={"goals": aims_of([12, 3], ["Hälften återbrukat"])},
    ).has_changed()
