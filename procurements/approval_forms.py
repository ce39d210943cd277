"""What is asked for around an approval: by the lead, and of those who buy with it (C8)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from procurements.drafting_forms import DecideForm
from procurements.models import Approval
from ui.forms import Form


class ApprovalAskForm(Form):
    message = forms.CharField(
        required=False,
        label=_("What should they look at?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    answer_by = forms.DateField(
        required=False,
        label=_("Answer by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Those who have not answered are reminded the day before. Leave it empty if there is no hurry."),
    )


class ApprovalForm(DecideForm):
    """The decision of one organisation, on the text as it was read."""

    verdict = forms.ChoiceField(
        label=_("The decision of your organisation"),
        choices=[
            (Approval.Verdict.APPROVED, _("We approve the text as it stands")),
            (Approval.Verdict.CHANGES, _("We ask for changes")),
        ],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        required=False,
        label=_("Your words to those who write the text"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed when you ask for changes."),
    )
