"""What stands on the editors' desk: what waits for somebody, and every article with its state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from knowledge.asking import may_read
from knowledge.models import SOON, Article, ArticleQuerySet, ArticleText, Genre, Publication


class State(models.TextChoices):
    DRAFT = "draft", _("Not public yet")
    WAITING = "waiting", _("Waits to be published")
    PUBLIC = "public", _("Public")
    SOON = "soon", _("To be reviewed within 30 days")
    LATE = "late", _("The review is late")
    UNOWNED = "unowned", _("Without an owner")
    UNBOUND = "unbound", _("Public, but beside no step of a procurement")
    ARCHIVED = "archived", _("Archived")


@dataclass(frozen=True)
class Waiting:
    publication: Publication
    is_for_you: bool  # it waits for a second reading, and yours would be one

    @property
    def is_for_others(self) -> bool:
        return self.publication.needs_second and self.publication.approved_at is None and not self.is_for_you


def found(words: str, genre: str, state: str, *, on: date) -> ArticleQuerySet:
    """Articles by words of any language's title, by what they are and by their state; what is due first."""
    articles = Article.objects.order_by("review_by", "slug")
    for word in words.split():
        texts = ArticleText.objects.filter(title__icontains=word)
        articles = articles.filter(Q(pk__in=texts.values("article")) | Q(slug__icontains=word))
    if genre:
        articles = articles.filter(genre=genre)
    return articles.filter(_states(on)[State(state)]) if state else articles


def shown(articles: ArticleQuerySet) -> ArticleQuerySet:
    """With titles, owner and what waits (`waits`), by two more queries; the texts themselves stay where they are."""
    waiting = Prefetch("publications", queryset=Publication.objects.waiting(), to_attr="waits")
    return articles.select_related("owner").prefetch_related(_titles("texts"), waiting)


def titled(articles: ArticleQuerySet) -> ArticleQuerySet:
    return articles.prefetch_related(_titles("texts"))


def counts(on: date) -> list[tuple[State, int]]:
    """How many articles are in each state; one query. An article may be in several."""
    conditions = {state.value: Count("pk", filter=condition) for state, condition in _states(on).items()}
    numbers = Article.objects.aggregate(**conditions)
    return [(state, numbers[state.value]) for state in State]


def waiting(user: User) -> list[Waiting]:
    """Every publication that waits, those for the editor's own eyes first, then by the moment. Two queries."""
    rows = Publication.objects.waiting().select_related("article", "asked_by", "approved_by")
    listed = [
        Waiting(row, row.needs_second and row.approved_at is None and may_read(row, user))
        for row in rows.prefetch_related(_titles("article__texts"))
    ]
    return sorted(listed, key=lambda one: (not one.is_for_you, _moment(one.publication)))


def _moment(publication: Publication) -> datetime:
    return publication.publish_at or publication.asked_at


def to_review(on: date) -> ArticleQuerySet:
    return shown(Article.objects.due_for_review(on).order_by("review_by", "slug"))


def _titles(path: str) -> Prefetch[str]:
    return Prefetch(path, queryset=ArticleText.objects.defer("summary", "body"))


def _states(on: date) -> dict[State, Q]:
    public = Q(published_at__isnull=False, archived_at=None)
    waits = Exists(Publication.objects.waiting().filter(article=OuterRef("pk")))
    return {
        State.DRAFT: Q(published_at=None, archived_at=None),
        State.WAITING: Q(waits),
        State.PUBLIC: public,
        State.SOON: public & Q(review_by__gte=on, review_by__lte=on + SOON),
        State.LATE: public & Q(review_by__lt=on),
        State.UNOWNED: Q(owner=None, archived_at=None),
        State.UNBOUND: public & Q(phases=[], places=[], procedures=[]) & ~Q(genre__in=[Genre.NEWS, Genre.EVENT]),
        State.ARCHIVED: Q(archived_at__isnull=False),
    }
