from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from interchange.api import keying
from interchange.models import ApiKey, Scope
from ui.forms import ModelForm

LASTS = ((90, _("three months")), (365, _("a year")), (0, _("until you revoke it")))


class KeyForm(ModelForm):
    scopes = forms.TypedMultipleChoiceField(
        label=_("What it may do"), widget=forms.CheckboxSelectMultiple, initial=[Scope.READ]
    )
    organisation = forms.ModelChoiceField(
        label=_("For which organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("For myself"),
        help_text=_("A key for an organisation ends when you leave it, and its administrators see it."),
    )
    days = forms.TypedChoiceField(label=_("How long it works"), choices=LASTS, coerce=int, initial=365)

    class Meta:
        model = ApiKey
        fields = ["name"]
        help_texts = {"name": _("What you will know it by, for instance the program that uses it.")}

    field_order = ["name", "scopes", "organisation", "days"]

    def __init__(self, *arguments: Any, user: User, **named: Any) -> None:
        super().__init__(*arguments, **named)
        choices = [(scope.value, scope.label) for scope in keying.scopes_open_to(user)]
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = Organisation.objects.of(user)  # type: ignore[attr-defined]
