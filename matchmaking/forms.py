"""What a supplier offers, and what a person wants to hear of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaking.models import Match, Subscription
from matchmaking.subscribing import CRITERIA, NARROWING, NoCriteria
from notifications.models import Rhythm
from procurements.models import KINDS_THAT_ASK, Kind
from suppliers.models import SupplierProfile
from taxonomy.forms import CpvField, GoalField, RegionField
from ui.forms import Form, LinesField

PROFILE = ("offer", "trl", "size", "references", "is_public")
LANGUAGES = [("sv", _("Swedish")), ("nb", _("Norwegian")), ("en", _("English"))]
KINDS = [(kind.value, kind.label) for kind in (*KINDS_THAT_ASK, Kind.AWARD, Kind.CANCELLATION, Kind.EFFECT)]
# The nine levels of the Commission's work programmes (Horizon Europe, General Annex B).
TRL = [
    ("", _("Not stated")),
    ("1", _("1. Basic principles observed")),
    ("2", _("2. The idea is formulated")),
    ("3", _("3. The idea is proven in experiments")),
    ("4", _("4. Validated in a laboratory")),
    ("5", _("5. Validated in a relevant setting")),
    ("6", _("6. Demonstrated in a relevant setting")),
    ("7", _("7. A prototype is demonstrated in real use")),
    ("8", _("8. Complete and qualified")),
    ("9", _("9. In use and proven")),
]


class CriteriaForm(Form):
    cpv = CpvField(
        required=False,
        label=_("Fields"),
        help_text=_("Write it in your own words, as in fall alarm. You choose among the codes that are found."),
    )
    words = LinesField(
        required=False,
        label=_("Words"),
        help_text=_("One on each line. Any of them is enough, also as the start of a longer word."),
    )
    excluded_words = LinesField(
        required=False, label=_("Words to leave out"), help_text=_("A notice with any of these is never suggested.")
    )
    regions = RegionField(required=False, label=_("Regions"), help_text=_("Leave empty for everywhere."))
    goals = GoalField(required=False, max_goals=17, label=_("Agenda 2030 goals"))
    kinds = forms.MultipleChoiceField(
        required=False,
        choices=KINDS,
        widget=forms.CheckboxSelectMultiple,
        label=_("Kinds of notice"),
        help_text=_("Leave empty for everything that can be answered."),
    )
    languages = forms.MultipleChoiceField(
        required=False,
        choices=LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        label=_("Languages"),
        help_text=_("Leave empty for every language."),
    )
    rhythm = forms.ChoiceField(
        choices=Rhythm.choices,
        widget=forms.RadioSelect,
        label=_("How often do you want mail?"),
        help_text=_("Your own choice, for all that is suggested to you. The inbox has everything at once."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(cleaned.get(name) for name in NARROWING):
            raise forms.ValidationError(str(NoCriteria()))
        return cleaned

    def put_on(self, subscription: Subscription) -> Subscription:
        for name in CRITERIA:
            setattr(subscription, name, self.cleaned_data[name])
        return subscription


class OfferForm(CriteriaForm):
    offer = forms.CharField(
        required=False,
        max_length=4000,
        label=_("What you offer"),
        help_text=_("What it does, and for whom."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    trl = forms.TypedChoiceField(
        required=False, choices=TRL, coerce=int, empty_value=None, label=_("How mature is it?")
    )
    size = forms.ChoiceField(
        required=False,
        choices=[("", _("Not stated")), *SupplierProfile.Size.choices],
        label=_("Size of the organisation"),
    )
    references = forms.CharField(
        required=False,
        max_length=2000,
        label=_("References"),
        help_text=_("Who uses it today, with their consent."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    is_public = forms.BooleanField(
        required=False,
        label=_("Show our profile to everyone"),
        help_text=_("Otherwise only verified buyers who are logged in can read it."),
    )
    field_order = [*PROFILE, "cpv", "words", "excluded_words", "regions", "goals", "kinds", "languages", "rhythm"]

    @property
    def profile_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in PROFILE]

    @property
    def criteria_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in PROFILE]

    @property
    def profile(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in PROFILE}


class SubscriptionForm(CriteriaForm):
    name = forms.CharField(max_length=120, label=_("Name"), help_text=_("So that you recognise it."))
    field_order = ["name", "words", "excluded_words", "cpv", "regions", "goals", "kinds", "languages", "rhythm"]

    def put_on(self, subscription: Subscription) -> Subscription:
        subscription.name = self.cleaned_data["name"]
        return super().put_on(subscription)


class DismissForm(Form):
    reason = forms.ChoiceField(choices=Match.Irrelevance.choices, label=_("Why is it not relevant?"))


def start(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
