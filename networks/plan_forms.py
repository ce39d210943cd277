"""What people type about plans, and to each other about them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from networks.models import Approach, ApproachMessage, BuyerGroup, Network, NetworkMember, Plan
from networks.planning import Said, quarters_to_plan
from networks.templatetags.plans import quarter
from taxonomy.forms import CpvField, GoalField, RegionField
from ui.forms import ModelForm

MOST_CPV = 10


class PlanForm(ModelForm):
    """A plan of the organisation. A quarter that has passed can stay, but not be chosen."""

    starts_on = forms.TypedChoiceField(
        label=_("When do you think of beginning?"),
        coerce=date.fromisoformat,
        help_text=_("The quarter in which the procurement, or the dialogue before it, may begin. You can change it."),
    )
    goals = GoalField(
        required=False, label=_("Agenda 2030 goals"), help_text=_("At most three. Others find you by them.")
    )
    cpv = CpvField(required=False, max_codes=MOST_CPV, label=_("What it concerns (CPV)"))
    regions = RegionField(required=False, label=_("Where"))

    class Meta:
        model = Plan
        fields = ["title", "starts_on", "text", "goals", "cpv", "regions", "wants_partners", "audience", "network"]
        labels = {"title": _("What do you plan?"), "text": _("More about it")}
        widgets = {"audience": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "title": _("In a few words, as in: Fall sensors in 400 homes."),
            "text": _("What you know today: for whom, about how much, what you wonder. A plan binds nobody."),
            "wants_partners": _("Other buyers find your plan when they look for somebody to buy with."),
            "network": _(
                "Needed when only the members of a network may read it; otherwise the plan is shown there, too."
            ),
        }

    def __init__(self, *args: Any, organisation: Organisation, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        joined = NetworkMember.objects.joined().filter(organisation=organisation)
        networks = self.fields["network"]
        networks.queryset = Network.objects.active().filter(pk__in=joined.values("network"))  # type: ignore[attr-defined]
        networks.label, networks.empty_label = _("Network"), _("None")  # type: ignore[attr-defined]
        days = quarters_to_plan(today)
        if self.instance.pk and self.instance.starts_on not in days:
            days = [self.instance.starts_on, *days]
        self.fields["starts_on"].choices = [(day.isoformat(), quarter(day)) for day in days]  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["cpv"].keep, self.fields["regions"].keep = self.instance.cpv, self.instance.regions  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        if clean.get("audience") == Plan.Audience.MEMBERS and not clean.get("network") and "network" not in self.errors:
            self.add_error("network", _("Choose the network whose members may read the plan."))
        return clean

    @property
    def said(self) -> Said:
        return Said(**{name: self.cleaned_data[name] for name in self.Meta.fields})

    def _post_clean(self) -> None:
        """The verb writes; the form leaves the row, and what the verb compares with, as they are."""


class ApproachForm(ModelForm):
    text = forms.CharField(
        label=_("Your message"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Your name and your organisation are shown to them. Nobody but the two organisations can read it."),
    )

    class Meta:
        model = Approach
        fields = ["wish"]
        widgets = {"wish": forms.RadioSelect}


class ReplyForm(ModelForm):
    class Meta:
        model = ApproachMessage
        fields = ["text"]
        labels = {"text": _("Your answer")}
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}
        help_texts = {"text": _("Your name and your organisation are shown to them.")}


def group_begins_with(plan: Plan) -> dict[str, Any]:
    """What the form for a new buyer group says at first, from a plan."""
    return {"name": plan.title, "purpose": plan.text, "network": plan.network_id}


def group_from(approach: Approach) -> dict[str, Any]:
    """The same, from a conversation between two."""
    longest = BuyerGroup._meta.get_field("name").max_length
    return {"name": approach.about[:longest], "purpose": _now("We have the same need, and would like to buy together.")}
