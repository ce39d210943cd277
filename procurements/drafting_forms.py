"""What is asked for around publishing: when, why, who reads it before, who sees it, how it ends, who works on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, User
from procurements import parts, previewing, publishing
from procurements.closing import CANCELLABLE, REASONS, ways_for
from procurements.models import Closing, Notice, Review, Wording
from procurements.reviewing import REMARKABLE
from procurements.teaming import NotAColleague
from taxonomy.forms import CodeField
from ui.forms import Form, MomentField, shown

NOW, LATER = "now", "later"


class PublishForm(Form):
    """When to publish; why, when it is an amendment; and why the time may be short, when the law would give more."""

    revision = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
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
    when = forms.ChoiceField(
        required=False,
        label=_("When is it to be published?"),
        choices=[(NOW, _("Now")), (LATER, _("At a moment that I choose"))],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    publish_at = MomentField(
        required=False,
        label=_("The moment"),
        help_text=_("Only when you choose a moment. The text cannot be changed while it waits."),
    )
    knows_short_time = forms.BooleanField(
        required=False, label=_("We know that the time is short, and it is right here")
    )
    short_time = forms.CharField(
        required=False,
        label=_("Why is the shorter time right?"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept in the log, for the day when somebody asks."),
    )

    def __init__(self, *args: Any, notice: Notice, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notice, self.at = notice, at
        self.warning = publishing.time_warning(notice, publish_at=at)
        self.fields["publish_at"].zone = notice.zone  # type: ignore[attr-defined]
        self.initial["revision"] = notice.revision
        if notice.current_version is None:
            del self.fields["reason"], self.fields["is_minor"]

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        moment = clean.get("publish_at") if clean.get("when") == LATER else None
        if clean.get("when") == LATER and moment is None and "publish_at" not in self.errors:
            self.add_error("publish_at", _("Say when it is to be published."))
        self.warning = publishing.time_warning(self.notice, publish_at=moment or self.at)
        if self.warning and not clean.get("knows_short_time"):
            self.add_error(
                "knows_short_time", _("The time is shorter than it should be. Give more time, or say that you know.")
            )
        if self.warning and not (clean.get("short_time") or "").strip():
            self.add_error("short_time", _("Say why the shorter time is right."))
        return clean

    @property
    def moment(self) -> datetime | None:
        """The chosen moment; None for now."""
        chosen: datetime | None = self.cleaned_data["publish_at"]
        return chosen if self.cleaned_data["when"] == LATER else None

    def said(self) -> dict[str, Any]:
        """What publishing and scheduling both take."""
        clean = self.cleaned_data
        amending: dict[str, Any] = {name: clean[name] for name in ("reason", "is_minor") if name in clean}
        return {**amending, "short_time": clean["short_time"].strip() if self.warning else ""}


class CloseForm(Form):
    way = forms.ChoiceField(label=_("How does it end?"), widget=forms.RadioSelect)
    code = CodeField(
        REASONS,
        required=False,
        label=_("Reason for cancelling"),
        help_text=_("Only when you cancel. The list is the one that all of Europe uses."),
    )
    reason = forms.CharField(
        label=_("In your own words"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The page stays public, with this reason and today's date."),
    )

    WORDS = {
        Closing.EARLY: _("Close it early: you have what you need, and it goes on"),
        Closing.WITHDRAWN: _("Withdraw it: it should not have been published, or is not needed any more"),
        Closing.CANCELLED: _("Cancel it: it ends here without a contract"),
    }

    def __init__(self, *args: Any, notice: Notice, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = ways_for(notice, at)
        self.fields["way"].choices = [(way.value, self.WORDS[way]) for way in ways]  # type: ignore[attr-defined]
        self.initial["way"] = ways[0].value
        if notice.kind not in CANCELLABLE:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        if clean.get("way") == Closing.CANCELLED and not clean.get("code") and "code" not in self.errors:
            self.add_error("code", _("Choose the reason that fits best."))
        return clean


def remark_choices(notice: Notice) -> list[tuple[str, Any]]:
    """What a comment can be about: the whole, or what stands in the text."""
    said: list[tuple[str, Any]] = [("", _("The whole text"))]
    for name in REMARKABLE:
        if name in parts.PARTS:
            said.append((name, str(parts.PARTS[name].label).capitalize()))
        elif name != "zone" and getattr(notice, name) not in (None, "", []):
            said.append((name, str(Wording._meta.get_field(name).verbose_name).capitalize()))  # type: ignore[union-attr]
    return said


class CommentForm(Form):
    field = forms.ChoiceField(required=False, label=_("What is it about?"))
    text = forms.CharField(label=_("Your comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, notice: Notice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = remark_choices(notice)  # type: ignore[attr-defined]


class PreviewCommentForm(CommentForm):
    field_order = ["name"]
    name = forms.CharField(
        label=_("Your name"), max_length=120, help_text=_("So that those who wrote the text know who says it.")
    )

    def clean_name(self) -> str:
        return shown(self.cleaned_data["name"])


class AskForm(Form):
    reviewer = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Who is to read it?"),
        help_text=_("Anyone who acts for your organisation, on the team or not."),
    )
    message = forms.CharField(
        required=False,
        label=_("What should your colleague look at?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, reviewers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].queryset = reviewers  # type: ignore[attr-defined]


class DecideForm(Form):
    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label=_("Your decision"),
        choices=[
            (Review.Verdict.APPROVED, _("I approve the text as it stands")),
            (Review.Verdict.CHANGES, _("I ask for changes")),
        ],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        required=False,
        label=_("Your words to the writer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed when you ask for changes."),
    )

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        if clean.get("verdict") == Review.Verdict.CHANGES and not (clean.get("comment") or "").strip():
            self.add_error("comment", _("Say what you want to have changed."))
        return clean


class PreviewLinkForm(Form):
    label = forms.CharField(
        label=_("For whom is it?"),
        max_length=120,
        help_text=_("So that you recognise the link later, as in the user council."),
    )
    days = forms.IntegerField(
        label=_("For how many days does it open?"), min_value=1, max_value=previewing.LONGEST_DAYS, initial=7
    )

    def clean_label(self) -> str:
        return shown(self.cleaned_data["label"])


class PlaceForm(Form):
    """A colleague, where there are several for which organisation, and a role on the team."""

    user = forms.CharField(label=_("Colleague"), widget=forms.Select)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, members: Iterable[Membership], roles: Any, **kwargs: Any) -> None:
        """`members` come with user and organisation, those of one organisation beside each other."""
        super().__init__(*args, **kwargs)
        self.members = list(members)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.initial.setdefault("role", "editor")
        groups = [
            (organisation.name, [(f"{one.user_id}:{organisation.pk}", str(one.user)) for one in found])
            for organisation, found in groupby(self.members, key=lambda one: one.organisation)
        ]
        choices: list[Any] = groups if len(groups) > 1 else [choice for _name, found in groups for choice in found]
        self.fields["user"].widget.choices = choices  # type: ignore[attr-defined]

    def clean_user(self) -> tuple[User, Organisation | None]:
        """The person, and the organisation where it was said: "12" or "12:5"."""
        person, _colon, organisation = self.cleaned_data["user"].partition(":")
        for one in self.members:
            if str(one.user_id) == person and organisation in ("", str(one.organisation_id)):
                return one.user, one.organisation if organisation else None
        raise forms.ValidationError(str(NotAColleague()))
