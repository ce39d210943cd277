"""What a procurer and a supplier type. A draft may be half done: what is required is asked for at publishing alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from procurements.models import Interest, Kind, Notice
from taxonomy.codes import is_broad
from taxonomy.forms import CodeField, CpvField, GoalField, RegionField
from ui.forms import AmountField, Form, ModelForm, MomentField, shown

LONG = 20_000  # characters; about eight printed pages
ZONES = [
    ("Europe/Stockholm", _("Swedish time")),
    ("Europe/Oslo", _("Norwegian time")),
    ("Europe/Copenhagen", _("Danish time")),
    ("Europe/Helsinki", _("Finnish time")),
    ("UTC", _("UTC")),
]
LANGUAGES = [("sv", _("Swedish")), ("nb", _("Norwegian")), ("en", _("English"))]
CURRENCIES = [("", _("Not stated")), *((code, code) for code in ("SEK", "NOK", "DKK", "EUR", "ISK", "USD", "GBP"))]
LATEST = timedelta(days=3660)

# Sections in the order in which they are asked; a question stands in the first section that names it.
SECTIONS: dict[str, list[tuple[Any, tuple[str, ...]]]] = {
    "need": [
        (_("The need"), ("language", "title", "problem", "affected", "cost_today", "desired_effect", "tried")),
        (_("So that the right suppliers hear of it"), ("summary", "cpv", "regions", "goals")),
        (_("Time and contact"), ("zone", "deadline_at", "contact_name", "contact_email")),
    ],
    "notice": [
        (_("What it is about"), ("language", "title", "summary", "description")),
        (_("The need behind it"), ("problem", "affected", "cost_today", "desired_effect", "tried")),
        (_("Procedure and value"), ("procedure", "nature", "value", "currency")),
        (_("So that the right suppliers hear of it"), ("cpv", "regions", "goals")),
        (_("Times"), ("zone", "questions_until", "deadline_at")),
        (_("Documents and contact"), ("documents_url", "submission_url", "contact_name", "contact_email")),
    ],
}


class NoticeForm(ModelForm):
    """The working text of a notice. `revision` is what the writer saw; a save of an older one is refused, not merged."""

    marks_optional = False  # what a draft may leave out, publishing may still ask for
    revision = forms.IntegerField(widget=forms.HiddenInput)
    cpv = CpvField(
        required=False,
        label=_("What it concerns"),
        help_text=_("Write it in your own words, as in fall alarm. You choose among the codes that are found."),
    )
    regions = RegionField(required=False, label=_("Where it will be used"))
    goals = GoalField(
        required=False, label=_("Agenda 2030 goals"), help_text=_("At most three: those that it really moves.")
    )
    procedure = CodeField("procurement-procedure-type", required=False, label=_("Procedure"))
    nature = CodeField("contract-nature", required=False, label=_("Mostly"))
    deadline_at = MomentField(required=False, label=_("Deadline"))
    questions_until = MomentField(required=False, label=_("Last time for questions"))
    zone = forms.ChoiceField(label=_("The times below are in"), choices=ZONES)
    language = forms.ChoiceField(label=_("Language of the text"), choices=LANGUAGES)
    currency = forms.ChoiceField(required=False, label=_("Currency"), choices=CURRENCIES)
    value = AmountField(
        required=False,
        label=_("Estimated value, without VAT"),
        min_value=1,
        max_digits=18,
        decimal_places=2,
        localize=True,
        help_text=_("Leave it empty when you do not want to state it."),
    )

    documents_url = forms.URLField(
        required=False, label=_("Address of the documents"), max_length=1000, assume_scheme="https"
    )
    submission_url = forms.URLField(
        required=False, label=_("Address where tenders are submitted"), max_length=1000, assume_scheme="https"
    )

    class Meta:
        model = Notice
        fields = [
            "language", "title", "summary", "problem", "affected", "cost_today", "desired_effect", "tried", "description",
            "procedure", "nature", "cpv", "regions", "goals", "value", "currency", "zone", "questions_until", "deadline_at",
            "documents_url", "submission_url", "contact_name", "contact_email",
        ]  # fmt: skip
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "title": _("Title"),
            "summary": _("Summary"),
            "problem": _("What is the problem today?"),
            "affected": _("Who is affected, and how many?"),
            "cost_today": _("What does it cost today?"),
            "desired_effect": _("Which effect do you want?"),
            "tried": _("What have you tried?"),
            "description": _("Description"),
            "contact_name": _("Contact"),
            "contact_email": _("E-mail of the contact"),
        }
        help_texts = {
            "title": _("Name the need, not the solution: early detection of falls at home, rather than a product."),
            "summary": _("Two or three sentences. They stand in lists and mails."),
            "problem": _("Tell what happens, and to whom. Leave open how it is to be solved."),
            "affected": _("Users, staff, relatives, inhabitants: in numbers if you have them."),
            "cost_today": _("Money, hours, emissions, accidents: whatever you can measure an effect against later."),
            "desired_effect": _("What is different when the need is met, and how you will see it."),
            "tried": _("What has worked, what has not, and what you have looked at."),
            "description": _("What you will buy or talk about, in functions and effects."),
            "contact_name": _("A role is enough, as in the procurement unit."),
            "contact_email": _("It is published. Use a shared mailbox rather than a person's own."),
        }

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.warnings: list[Any] = []  # said after saving; they stop nothing
        notice = self.instance
        for name in ("cpv", "regions"):  # a code from another system stays, though it is not on our lists
            self.fields[name].keep = getattr(notice, name)  # type: ignore[attr-defined]
        self.sections_of = SECTIONS["need" if notice.kind == Kind.NEED else "notice"]
        asked = {name for _heading, names in self.sections_of for name in names}
        for name in set(self.fields) - asked - {"revision"}:
            del self.fields[name]
        self.initial["revision"] = notice.revision
        zone = self.data.get(self.add_prefix("zone")) if self.is_bound else notice.zone
        for name in ("deadline_at", "questions_until"):
            if name in self.fields:
                self.fields[name].zone = zone or notice.zone  # type: ignore[attr-defined]
        if notice.kind == Kind.NEED:
            self.fields["deadline_at"].label = _("Answers are welcome until")
            self.fields["deadline_at"].help_text = _("Leave it empty to keep the need open until you close it.")
        for name in ("problem", "affected", "cost_today", "desired_effect", "tried", "description"):
            if name in self.fields:
                self.fields[name].max_length = LONG  # type: ignore[attr-defined]
                self.fields[name].validators.append(MaxLengthValidator(LONG))

    def sections(self) -> Iterator[tuple[Any, list[BoundField]]]:
        for heading, names in self.sections_of:
            yield heading, [self[name] for name in names]

    def clean_title(self) -> str:
        return shown(self.cleaned_data["title"])

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("deadline_at", "questions_until"):
            moment = clean.get(name)
            if moment and moment > self.at + LATEST:
                self.add_error(name, _("This is more than ten years ahead. Check the year."))
        if len(clean.get("cpv") or []) == 1 and is_broad(clean["cpv"][0]):
            self.warnings.append(
                _(
                    "The only code is very broad: suppliers will hear of much that does not concern them. Add a narrower one."
                )
            )
        if clean.get("value") is not None and not clean.get("currency"):
            self.add_error("currency", _("Say in which currency the value is."))
        if (
            clean.get("questions_until")
            and clean.get("deadline_at")
            and clean["questions_until"] > clean["deadline_at"]
        ):
            self.add_error("questions_until", _("Questions must close before the deadline."))
        return clean

    def wording(self) -> dict[str, Any]:
        """The cleaned columns, as `writing.save` takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class BeginForm(Form):
    """The first step: a name for the need. Everything else is asked on the next page, which saves as one goes."""

    title = forms.CharField(
        label=_("What is it about?"),
        max_length=500,
        help_text=_("Name the need in a few words, as in early detection of falls at home. You can change it later."),
    )

    def clean_title(self) -> str:
        return shown(self.cleaned_data["title"])


class AmendForm(Form):
    reason = forms.CharField(
        label=_("Why do you change it?"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everyone can read the reason beside what was changed."),
    )
    is_minor = forms.BooleanField(
        required=False,
        label=_("Only spelling or layout: do not tell those who follow it"),
    )


class CloseForm(Form):
    reason = forms.CharField(
        label=_("Why do you close it?"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The page stays public, with this reason and today's date."),
    )


class InterestForm(Form):
    level = forms.ChoiceField(
        label=_("How interested are you?"),
        choices=Interest.Level.choices,
        widget=forms.RadioSelect,
        initial="interested",
    )
    message = forms.CharField(
        label=_("Message to the buyer"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Only the buyer's own team can read it. Do not write business secrets here."),
    )
