from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from ui.forms import AmountField, Form, LinesField, MomentField, shown


class Need(Form):
    title = forms.CharField(help_text="Name the need.", max_length=200)
    problem = forms.CharField(widget=forms.Textarea, max_length=20_000)
    words = LinesField(required=False, max_items=2, max_item_length=10)
    role = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    deadline = MomentField()


def cleaned(day, clock, fold="", zone="Europe/Stockholm"):
    class Timed(Form):
        deadline = MomentField()

        def __init__(self, *args):
            super().__init__(*args)
            self.fields["deadline"].zone = zone  # type: ignore[attr-defined]

    form = Timed({"deadline_day": day, "deadline_clock": clock, "deadline_fold": fold})
    return form, form.cleaned_data["deadline"] if form.is_valid() else form.errors["deadline"][0]


def test_the_summary_links_to_every_wrong_field_and_takes_the_focus():
    with translation.override("en"):
        page = str(Need({"title": ""}))
    assert 'class="problems" role="alert" tabindex="-1" autofocus' in page
    for target in ("id_title", "id_problem", "id_role_0", "id_deadline_0"):
        assert f'href="#{target}"' in page
        assert f'id="{target}"' in page


def test_hint_error_and_limit_are_tied_to_the_control():
    form = Need({"title": "", "problem": "x" * 20_001})
    assert 'aria-describedby="id_title_helptext id_title_error"' in str(form["title"])
    assert 'aria-invalid="true"' in str(form["title"])
    group = form["problem"].as_field_group()
    assert 'aria-describedby="id_problem_error id_problem_limit"' in group
    assert 'id="id_problem_limit"' in group
    assert "maxlength" not in group  # what is too long is kept and told, never cut without a word


def test_a_group_of_choices_has_a_legend_that_is_described_by_its_error():
    group = Need({})["role"].as_field_group()
    assert '<fieldset aria-describedby="id_role_error">' in group
    assert "<legend>Role</legend>" in group


def test_the_optional_is_marked_only_where_something_is_required():
    class Filter(Form):
        q = forms.CharField(required=False)

    with translation.override("en"):
        assert "(optional)" in Need()["words"].as_field_group()
        assert "(optional)" not in Need()["title"].as_field_group()
        assert "(optional)" not in str(Filter())


def test_a_moment_is_a_wall_clock_in_its_zone():
    assert cleaned("2026-12-04", "12:00")[1] == datetime(2026, 12, 4, 11, 0, tzinfo=UTC)
    assert cleaned("2026-12-04", "12.00", zone="Europe/Helsinki")[1] == datetime(2026, 12, 4, 10, 0, tzinfo=UTC)


def test_a_day_without_a_clock_is_the_end_of_the_day():
    assert cleaned("2026-12-04", "")[1] == datetime(2026, 12, 4, 22, 59, tzinfo=UTC)


def test_a_clock_without_a_day_asks_for_the_day():
    with translation.override("en"):
        assert cleaned("", "12:00")[1] == "Say which day."


def test_the_hour_that_does_not_exist_is_refused_and_what_was_typed_is_kept():
    with translation.override("en"):
        form, said = cleaned("2027-03-28", "02:30")
        assert said.startswith("This hour does not exist")
        assert 'value="2027-03-28"' in str(form)
        assert 'value="02:30"' in str(form)
        assert "Which of the two hours" not in str(form)


def test_the_hour_that_comes_twice_asks_which_one_is_meant():
    with translation.override("en"):
        form, said = cleaned("2027-10-31", "02:30")
        assert said.startswith("This hour comes twice")
        assert "Which of the two hours" in str(form)
    assert cleaned("2027-10-31", "02:30", "0")[1] == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert cleaned("2027-10-31", "02:30", "1")[1] == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def test_a_stored_moment_in_the_second_of_the_two_hours_survives_a_save():
    stored = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)

    class Timed(Form):
        deadline = MomentField()

    page = str(Timed(initial={"deadline": stored}))
    assert 'value="1" selected' in page
    again = Timed(
        {"deadline_day": "2027-10-31", "deadline_clock": "02:30", "deadline_fold": "1"}, initial={"deadline": stored}
    )
    assert again.is_valid()
    assert again.cleaned_data["deadline"] == stored


def test_a_year_out_of_reach_is_refused_without_a_crash():
    for day in ("9999-12-31", "0001-01-01", "2026-02-30", "x" * 5000):
        form, said = cleaned(day, "12:00")
        assert isinstance(said, str), day
        assert not form.is_valid()


def test_lines_become_a_list_without_empty_lines_or_repeats():
    form = Need({"words": " larm \r\n\r\nfall\r\nlarm"})
    form.is_valid()
    assert form.cleaned_data["words"] == ["larm", "fall"]


def test_too_many_or_too_long_lines_are_refused():
    with translation.override("en"):
        assert Need({"words": "a\nb\nc"}).errors["words"] == ["At most 2 lines."]
        assert Need({"words": "abcdefghijk"}).errors["words"] == ["At most 10 characters a line."]


@pytest.mark.parametrize(
    "written", ["1234567,5", "1 234 567,50", "1\u00a0234\u00a0567,5", "1\u202f234\u2009567,5", "1234567.5"]
)
@pytest.mark.parametrize("language", ["sv", "nb"])
def test_an_amount_is_read_as_people_write_it(written, language):
    with translation.override(language):
        assert AmountField(localize=True, max_digits=18, decimal_places=2).clean(written) == Decimal("1234567.5")


@pytest.mark.parametrize("written", ["\u200b\u200b", "!!!", "💥💥", "\u202e", "—"])
def test_a_title_without_a_letter_or_digit_is_refused(written):
    with pytest.raises(ValidationError):
        shown(written)


def test_a_title_keeps_its_emoji_and_loses_what_turns_it_round():
    assert shown("Trygghet\u200b \u202e 👩\u200d🦳  hemma") == "Trygghet 👩\u200d🦳 hemma"
