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
        fields = ["name", "subject", "description", "plan", "goals"]
        help_texts = {
            "name": _("A short name that other buyers recognise."),
            "subject": _("For example: Safety for older people who live at home."),
            "description": _(
                "What you do together, how often you meet, and whom you would like to join. Everybody can read it."
            ),
            "plan": _(
                "What you want to reach, and when: needs to describe, dialogues to hold, things to buy together. Everybody can read it."
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
            "network": _("Its members can see the name of the group and who leads it, and can ask to take part."),
        }

    def __init__(self, *args: Any, lead: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        joined = NetworkMember.objects.joined().filter(organisation=lead)
        networks = self.fields["network"]
        networks.queryset = Network.objects.active().filter(pk__in=joined.values("network"))  # type: ignore[attr-defined]
        networks.label = _("Network that the group comes from")
        networks.empty_label = _("None")  # type: ignore[attr-defined]


class GroupEditForm(forms.ModelForm[BuyerGroup]):
    class Meta:
        model = BuyerGroup
        fields = ["name", "purpose", "option_until"]
        help_texts = {
            "name": _("The address of the page stays as it is: others have linked to it."),
            "purpose": _("The need that you share, and what each of you gains by buying together."),
            "option_until": _(
                "The last day on which an organisation that holds an option can use it. Suppliers see it, and it is "
                "fixed when the competition is published."
            ),
        }
        widgets = {"option_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        error_messages = {"option_until": {"invalid": _("Write the date as year-month-day, as in 2027-03-14.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["option_until"].disabled = self.instance.list_fixed_at is not None


class AskForm(forms.Form):
    wished_state = forms.ChoiceField(label=_("We ask to take part as"), widget=forms.RadioSelect)
    message = forms.CharField(
        label=_("Message to the lead"),
        help_text=_("For example how many you are and when you need it. Those who take part in the group can read it."),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, is_fixed: bool, **kwargs: Any) -> None:
        """`is_fixed`: the list of who buys and may buy is closed, so that one can only observe."""
        super().__init__(*args, **kwargs)
        choices = [
            (Participant.State.COMMITTED, _("Committed: we buy together with the others")),
            (Participant.State.OPTION, _("Option to join: we are named in the procurement, and decide later")),
            (Participant.State.OBSERVER, _("Observer: we follow and learn, and buy nothing")),
        ]
        self.fields["wished_state"].choices = choices[2:] if is_fixed else choices  # type: ignore[attr-defined]
        if is_fixed:
            self.initial.setdefault("wished_state", Participant.State.OBSERVER)


class DecideForm(forms.Form):
    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], widget=forms.HiddenInput)  # the two buttons
    reason = forms.CharField(
        label=_("A few words with the answer"),
        help_text=_("The organisation reads them, and those who take part in the group."),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(forms.Form):
    state = forms.ChoiceField(choices=Participant.State.choices)
    message = forms.CharField(max_length=600, required=False)
