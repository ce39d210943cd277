"""What people type about events: where and when, the recording, what one needs to take part, what one looks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from knowledge.models import Audience, Occasion
from knowledge.occasions import Facts
from networks.meeting_forms import ZONES, ClockField
from ui.forms import Form

WEB = [URLValidator(schemes=["http", "https"])]
MOMENTS = ("starts_at", "ends_at", "register_until")


class EventSearchForm(Form):
    """What the calendar shows. Something that nobody offers counts as nothing."""

    place = forms.ChoiceField(
        label=_("Where"),
        required=False,
        choices=[("", _("Anywhere")), ("online", _("Online")), ("there", _("At a place"))],
    )
    audience = forms.ChoiceField(label=_("For whom"), required=False, choices=[("", _("Everybody")), *Audience.choices])
    week = forms.ChoiceField(label=_("Theme week"), required=False)

    def __init__(self, *args: Any, weeks: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["week"].choices = [("", _("All events")), *((week, week) for week in weeks)]  # type: ignore[attr-defined]
        if not weeks:
            del self.fields["week"]

    def narrowed(self, occasions: QuerySet[Occasion]) -> QuerySet[Occasion]:
        self.is_valid()
        chosen = self.cleaned_data
        if chosen.get("place") == "online":
            occasions = occasions.exclude(online_url="")
        elif chosen.get("place") == "there":
            occasions = occasions.exclude(place="")
        if audience := chosen.get("audience"):
            occasions = occasions.filter(article__audiences__contains=[audience])
        if week := chosen.get("week"):
            occasions = occasions.filter(theme_week=week)
        return occasions


class OccasionForm(Form):
    """`seen` is the moment of the last change that the page showed; empty where nothing was set yet."""

    zone = forms.ChoiceField(label=_("The times below are in"), choices=ZONES)
    starts_at = ClockField(label=_("Begins"))
    ends_at = ClockField(label=_("Ends"))
    place = forms.CharField(
        label=_("Place"), max_length=300, required=False, help_text=_("Everybody reads it: venue, street and town.")
    )
    online_url = forms.URLField(
        label=_("Address of the meeting"),
        help_text=_("With https:// in front. Only those who have a seat are told, and other editors."),
        max_length=200,
        required=False,
        assume_scheme="https",
        validators=WEB,
    )
    organiser = forms.CharField(label=_("Organiser"), max_length=200, required=False)
    theme_week = forms.CharField(
        label=_("Theme week"),
        max_length=100,
        required=False,
        help_text=_("Events with the same words here are found together, as in: Week of circular procurement 2027."),
    )
    takes_registrations = forms.BooleanField(label=_("People register here"), required=False)
    seats = forms.IntegerField(
        label=_("Seats"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("Leave it empty for as many as want. When all are taken, people wait, and get what comes free."),
    )
    register_until = ClockField(
        label=_("Last moment to register"),
        required=False,
        help_text=_("Leave it empty to let people register until the event begins."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, occasion: Occasion | None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"takes_registrations": True, "zone": "Europe/Stockholm"}
        if occasion:
            initial = {name: getattr(occasion, name) for name in Facts.__dataclass_fields__}
            initial["seen"] = occasion.edited_at.isoformat()
        super().__init__(*args, **{**kwargs, "initial": initial})
        zone = str(self.data.get("zone") if self.is_bound else initial["zone"])
        for name in MOMENTS:
            self.fields[name].zone = zone  # type: ignore[attr-defined]

    def clean_seen(self) -> datetime | None:
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:  # looks like a moment, and is none
            return None

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        starts_at, ends_at, until = (clean.get(name) for name in MOMENTS)
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The event must end after it begins."))
        if starts_at and until and until > starts_at:
            self.add_error("register_until", _("Nobody can register after the event has begun."))
        nowhere = not clean.get("place") and not clean.get("online_url")
        if clean.get("takes_registrations") and nowhere and "online_url" not in self.errors:
            self.add_error("place", _("Say where it is: a place, or the address of a meeting, or both."))
        return clean

    def facts(self) -> Facts:
        return Facts(**{name: value for name, value in self.cleaned_data.items() if name != "seen"})


class RecordingForm(Form):
    url = forms.URLField(
        label=_("Address of the recording"),
        help_text=_("With https:// in front. Everybody can open it. Leave it empty to take it away."),
        max_length=200,
        required=False,
        assume_scheme="https",
        validators=WEB,
    )


class NeedsForm(Form):
    marks_optional = False
    needs = forms.CharField(
        label=_("What you need to take part (you may leave it empty)"),
        help_text=_(
            "As in: sign language interpreter, room for a wheelchair. Only the editors read it, and it is "
            "erased a month after the event."
        ),
        max_length=300,
        required=False,
    )
