"""How every form of the arena looks and behaves: errors beside the field and summed up above, the optional marked in
words, moments with their zone. The renderer gives the look to all forms, allauth's too; `Form` adds our manners.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from ui.moments import zone_of

UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")  # not the joiners: emoji have them
CLOCK_FORMATS = ["%H:%M", "%H.%M", "%H:%M:%S", "%H%M"]
CURRENCIES = [("", _("Not stated")), *((code, code) for code in ("SEK", "NOK", "DKK", "EUR", "ISK", "USD", "GBP"))]


class BoundField(forms.BoundField):
    """A field with what our templates ask of it."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        field.widget.attrs.pop("placeholder", None)  # gone when one types; what it says belongs in label or hint
        if self.limit:  # a browser cuts what is pasted without a word; ours is told, and nothing is lost
            field.widget.attrs.pop("maxlength", None)

    @property
    def limit(self) -> int | None:
        """The most characters of a longer text, said in words."""
        longest: int | None = getattr(self.field, "max_length", None)
        return longest if isinstance(self.field.widget, forms.Textarea) else None

    @property
    def is_optional(self) -> bool:
        """Marked as optional: where at least one other field is required, so that the word says something."""
        fields = self.form.fields.values()
        return (
            not self.field.required
            and getattr(self.form, "marks_optional", True)
            and any(field.required and not field.widget.is_hidden for field in fields)
        )

    @property
    def is_tick(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def first_control(self) -> str:
        """The id that a link to this field leads to."""
        widget = self.field.widget
        many = (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.MultiWidget)
        return f"{self.auto_id}_0" if isinstance(widget, many) else self.auto_id

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        if described is None or not self.limit or not self.auto_id:
            return described
        return " ".join([*described.split(), f"{self.auto_id}_limit"])


class Renderer(TemplatesSetting):
    """Django's forms with our templates (`templates/django/forms/`) and our bound field."""

    bound_field_class = BoundField


class Manners:
    """The server answers in the reader's language and keeps what was typed; the browser's own bubbles do neither.

    `marks_optional = False` where what is optional now is required later, as in a draft.
    """

    use_required_attribute = False
    marks_optional = True


class Form(Manners, forms.Form):
    pass


class ModelForm(Manners, forms.ModelForm):  # type: ignore[type-arg]
    pass


class MomentWidget(forms.MultiWidget):
    """A date and a clock, and which of the two when the clock is turned back and an hour comes twice."""

    template_name = "ui/widgets/moment.html"
    use_fieldset = True
    needs_clock = False  # else a day alone means its end

    def __init__(self) -> None:
        parts: dict[str, forms.Widget | type[forms.Widget]] = {
            "day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "clock": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "fold": forms.Select(choices=[("", "–"), ("0", _("the first time")), ("1", _("the second time"))]),
        }
        self.asks_which = False
        super().__init__(parts)

    def decompress(self, value: Any) -> list[Any]:
        return (
            [value.date(), value.time().replace(fold=0), str(value.fold) if value.fold else ""]
            if value
            else [None, None, ""]
        )

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        day, clock, fold = context["widget"]["subwidgets"]
        context["widget"] |= {"day": day, "clock": clock, "fold": fold}
        context["widget"]["needs_clock"] = self.needs_clock
        context["widget"]["asks_which"] = self.asks_which or any(fold["value"] or [])
        return context


class MomentField(forms.MultiValueField):
    """A wall clock in `zone` (IANA name, set by the form) that becomes an aware moment in UTC.

    A day without a clock means the end of the day, 23:59. Refuses an hour that does not exist when the clock is turned
    forward, and asks which one is meant when it is turned back.
    """

    widget = MomentWidget
    zone: str = "Europe/Stockholm"

    def __init__(self, **kwargs: Any) -> None:
        fields = (
            forms.DateField(
                error_messages={
                    "invalid": _("Write the date as year-month-day, as in 2027-03-14."),
                    "incomplete": _("Say which day."),
                }
            ),
            forms.TimeField(
                required=False,
                input_formats=CLOCK_FORMATS,
                error_messages={"invalid": _("Write the clock as hours and minutes, as in 14:30.")},
            ),
            forms.ChoiceField(choices=[("", ""), ("0", "0"), ("1", "1")], required=False),
        )
        super().__init__(fields, require_all_fields=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(zone_of(self.zone)) if isinstance(value, datetime) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))

    def compress(self, data_list: list[Any]) -> datetime | None:
        if not data_list:
            return None
        day, clock, fold = data_list
        return self.moment(day, time(23, 59) if clock in self.empty_values else clock, fold or "")

    def moment(self, day: date, clock: time, fold: str) -> datetime:
        zone = zone_of(self.zone)
        if not 1900 <= day.year <= 2200:
            raise ValidationError(_("Choose a date between the years 1900 and 2200."), code="range")
        first, second = (datetime.combine(day, clock.replace(fold=n), zone) for n in (0, 1))
        if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != first.replace(tzinfo=None):
            raise ValidationError(
                _("This hour does not exist: the clock is turned forward that night. Choose an hour earlier or later."),
                code="gap",
            )
        if first.utcoffset() != second.utcoffset() and not fold:
            self.widget.asks_which = True  # type: ignore[union-attr]
            raise ValidationError(
                _("This hour comes twice that night: the clock is turned back. Say which one you mean."), code="fold"
            )
        return (second if fold == "1" else first).astimezone(UTC)


class AmountField(forms.DecimalField):
    """An amount as people write it: spaces of every kind between the thousands, and the language's own decimal mark."""

    def to_python(self, value: Any) -> Any:
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)


def shown(words: str) -> str:
    """A line that people recognise things by, without characters that show nothing or turn the text round.

    Raises ValidationError when no letter or digit is left: it could be neither read out nor clicked on.
    """
    words = " ".join(UNSEEN.sub("", words).split())
    if not any(letter.isalnum() for letter in words):
        raise ValidationError(_("Write it in letters or digits."), code="shown")
    return words


class LinesField(forms.CharField):
    """One item a line; cleaned to a list without empty lines or repeats."""

    def __init__(self, *, max_items: int = 50, max_item_length: int = 80, **kwargs: Any) -> None:
        self.max_items, self.max_item_length = max_items, max_item_length
        super().__init__(**{"widget": forms.Textarea(attrs={"rows": 5}), **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        text = super().clean(value)
        lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
        if len(lines) > self.max_items:
            raise ValidationError(_("At most %(most)s lines."), code="items", params={"most": self.max_items})
        if any(len(line) > self.max_item_length for line in lines):
            raise ValidationError(
                _("At most %(most)s characters a line."), code="length", params={"most": self.max_item_length}
            )
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))
