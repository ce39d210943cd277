"""Was this helpful? What readers say of articles, and what editors make of it (D6).

No name and no address is kept. Against programs stand a field that people do not see, a page that must have been open for a
moment, and the limits of `ui.limiting`; a click that comes twice is one opinion.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import models, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from knowledge.models import Article, ArticleVersion, Opinion
from knowledge.rules import require_editor
from records import auditing

READ_FOR = timedelta(seconds=2)  # nobody comes to the foot of an article sooner
COMMENTED_WITHIN = timedelta(hours=1)  # after the answer
KEPT = timedelta(days=2 * 365)
ENOUGH = 5  # opinions, of which a share says something
_page = signing.TimestampSigner(salt="knowledge.opining.page")
_thanks = signing.TimestampSigner(salt="knowledge.opining.thanks")


class State(models.TextChoices):
    WAITING = "waiting", _("Comments to read")
    DONE = "done", _("Comments that are dealt with")
    EVERY = "every", _("Every answer")


class NotTaken(Exception):
    """The answer did not come from a page that somebody has read."""


@dataclass(frozen=True)
class Share:
    """How many said that an article helped, of those who said anything."""

    helped: int
    said: int

    @property
    def percent(self) -> int | None:
        """None while too few have answered for it to say something."""
        return round(100 * self.helped / self.said) if self.said >= ENOUGH else None


def page_token(version: ArticleVersion) -> str:
    """What the form at the foot of an article carries: which words were read, and since when."""
    read = {"a": version.article_id, "l": version.language, "n": version.number, "u": secrets.token_urlsafe(6)}
    return _page.sign_object(read)


def say(article: Article, *, token: str, helped: bool, at: datetime) -> str:
    """Keeps an opinion of the article and returns what `opinion_of` finds it by; the same page a second time finds the first,
    or "" while that is still being written.

    Raises NotTaken for a token that is forged, of another article, or too young.
    """
    read = _read(token)
    if read["a"] != article.pk or read["l"] not in dict(settings.LANGUAGES):
        raise NotTaken
    key = f"opinion:{read['u']}"
    if not cache.add(key, 0, COMMENTED_WITHIN.total_seconds()):  # without a cache each click counts
        first = cache.get(key)
        return _thanks.sign(str(first)) if first else ""
    opinion = Opinion.objects.create(article=article, language=read["l"], number=read["n"], helped=helped, said_at=at)
    cache.set(key, opinion.pk, COMMENTED_WITHIN.total_seconds())
    return thanks_token(opinion)


def _read(token: str) -> dict[str, Any]:
    """What the page's token says, once the page has been open for long enough."""
    try:
        read: dict[str, Any] = _page.unsign_object(token)
    except signing.BadSignature as why:
        raise NotTaken from why
    try:
        _page.unsign_object(token, max_age=READ_FOR)
    except signing.SignatureExpired:
        return read
    raise NotTaken


def thanks_token(opinion: Opinion) -> str:
    """Who has it may add words to the opinion."""
    return _thanks.sign(str(opinion.pk))


def opinion_of(token: str) -> Opinion | None:
    """The opinion that its sayer may still add words to, as long as its article is public."""
    try:
        pk = int(_thanks.unsign(token, max_age=COMMENTED_WITHIN))
    except (signing.BadSignature, ValueError):
        return None
    return Opinion.objects.select_related("article").filter(pk=pk, article__in=Article.objects.public()).first()


@transaction.atomic
def comment(opinion: Opinion, text: str) -> Opinion:
    """Adds words to an opinion, once: what editors may have read does not change any more."""
    opinion = Opinion.objects.select_for_update().get(pk=opinion.pk)
    if text.strip() and not opinion.comment:
        opinion.comment = text.strip()
        opinion.save(update_fields=["comment"])
    return opinion


@transaction.atomic
def settle(opinion: Opinion, *, is_done: bool, by: User, at: datetime) -> Opinion:
    """An editor has dealt with a comment, or takes that back."""
    require_editor(by)
    opinion = Opinion.objects.select_for_update().get(pk=opinion.pk)
    if bool(opinion.dealt_with_at) == is_done:
        return opinion
    opinion.dealt_with_at, opinion.dealt_with_by = (at, by) if is_done else (None, None)
    opinion.save(update_fields=["dealt_with_at", "dealt_with_by"])
    event = "opinion.dealt-with" if is_done else "opinion.opened-again"
    auditing.record(event, opinion.article, by=by, at=at, details={"opinion": opinion.pk})
    return opinion


def found(state: str, *, article: str = "", helped: str = "") -> models.QuerySet[Opinion]:
    """Opinions, the newest first; `article` is its slug, `helped` "yes" or "no"."""
    opinions = Opinion.objects.select_related("article", "dealt_with_by").prefetch_related("article__texts")
    commented = ~Q(comment="")
    if state == State.WAITING:
        opinions = opinions.filter(commented, dealt_with_at=None)
    elif state == State.DONE:
        opinions = opinions.filter(commented).exclude(dealt_with_at=None)
    if article:
        opinions = opinions.filter(article__slug=article)
    if helped in ("yes", "no"):
        opinions = opinions.filter(helped=helped == "yes")
    return opinions.order_by("-said_at", "-pk")


def counts() -> dict[str, int]:
    """How many each state has; one query."""
    commented = ~Q(comment="")
    return Opinion.objects.aggregate(
        waiting=Count("pk", filter=commented & Q(dealt_with_at=None)),
        done=Count("pk", filter=commented & Q(dealt_with_at__isnull=False)),
        every=Count("pk"),
    )


def shares() -> dict[int, Share]:
    """{article's id: what its readers said of it}, of those with enough answers; one query."""
    said = (
        Opinion.objects.values("article").order_by().annotate(said=Count("pk"), yes=Count("pk", filter=Q(helped=True)))
    )
    return {row["article"]: Share(row["yes"], row["said"]) for row in said.filter(said__gte=ENOUGH)}


def forget(at: datetime) -> None:
    """Opinions are of their time: after two years they are gone."""
    Opinion.objects.filter(said_at__lt=at - KEPT).delete()
