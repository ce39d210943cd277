"""What people type about a task in a buyer group."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Organisation, User
from networks import dividing_work
from networks.dividing_work import Work
from networks.models import BuyerGroup, GroupTask
from ui.forms import Form, shown


class WorkForm(Form):
    """Offers the organisations that the user may give work to, and as persons its own colleagues: others choose theirs."""

    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("More about it"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    phase = forms.ChoiceField(label=gettext_lazy("Phase"), choices=GroupTask.Phase.choices)
    organisation = forms.ModelChoiceField(label=gettext_lazy("Who does it"), queryset=Organisation.objects.none())
    person = forms.ModelChoiceField(
        label=gettext_lazy("Person"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody is named"),
        help_text=gettext_lazy(
            "You can name a colleague of your own. Without a name, the administrators of the organisation are reminded."
        ),
    )
    due_on = forms.DateField(
        label=gettext_lazy("To be done by"),
        required=False,
        help_text=gettext_lazy("Whoever does it is reminded a week before, on the day, and once if it is late."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the date as year-month-day, as in 2027-03-14.")},
    )
    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, group: BuyerGroup, user: User, today: date, task: GroupTask | None = None, **kwargs: Any
    ) -> None:
        self.task, self.today = task, today
        super().__init__(*args, **{"initial": _initial(task), **kwargs})
        receivers = dividing_work.whom_may_give(group, user)
        self.fields["organisation"].queryset = receivers  # type: ignore[attr-defined]
        own = Organisation.objects.of(user).filter(pk__in=receivers)
        colleagues = Membership.objects.active().filter(organisation__in=own)
        named = Q(pk__in=colleagues.values("user")) | Q(pk=task.person_id if task else None)
        people = User.objects.filter(named, is_active=True).order_by("name", "pk")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        return shown(self.cleaned_data["title"])

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day and day != (self.task and self.task.due_on):
            if day < self.today:
                raise ValidationError(_("The day has passed. Choose a later one."))
            if day.year > self.today.year + 10:
                raise ValidationError(_("Choose a day within the next ten years."))
        return day

    def clean(self) -> dict[str, Any]:
        clean = self.cleaned_data
        person, organisation = clean.get("person"), clean.get("organisation")
        members = Membership.objects.active().filter(user=person, organisation=organisation)
        if person and organisation and not members.exists():
            self.add_error("person", _("The person does not act for the organisation that you chose."))
        return clean

    def work(self) -> Work:
        names = ("title", "text", "phase", "organisation", "person", "due_on")
        section = self.task.section if self.task else ""
        return Work(**{name: self.cleaned_data[name] for name in names}, section=section)


def _initial(task: GroupTask | None) -> dict[str, Any]:
    if task is None:
        return {}
    names = ("title", "text", "phase", "organisation", "person", "due_on")
    return {name: getattr(task, name) for name in names} | {"seen": task.edited_at.isoformat()}
