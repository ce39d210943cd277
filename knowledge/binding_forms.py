"""Where an article is shown: places, procedures and readers, as editors choose them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from knowledge.binding import PROCEDURES
from knowledge.models import Audience
from procurements import bound
from taxonomy.models import Code

LONGEST = 100  # characters of the words that one looks for


class PlacesWidget(forms.CheckboxSelectMultiple):
    """Ticks under the headings of the wizard and the chain. Words and a button narrow a long list, without script too.

    The button sends the form with `find`; the page comes back with everything that was typed, and nothing is saved.
    """

    template_name = "knowledge/places_widget.html"
    words = ""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        self.words = str(data.get(f"{name}-words", ""))[:LONGEST] if "find" in data else ""
        return super().value_from_datadict(data, files, name)  # type: ignore[arg-type]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        chosen, asked = set(value or []), self.words.casefold().split()
        groups: dict[str, list[tuple[bound.Place, bool]]] = {}
        for place in bound.places().values():
            said = f"{place.group} {place.label}".casefold()
            if place.name in chosen or all(word in said for word in asked):
                groups.setdefault(str(place.group), []).append((place, place.name in chosen))
        context["widget"] |= {
            "words": self.words,
            "groups": [
                {"label": label, "places": places, "chosen": sum(ticked for _place, ticked in places)}
                for label, places in groups.items()
            ],
            "gone": sorted(chosen - bound.places().keys()),
        }
        return context


class PlacesField(forms.MultipleChoiceField):
    """Names of `procurements.bound`. One that is no more is dropped when the form is saved; the page says so."""

    widget = PlacesWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=lambda: [(name, place.label) for name, place in bound.places().items()], **kwargs)


class Bindings(forms.Form):
    """The part of a form that binds an article to where it helps, beside phases and themes."""

    places = PlacesField(
        label=_("Fields and pages"),
        help_text=_("The article is shown just there, before what is bound to the procedure or the phase alone."),
        required=False,
    )
    procedures = forms.MultipleChoiceField(
        label=_("Procedures"),
        help_text=_("It is shown wherever one of these procedures is chosen."),
        choices=lambda: _procedures(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    audiences = forms.MultipleChoiceField(
        label=_("Written for"),
        help_text=_("Nobody ticked means everybody. What is for suppliers alone is not shown where a procurer works."),
        choices=Audience.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def _procedures() -> Iterable[tuple[str, str]]:
    language = (get_language() or "sv")[:2]
    found = [(one.code, one.label(language)) for one in Code.objects.of(PROCEDURES).in_use()]
    return sorted(found, key=lambda pair: pair[1])
