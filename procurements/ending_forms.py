"""What a procurer types when it is over: how it ended, who was chosen, what each supplier is told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from procurements.concluding import Chosen, results_for
from procurements.models import Notice, Outcome
from taxonomy.forms import CodeField
from ui.forms import CURRENCIES, AmountField, Form, shown

MOST_WINNERS = 30
YES_NO = [("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))]
ANSWER = {"yes": True, "no": False, "": None}
WORD = {value: key for key, value in ANSWER.items()}


class OutcomeForm(Form):
    result = forms.ChoiceField(label=_("How did it end?"), widget=forms.RadioSelect)
    code = CodeField(
        "non-award-justification",
        required=False,
        label=_("Why no contract came of it"),
        help_text=_("When it was cancelled, or no tender was suitable."),
    )
    text = forms.CharField(
        label=_("In your own words"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Two or three sentences that suppliers can learn from. Everyone can read them."),
    )
    tenders = forms.IntegerField(
        required=False, min_value=0, max_value=10_000, label=_("How many tenders came in"), localize=True
    )
    decided_on = forms.DateField(label=_("Day of the decision"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        required=False,
        max_length=600,
        label=_("Why do you correct it?"),
        help_text=_("The earlier outcome stays readable beside the new one."),
    )

    def __init__(self, *args: Any, notice: Notice, last: Outcome | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["result"].choices = [(each.value, each.label) for each in results_for(notice)]  # type: ignore[attr-defined]
        if not is_award_possible(notice):
            for name in ("code", "tenders"):
                del self.fields[name]
        if last is None:
            del self.fields["reason"]


def is_award_possible(notice: Notice) -> bool:
    return Outcome.Result.AWARDED in results_for(notice)


class WinnerForm(Form):
    """One chosen supplier; a row without a name is no supplier."""

    marks_optional = False
    name = forms.CharField(required=False, max_length=300, label=_("Name of the supplier"))
    value = AmountField(
        required=False, min_value=1, max_digits=18, decimal_places=2, localize=True, label=_("Value without VAT")
    )
    currency = forms.ChoiceField(required=False, choices=CURRENCIES, label=_("Currency"))
    is_small = forms.ChoiceField(
        required=False, choices=YES_NO, label=_("Small or medium-sized (fewer than 250 employed)")
    )
    is_new = forms.ChoiceField(required=False, choices=YES_NO, label=_("New to you as a supplier"))

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        return shown(name) if name else ""

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        if clean.get("value") is not None and not clean.get("currency"):
            self.add_error("currency", _("Say in which currency the value is."))
        if "name" in clean and not clean["name"] and clean.get("value") is not None:
            self.add_error("name", _("Name the supplier, or leave the row empty."))
        return clean


class WinnerSet(forms.BaseFormSet[WinnerForm]):
    def clean(self) -> None:
        names = [form.cleaned_data.get("name", "").casefold() for form in self.forms if hasattr(form, "cleaned_data")]
        for form, name in zip(self.forms, names, strict=False):
            if name and names.count(name) > 1:
                form.add_error("name", _("This supplier is named twice."))

    def chosen(self) -> list[Chosen]:
        """The rows with a name; a name that the arena knows once, as a supplier, becomes that organisation."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("name")]
        known: dict[str, list[Organisation]] = {}
        for organisation in Organisation.objects.filter(
            name__in=[row["name"] for row in rows], is_supplier=True, merged_into=None
        ):
            known.setdefault(organisation.name, []).append(organisation)
        return [
            Chosen(
                name=row["name"],
                organisation=found[0] if len(found := known.get(row["name"], [])) == 1 else None,
                value=row.get("value"),
                currency=row.get("currency") or "",
                is_small=ANSWER[row.get("is_small") or ""],
                is_new=ANSWER[row.get("is_new") or ""],
            )
            for row in rows
        ]


Winners = forms.formset_factory(
    WinnerForm, formset=WinnerSet, extra=1, max_num=MOST_WINNERS, absolute_max=MOST_WINNERS + 1, validate_max=True
)


def with_a_row_more(data: QueryDict) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Everything that was typed, as a form's first values, unjudged: the page only grows by a row (no script needed)."""
    typed = data.dict()
    try:
        rows = min(int(data.get("winner-TOTAL_FORMS", "")), MOST_WINNERS)
    except ValueError:
        rows = 1
    names = WinnerForm.base_fields
    return typed, [{name: typed.get(f"winner-{row}-{name}", "") for name in names} for row in range(rows)]


def start_of(last: Outcome | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the forms show first: what stands in public, to correct it."""
    if last is None:
        return {}, []
    form = {name: getattr(last, name) for name in ("result", "code", "text", "tenders", "decided_on")}
    winners = [
        {
            "name": one.name,
            "value": one.value,
            "currency": one.currency,
            "is_small": WORD[one.is_small],
            "is_new": WORD[one.is_new],
        }
        for one in last.winners.all()
    ]
    return form, winners


class FeedbackForm(Form):
    text = forms.CharField(
        label=_("Your answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "At least a sentence: what was good, what was missing, what happens now. Each supplier reads its own answer alone."
        ),
    )
