"""What an asker and an answering team type."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ui.forms import Form

QUESTION = 4000  # characters, as the columns of procurements.models.Question
ANSWER = 20_000


class QuestionForm(Form):
    """`key` makes a double click one question (quality R6)."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    text = forms.CharField(
        label=_("Your question"),
        max_length=QUESTION,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Everyone will read the question with its answer. Leave out who you are, and what your competitors may not know."
        ),
    )


class DraftForm(Form):
    """`revision` is what the writer saw; a save of an older one is refused, not merged."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    question_text = forms.CharField(
        label=_("The question, as everyone will read it"),
        max_length=QUESTION,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Take away what tells who asked: names, products, places, a way of writing."),
    )
    answer = forms.CharField(
        label=_("The answer"), max_length=ANSWER, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    marks_optional = False  # a draft may lack its answer; a release may not


class AssignForm(Form):
    to = forms.ModelChoiceField(label=_("Who drafts the answer?"), queryset=User.objects.none())
    due_on = forms.DateField(
        label=_("By which day?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, colleagues: QuerySet[User], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]
        self.today = today

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day < self.today:
            raise forms.ValidationError(_("That day has passed. Choose one that is still to come."))
        return day


class DeclineForm(Form):
    reason = forms.CharField(
        label=_("Why is it not answered?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only the one who asked reads this, with colleagues."),
    )


class CorrectForm(Form):
    """`version` is the one that the writer saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    question_text = forms.CharField(
        label=_("The question"), max_length=QUESTION, widget=forms.Textarea(attrs={"rows": 5})
    )
    answer = forms.CharField(label=_("The answer"), max_length=ANSWER, widget=forms.Textarea(attrs={"rows": 8}))
    reason = forms.CharField(
        label=_("Why do you correct it?"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everyone can read the reason, and what stood there before."),
    )
