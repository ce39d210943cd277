"""Which addresses outside the arena public articles lead to, and what can be wrong with one.

`checking_links` visits them. What an article leads to is written down in the transaction that makes its words public, so
that nobody hears of a link that no reader can follow any more.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urldefrag, urlsplit

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from knowledge.models import Article, ArticleText, LinkUse, OutsideLink
from knowledge.rules import require_editor
from records import auditing

LONGEST = 2000
VOUCHED_FOR = timedelta(days=90)  # how long a person's word holds before the address is visited again


class Problem(models.TextChoices):
    """What `OutsideLink.problem` holds; empty: it works."""

    GONE = "gone", _("The page is not there any more")
    ERROR = "error", _("The site answers with an error")
    NAME = "name", _("Nobody knows the site's name")
    CONNECTION = "connection", _("There is no connection to the site")
    TIMEOUT = "timeout", _("The site does not answer in time")
    TLS = "tls", _("The site's certificate cannot be trusted")
    CIRCLE = "circle", _("The site sends its readers round in a circle")
    CLOSED = "closed", _("The site turns machines away, so a person has to look")
    PLACE = "place", _("The arena does not visit addresses of this kind, so a person has to look")


UNCHECKED = (Problem.CLOSED, Problem.PLACE)  # nobody knows whether it works: never called broken


class Show(models.TextChoices):
    BROKEN = "broken", _("Broken")
    FAILING = "failing", _("Failed, and is tried again")
    MOVED = "moved", _("Moved for good")
    UNCHECKED = "unchecked", _("Cannot be checked")
    WORKING = "working", _("Works")
    NEW = "new", _("Not visited yet")


_SHOWN: dict[str, Q] = {
    Show.BROKEN: Q(broken_at__isnull=False),
    Show.FAILING: ~Q(problem__in=["", *UNCHECKED]) & Q(broken_at=None),
    Show.MOVED: ~Q(moved_to=""),
    Show.UNCHECKED: Q(problem__in=UNCHECKED),
    Show.WORKING: Q(problem="", checked_at__isnull=False),
    Show.NEW: Q(problem="", checked_at=None),
}


class _Hrefs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def outside(html: str) -> set[str]:
    """The addresses that the words lead to, by http or https and on other sites, without what stands after a #."""
    reader = _Hrefs()
    reader.feed(html)
    reader.close()
    return {address for href in reader.found if (address := urldefrag(href.strip()).url) and _is_outside(address)}


def _is_outside(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.hostname != urlsplit(settings.URL).hostname
            and len(address) <= LONGEST
        )
    except ValueError:
        return False


def note(article: Article, *, at: datetime) -> None:
    """Writes down what the article leads to as it is public now: nothing, when it is archived. Harmless when repeated.

    For a caller who holds the article's lock, in the transaction that changes what is public.
    """
    leads: set[tuple[str, str]] = set()
    if article.is_current:
        texts = article.texts.exclude(current_version=None).select_related("current_version")
        leads = {
            (url, one.language) for one in texts if one.current_version for url in outside(one.current_version.body)
        }
    used = {
        (use.link.url, use.language): use.pk for use in LinkUse.objects.filter(article=article).select_related("link")
    }
    LinkUse.objects.filter(pk__in=[pk for where, pk in used.items() if where not in leads]).delete()
    new = leads - used.keys()
    rows = _rows({url for url, _language in new}, at)
    LinkUse.objects.bulk_create(
        [LinkUse(link=rows[url], article=article, language=language) for url, language in sorted(new)]
    )


def _rows(urls: Collection[str], at: datetime) -> dict[str, OutsideLink]:
    """The rows of the addresses, held until the caller's transaction ends: `forget_unused` passes them over.

    One that somebody takes away at this very moment is made again.
    """
    rows: dict[str, OutsideLink] = {}
    while missing := sorted(set(urls) - rows.keys()):
        OutsideLink.objects.bulk_create(
            [OutsideLink(url=url, next_check_at=at) for url in missing], ignore_conflicts=True
        )
        held = OutsideLink.objects.select_for_update(no_key=True).filter(url__in=missing).order_by("url")
        rows |= {row.url: row for row in held}
    return rows


@transaction.atomic
def forget_unused() -> int:
    """Takes away the addresses that no public article leads to; returns how many."""
    unused = OutsideLink.objects.filter(~Exists(LinkUse.objects.filter(link=OuterRef("pk"))))
    held = list(unused.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))
    OutsideLink.objects.filter(pk__in=held).filter(~Exists(LinkUse.objects.filter(link=OuterRef("pk")))).delete()
    return len(held)


def used() -> QuerySet[OutsideLink]:
    return OutsideLink.objects.filter(Exists(LinkUse.objects.filter(link=OuterRef("pk"))))


def shown(show: str, words: str = "") -> QuerySet[OutsideLink]:
    """The links of the kind (all, where it is none), what has failed longest first, with the articles that lead there."""
    rows = used().filter(_SHOWN.get(show, Q()))
    for word in words.split():
        texts = ArticleText.objects.filter(title__icontains=word)
        rows = rows.filter(Q(url__icontains=word) | Q(uses__article__in=texts.values("article"))).distinct()
    titles = Prefetch("article__texts", queryset=ArticleText.objects.defer("summary", "body"))
    uses = LinkUse.objects.select_related("article").prefetch_related(titles).order_by("article__slug", "language")
    return rows.order_by("failing_since", "url").prefetch_related(Prefetch("uses", queryset=uses))


def counts() -> list[tuple[Show, int]]:
    """How many links are of each kind; one query. One may be of several."""
    numbers = used().aggregate(**{show: Count("pk", filter=condition) for show, condition in _SHOWN.items()})
    return [(show, numbers[show.value]) for show in Show]


def trouble(link: OutsideLink) -> str:
    """What is wrong with it, for an editor; empty: nothing that the arena knows of."""
    return str(Problem(link.problem).label) if link.problem else ""


def number_broken() -> int:
    return used().filter(_SHOWN[Show.BROKEN]).count()


@transaction.atomic
def vouch(link: OutsideLink, *, by: User, at: datetime) -> OutsideLink:
    """A person has opened it, and it holds: it counts as working until its next visit, in 90 days."""
    require_editor(by)
    link = OutsideLink.objects.select_for_update().get(pk=link.pk)
    was = link.problem
    link.problem, link.failing_since, link.broken_at = "", None, None
    link.checked_at, link.next_check_at = at, at + VOUCHED_FOR
    link.save()
    auditing.record("link.vouched", link, by=by, at=at, details={"url": link.url[:300], "was": was})
    return link
