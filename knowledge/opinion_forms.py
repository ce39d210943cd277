from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge.opining import State
from ui.forms import Form


class CommentForm(Form):
    marks_optional = False

    comment = forms.CharField(
        label=_("What was good, or what was missing?"),
        help_text=_(
            "Write nothing about yourself or anybody else. The editors cannot answer, for they do not know who you are."
        ),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    website = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)  # a bait for programs


class OpinionFilters(forms.Form):
    """What narrows the editors' list; what makes no sense is left out."""

    state = forms.ChoiceField(required=False, choices=State.choices)
    helped = forms.ChoiceField(required=False, choices=[("yes", ""), ("no", "")])
    article = forms.SlugField(required=False, max_length=120)

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        clean = self.cleaned_data
        return {
            "state": clean.get("state") or State.WAITING,
            "helped": clean.get("helped") or "",
            "article": clean.get("article") or "",
        }
