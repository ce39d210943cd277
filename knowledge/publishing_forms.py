"""What editors of guidance say when they publish, read for each other, archive, review, and look for an article."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from knowledge.desk import State, titled
from knowledge.models import Article, Genre, Publication
from ui import moments
from ui.forms import Form, MomentField, MomentWidget

NOW, LATER = "now", "later"
REMARK = Publication._meta.get_field("remark").max_length


class WithClock(MomentWidget):
    needs_clock = True


class PublishForm(Form):
    languages = forms.MultipleChoiceField(
        label=_("Languages to publish"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    when = forms.ChoiceField(
        label=_("When?"),
        choices=[(NOW, _("As soon as it may")), (LATER, _("At a moment that I choose"))],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    publish_at = MomentField(label=_("Public from"), required=False, widget=WithClock)
    seen = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)  # as in "nb:2,sv:3": what was read
    brings_back = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, article: Article, ready: list[str], zone: str, at: datetime
    ) -> None:
        texts = [text for text in article.texts.all() if text.is_whole]
        seen = ",".join(f"{text.language}:{text.revision}" for text in texts)
        super().__init__(data, initial={"languages": ready, "seen": seen, "brings_back": bool(article.archived_at)})
        self.fields["languages"].choices = [  # type: ignore[attr-defined]
            (text.language, text.get_language_display()) for text in texts
        ]
        self.fields["publish_at"].zone = zone  # type: ignore[attr-defined]
        clock = moments.zone_words(at.astimezone(moments.zone_of(zone)), zone, get_language() or "en")
        self.fields["publish_at"].help_text = _("By the clock of your settings: %(clock)s.") % {"clock": clock}

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        if clean.get("when") == LATER and clean.get("publish_at") is None and "publish_at" not in self.errors:
            self.add_error("publish_at", _("Say when it is to be public."))
        return clean

    @property
    def moment(self) -> datetime | None:
        """The chosen moment; None for as soon as it may."""
        chosen: datetime | None = self.cleaned_data["publish_at"]
        return chosen if self.cleaned_data["when"] == LATER else None

    def revisions(self) -> dict[str, int]:
        """What the page showed of each chosen language; 0, which no text has, where it did not say."""
        seen = dict(re.findall(r"(\w\w):(\d{1,9})\b", self.cleaned_data["seen"]))
        return {language: int(seen.get(language, 0)) for language in self.cleaned_data["languages"]}


class SendBackForm(Form):
    remark = forms.CharField(
        label=_("What should be changed?"),
        help_text=_("Whoever asked reads it, and other editors."),
        max_length=REMARK,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ArticleField(forms.ModelChoiceField[Article]):
    def label_from_instance(self, obj: Article) -> str:
        return obj.working_title


class ArchiveForm(Form):
    instead = ArticleField(
        label=_("What is to be read instead"),
        help_text=_(
            "Whoever comes to the old address is led there. Without a choice, they are shown articles on the same step."
        ),
        queryset=Article.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("Nothing that I know of"),
    )

    def __init__(self, *args: Any, article: Article, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Article.objects.public().exclude(pk=article.pk).order_by("slug")
        self.fields["instead"].queryset = titled(others)  # type: ignore[attr-defined]


class ReviewForm(Form):
    next_by = forms.DateField(
        label=_("Next review by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_next_by(self) -> date:
        day: date = self.cleaned_data["next_by"]
        if day <= self.today or day.year > self.today.year + 10:
            raise forms.ValidationError(_("The next review is a day that is still to come, within ten years."))
        return day


class DeskForm(Form):
    q = forms.CharField(label=_("Words of the title"), required=False, max_length=200)
    genre = forms.ChoiceField(label=_("What it is"), required=False, choices=[("", _("Everything")), *Genre.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All states")), *State.choices])
