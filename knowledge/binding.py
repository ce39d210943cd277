"""What stands beside a place: articles bound to it, to its procedure or to its phase, the best first (D2).

And what is bound to nothing: places and codes that are no more, and places for which nobody has written yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from django.db.models import (
    Case,
    Expression,
    F,
    IntegerField,
    Prefetch,
    Q,
    Value,
    When,
    Window,
    prefetch_related_objects,
)
from django.db.models.functions import RowNumber
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knowledge.browsing import Shown, in_lists, in_words
from knowledge.models import Article, ArticleQuerySet, ArticleText, Genre
from procurements import bound
from taxonomy.models import Code

PROCEDURES = "procurement-procedure-type"
MOST = {Genre.GUIDE: 3, Genre.TEMPLATE: 1, Genre.CASE: 3}  # in this order; news and events stand beside nothing
BY_GENRE = Case(*(When(genre=genre, then=Value(place)) for place, genre in enumerate(MOST)))
AT_A_FIELD = 3
BOUND_BY = ("slug", "places", "procedures", "themes", "published_at", "archived_at")
Fit = tuple[Q, int]  # what an article may be bound to, and how much that says
READ = 60  # articles bound to the fields of one page; more than this no page can show


def beside(
    places: Sequence[str] = (),
    *,
    phase: str = "",
    procedure: str = "",
    audiences: Sequence[str] = (),
    language: str,
) -> list[Shown]:
    """At most three articles, a template and three cases, the best of each first. Two queries.

    Bound to the place is better than to the procedure, and that is better than to the phase; to more of the places is better
    than to fewer; among equals, what was reviewed last. What is written for other people than `audiences` is left out, unless
    it is bound to the place itself.
    """
    fits: list[Fit] = []
    if places:
        fits.append((Q(places__overlap=list(places)), 800))
    if procedure:
        fits.append((Q(procedures__contains=[procedure]), 400))
    if phase:
        fits.append((Q(phases__contains=[phase]), 200))
    better: list[Fit] = [(Q(places__contains=[place]), 2) for place in places]
    articles = Article.objects.public()
    if audiences:
        for_them = Q(audiences__overlap=list(audiences))
        articles = articles.filter(Q(audiences=[]) | for_them | Q(places__overlap=list(places)))
        better.append((for_them, 1))
    return _best(articles, fits, language=language, better=better)


def related(article: Article, *, language: str) -> list[Shown]:
    """What to read after the article: of the same theme, before the same procedure, before the same phase. Two queries."""
    fits = [
        (Q(themes__overlap=article.themes), 4),
        (Q(procedures__overlap=article.procedures), 2),
        (Q(phases__overlap=article.phases), 1),
    ]
    same_readers = [(Q(audiences__overlap=article.audiences), 1)]
    return _best(Article.objects.public().exclude(pk=article.pk), fits, language=language, better=same_readers)


def _best(articles: ArticleQuerySet, fits: list[Fit], *, language: str, better: Sequence[Fit] = ()) -> list[Shown]:
    """Of each genre the most that it may have, by the points of what fits; `better` tells apart those that fit alike."""
    if not fits:
        return []
    points = _points([*fits, *better])
    order = [points.desc(), F("reviewed_on").desc(nulls_last=True), F("slug").asc()]
    ranked = (
        articles.filter(_any(condition for condition, _worth in fits), genre__in=MOST)
        .annotate(place=Window(RowNumber(), partition_by=[F("genre")], order_by=order))
        .filter(_any(Q(genre=genre, place__lte=most) for genre, most in MOST.items()))
    )
    return in_words(in_lists(ranked.order_by(BY_GENRE, "place")), language)


def at_fields(fields: Sequence[str], *, language: str) -> dict[str, list[Shown]]:
    """What is bound to each of the fields themselves, at most three; a field that nothing is bound to is not there.

    Guidance before templates and cases, and what is bound to few places before what is bound to many.
    """
    if not fields:
        return {}
    bound_here = Article.objects.public().filter(genre__in=MOST, places__overlap=list(fields))
    narrow_first = bound_here.order_by(BY_GENRE, "places__len", F("reviewed_on").desc(nulls_last=True), "slug")[:READ]
    shown = in_words(in_lists(narrow_first), language)
    found = {name: [one for one in shown if name in one.article.places][:AT_A_FIELD] for name in fields}
    return {name: rows for name, rows in found.items() if rows}


class Trouble:
    """Why a binding is broken; the words that editors read."""

    PLACE = _("There is no such field or page any more")
    PROCEDURE = _("There is no such procedure any more")
    THEME = _("Other articles spell this theme in another way, so that readers who follow it miss this one")
    UNSEEN = _("Nobody sees it there, and nothing else is bound to it: the article is not public")


@dataclass(frozen=True)
class Broken:
    article: Article
    name: str  # as it stands in the binding, or in words where it has some
    trouble: str | Promise


def broken() -> list[Broken]:
    """Bindings that lead nowhere, by address; those of archived articles only where nothing public stands in for them.

    Four queries, and one pass over what articles are bound to.
    """
    articles = list(Article.objects.only(*BOUND_BY).order_by("slug"))
    codes = set(Code.objects.of(PROCEDURES).filter(retired="").values_list("code", flat=True))
    themes = _usual_themes(articles)
    served = {name for article in articles if article.is_current for name in article.places}
    found: list[Broken] = []
    for article in articles:
        if article.archived_at is None:
            unknown = [name for name in article.places if name not in bound.places()]
            found += [Broken(article, name, Trouble.PLACE) for name in unknown]
            found += [Broken(article, code, Trouble.PROCEDURE) for code in article.procedures if code not in codes]
            found += [Broken(article, theme, Trouble.THEME) for theme in article.themes if theme not in themes]
        if not article.is_current:
            unseen = [place for place in bound.known(article.places) if place.name not in served]
            found += [Broken(article, str(place.label), Trouble.UNSEEN) for place in unseen]
    named = ArticleText.objects.defer("body")
    prefetch_related_objects([one.article for one in found], Prefetch("texts", queryset=named))
    return found


def gaps() -> list[bound.Place]:
    """Places that no public article is bound to. They still show what is written for their phase."""
    bound_to = Article.objects.public().filter(genre__in=MOST).exclude(places=[]).values_list("places", flat=True)
    served = {name for names in bound_to for name in names}
    return [place for name, place in bound.places().items() if name not in served]


def _usual_themes(articles: Iterable[Article]) -> set[str]:
    """Each theme as most articles spell it; the others differ from it by capitals alone."""
    counts = Counter(theme for article in articles if article.archived_at is None for theme in article.themes)
    usual: dict[str, str] = {}
    for theme, _count in counts.most_common():
        usual.setdefault(theme.casefold(), theme)
    return set(usual.values())


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def _points(fits: Iterable[Fit]) -> Expression:
    """Added up in SQL."""
    each = [
        Case(When(condition, then=Value(worth)), default=Value(0), output_field=IntegerField())
        for condition, worth in fits
    ]
    return reduce(add, each)
