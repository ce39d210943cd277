"""What people type about letters of intent: what is bought, to whom and until when, how much, and how the cost is shared."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.models import MOST_ITEMS, MOST_VOLUME, CostKey, GroupItem, Participant
from networks.signing import Intent
from ui.forms import CURRENCIES, AmountField, Form, shown

EMPTY_ROWS = 3  # on the page of items, beyond those that are there
LARGEST = Decimal(10) ** 12 - Decimal("0.01")


def currency_field(label: Any, *, required: bool) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=CURRENCIES,
        required=required,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the currencies in the list.")},
    )


def amount_field(label: Any, *, required: bool, **more: Any) -> AmountField:
    return AmountField(
        label=label,
        required=required,
        min_value=Decimal("0.01"),
        max_value=LARGEST,
        decimal_places=2,
        localize=True,
        error_messages={
            "invalid": gettext_lazy("Write one amount in figures, as in 1 200 000, and choose the currency beside it."),
            "min_value": gettext_lazy("Write an amount that is more than nothing."),
            "max_value": gettext_lazy("The amount is too large to be right. Count the noughts once more."),
        },
        **more,
    )


def one_currency(form: forms.Form) -> str:
    """The chosen currency; raises ValidationError where two were sent."""
    data: Any = form.data
    if len(set(data.getlist(form.add_prefix("currency")))) > 1:
        raise ValidationError(_("Choose one currency. Amounts in two currencies are never added."))
    chosen: str = form.cleaned_data["currency"]
    return chosen


class ItemsForm(Form):
    """The things that are bought together: a row each, and some empty ones. A row without a name is no thing."""

    marks_optional = False

    def __init__(self, *args: Any, items: Iterable[GroupItem], signed: Iterable[int], **kwargs: Any) -> None:
        """`signed` are the ids of the items that a signed letter names: they are shown, and stay."""
        super().__init__(*args, **kwargs)
        items, self.signed = list(items), set(signed)
        known = [(str(item.pk), item) for item in items]
        spare = min(EMPTY_ROWS, MOST_ITEMS - len(items))
        self.keys: list[tuple[str, GroupItem | None]] = [*known, *((f"new{n}", None) for n in range(spare))]
        for key, item in self.keys:
            self.fields[f"name-{key}"] = forms.CharField(
                label=gettext_lazy("What you buy"), max_length=120, required=False, initial=item and item.name
            )
            self.fields[f"unit-{key}"] = forms.CharField(
                label=gettext_lazy("Counted in"), max_length=40, required=False, initial=item and item.unit
            )
            if item and item.pk in self.signed:
                self.fields[f"name-{key}"].disabled = self.fields[f"unit-{key}"].disabled = True

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Name, unit, whether a signed letter keeps them, and of a saved one the key by which it is moved, where it can be."""
        saved = [key for key, item in self.keys if item]
        return [
            {
                "name": self[f"name-{key}"],
                "unit": self[f"unit-{key}"],
                "is_signed": item is not None and item.pk in self.signed,
                "item": item,
                "up": key if item and key != saved[0] else "",
                "down": key if item and key != saved[-1] else "",
            }
            for key, item in self.keys
        ]

    def clean(self) -> dict[str, Any]:
        clean = self.cleaned_data
        seen: set[tuple[str, str]] = set()
        for key, _item in self.keys:
            name, unit = clean.get(f"name-{key}", ""), clean.get(f"unit-{key}", "")
            for field, value in ((f"name-{key}", name), (f"unit-{key}", unit)):
                if value and field in clean:
                    try:
                        clean[field] = shown(value)
                    except ValidationError as why:
                        self.add_error(field, why)
            if name and not unit:
                self.add_error(f"unit-{key}", _("Say what it is counted in: persons, pieces, hours."))
            if unit and not name:
                self.add_error(f"name-{key}", _("Say what you buy, or leave the row empty."))
            if name and (name.casefold(), unit.casefold()) in seen:
                self.add_error(f"name-{key}", _("This stands in another row already."))
            seen.add((name.casefold(), unit.casefold()))
        if not any(clean.get(f"name-{key}") for key, _item in self.keys) and not self.errors:
            self.add_error(f"name-{self.keys[0][0]}", _("Name at least one thing that you buy together."))
        return clean

    def chosen(self, *, up: str = "", down: str = "") -> list[tuple[int | None, str, str]]:
        """The rows in their order; the one with the key `up` one place higher, the one with `down` one lower."""
        clean = self.cleaned_data
        kept = [(key, item) for key, item in self.keys if clean[f"name-{key}"]]
        places = {key: place for place, (key, _item) in enumerate(kept)}
        first = places[up] - 1 if up in places else places.get(down, len(kept))
        if 0 <= first < len(kept) - 1:
            kept[first], kept[first + 1] = kept[first + 1], kept[first]
        return [(item.pk if item else None, clean[f"name-{key}"], clean[f"unit-{key}"]) for key, item in kept]


class SendForm(Form):
    sign_by = forms.DateField(
        label=gettext_lazy("To be signed by"),
        help_text=gettext_lazy("Each is reminded a week and a day before. Who is late can still sign."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the date as year-month-day, as in 2027-03-14.")},
    )
    to = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Letters to"),
        queryset=Participant.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one participant.")},
    )

    def __init__(self, *args: Any, participants: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        to = self.fields["to"]
        to.queryset = participants  # type: ignore[attr-defined]
        to.label_from_instance = _name_and_state  # type: ignore[attr-defined]

    def clean_sign_by(self) -> date:
        day: date = self.cleaned_data["sign_by"]
        if day < self.today:
            raise ValidationError(_("The day has passed. Choose a later one."))
        if day.year > self.today.year + 10:
            raise ValidationError(_("Choose a day within the next ten years."))
        return day


def _name_and_state(participant: Participant) -> str:
    return f"{participant.organisation.name} · {participant.get_state_display()}"


class SignForm(Form):
    """The blanks of a letter: a volume an item, perhaps a budget, and who signs."""

    def __init__(self, *args: Any, items: Iterable[GroupItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(items)
        for item in self.items:
            self.fields[f"volume-{item.pk}"] = AmountField(
                label=_("%(item)s, in %(unit)s") % {"item": item.name, "unit": item.unit},
                required=False,
                min_value=Decimal("0.01"),
                max_value=Decimal(MOST_VOLUME),
                decimal_places=2,
                localize=True,
                error_messages={
                    "invalid": gettext_lazy("Write a number in figures, in the unit that the label names."),
                    "min_value": gettext_lazy(
                        "Write a number that is more than nothing, or leave it empty if you do not need it."
                    ),
                    "max_value": gettext_lazy(
                        "More than a thousand million cannot be right. Count the noughts once more."
                    ),
                    "max_decimal_places": gettext_lazy("Two decimals at most."),
                },
            )
        self.fields["budget"] = amount_field(
            gettext_lazy("Budget"),
            required=False,
            help_text=gettext_lazy(
                "What you expect to spend in all, without VAT. Those who buy with you see it, the public never does."
            ),
        )
        self.fields["currency"] = currency_field(gettext_lazy("Currency of the budget"), required=False)
        self.fields["name"] = forms.CharField(label=gettext_lazy("Who signs"), max_length=150)
        self.fields["title"] = forms.CharField(
            label=gettext_lazy("Position"), max_length=150, help_text=gettext_lazy("For example: Head of procurement.")
        )
        self.fields["seen"] = forms.CharField(widget=forms.HiddenInput, max_length=16)

    def clean_name(self) -> str:
        return shown(self.cleaned_data["name"])

    def clean_title(self) -> str:
        return shown(self.cleaned_data["title"])

    def clean_currency(self) -> str:
        return one_currency(self)

    def clean(self) -> dict[str, Any]:
        clean = self.cleaned_data
        budget, currency = clean.get("budget"), clean.get("currency")
        if budget is not None and currency == "":
            self.add_error("currency", _("Say in which currency the budget is."))
        if currency and budget is None and "budget" not in self.errors:
            self.add_error("budget", _("Write the amount, or choose no currency."))
        volumes = [f"volume-{item.pk}" for item in self.items]
        if volumes and not any(clean.get(name) or name in self.errors for name in volumes):
            self.add_error(volumes[0], _("Say how much you intend to buy of at least one thing."))
        return clean

    def intent(self) -> Intent:
        clean = self.cleaned_data
        volumes = {item.pk: clean[f"volume-{item.pk}"] for item in self.items}
        return Intent(
            volumes={pk: volume for pk, volume in volumes.items() if volume is not None},
            name=clean["name"],
            title=clean["title"],
            budget=clean["budget"],
            currency=clean["currency"],
        )


class DeclineForm(Form):
    reason = forms.CharField(
        label=gettext_lazy("Why you decline"),
        help_text=gettext_lazy("Only the lead and your own colleagues read this."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CostKeyForm(Form):
    total = amount_field(gettext_lazy("Cost to share"), required=True)
    currency = currency_field(gettext_lazy("Currency"), required=True)
    method = forms.ChoiceField(label=gettext_lazy("Share it"), choices=CostKey.Method, widget=forms.RadioSelect)
    item = forms.ModelChoiceField(
        label=gettext_lazy("The item whose volume counts"),
        help_text=gettext_lazy("Only for shares by volume; the signed letters say how much each one buys."),
        queryset=GroupItem.objects.none(),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    with_options = forms.BooleanField(
        label=gettext_lazy("Show also what each would pay if every option holder joined"), required=False
    )

    def __init__(self, *args: Any, items: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        return one_currency(self)

    def clean(self) -> dict[str, Any]:
        clean = self.cleaned_data
        if clean.get("method") == CostKey.Method.VOLUME:
            if clean.get("item") is None and "item" not in self.errors:
                self.add_error("item", _("Choose the item whose volume counts."))
        else:
            clean["item"] = None
        return clean
