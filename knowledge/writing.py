"""The working side of an article: begun, bound to phases, written in one language at a time. Nothing here is public."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.rules import Refused
from knowledge import publishing, searching
from knowledge.models import Article, ArticleSlug, ArticleText, CaseFacts, Genre, Occasion, Role, TemplateFile
from knowledge.rendering import sanitise
from knowledge.rules import require_editor
from records import auditing
from ui.slugs import free_slug

RESERVED = frozenset(
    {"beside", "banners", "cases", "editing", "events", "opinions", "phase"}
)  # words of our own addresses


class Stale(Exception):
    """Somebody else saved in between. `now` is the text as it stands; nothing was written."""

    def __init__(self, now: ArticleText) -> None:
        super().__init__(_("Somebody else has saved this text since you opened it. Compare the two texts below."))
        self.now = now


class Rebound(Refused):
    sentence = gettext_lazy(
        "Somebody else has changed this since you opened the page. Look at it again before you save."
    )


@transaction.atomic
def begin(
    *,
    language: str,
    title: str,
    by: User | None,
    at: datetime,
    review_by: date,
    slug: str = "",
    genre: str = Genre.GUIDE,
    phases: Sequence[str] = (),
    places: Sequence[str] = (),
    procedures: Sequence[str] = (),
    audiences: Sequence[str] = (),
    themes: Sequence[str] = (),
    role: str = Role.CURATOR,
    owner: User | None = None,
    four_eyes: bool = False,
    summary: str = "",
    body: str = "",
) -> Article:
    """A new article with its first text, not public. Without a slug, the title gives one."""
    require_editor(by)
    slug = slug or free_slug(title, Article.objects.all(), otherwise="article", reserved=_reserved())
    article = Article(
        slug=slug,
        genre=genre,
        phases=list(phases),
        places=list(places),
        procedures=list(procedures),
        audiences=list(audiences),
        themes=list(themes),
        role=role,
        owner=owner or by,
        review_by=review_by,
        four_eyes=four_eyes,
        created_by=by,
        created_at=at,
    )
    with _free(slug, but=None):
        article.save()
    article.texts.create(
        language=language, title=title, summary=summary, body=sanitise(body), edited_by=by, edited_at=at
    )
    auditing.record("article.begun", article, by=by, at=at, details={"genre": genre})
    return article


@transaction.atomic
def bind(
    article: Article,
    *,
    slug: str,
    phases: Sequence[str],
    themes: Sequence[str],
    role: str,
    owner: User | None,
    review_by: date,
    by: User,
    at: datetime,
    places: Sequence[str] = (),
    procedures: Sequence[str] = (),
    audiences: Sequence[str] = (),
    genre: str = "",
    four_eyes: bool | None = None,
    seen: str = "",
) -> Article:
    """What holds for all languages: address, where it is shown, who answers for it, until when. Old addresses redirect.

    Without `genre` or `four_eyes` they stay. `seen` is the `print_of` what the page showed: raises Rebound when somebody
    else has changed any of it since; Refused for an address or a genre that the article cannot have.
    """
    require_editor(by)
    article = Article.objects.select_for_update().get(pk=article.pk)
    if seen and seen != print_of(article):
        raise Rebound
    if slug != article.slug:
        former, article.slug = article.slug, slug
        with _free(slug, but=article):
            article.save(update_fields=["slug"])
        article.old_slugs.filter(slug=slug).delete()  # back to an address that it had before
        if article.published_at:  # nobody knows a draft's address
            ArticleSlug.objects.create(article=article, slug=former, ended_at=at)
    if genre and genre != article.genre:
        if _has_facts(article):
            raise Refused(
                _("The article has facts or files that belong to what it is. It cannot become something else.")
            )
        article.genre = genre
    if four_eyes is not None:
        article.four_eyes = four_eyes
    article.phases, article.themes = list(phases), list(themes)
    article.places, article.procedures, article.audiences = list(places), list(procedures), list(audiences)
    article.role, article.owner, article.review_by = role, owner, review_by
    article.save()
    searching.index(article)
    details = {"slug": slug, "phases": list(phases), "genre": article.genre, "four_eyes": article.four_eyes}
    auditing.record("article.bound", article, by=by, at=at, details=details)
    return article


def print_of(article: Article) -> str:
    """Changes with anything that `bind` sets: a page says by it what it showed."""
    names = ("slug", "genre", "phases", "places", "procedures", "audiences", "themes", "role", "owner_id", "review_by")
    said = [str(getattr(article, name)) for name in (*names, "four_eyes")]
    return sha256("\n".join(said).encode()).hexdigest()[:20]


@transaction.atomic
def save(
    article: Article,
    language: str,
    *,
    title: str,
    summary: str,
    body: str,
    revision: int,
    by: User | None,
    at: datetime,
) -> ArticleText:
    """Keeps the working text of one language. `revision` is the one that was read; 0 where there was no text yet.

    A publication that waits with the text as it stood is over. Raises Stale when somebody saved in between; saving the
    same words again changes nothing.
    """
    require_editor(by)
    article = Article.objects.select_for_update().get(pk=article.pk)  # two first texts of a language: the second waits
    text = ArticleText.objects.filter(article=article, language=language).first()
    words = {"title": title, "summary": summary, "body": sanitise(body)}
    if text and all(getattr(text, name) == value for name, value in words.items()):
        return text
    if (text.revision if text else 0) != revision:
        assert text is not None  # texts are never deleted: a revision that was read is still there
        raise Stale(text)
    if text is None:
        text = ArticleText(article=article, language=language, revision=0)
    publishing.overtake(article, language, by=by, at=at)
    for name, value in words.items():
        setattr(text, name, value)
    text.revision, text.edited_by, text.edited_at = text.revision + 1, by, at
    text.save()
    auditing.record("article.saved", article, by=by, at=at, details={"language": language, "revision": text.revision})
    return text


def _has_facts(article: Article) -> bool:
    own = (CaseFacts, Occasion, TemplateFile)
    return any(model._default_manager.filter(article=article).exists() for model in own)


def _reserved() -> set[str]:
    """Addresses that a new article may not take: our own words, and those that lead elsewhere since they changed."""
    return {*RESERVED, *ArticleSlug.objects.values_list("slug", flat=True)}


@contextmanager
def _free(slug: str, *, but: Article | None) -> Iterator[None]:
    """The write inside takes the address. Raises Refused where it is taken, also by somebody at the very same moment."""
    _require_free(slug, but=but)
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        _require_free(slug, but=but)
        raise


def _require_free(slug: str, *, but: Article | None) -> None:
    others = Article.objects.exclude(pk=but.pk) if but else Article.objects.all()
    once = ArticleSlug.objects.exclude(article=but) if but else ArticleSlug.objects.all()
    if slug in RESERVED or others.filter(slug=slug).exists() or once.filter(slug=slug).exists():
        raise Refused(_("Another article has, or had, this address. Choose another one."))
