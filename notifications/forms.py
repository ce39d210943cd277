from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications import kinds
from notifications.kinds import Change
from notifications.models import Mail, Preference, Rhythm


class PreferencesForm(forms.Form):
    """One row a kind of event, one choice a rhythm."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = dict(Preference.objects.filter(user=user).values_list("kind", "rhythm"))
        for kind in kinds.all_kinds():
            self.fields[kind.code] = forms.ChoiceField(
                label=str(kind.label),
                help_text=str(kind.description),
                choices=Rhythm.choices,
                initial=chosen.get(kind.code, kind.default_rhythm.value),
                widget=forms.RadioSelect,
            )

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The rows under the headings that the mail has."""
        found = [
            (str(change.label), [self[k.code] for k in kinds.all_kinds() if k.change == change]) for change in Change
        ]
        return [(label, rows) for label, rows in found if rows]

    def changed(self) -> dict[str, str]:
        """The rhythms that differ from what was, by kind."""
        return {
            code: self.cleaned_data[code]
            for code in self.fields
            if self.cleaned_data[code] != self.fields[code].initial
        }


class TraceForm(forms.Form):
    address = forms.EmailField(
        label=_("E-mail address"), required=False, help_text=_("Whose mail is it about? Write the whole address.")
    )
    words = forms.CharField(
        label=_("Words or address of the notice"),
        required=False,
        max_length=200,
        help_text=_("Leave it empty to see everything that the person was told."),
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Any")), *Mail.State.choices])
