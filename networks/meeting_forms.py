"""What people type about meetings and files of the room that they share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from files import limits
from files.forms import UploadField
from networks.convening import Said
from networks.models import Meeting
from ui.forms import Form, MomentField, shown

ZONES = [
    ("Europe/Stockholm", _("Swedish time")),
    ("Europe/Oslo", _("Norwegian time")),
    ("Europe/Copenhagen", _("Danish time")),
    ("Europe/Helsinki", _("Finnish time")),
    ("UTC", _("UTC")),
]


class ClockField(MomentField):
    """A moment whose clock must be said: a meeting does not begin at the end of the day because nobody wrote when."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.needs_clock = True  # type: ignore[union-attr]

    def compress(self, data_list: list[Any]) -> Any:
        if data_list and data_list[0] and data_list[1] in self.empty_values:
            raise ValidationError(_("Say at what time."), code="clock")
        return super().compress(data_list)


class MeetingForm(Form):
    """A meeting before it is held. `revision` is the one that the page showed; `knows` the clashes that it warned of."""

    title = forms.CharField(label=_("What the meeting is about"), max_length=200)
    zone = forms.ChoiceField(label=_("The times below are in"))
    starts_at = ClockField(label=_("Begins"))
    ends_at = ClockField(label=_("Ends"))
    place = forms.CharField(label=_("Place"), max_length=300, required=False)
    link = forms.URLField(
        label=_("Address for those who join by video"),
        help_text=_("With https:// in front. Only those who read this meeting see it; it stands in no mail."),
        max_length=1000,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
    )
    agenda = forms.CharField(
        label=_("Agenda"), max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)
    knows = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)

    def __init__(self, *args: Any, own_zone: str, meeting: Meeting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = meeting.zone if meeting else own_zone
        known = dict(ZONES)
        others = [(zone, zone.replace("_", " ")) for zone in dict.fromkeys([standing, own_zone]) if zone not in known]
        self.fields["zone"].choices = [*ZONES, *others]  # type: ignore[attr-defined]
        self.fields["zone"].initial = standing
        zone = self.data.get("zone") if self.is_bound else standing
        for name in ("starts_at", "ends_at"):
            self.fields[name].zone = zone or standing  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        return shown(self.cleaned_data["title"])

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        starts_at, ends_at = clean.get("starts_at"), clean.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The meeting must end after it begins."))
        return clean

    def said(self) -> Said:
        left = ("revision", "knows")
        return Said(**{name: value for name, value in self.cleaned_data.items() if name not in left})

    def known(self) -> set[str]:
        return set(self.cleaned_data["knows"].split(","))


class MinutesForm(Form):
    minutes = forms.CharField(
        label=_("Minutes"),
        help_text=_("What you said and decided, and who does what next. Everybody here reads it, and nobody else."),
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 18}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class AddForm(Form):
    """Only for how it looks: each file is received by itself, so that one that is refused takes no other with it."""

    uploads = UploadField(most_files=limits.FILES_AT_ONCE, required=False, label=_("Choose files to add"))


class TitleForm(Form):
    marks_optional = False
    title = forms.CharField(label=_("Title"), max_length=200)

    def clean_title(self) -> str:
        return shown(self.cleaned_data["title"])
