from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge.links import Show
from ui.forms import Form


class LinkFilters(Form):
    q = forms.CharField(
        label=_("Words of the address or the article"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    show = forms.ChoiceField(label=_("How it stands"), required=False, choices=[("", _("All")), *Show.choices])
