"""What a procurer and a supplier type. A draft may be half done: what is required is asked for at publishing alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from procurements.models import Interest, Kind, Notice
from procurements.steps import Step
from procurements.suggesting import facts_of, suggest
from procurements.suggesting_forms import AimsMixin
from procurements.used_codes import used_codes
from taxonomy.codes import is_broad
from taxonomy.forms import CodeField, CpvField, RegionField
from ui.forms import CURRENCIES, AmountField, Form, ModelForm, MomentField, shown

LONG = 20_000  # characters; about eight printed pages
ZONES = [
    ("Europe/Stockholm", _("Swedish time")),
    ("Europe/Oslo", _("Norwegian time")),
    ("Europe/Copenhagen", _("Danish time")),
    ("Europe/Helsinki", _("Finnish time")),
    ("UTC", _("UTC")),
]
LANGUAGES = [("sv", _("Swedish")), ("nb", _("Norwegian")), ("en", _("English"))]
LATEST = timedelta(days=3660)
LONG_TEXTS = {
    "problem", "affected", "cost_today", "desired_effect", "tried", "description", "participation",
}  # fmt: skip


class NoticeForm(AimsMixin, ModelForm):
    """One step of the working text of a notice.

    `revision` and `seen` say what the writer's page showed; a save of something older is refused, not merged. `keep` names
    the fields in which the writer chose a colleague's text: they are not asked for.
    """

    marks_optional = False  # what a draft may leave out, publishing may still ask for
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1000)
    cpv = CpvField(
        required=False,
        used=used_codes,
        suggestions="procurements:cpv_suggestions",
        label=_("What it concerns"),
        help_text=_("Write it in your own words, as in fall alarm. You choose among the codes that are found."),
    )
    regions = RegionField(required=False, label=_("Where it will be used"))
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
            "participation", "documents_url", "submission_url", "contact_name", "contact_email",
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
            "participation": _("Who can take part, and how to qualify"),
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
            "participation": _(
                "One demand a line, with its reason: ISO 27001, because the sensors handle health data. "
                "Say also how a supplier that does not meet it yet can qualify."
            ),
            "contact_name": _("A role is enough, as in the procurement unit."),
            "contact_email": _("It is published. Use a shared mailbox rather than a person's own."),
        }

    def __init__(self, *args: Any, at: datetime, step: Step, keep: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.warnings: list[Any] = []  # said after saving; they stop nothing
        notice = self.instance
        if "strategic" in step.fields:
            kinds = notice.procurement.notices.values_list("kind", flat=True)
            self.begin_aims(notice, suggest(facts_of(notice, kinds=kinds)))
        self.kept = tuple(name for name in step.fields if name in keep)
        self.asked = tuple(name for name in step.fields if name in self.fields and name not in keep)
        for name in set(self.fields) - {*self.asked, "revision", "seen"}:
            del self.fields[name]
        for name in {"cpv", "regions"} & set(self.fields):  # a code from another system stays, though not on our lists
            self.fields[name].keep = getattr(notice, name)  # type: ignore[attr-defined]
        zone = self.data.get(self.add_prefix("zone")) if self.is_bound else notice.zone
        for name in {"deadline_at", "questions_until"} & set(self.fields):
            self.fields[name].zone = zone or notice.zone  # type: ignore[attr-defined]
        if notice.kind == Kind.NEED and "deadline_at" in self.fields:
            self.fields["deadline_at"].label = _("Answers are welcome until")
            self.fields["deadline_at"].help_text = _("Leave it empty to keep the need open until you close it.")
        for name in LONG_TEXTS & set(self.fields):
            self.fields[name].max_length = LONG  # type: ignore[attr-defined]
            self.fields[name].validators.append(MaxLengthValidator(LONG))
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["data-most"] = getattr(field, "max_length", None)  # for the counter of writing.js

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
        """The columns that were typed rightly, as `writing.save` takes them."""
        names = [name for field in self.asked for name in columns_of(field)]
        return {name: _plain(self.cleaned_data[name]) for name in names if name in self.cleaned_data}

    def names_of(self, posted: Iterable[str]) -> list[str]:
        """Which of the posted names belong to a field of this form; a field of several boxes has several."""
        asked = (*self.asked, "revision", "seen")
        return [name for name in posted if any(name == one or name.startswith((f"{one}_", f"{one}-")) for one in asked)]


def columns_of(field: str) -> tuple[str, ...]:
    """The columns that one field of the form fills."""
    return ("goals", "goal_targets") if field == "goals" else (field,)


def _plain(value: Any) -> Any:
    """Line breaks as we store them; browsers send two characters for each."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


class BeginForm(Form):
    """A name for the need. Everything else is asked in the steps that follow, which save as one goes.

    `key` is the page's own: a second click begins nothing more (R6).
    """

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(
        label=_("What is it about?"),
        max_length=500,
        help_text=_("Name the need in a few words, as in early detection of falls at home. You can change it later."),
    )

    def clean_title(self) -> str:
        return shown(self.cleaned_data["title"])


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
