"""What buyers type about requirements: the lead what is asked, each participant how much it needs it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurements.models import Requirement, RequirementStand
from procurements.requiring import MOST, Said
from ui.forms import Form, LinesField, shown


class RequirementsForm(Form):
    """A row for each requirement, and a field for new ones, one a line."""

    marks_optional = False
    new = LinesField(
        label=gettext_lazy("New requirements"),
        required=False,
        max_items=MOST,
        max_item_length=600,
        help_text=gettext_lazy("One a line. Say what the solution is to do, not how."),
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("Yes, remove them together with the answers that were given"), required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)

    def __init__(self, *args: Any, requirements: Iterable[Requirement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.requirements = list(requirements)
        for place, each in enumerate(self.requirements, start=1):
            key = str(each.pk)
            self.fields[f"text-{key}"] = forms.CharField(
                label=_("Requirement"), required=False, max_length=600, initial=each.text
            )
            self.fields[f"handling-{key}"] = forms.ChoiceField(
                label=_("How differences are met"), choices=Requirement.Handling.choices, initial=each.handling
            )
            self.fields[f"place-{key}"] = forms.IntegerField(
                label=_("Place in the list"), min_value=1, max_value=MOST, required=False, initial=place
            )
        if self.is_bound:
            self._fill_in()

    def _fill_in(self) -> None:
        """What the page did not show, because a colleague has added it since, stands as it is stored."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        for each in self.requirements:
            for name in (f"text-{each.pk}", f"handling-{each.pk}", f"place-{each.pk}"):
                if name not in self.data:
                    self.data[name] = self.fields[name].initial  # type: ignore[index]

    @property
    def rows(self) -> list[tuple[Requirement, list[forms.BoundField]]]:
        names = ("text", "handling", "place")
        return [(each, [self[f"{name}-{each.pk}"] for name in names]) for each in self.requirements]

    def clean_new(self) -> list[str]:
        return [shown(line) for line in self.cleaned_data["new"]]

    def said(self) -> list[Said]:
        """In the order that was asked for; one place for two keeps them as they stood."""
        clean = self.cleaned_data
        places = {each.pk: clean[f"place-{each.pk}"] or MOST for each in self.requirements}
        ordered = sorted(self.requirements, key=lambda each: places[each.pk])
        rows = [Said(each.pk, clean[f"text-{each.pk}"], clean[f"handling-{each.pk}"]) for each in ordered]
        return [*rows, *(Said(None, text) for text in clean["new"])]


class StandsForm(Form):
    """One organisation's own column."""

    marks_optional = False

    def __init__(
        self, *args: Any, requirements: Iterable[Requirement], stands: dict[int, RequirementStand], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.requirements = list(requirements)
        for each in self.requirements:
            known = stands.get(each.pk)
            self.fields[f"stand-{each.pk}"] = forms.ChoiceField(
                label=_("How much we need it"),
                choices=[*RequirementStand.Stand.choices, ("", _("Not answered yet"))],
                required=False,
                widget=forms.RadioSelect,
                initial=known.stand if known else "",
            )
            self.fields[f"note-{each.pk}"] = forms.CharField(
                label=_("What is special here"),
                required=False,
                max_length=300,
                initial=known.note if known else "",
            )

    @property
    def rows(self) -> list[tuple[Requirement, forms.BoundField, forms.BoundField]]:
        return [(each, self[f"stand-{each.pk}"], self[f"note-{each.pk}"]) for each in self.requirements]

    def clean(self) -> dict[str, Any]:
        clean = self.cleaned_data
        for each in self.requirements:
            note, stand = clean.get(f"note-{each.pk}"), clean.get(f"stand-{each.pk}")
            if note and stand == "" and f"stand-{each.pk}" in self.data:
                self.add_error(f"stand-{each.pk}", _("Say how much you need it, too."))
        return clean

    def stands(self) -> dict[int, tuple[str, str]]:
        """Of what the page showed: what a colleague of the lead has added since is not answered by that."""
        clean = self.cleaned_data
        return {
            int(name.removeprefix("stand-")): (clean[name], clean[f"note-{name.removeprefix('stand-')}"])
            for name in self.fields
            if name.startswith("stand-") and name in self.data
        }
