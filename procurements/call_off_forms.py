"""What an option holder fills in when it joins, and what the lead answers."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from networks.models import MOST_VOLUME, GroupItem
from procurements.buyer_list import Buyer
from procurements.calling_off import most_of
from ui import moments
from ui.forms import AmountField, Form


class CallOffForm(Form):
    """A volume for each thing that the published list lets the organisation buy, filled in from that list."""

    marks_optional = False

    def __init__(self, *args: Any, items: Iterable[GroupItem], buyer: Buyer | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = [item for item in items if most_of(buyer, item) != 0]
        for item in self.items:
            most = most_of(buyer, item)
            said = {"item": item.name, "unit": item.unit}
            hint = _("At most %(most)s %(unit)s, as published.")
            too_much = _("The published list lets you call off at most %(most)s %(unit)s of “%(item)s”.")
            if most is not None:
                said["most"] = moments.number(most, get_language() or "en")
            self.fields[f"volume-{item.pk}"] = AmountField(
                label=_("%(item)s, in %(unit)s") % said,
                help_text=hint % said if most is not None else "",
                required=False,
                initial=Decimal(f"{most.normalize():f}") if most is not None else None,
                min_value=Decimal("0.01"),
                max_value=most if most is not None else Decimal(MOST_VOLUME),
                decimal_places=2,
                localize=True,
                error_messages={
                    "invalid": gettext_lazy("Write a number in figures, in the unit that the label names."),
                    "min_value": gettext_lazy("Write a number that is more than nothing, or leave it empty."),
                    "max_value": too_much % said
                    if most is not None
                    else gettext_lazy("More than a thousand million cannot be right. Count the noughts once more."),
                    "max_decimal_places": gettext_lazy("Two decimals at most."),
                },
            )
        self.fields["message"] = forms.CharField(
            label=gettext_lazy("Message to the lead"),
            help_text=gettext_lazy(
                "For example from which day you need it. Only the lead and your colleagues read it."
            ),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    def clean(self) -> dict[str, Any]:
        names = [f"volume-{item.pk}" for item in self.items]
        if names and not any(self.cleaned_data.get(name) or name in self.errors for name in names):
            self.add_error(names[0], _("Say how much you call off of at least one thing."))
        return self.cleaned_data

    def volumes(self) -> dict[int, Decimal]:
        found = {item.pk: self.cleaned_data[f"volume-{item.pk}"] for item in self.items}
        return {pk: volume for pk, volume in found.items() if volume is not None}


class DecideForm(Form):
    verdict = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[
            ("approve", gettext_lazy("Yes, the organisation joins the contract")),
            ("refuse", gettext_lazy("No, the call-off is not approved")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose yes or no.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why not"),
        help_text=gettext_lazy("Needed for a no. The organisation reads it, and the public does not."),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        clean = self.cleaned_data
        if clean.get("verdict") == "refuse" and not clean.get("reason", "").strip() and "reason" not in self.errors:
            self.add_error("reason", _("Say why not: the organisation reads your reason."))
        return clean
