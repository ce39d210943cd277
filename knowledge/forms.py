"""What editors of guidance type."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.postgres.forms import SimpleArrayField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from knowledge.binding_forms import Bindings
from knowledge.models import Article, Genre
from knowledge.rules import editors
from knowledge.writing import print_of
from procurements.models import Phase
from ui.forms import shown


class BeginForm(forms.Form):
    genre = forms.ChoiceField(choices=Genre.choices, widget=forms.HiddenInput)  # asked before this form
    language = forms.ChoiceField(label=_("Language that you write first"), choices=settings.LANGUAGES)
    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("The address of the page is made from it."))
    phases = forms.MultipleChoiceField(
        label=_("Phases of the chain"),
        help_text=_("The article is shown beside these steps of a procurement."),
        choices=Phase.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    review_by = forms.DateField(
        label=_("Review by"),
        help_text=_("The day when somebody reads it again to see that it still holds."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_title(self) -> str:
        return shown(self.cleaned_data["title"])

    def clean_review_by(self) -> date:
        return _to_come(self.cleaned_data["review_by"])


class BindingForm(Bindings, forms.ModelForm):  # type: ignore[type-arg]
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)  # what the page showed
    phases = forms.MultipleChoiceField(
        label=_("Phases of the chain"), choices=Phase.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    themes = SimpleArrayField(
        forms.CharField(max_length=60),
        label=_("Themes"),
        help_text=_("Words separated by commas, at most ten."),
        required=False,
        max_length=10,
    )

    field_order = (
        *("slug", "genre", "phases", "places", "procedures", "audiences", "themes"),
        *("role", "owner", "review_by", "four_eyes"),
    )

    class Meta:
        model = Article
        fields = [
            *("slug", "genre", "phases", "places", "procedures", "audiences", "themes"),
            *("role", "owner", "review_by", "four_eyes"),
        ]
        widgets = {"review_by": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "four_eyes": _(
                "An editor who neither wrote the text last nor asked for it approves it before it is public."
            ),
            "slug": _("Lower-case letters, digits and hyphens. Links to the former address lead to the new one."),
            "owner": _("The editor who hears when the review is due. The public sees the role, never the name."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = User.objects.filter(pk=self.instance.owner_id)  # who edits no more stays until another is chosen
        self.fields["owner"].queryset = editors() | present  # type: ignore[attr-defined]
        self.initial["seen"] = print_of(self.instance)

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]).lower()

    def clean_review_by(self) -> date:
        day: date = self.cleaned_data["review_by"]
        return _to_come(day) if "review_by" in self.changed_data else day

    def differs_from(self, now: Article) -> list[tuple[str, str]]:
        """Labels and words of what stands there now, where something else was typed."""
        return [
            (str(field.label), _said(field, stored))
            for name, field in self.fields.items()
            if name in self._meta.fields  # type: ignore[operator]
            for stored in [now.owner_id if name == "owner" else getattr(now, name)]
            if field.has_changed(stored, self[name].data)
        ]


def _to_come(day: date) -> date:
    """A day of review: `clean_` of both forms."""
    today = timezone.localdate()
    if day <= today or day.year > today.year + 10:
        raise forms.ValidationError(_("The next review is a day that is still to come, within ten years."))
    return day


def _said(field: forms.Field, stored: Any) -> str:
    """A stored value in the words of the field's choices."""
    if isinstance(field, forms.ModelChoiceField):
        return str(field.queryset.filter(pk=stored).first() or "–") if field.queryset is not None else "–"
    words = dict(getattr(field, "choices", ()))
    listed = stored if isinstance(stored, list) else [stored]
    return ", ".join(str(words.get(one, one)) for one in listed) or "–"
