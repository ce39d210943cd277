"""What people type about networks and buyer groups."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from networks.models import BuyerGroup, Network, NetworkMember, NetworkPost, Participant
from taxonomy.labels import goal_labels

GOALS = range(1, 18)


def goal_choices() -> list[tuple[int, str]]:
    """The 17 goals in the reader's language; one query."""
    return [(number, f"{number}. {label}") for number, label in goal_labels(GOALS, get_language() or "en").items()]


class NetworkForm(forms.ModelForm[Network]):
    goals = forms.TypedMultipleChoiceField(
        label=_("Agenda 2030 goals"),
        help_text=_("The goals that the network works for, at most three."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Network
        fields = ["name", "subject", "description", "goals"]
        help_texts = {
            "name": _("A short name that other buyers recognise."),
            "subject": _("For example: Safety for older people who live at home."),
            "description": _(
                "What you do together, how often you meet, and whom you would like to join. Everybody can read it."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goals"].choices = goal_choices()  # type: ignore[attr-defined]

    def clean_goals(self) -> list[int]:
        goals: list[int] = self.cleaned_data["goals"]
        if len(goals) > 3:
            raise forms.ValidationError(_("Choose at most three goals, so that the network stays easy to find."))
        return goals


class NetworkSearchForm(forms.Form):
    q = forms.CharField(label=_("Name or subject"), required=False, max_length=200)
    goal = forms.TypedChoiceField(label=_("Agenda 2030 goal"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].choices = [("", _("All goals")), *goal_choices()]  # type: ignore[attr-defined]


class JoinForm(forms.ModelForm[NetworkMember]):
    class Meta:
        model = NetworkMember
        fields = ["message"]
        help_texts = {"message": _("Only the leader of the network reads this.")}


class PostForm(forms.ModelForm[NetworkPost]):
    class Meta:
        model = NetworkPost
        fields = ["text"]
        help_texts = {"text": _("Only the members of the network read this.")}


class GroupForm(forms.ModelForm[BuyerGroup]):
    class Meta:
        model = BuyerGroup
        fields = ["name", "purpose", "network"]
        help_texts = {
            "name": _("For example: Fall sensors for eight municipalities."),
            "purpose": _("The need that you share, and what each of you gains by buying together."),
        }

    def __init__(self, *args: Any, lead: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        joined = NetworkMember.objects.joined().filter(organisation=lead)
        networks = self.fields["network"]
        networks.queryset = Network.objects.active().filter(pk__in=joined.values("network"))  # type: ignore[attr-defined]
        networks.label = _("Network that the group comes from")
        networks.empty_label = _("None")  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    state = forms.ChoiceField(choices=Participant.State.choices)
