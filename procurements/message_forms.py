"""What the buyer types to all who follow."""

from django import forms
from django.utils.translation import gettext_lazy as _

from procurements.forms import LANGUAGES
from ui.forms import Form, shown


class MessageForm(Form):
    """`number` is that of the message to come: a second click finds the first one."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    language = forms.ChoiceField(label=_("Language of the message"), choices=LANGUAGES)
    subject = forms.CharField(
        label=_("Subject"), max_length=200, help_text=_("What it is about, so that nobody has to guess.")
    )
    text = forms.CharField(
        label=_("Message"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "Everyone reads the same words. Write nothing that tells who is interested, or what somebody asked."
        ),
    )

    def clean_subject(self) -> str:
        return shown(self.cleaned_data["subject"])
