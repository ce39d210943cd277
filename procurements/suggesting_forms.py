"""The classification in plain sentences, with what is suggested and why; and the goals with their targets.

`AimsMixin` belongs before `ModelForm` in the form of a Wording; a step that does not ask for a field just leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurements.suggesting import ENVIRONMENT, INNOVATION, NONE, SOCIAL, Suggestion
from taxonomy.forms import GoalTargetField, aims_of

SENTENCES: dict[str, dict[str, str | Promise]] = {
    "strategic": {  # BT-06
        INNOVATION: _("We want something new: innovation is a reason for this purchase."),
        ENVIRONMENT: _("It is meant to spare the environment or the climate."),
        SOCIAL: _("It has a social aim, such as work for more people, accessibility or fair conditions."),
        NONE: _("None of this. It is an ordinary purchase."),
    },
    "innovation": {  # BT-776
        "mar-nov": _("It is new, or clearly better than what the market has."),
        "prod-innov": _("The product or service itself is of a new kind."),
        "proc-innov": _("The way of working, producing or delivering is new."),
        "rd-act": _("Research or development is a part of it."),
    },
    "environment": {  # BT-774
        "circ-econ": _("Things are used longer, repaired, reused or recycled."),
        "clim-mitig": _("It leads to lower emissions of greenhouse gases."),
        "clim-adapt": _("It prepares us for floods, heat and other weather that a changing climate brings."),
        "biodiv-eco": _("It protects or restores nature and its variety."),
        "water-mar": _("It spares or cleans lakes, seas, groundwater or drinking water."),
        "pollu-prev": _("It prevents harmful substances in air, soil or water."),
        "other": _("It spares the environment in another way."),
    },
}


class SuggestedCodes(forms.CheckboxSelectMultiple):
    """Boxes with sentences; a suggested one that is not ticked says why it is suggested."""

    template_name = "procurements/suggested_codes.html"
    reasons: Mapping[str, str | Promise] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return option | {"reason": "" if option["selected"] else self.reasons.get(str(value), "")}


class AimField(forms.MultipleChoiceField):
    """The codes of one column, by sentences. Cleans to a list of codes in the order of the sentences.

    A code that the object has and that is asked for no more (an imported one, or a retired one) stays as it is in `keep`.
    """

    widget = SuggestedCodes

    def __init__(self, column: str, *, keep: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(choices=list(SENTENCES[column].items()), required=False, **kwargs)
        self.column = column
        self.keep = list(keep)

    def clean(self, value: Any) -> list[str]:
        ticked = super().clean(value)
        return [*(code for code in SENTENCES[self.column] if code in ticked), *self.keep]


class AimsMixin(forms.Form):
    """What the purchase is to lead to: BT-06, BT-776, BT-774 and the goals. `cleaned_data` holds one list a column, also
    `goal_targets`, which has no field of its own: `goals` asks for both.
    """

    goals = GoalTargetField(
        required=False,
        label=_("Agenda 2030 goals"),
        help_text=_(
            "At most three: those that it really moves. Say for each what you will measure, and how far it is to move."
        ),
    )
    strategic = AimField(
        "strategic",
        label=_("What is the purchase meant to lead to?"),
        help_text=_("Tick what is true. It becomes the codes that statistics and suppliers look for."),
    )
    innovation = AimField("innovation", label=_("In what way is it new?"))
    environment = AimField("environment", label=_("What does the environment gain?"))

    def begin_aims(self, wording: Any, suggestion: Suggestion | None = None) -> None:
        """To be called at the end of __init__, before fields are left out: what is stored, and what is suggested."""
        self.initial["goals"] = aims_of(wording.goals, wording.goal_targets)
        for column in SENTENCES.keys() & self.fields.keys():
            field = self.fields[column]
            assert isinstance(field, AimField)
            field.keep = [code for code in getattr(wording, column) if code not in SENTENCES[column]]
            if suggestion and wording.strategic != [NONE]:
                field.widget.reasons = suggestion.why(column)

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        if "goals" in clean:
            clean["goals"], clean["goal_targets"] = clean["goals"]
        if "strategic" in clean:
            clean["strategic"] = self._strategic(clean)
        return clean

    def _strategic(self, clean: Mapping[str, Any]) -> list[str]:
        """BT-06 with what the other answers imply: a purchase that is new in some way is one that buys innovation."""
        strategic: list[str] = clean["strategic"]
        implied = [
            code for column, code in (("innovation", INNOVATION), ("environment", ENVIRONMENT)) if clean.get(column)
        ]
        if NONE in strategic and (len(strategic) > 1 or implied):
            self.add_error(
                "strategic", _("You ticked “None of this” and something else. Take away the one that is not true.")
            )
            return strategic
        return list(dict.fromkeys([*strategic, *implied]))


def goals_without_target(goals: list[int], targets: list[str]) -> list[int]:
    """What publishing warns of: goals that nothing is to be measured for."""
    return [goal for goal, target in aims_of(goals, targets) if not target.strip()]
