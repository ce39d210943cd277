"""What a supplier offers, and what a person wants to hear of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from matchmaking import words
from matchmaking.choosing import NameField
from matchmaking.describing import LANGUAGES, LEVELS
from matchmaking.models import Match, Subscription
from matchmaking.subscribing import CRITERIA, MOST, MOST_LETTERS, NoCriteria, narrows
from notifications.models import Rhythm
from procurements.choosing import BUYERS, NETWORKS
from procurements.models import KINDS_TO_INFLUENCE, PHASE_OF_KIND, Kind, Phase
from procurements.searching import READERS
from suppliers.models import SupplierProfile
from taxonomy.forms import CpvField, GoalField, RegionField
from ui.forms import AmountField, Form, LinesField

PROFILE = ("offer", "trl", "size", "references", "is_public")
# What is folded away under "Narrow it further" until it is used.
FURTHER = (
    "needs_all", "excluded_words", "kinds", "value_from", "value_to", "currency", "goals", "buyers", "networks", "levels",
    "languages",
)  # fmt: skip
CURRENCIES = [("", _("Choose a currency")), *((code, code) for code in ("SEK", "NOK", "DKK", "EUR"))]
KINDS = [
    (_("Can still be influenced"), [(kind.value, kind.label) for kind in KINDS_TO_INFLUENCE]),
    *(
        (phase.label, [(kind.value, kind.label) for kind in Kind if PHASE_OF_KIND[kind] == phase])
        for phase in (Phase.COMPETITION, Phase.CONTRACT, Phase.EFFECT)
    ),
]
# The nine levels of the Commission's work programmes (Horizon Europe, General Annex B).
TRL = [
    ("", _("Not stated")),
    ("1", _("1. Basic principles observed")),
    ("2", _("2. The idea is formulated")),
    ("3", _("3. The idea is proven in experiments")),
    ("4", _("4. Validated in a laboratory")),
    ("5", _("5. Validated in a relevant setting")),
    ("6", _("6. Demonstrated in a relevant setting")),
    ("7", _("7. A prototype is demonstrated in real use")),
    ("8", _("8. Complete and qualified")),
    ("9", _("9. In use and proven")),
]


class WordsField(LinesField):
    """Words and phrases, one a line, each with something in it that texts are searched for."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_items=MOST["words"], max_item_length=MOST_LETTERS, **kwargs)

    def clean(self, value: Any) -> list[str]:
        # One space between words: a reason is one line, and some blanks that a browser can send are separators in it.
        lines = list(dict.fromkeys(" ".join(line.split()) for line in super().clean(value)))
        stems = words.stems(lines)
        for line in lines:
            if not set(READERS) & set(stems[line]):
                why = _("“%(word)s” has nothing in it to search for. Write words that say what it is.")
                raise forms.ValidationError(why, code="empty", params={"word": line})
        return lines


class WholeAmountField(AmountField):
    """An amount without decimals, shown with spaces between the thousands and cleaned to an int."""

    default_error_messages = {
        "max_decimal_places": _("Write whole amounts, without decimals."),
        "max_digits": _("Write an amount of at most twelve digits."),
        "max_whole_digits": _("Write an amount of at most twelve digits."),
        "min_value": _("Write an amount above zero, or leave it empty."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=12, decimal_places=0, min_value=1, localize=True, **kwargs)
        self.widget.input_type = "text"  # people write spaces between the thousands
        self.widget.attrs |= {"inputmode": "numeric"}

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}".replace(",", "\u00a0") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        amount: Decimal | None = super().clean(value)
        return None if amount is None else int(amount)


class CriteriaForm(Form):
    """`usual` is the person's rhythm for all suggestions; `hears` is False for who does not hear of this subscription."""

    words = WordsField(
        required=False,
        label=_("Words"),
        help_text=_("One on each line. Any of them is enough, also as the start of a longer word."),
    )
    cpv = CpvField(
        required=False,
        max_codes=MOST["cpv"],
        label=_("Fields"),
        help_text=_("Write it in your own words, as in fall alarm. You choose among the codes that are found."),
    )
    regions = RegionField(required=False, label=_("Regions"), help_text=_("Leave empty for everywhere."))
    needs_all = forms.TypedChoiceField(
        required=False,
        choices=[
            ("False", _("Either is enough: a field or a word")),
            ("True", _("Both: a field and a word, and a goal if you have chosen one")),
        ],
        coerce=lambda value: value == "True",
        empty_value="",
        widget=forms.RadioSelect,
        label=_("When you have chosen both fields and words"),
    )
    excluded_words = WordsField(
        required=False, label=_("Words to leave out"), help_text=_("A notice with any of these is never suggested.")
    )
    kinds = forms.MultipleChoiceField(
        required=False,
        choices=KINDS,
        widget=forms.CheckboxSelectMultiple,
        label=_("Kinds of notice"),
        help_text=_("Leave empty for everything that can be answered."),
    )
    value_from = WholeAmountField(
        required=False,
        label=_("Value from"),
        help_text=_("Without VAT. What states no value is suggested as well."),
    )
    value_to = WholeAmountField(required=False, label=_("Value up to"))
    currency = forms.ChoiceField(
        required=False,
        choices=CURRENCIES,
        label=_("Currency of the value"),
        help_text=_("Values in other currencies are compared by rough rates."),
    )
    goals = GoalField(required=False, max_goals=MOST["goals"], label=_("Agenda 2030 goals"))
    buyers = NameField(
        BUYERS,
        required=False,
        most=MOST["buyers"],
        label=_("Only these buyers"),
        help_text=_("Leave empty for all. What they buy together with others is included."),
    )
    networks = NameField(
        NETWORKS,
        required=False,
        most=MOST["networks"],
        label=_("Only what these networks buy together"),
        help_text=_("Leave empty for all."),
    )
    levels = forms.MultipleChoiceField(
        required=False,
        choices=LEVELS,
        widget=forms.CheckboxSelectMultiple,
        label=_("Only innovation"),
        help_text=_("How sure it is that something new is to be bought. Leave empty for everything."),
    )
    languages = forms.MultipleChoiceField(
        required=False,
        choices=LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        label=_("Languages"),
        help_text=_("Leave empty for every language."),
    )
    rhythm = forms.ChoiceField(
        required=False, choices=[], widget=forms.RadioSelect, label=_("How often do you want mail of it?")
    )

    def __init__(self, *args: Any, usual: str, hears: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_usual = _gettext("As I have chosen for all suggestions: %(rhythm)s") % {"rhythm": Rhythm(usual).label}
        self.fields["rhythm"].choices = [("", as_usual), *Rhythm.choices]  # type: ignore[attr-defined]
        self.fields["rhythm"].help_text = rhythm_hint(usual)
        if not hears:
            del self.fields["rhythm"]

    @property
    def common_fields(self) -> list[forms.BoundField]:
        """What everybody is asked; the rest is folded away."""
        return [self[name] for name in self.fields if name not in (*PROFILE, *FURTHER, "rhythm")]

    @property
    def further_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in FURTHER]

    @property
    def is_narrowed(self) -> bool:
        """Whether something stands under "Narrow it further", or is wrong there."""
        return any(field.errors or (field.value() and field.value() != "False") for field in self.further_fields)

    def clean_needs_all(self) -> bool:
        return bool(self.cleaned_data["needs_all"])

    def clean_regions(self) -> list[str]:
        regions: list[str] = self.cleaned_data["regions"]
        if len(regions) > MOST["regions"]:
            why = _("Choose at most %(most)s regions. A country or a larger region holds those below it.")
            raise forms.ValidationError(why, code="many", params={"most": MOST["regions"]})
        return regions

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        low, high = cleaned.get("value_from"), cleaned.get("value_to")
        if low is None and high is None:
            cleaned["currency"] = ""
        elif not cleaned.get("currency") and "currency" not in self.errors:
            self.add_error("currency", _("Say which currency the value is in."))
        if low is not None and high is not None and low > high:
            self.add_error("value_to", _("Write an amount that is not below the one that the value begins with."))
        if not self.errors and not narrows(cleaned.get):
            raise forms.ValidationError(str(NoCriteria()))
        return cleaned

    def put_on(self, subscription: Subscription) -> Subscription:
        for name in CRITERIA:
            setattr(subscription, name, self.cleaned_data[name])
        return subscription

    @property
    def chosen_rhythm(self) -> str | None:
        """None where the person does not hear of it, and so was not asked."""
        return self.cleaned_data.get("rhythm")


def rhythm_hint(usual: str) -> str:
    """What else decides: the choice for all suggestions, and "no mail" there stops all of it."""
    if usual == Rhythm.OFF:
        link = reverse("notifications:preferences")
        said = _gettext("You have chosen no mail for all suggestions, so none comes whatever you choose here.")
        return format_html('{} <a href="{}">{}</a>', said, link, _gettext("Change that first"))
    return _gettext("It holds for what is found from now on. The inbox has everything at once.")


class OfferForm(CriteriaForm):
    offer = forms.CharField(
        required=False,
        max_length=4000,
        label=_("What you offer"),
        help_text=_("What it does, and for whom."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    trl = forms.TypedChoiceField(
        required=False, choices=TRL, coerce=int, empty_value=None, label=_("How mature is it?")
    )
    size = forms.ChoiceField(
        required=False,
        choices=[("", _("Not stated")), *SupplierProfile.Size.choices],
        label=_("Size of the organisation"),
    )
    references = forms.CharField(
        required=False,
        max_length=2000,
        label=_("References"),
        help_text=_("Who uses it today, with their consent."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    is_public = forms.BooleanField(
        required=False,
        label=_("Show our profile to everyone"),
        help_text=_("Otherwise only verified buyers who are logged in can read it."),
    )
    field_order = [*PROFILE, "cpv", "words", "regions", *FURTHER, "rhythm"]

    @property
    def profile_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in PROFILE]

    @property
    def profile(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in PROFILE}


class SubscriptionForm(CriteriaForm):
    name = forms.CharField(max_length=120, label=_("Name"), help_text=_("So that you recognise it."))
    field_order = ["name", "words", "cpv", "regions", *FURTHER, "rhythm"]

    def put_on(self, subscription: Subscription) -> Subscription:
        subscription.name = self.cleaned_data["name"]
        return super().put_on(subscription)


class ReceiveForm(Form):
    """A member's own choice of how often the organisation's suggestions come by mail."""

    rhythm = forms.ChoiceField(required=False, choices=[("", ""), *Rhythm.choices])


class DismissForm(Form):
    reason = forms.ChoiceField(choices=Match.Irrelevance.choices, label=_("Why is it not relevant?"))


def start(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
