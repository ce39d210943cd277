"""How every form of the arena behaves: optional marked in words, errors beside the field, moments with their zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ui.moments import zone_of


class Form(forms.Form):
    required_css_class = ""


class ModelForm(forms.ModelForm):  # type: ignore[type-arg]
    pass


class MomentWidget(forms.MultiWidget):
    """A date and a clock, and which of the two when the clock is turned back and an hour comes twice."""

    template_name = "ui/widgets/moment.html"
    use_fieldset = True

    def __init__(self) -> None:
        parts = {
            "day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "clock": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "fold": forms.Select(choices=[("", "–"), ("0", _("the first time")), ("1", _("the second time"))]),
        }
        super().__init__(parts)

    def decompress(self, value: Any) -> list[Any]:
        return [value.date(), value.time().replace(fold=0), str(value.fold) if value.fold else ""] if value else [None, None, ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["asks_which"] = getattr(self, "asks_which", False)
        return context


class MomentField(forms.MultiValueField):
    """A wall clock in `zone` (IANA name, set by the form) that becomes an aware moment in UTC.

    Refuses an hour that does not exist when the clock is turned forward, and asks which one is meant when it is turned back.
    """

    widget = MomentWidget
    zone: str = "Europe/Stockholm"

    def __init__(self, **kwargs: Any) -> None:
        fields = (
            forms.DateField(error_messages={"invalid": _("Write the date as year-month-day, as in 2027-03-14.")}),
            forms.TimeField(error_messages={"invalid": _("Write the clock as hours and minutes, as in 14:30.")}),
            forms.ChoiceField(choices=[("", ""), ("0", "0"), ("1", "1")], required=False),
        )
        super().__init__(fields, require_all_fields=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(zone_of(self.zone)) if isinstance(value, datetime) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))

    def compress(self, data_list: list[Any]) -> datetime | None:
        day, clock, fold = [*data_list, None, None, None][:3] if data_list else (None, None, None)
        if day is None and clock is None:
            return None
        if day is None:
            raise ValidationError(_("Say which day."), code="day")
        return self.moment(day, clock or time(23, 59), fold or "")

    def moment(self, day: date, clock: time, fold: str) -> datetime:
        zone = zone_of(self.zone)
        try:
            first, second = (datetime.combine(day, clock.replace(fold=n), zone) for n in (0, 1))
            offsets = first.utcoffset(), second.utcoffset()
            back = first.astimezone(UTC).astimezone(zone)
        except (OverflowError, ValueError):
            raise ValidationError(_("Choose a date between the years 1900 and 2200."), code="range") from None
        if not 1900 <= day.year <= 2200:
            raise ValidationError(_("Choose a date between the years 1900 and 2200."), code="range")
        if back.replace(tzinfo=None) != first.replace(tzinfo=None):
            raise ValidationError(
                _("This hour does not exist: the clock is turned forward that night. Choose an hour earlier or later."), code="gap"
            )
        if offsets[0] != offsets[1] and not fold:
            self.widget.asks_which = True  # type: ignore[union-attr]
            raise ValidationError(
                _("This hour comes twice that night: the clock is turned back. Say which one you mean."), code="fold"
            )
        return (second if fold == "1" else first).astimezone(UTC)


class LinesField(forms.CharField):
    """One item a line; cleaned to a list without empty lines or repeats."""

    def __init__(self, *, max_items: int = 50, max_item_length: int = 80, **kwargs: Any) -> None:
        self.max_items, self.max_item_length = max_items, max_item_length
        super().__init__(widget=forms.Textarea(attrs={"rows": 5}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        text = super().clean(value)
        lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
        if len(lines) > self.max_items:
            raise ValidationError(_("At most %(most)s lines."), code="items", params={"most": self.max_items})
        if any(len(line) > self.max_item_length for line in lines):
            raise ValidationError(_("At most %(most)s characters a line."), code="length", params={"most": self.max_item_length})
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))
