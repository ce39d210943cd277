"""What a team decides by law: the ground of its secrecy, a release, and the answers to the procedure helper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurements import law
from procurements.advising import QUESTIONS
from procurements.models import ProcedureAdvice, Release
from ui.forms import Form


def _choices(profile: law.Profile) -> list[tuple[str, str]]:
    """Each ground with its paragraph; no ground has none ("–")."""
    return [
        (ground.code, str(ground.text) if ground.ends == "none" else f"{ground.paragraph}: {ground.text}")
        for ground in profile.secrecy
    ]


class SecrecyForm(Form):
    ground = forms.ChoiceField(label=_("Legal ground"), widget=forms.RadioSelect)
    valid_until = forms.DateField(
        required=False,
        label=_("Look at it again on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Nothing opens by itself on that day. Leave it empty when the ground's own end is enough."),
    )
    motive = forms.CharField(
        required=False,
        label=_("Why"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "For your team and for whoever examines the decision. It is needed for another ground than the usual."
        ),
    )

    def __init__(self, *args: Any, profile: law.Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = _choices(profile)  # type: ignore[attr-defined]


class ReleaseForm(Form):
    what = forms.ChoiceField(
        label=_("What is released"),
        widget=forms.RadioSelect,
        help_text=_("Whoever reads the names can count them."),
    )
    ground = forms.ChoiceField(label=_("The ground that you have weighed"), widget=forms.RadioSelect)
    motive = forms.CharField(
        label=_("Why it can be released"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everyone can read it, beside what is released. Write nothing here that is secret."),
    )

    def __init__(self, *args: Any, profile: law.Profile, left: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [(value, label) for value, label in Release.What.choices if value in left]  # type: ignore[attr-defined]
        self.fields["ground"].choices = _choices(profile)  # type: ignore[attr-defined]


class AdviceForm(Form):
    """The procedure helper's questions; every one may be left open."""

    marks_optional = False

    def __init__(self, *args: Any, advice: ProcedureAdvice | None, **kwargs: Any) -> None:
        known = {question.name: getattr(advice, question.name) for question in QUESTIONS} if advice else {}
        super().__init__(*args, **{"initial": known, **kwargs})
        for question in QUESTIONS:
            self.fields[question.name] = forms.ChoiceField(
                required=False,
                label=str(question.text),
                help_text=str(question.hint),
                choices=question.choices,
                widget=forms.RadioSelect,
            )
