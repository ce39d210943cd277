from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts import numbers, terms
from accounts.countries import COUNTRIES
from accounts.grants import Role
from accounts.models import Duty, Organisation, User

ZONES = sorted(zone for zone in available_timezones() if zone.split("/")[0] in ("Europe", "Atlantic") or zone == "UTC")


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """Name and language besides address and password; and a yes to the terms."""

    field_order = ["name", "email", "password1", "language", "accept_terms"]
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("The language of the mails that we send to you.")
    )
    accept_terms = forms.BooleanField(
        error_messages={"required": _("You must accept the terms of use in order to have an account.")}
    )

    account_already_exists: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language()
        self.fields["accept_terms"].label = format_html(
            gettext('I accept the <a href="{}">terms of use</a>.'), reverse_lazy("accounts:terms")
        )

    def try_save(self, request: HttpRequest) -> Any:
        """One transaction for the person and what belongs to them.

        When the address has an account already, allauth answers the same but far sooner, for it hashes no password:
        the clock would tell (quality.md S12). So a password is hashed in vain.
        """
        if self.account_already_exists and self.cleaned_data.get("password1"):
            make_password(self.cleaned_data["password1"])
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:  # the same address twice at once: to the second one it is taken
            self.account_already_exists = True
            return super().try_save(request)

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth when the person is saved."""
        user.name = self.cleaned_data["name"]
        user.language = self.cleaned_data["language"]
        user.save(update_fields=["name", "language"])
        terms.accept(user, at=timezone.now())


class ProfileForm(forms.ModelForm[User]):
    zone = forms.ChoiceField(label=_("Time zone"), choices=[(zone, zone.replace("_", " ")) for zone in ZONES])
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("The language of the mails that we send to you.")
    )

    class Meta:
        model = User
        fields = ["name", "language", "zone"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True


class NumberForm(forms.Form):
    """First step towards an organisation: which one is it?"""

    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)
    number = forms.CharField(
        label=_("Organisation number"),
        required=False,
        max_length=40,
        help_text=_(
            "Ten digits in Sweden, nine in Norway. "
            "Leave it empty if you have no company, or if you come from another country."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            cleaned["number"] = numbers.checked(cleaned.get("country", ""), cleaned.get("number", ""))
        except forms.ValidationError as why:
            self.add_error("number", why)
        return cleaned


class OrganisationForm(forms.ModelForm[Organisation]):
    class Meta:
        model = Organisation
        fields = [
            "name", "kind", "region", "inhabitants", "website", "description", "is_supplier", "publishes_with_two",
        ]  # fmt: skip
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "website": forms.URLInput(attrs={"autocomplete": "url"}),
            "description": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            "region": _("The NUTS code of the place where you are, as in SE224 for Skåne."),
            "inhabitants": _("For municipalities and regions."),
            "website": _("With https:// in front."),
            "is_supplier": _("Tick this if you want to hear of needs and register interest."),
            "publishes_with_two": _(
                "Nothing is published then before a colleague, who did not write it, has approved it."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["website"] = forms.URLField(
            label=_("Website"), required=False, assume_scheme="https", help_text=self.fields["website"].help_text
        )
        if not self.instance.is_buyer and "publishes_with_two" in self.fields:
            del self.fields["publishes_with_two"]
        if self.instance.is_buyer:
            for name in ("name", "kind"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("This was verified. Write to us if it has changed.")

    def clean_region(self) -> str:
        region: str = self.cleaned_data["region"].strip().upper()
        if region and not (region.isascii() and region.isalnum() and region[:2].isalpha()):
            raise forms.ValidationError(_("A NUTS code is two letters and up to three digits or letters, as in SE224."))
        return region


class NewOrganisationForm(OrganisationForm):
    """Second step: the organisation is new here. Which number it has was decided in the first step."""

    field_order = ["name", "kind"]

    class Meta(OrganisationForm.Meta):
        fields = ["name", "kind", "region", "website", "is_supplier"]


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("The invitation can be accepted by the owner of this address alone.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.EDITOR)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class EvidenceForm(forms.Form):
    evidence = forms.CharField(
        label=_("How can we verify this?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "For example your work address on the organisation's own domain, a page on its website that names you, "
            "or a telephone number of its switchboard."
        ),
    )
    wants_to_buy = forms.BooleanField(
        label=_("We buy as a public body, and want to publish needs and procurements."), required=False, initial=True
    )


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(choices=[("grant", _("Grant")), ("refuse", _("Refuse"))])
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DutyForm(forms.Form):
    duty = forms.ChoiceField(label=_("Duty"), choices=Duty.choices)
