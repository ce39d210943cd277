"""What a list of articles can be narrowed by: words, kind, phase, readers, theme, procedure; cases by their facts as well."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Count, F, Func, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from knowledge import casing, searching
from knowledge.binding import PROCEDURES
from knowledge.case_forms import CaseFilters
from knowledge.models import Article, ArticleQuerySet, ArticleText, Audience, Genre
from procurements.models import Phase
from taxonomy import labels
from taxonomy.ordering import SwedishOrder
from ui.forms import Form

THEMES = 60  # the commonest, to choose among
ALL = ("", _("All"))


class ArticleFilters(Form):
    """What an address asks for. What it says wrongly narrows nothing."""

    q = forms.CharField(
        label=_("Words"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    genre = forms.ChoiceField(required=False, choices=[ALL, *Genre.choices], widget=forms.HiddenInput)  # chosen by tabs
    phase = forms.ChoiceField(label=_("Phase of the chain"), required=False, choices=[ALL, *Phase.choices])
    audience = forms.ChoiceField(label=_("Written for"), required=False, choices=[ALL, *Audience.choices])
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    procedure = forms.ChoiceField(label=_("Procedure"), required=False)
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("what fits, or the newest")), ("reviewed", _("reviewed last")), ("title", _("by title"))],
    )

    def __init__(self, asked: QueryDict, *, language: str) -> None:
        super().__init__(asked)
        self.language = language
        if asked.get("genre") == Genre.CASE:  # the facts of cases have a theme and a procedure of their own
            self.of_cases: CaseFilters | None = CaseFilters(asked)
            self.of_cases.is_valid()
            del self.fields["theme"], self.fields["procedure"]
        else:
            self.of_cases = None
            public = Article.objects.public()
            procedures = labels.code_labels(PROCEDURES, sorted(set(_each(public, "procedures"))), language)
            themes = {*_commonest_themes(public), *asked.getlist("theme")[:1]}
            self._offer("theme", [(theme, theme) for theme in sorted(themes, key=str.casefold) if theme])
            self._offer("procedure", sorted(procedures.items(), key=lambda pair: pair[1]))
        self.is_valid()

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [ALL, *choices]

    @cached_property
    def chosen(self) -> dict[str, Any]:
        """What narrows, by name; the order does not."""
        of_cases = self.of_cases.cleaned_data if self.of_cases else {}
        return {name: said for name, said in {**self.cleaned_data, **of_cases}.items() if said and name != "sort"}

    @cached_property
    def _conditions(self) -> dict[str, Q]:
        columns = {"phase": "phases", "audience": "audiences", "theme": "themes", "procedure": "procedures"}
        found = {
            name: Q(**{f"{column}__contains": [self.cleaned_data[name]]})
            for name, column in columns.items()
            if self.cleaned_data.get(name)
        }
        return found | ({"genre": Q(genre=self.chosen["genre"])} if "genre" in self.chosen else {})

    @cached_property
    def _answering(self) -> ArticleQuerySet:
        """Those with the words, the best first; without words the newest."""
        newest = Article.objects.public().order_by("-published_at", "slug")
        return searching.narrow(newest, self.chosen.get("q", ""), self.language)

    def found(self) -> ArticleQuerySet:
        """The public articles that are asked for, in the order that is; cases with their facts."""
        articles = self._narrowed(but="")
        if self.of_cases:
            articles = casing.filtered(articles, self.of_cases.cleaned_data)
        match self.cleaned_data.get("sort"):
            case "reviewed":
                return articles.order_by(F("reviewed_on").desc(nulls_last=True), "slug")
            case "title":
                return articles.order_by(SwedishOrder(_title(self.language)), "slug")
        return articles

    def _narrowed(self, *, but: str) -> ArticleQuerySet:
        articles = self._answering
        for name, condition in self._conditions.items():
            if name != but:
                articles = articles.filter(condition)
        return articles

    def count_genres(self) -> dict[str, int]:
        """How many of each kind answer, by kind; all of them by "". One query."""
        counts = {genre: Count("pk", filter=Q(genre=genre)) for genre in Genre.values}
        found: dict[str, int] = self._narrowed(but="genre").aggregate(all=Count("pk"), **counts)
        return {"": found.pop("all")} | found


def _each(articles: ArticleQuerySet, column: str) -> list[str]:
    each = Func(F(column), function="unnest")
    return list(articles.order_by().values_list(each, flat=True).distinct())


def _commonest_themes(articles: ArticleQuerySet) -> set[str]:
    each = articles.order_by().values_list(Func(F("themes"), function="unnest")).annotate(n=Count("pk")).order_by("-n")
    return {theme for theme, _count in each[:THEMES]}


def _title(language: str) -> Coalesce:
    """The public title in the language, or in any."""
    texts = ArticleText.objects.filter(article=OuterRef("pk")).exclude(current_version=None)
    own = texts.filter(language=language).values("current_version__title")[:1]
    return Coalesce(Subquery(own), Subquery(texts.values("current_version__title")[:1]))
