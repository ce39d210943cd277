from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from interchange.models import Happening
from interchange.webhooks import addressing
from procurements.browsing import Browse
from ui import outside
from ui.forms import Form

LONGEST = 2000  # letters of a question, as in its column
ASKS_NOTHING = {
    "page",
    "after",
    "before",
    "sort",
    "state",
}  # of the list's address, in a question to everything that is open


def question_of(data: QueryDict) -> str:
    """What the list's address asks, without how the answer is shown."""
    return Browse.from_address(data).as_query(sort="")


class WebhookForm(Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For yourselves, as in: Our case system"))
    url = forms.CharField(
        label=_("Address of the receiver"),
        max_length=addressing.LONGEST,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("It begins with https:// and is on the open internet. We send POST requests there."),
    )
    question = forms.CharField(
        label=_("What to tell of"),
        required=False,
        max_length=4000,
        help_text=_(
            "Search and filter in the list of notices, and copy the address of what you see. Empty: everything that is open."
        ),
    )
    happenings = forms.MultipleChoiceField(
        label=_("When to tell"),
        choices=Happening,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one: else there is nothing to tell.")},
    )
    organisation = forms.ModelChoiceField(
        label=_("Whose it is"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("My own"),
        help_text=_("All who administer the organisation see it, and can change it."),
    )

    def __init__(self, *args: Any, organisations: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if organisations is None or not organisations.exists():
            del self.fields["organisation"]  # it stays whose it is
        else:
            field = self.fields["organisation"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = organisations

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        try:
            addressing.target(url)
        except outside.Refused as why:
            raise forms.ValidationError(str(addressing.WORDS[why.why])) from why
        return url

    def clean_question(self) -> str:
        """A whole address of the list, or what stands in it after the question mark."""
        said: str = self.cleaned_data["question"].strip()
        if said.startswith(("http://", "https://", "/")):
            try:
                said = urlsplit(said).query
            except ValueError as why:
                raise forms.ValidationError(_("This is not the address of a list of notices.")) from why
        data = QueryDict(said.lstrip("?"))
        question = question_of(data)
        if len(question) > LONGEST:
            raise forms.ValidationError(_("This question is too long. Choose fewer filters."))
        if not question and {name for name, values in data.lists() if any(values)} - ASKS_NOTHING:
            raise forms.ValidationError(_("This asks for nothing that the list knows. Copy the address of the list."))
        return question
