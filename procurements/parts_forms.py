"""The pages where a notice's assets and stages are written: rows that stand below each other, without JavaScript too.

A row in which nothing is written is left out. To add, move or take away a row sends what is typed, half done or not, and
brings it all back with the row in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurements import part_rules, parts, writing
from procurements.comparing import write_seen
from procurements.models import AssetOrigin, Notice, Rights
from ui.forms import CURRENCIES, AmountField, Form, shown

MOST_ROWS = 30
CHOOSE = ("", gettext_lazy("Choose"))


class RowForm(Form):
    marks_optional = False

    def clean_name(self) -> str:
        return shown(self.cleaned_data["name"])


class AssetForm(RowForm):
    name = forms.CharField(
        label=gettext_lazy("The asset"),
        max_length=200,
        help_text=gettext_lazy("As in source code, drawings, data, know-how, design, a report."),
    )
    origin = forms.ChoiceField(label=gettext_lazy("Where it comes from"), choices=[CHOOSE, *AssetOrigin.choices])
    level = forms.ChoiceField(label=gettext_lazy("What you need to do with it"), choices=[CHOOSE, *Rights.choices])
    motive = forms.CharField(
        label=gettext_lazy("Why this level"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed when you take over: everyone can read it on the public page."),
    )

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        if clean.get("level") == Rights.OWN and not clean.get("motive") and "motive" not in self.errors:
            self.add_error("motive", _("Say why a lower level is not enough for what you need."))
        return clean


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": gettext_lazy("Write the date as year-month-day, as in 2027-03-14.")}

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and not 1900 <= day.year <= 2200:
            raise ValidationError(_("Choose a date between the years 1900 and 2200."), code="range")
        return day


class StageForm(RowForm):
    name = forms.CharField(
        label=gettext_lazy("The stage"),
        max_length=200,
        help_text=gettext_lazy("As in study, prototype, trial in daily work."),
    )
    starts_on = DayField(required=False, label=gettext_lazy("Begins"))
    ends_on = DayField(required=False, label=gettext_lazy("Ends"))
    max_cost = AmountField(
        required=False,
        label=gettext_lazy("Costs at most, without VAT"),
        min_value=0,
        max_digits=18,
        decimal_places=2,
        localize=True,
        help_text=gettext_lazy("For all suppliers of the stage together."),
    )
    suppliers = forms.IntegerField(
        required=False,
        label=gettext_lazy("Number of suppliers"),
        min_value=1,
        max_value=1000,
        help_text=gettext_lazy("The most that take part in this stage."),
    )
    decision = forms.CharField(
        label=gettext_lazy("What decides whether it goes on"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The goals that are to be reached, and who judges it."),
    )

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = clean.get("starts_on"), clean.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", _("The stage ends before it begins."))
        return clean


class BesideForm(Form):
    """What stands on the page beside the rows."""

    marks_optional = False


class PlanForm(BesideForm):
    currency = forms.ChoiceField(required=False, label=gettext_lazy("The costs are in"), choices=CURRENCIES)
    price_cap = AmountField(
        required=False,
        label=gettext_lazy("Most that all stages may cost together, without VAT"),
        min_value=1,
        max_digits=18,
        decimal_places=2,
        localize=True,
    )
    exit_rule = forms.CharField(
        required=False,
        label=gettext_lazy("How it can end before its last stage"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "When you or a supplier may stop, what is paid then, and who may use what has been made so far."
        ),
    )


class PartForm:
    """The rows of one part, and what stands beside them. `data` is what was typed; without it, what stands in the notice."""

    part: ClassVar[str]
    row: ClassVar[type[RowForm]]
    beside: ClassVar[type[BesideForm]] = BesideForm
    begins_with: ClassVar[int] = 1  # empty rows on the page of a notice that has none

    def __init__(self, notice: Notice, data: QueryDict | None = None) -> None:
        self.notice = notice
        self.is_bound = data is not None
        self.columns = tuple(self.beside.base_fields)
        self.aside = self.beside(data, initial={name: getattr(notice, name) for name in self.columns})
        if data is None:
            rows = parts.rows_of(notice, self.part) or [{}] * self.begins_with
            self.rows = [self._row(place, initial=row) for place, row in enumerate(rows)]
            self.shows(notice)
        else:
            count = _number(data.get(f"{self.part}-count"))
            if count is None:
                raise BadRequest("a page without its rows")  # which would otherwise take them all away
            self.rows = [self._row(place, data=data) for place in range(min(count, MOST_ROWS))]
            self.revision, self.seen = _number(data.get("revision")) or 0, data.get("seen", "")

    def shows(self, notice: Notice) -> None:
        """From now on the page is one of somebody who has seen what stands in `notice`."""
        self.revision = notice.revision
        self.seen = write_seen(writing.seen_in(notice, (self.part, *self.columns)))

    def _row(self, place: int, **typed: Any) -> RowForm:
        return self.row(**typed, prefix=f"{self.part}-{place}")

    def after(self, do: str) -> PartForm:
        """The same page with a row more, fewer, or elsewhere, and everything typed: `add`, `remove-2`, `up-2`, `down-2`."""
        word, _dash, number = do.partition("-")
        typed = [{name: row[name].data for name in row.fields} for row in self.rows]
        place = _number(number)
        first = place or 0
        if word == "add" and len(typed) < MOST_ROWS:
            typed.append({})
            first = len(typed) - 1
        elif place is not None and place < len(typed):
            row = typed.pop(place)
            if word != "remove":
                first = max(0, min(len(typed), place + {"up": -1, "down": 1}.get(word, 0)))
                typed.insert(first, row)
        again = type(self)(self.notice)
        again.revision, again.seen = self.revision, self.seen
        again.aside = self.beside(initial={name: self.aside[name].data for name in self.aside.fields})
        again.rows = [again._row(place, initial=row) for place, row in enumerate(typed)]
        if again.rows:  # where the hands go on
            again.rows[min(first, len(again.rows) - 1)].fields["name"].widget.attrs["autofocus"] = True
        return again

    @cached_property
    def written(self) -> list[RowForm]:
        """The rows in which something stands."""
        return [row for row in self.rows if any((row[name].data or "").strip() for name in row.fields)]

    def is_valid(self) -> bool:
        return all([self.aside.is_valid(), *[row.is_valid() for row in self.written]])

    def problems(self) -> Iterator[tuple[BoundField, str]]:
        """Each field that is wrong with its sentence, in the order of the page."""
        if self.is_bound:
            for form in [*self.written, self.aside]:
                for field in form:
                    yield from ((field, str(error)) for error in field.errors)

    @property
    def row_columns(self) -> parts.Rows:
        return [{name: row.cleaned_data[name] for name in parts.PARTS[self.part].fields} for row in self.written]

    def wording(self) -> dict[str, Any]:
        return dict(self.aside.cleaned_data)

    def warnings(self) -> list[str]:
        """Said after saving; they stop nothing."""
        return []

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= MOST_ROWS


def _number(said: str | None) -> int | None:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 10 else None


class AssetsForm(PartForm):
    part = "assets"
    row = AssetForm
    begins_with = 2

    def warnings(self) -> list[str]:
        taken = [
            row for row in self.row_columns if row["origin"] == AssetOrigin.BACKGROUND and row["level"] == Rights.OWN
        ]
        said = _(
            "“%(name)s” exists before the contract, and you want to take it over. Few suppliers sell what they live on."
        )
        return [said % {"name": row["name"]} for row in taken]


class StagesForm(PartForm):
    part = "stages"
    row = StageForm
    beside = PlanForm
    begins_with = 2

    def is_valid(self) -> bool:
        valid = super().is_valid()
        if not valid:
            return False
        wording = self.wording()
        if not wording["currency"] and (wording["price_cap"] is not None or part_rules.total_of(self.row_columns)):
            self.aside.add_error("currency", _("Say in which currency the costs are."))
        return self.aside.is_valid()

    def warnings(self) -> list[str]:
        wording, total = self.wording(), part_rules.total_of(self.row_columns)
        said = [
            _("“%(name)s” begins before the stage above it ends.") % {"name": name}
            for name in part_rules.overlaps(self.row_columns)
        ]
        if wording["price_cap"] is not None and total > wording["price_cap"]:
            said.append(_("The stages may cost more together than the most that they may cost in all."))
        return said
