"""What is typed about cases: which procurement, which facts, which cases a reader wants to see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from knowledge.models import Article, CaseFacts, Genre
from procurements.models import Rights
from taxonomy import labels
from taxonomy.models import Code, Goal
from ui.forms import CURRENCIES, Form, ModelForm

PROCEDURES, COUNTRIES = "procurement-procedure-type", "country"
NEAREST = ("SWE", "NOR", "DNK", "FIN", "ISL")  # first in the list


class FindForm(Form):
    q = forms.CharField(label=_("Words in the procurement"), required=False, max_length=200)
    buyer = forms.CharField(label=_("Buyer"), required=False, max_length=200)


class CaseForm(ModelForm):
    """The facts of one case. `seen` is when they were saved as the page showed them."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    procedure = forms.ChoiceField(label=_("Procedure"), required=False)
    rights = forms.ChoiceField(
        label=_("Intellectual assets"),
        help_text=_("The most that the buyer gets to do with any of what is made."),
        required=False,
        choices=[("", _("Not stated")), *Rights.choices],
    )
    currency = forms.ChoiceField(label=_("Currency"), required=False, choices=CURRENCIES)
    goals = forms.TypedMultipleChoiceField(
        label=_("Agenda 2030 goals"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    others_may_use = forms.TypedChoiceField(
        label=_("Others may call off or copy"),
        required=False,
        choices=[("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: {"yes": True, "no": False}.get(value),
        empty_value=None,
    )

    class Meta:
        model = CaseFacts
        fields = [
            "buyer_name", "country", "procedure", "rights", "suppliers", "value", "currency", "began_on", "contract_on",
            "goals", "measure", "before", "after", "measured_on", "others_may_use",
        ]  # fmt: skip
        help_texts = {
            "suppliers": _("Names of firms and organisations. A person's name stays out."),
            "value": _("Of the contract, without VAT. Leave it empty where only an estimate is known."),
            "measure": _("What the two numbers count, with their unit: falls in 1,000 days of care."),
            "before": _("As it was measured before the contract. Leave both empty where nobody measured."),
            "measured_on": _("The last day of the later measurement."),
        }
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("began_on", "contract_on", "measured_on")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        country, procedure, goals = self.fields["country"], self.fields["procedure"], self.fields["goals"]
        assert isinstance(country, forms.ChoiceField) and isinstance(procedure, forms.ChoiceField)  # noqa: PT018
        assert isinstance(goals, forms.ChoiceField)
        country.choices = [
            ("", _("Not stated")),
            *_codes(COUNTRIES, language, first=NEAREST, kept=self.instance.country),
        ]
        procedure.choices = [("", _("Not stated")), *_codes(PROCEDURES, language, kept=self.instance.procedure)]
        goals.choices = [(goal.number, f"{goal.number}. {goal.label(language)}") for goal in Goal.objects.all()]
        if self.instance.pk:
            self.initial["seen"] = self.instance.edited_at.isoformat()
        self.initial["others_may_use"] = {True: "yes", False: "no"}.get(self.instance.others_may_use, "")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("value") is not None and not said.get("currency"):
            self.add_error("currency", _("Say in which currency."))
        if (said.get("before") is None) != (said.get("after") is None):
            self.add_error("after" if said.get("after") is None else "before", _("Give both numbers, or neither."))
        if said.get("before") is not None or said.get("after") is not None:
            if not said.get("measure"):
                self.add_error("measure", _("Say what the numbers count."))
            if not said.get("measured_on"):
                self.add_error("measured_on", _("Say when it was measured."))
        if said.get("began_on") and said.get("contract_on") and said["contract_on"] < said["began_on"]:
            self.add_error("contract_on", _("The contract is signed before the procurement began. Check the two days."))
        return said


class CaseFilters(forms.Form):
    """The part of a list's filters that is about cases. Only what a public case has can be chosen."""

    theme = forms.ChoiceField(label=_("Theme"), required=False)
    procedure = forms.ChoiceField(label=_("Procedure"), required=False)
    rights = forms.ChoiceField(label=_("Intellectual assets"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    goal = forms.TypedChoiceField(label=_("Agenda 2030 goal"), required=False, coerce=int, empty_value=None)
    has_effect = forms.BooleanField(label=_("With an effect that was measured"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        public = Article.objects.public().filter(genre=Genre.CASE)
        rows = list(public.values_list("themes", "case__procedure", "case__rights", "case__country", "case__goals"))
        themes = sorted({theme for row in rows for theme in row[0]})
        goals = sorted({goal for row in rows for goal in row[4] or []})
        procedures = labels.code_labels(PROCEDURES, {row[1] for row in rows if row[1]}, language)
        countries = labels.code_labels(COUNTRIES, {row[3] for row in rows if row[3]}, language)
        used = {row[2] for row in rows}
        named = labels.goal_labels(goals, language)
        offered: dict[str, list[tuple[Any, Any]]] = {
            "theme": [(theme, theme) for theme in themes],
            "procedure": sorted(procedures.items(), key=lambda pair: pair[1]),
            "rights": [(level.value, level.label) for level in Rights if level in used],
            "country": sorted(countries.items(), key=lambda pair: pair[1]),
            "goal": [(number, f"{number}. {named[number]}") for number in goals],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("All")), *choices]


def _codes(name: str, language: str, *, first: tuple[str, ...] = (), kept: str = "") -> list[tuple[str, str]]:
    """The list's codes in use, by their words; `kept` stays even where it has left the list, or was never on it."""
    found = {one.code: one.label(language) for one in Code.objects.of(name).in_use()}
    if kept:
        found.setdefault(kept, kept)
    return sorted(found.items(), key=lambda pair: (first.index(pair[0]) if pair[0] in first else len(first), pair[1]))
