"""What editors of guidance type."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from accounts.models import Duty, User
from knowledge.models import Article, ArticleText
from knowledge.rendering import LONGEST
from procurements.models import Phase


class ArticleSearchForm(forms.Form):
    q = forms.CharField(label=_("Words"), required=False, max_length=200)
    phase = forms.ChoiceField(
        label=_("Phase of the chain"), required=False, choices=[("", _("All phases")), *Phase.choices]
    )


class BeginForm(forms.Form):
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


class BindingForm(forms.ModelForm[Article]):
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

    class Meta:
        model = Article
        fields = ["slug", "phases", "themes", "role", "owner", "review_by"]
        widgets = {"review_by": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "slug": _("Lower-case letters, digits and hyphens. Links to the former address lead to the new one."),
            "owner": _("The editor who hears when the review is due. The public sees the role, never the name."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editors = User.objects.filter(is_active=True, duties__duty__in=[Duty.CURATOR, Duty.ADMIN]).distinct()
        self.fields["owner"].queryset = editors.order_by("name")  # type: ignore[attr-defined]

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]).lower()


class TextForm(forms.ModelForm[ArticleText]):
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    body = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=LONGEST,
        help_text=_(
            "Write in Markdown: ## for a heading, - for a list, **bold**, [words](https://address) for a link, "
            "and | between the cells of a table. HTML is shown as it is typed."
        ),
        widget=forms.Textarea(attrs={"rows": 24}),
    )

    class Meta:
        model = ArticleText
        fields = ["title", "summary", "body"]
        help_texts = {"summary": _("One or two sentences: what does the reader get from this article?")}


class PublishForm(forms.Form):
    languages = forms.MultipleChoiceField(
        label=_("Languages to publish"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple
    )


class ReviewForm(forms.Form):
    next_by = forms.DateField(
        label=_("Next review by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
