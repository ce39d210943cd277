"""Visits the addresses that public articles lead to, so that an editor hears of a link that is broken, and of no other.

Polite: one address at a time, a few of one host in a round, no more than asked once a fortnight while it works. Sure: a link
is called broken when it has failed three times, over at least two days. Guarded: every visit, and every address that a visit
is sent on to, goes through `ui.outside` (quality S11). What a site answers is not read, but for where it sends us.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings
from django.db import connection, transaction

from knowledge import link_news, links
from knowledge.links import UNCHECKED, Problem
from knowledge.models import OutsideLink
from ui import outside

log = logging.getLogger(__name__)

DOORS = outside.Doors(schemes=("https", "http"), ports=(80, 443, 8080, 8443), longest=links.LONGEST)
A_ROUND, A_HOST = 200, 10  # links of a round, and of one host in it
HOPS = 6
WORKS, FAILS, BROKEN, UNKNOWN = (timedelta(days=days) for days in (14, 1, 7, 30))  # until the next visit
BROKEN_AFTER = timedelta(days=2)
QUIET_HOSTS = 3  # when none of so many answers, perhaps it is we who have no connection
LOCK = "knowledge.check_links"
SENT_ON, FOR_GOOD = (301, 302, 303, 307, 308), (301, 308)
TURNED_AWAY = (401, 402, 403, 407, 429, 451, 999)  # 999 is LinkedIn's


@dataclass(frozen=True)
class Seen:
    """What a visit gave. `status` None: no answer; `moved_to`: where the site says that the page is for good."""

    status: int | None
    problem: str = ""
    moved_to: str = ""

    @property
    def is_silent(self) -> bool:
        return self.status is None and self.problem != Problem.PLACE


def drain(clock: Callable[[], datetime], *, until: datetime) -> int:
    """Visits what is due; returns how many. A second round at the same time does nothing."""
    with _alone() as is_alone:
        if not is_alone:
            return 0
        links.forget_unused()
        silent: list[tuple[OutsideLink, Seen]] = []
        is_heard = False
        visited = 0
        for link in _turn(clock()):
            if clock() >= until:
                break
            visited += 1
            with _going_on(link, clock):
                seen = look(link.url)
                if seen.is_silent:
                    silent.append((link, seen))
                else:
                    record(link, seen, at=clock())
                    is_heard = is_heard or seen.status is not None
        hosts = {_host(link.url) for link, _seen in silent}
        if is_heard or len(hosts) < QUIET_HOSTS or _has_connection(hosts):
            for link, seen in silent:
                with _going_on(link, clock):
                    record(link, seen, at=clock())
        else:
            log.warning(
                "No site answered: this machine seems to have no connection. No link is called broken for that."
            )
            _later([link for link, _seen in silent], at=clock())
        return visited


def _has_connection(but: Collection[str]) -> bool:
    """Whether any of a few other sites answers, those that worked last first: a round may hold nothing but dead ones."""
    asked = set(but)
    worked = links.used().filter(problem="", checked_at__isnull=False).order_by("-checked_at")
    for url in worked.values_list("url", flat=True)[: A_ROUND * 5]:
        if len(asked) >= len(but) + QUIET_HOSTS:
            break
        if (host := _host(url)) not in asked:
            asked.add(host)
            if look(url).status is not None:
                return True
    return False


@contextmanager
def _going_on(link: OutsideLink, clock: Callable[[], datetime]) -> Iterator[None]:
    """What one address brings about stops no round, neither this one nor the next."""
    try:
        yield
    except Exception:
        log.exception("The link %s could not be checked; the others go on.", link.pk)
        _later([link], at=clock())


def _later(those: Collection[OutsideLink], *, at: datetime) -> None:
    """Nothing is known of them, and they do not stand in the way of the others."""
    OutsideLink.objects.filter(pk__in=[link.pk for link in those]).update(next_check_at=at + FAILS)


def look(url: str) -> Seen:
    """Asks for the address, and for what it is sent on to. Reads no row and writes none."""
    address, moved, is_for_good, status = url, "", True, None
    for _hop in range(HOPS):
        try:
            reply = _ask(address)
        except outside.Refused as why:
            return Seen(None, Problem.NAME if why.why == "unknown" else Problem.PLACE, moved)
        except outside.NotReached as why:
            known = {"timeout": Problem.TIMEOUT, "tls": Problem.TLS}
            return Seen(None, known.get(why.why, Problem.CONNECTION), moved)
        status = reply.status
        to = reply.headers.get("Location", "")
        if status not in SENT_ON or not to:
            return Seen(status, _problem(status), moved)
        try:
            address = urldefrag(urljoin(address, to)).url
        except ValueError:
            return Seen(status, Problem.ERROR, moved)
        is_for_good = is_for_good and status in FOR_GOOD
        if is_for_good and _is_shown(address):
            moved = address
    return Seen(status, Problem.CIRCLE)


@transaction.atomic
def record(link: OutsideLink, seen: Seen, *, at: datetime) -> OutsideLink | None:
    """Writes down what a visit gave, and tells those who keep the articles when the link is broken by now."""
    link = OutsideLink.objects.select_for_update().filter(pk=link.pk).first()  # type: ignore[assignment]
    if link is None:
        return None  # nobody leads there any more
    before, last = link.problem, link.checked_at
    link.checked_at, link.status, link.problem = at, seen.status, seen.problem
    link.moved_to = seen.moved_to if seen.moved_to != link.url else ""
    if not seen.problem:
        link.failing_since, link.broken_at, wait = None, None, WORKS
    elif seen.problem in UNCHECKED:
        link.failing_since = link.failing_since if before in UNCHECKED else at
        link.broken_at, wait = None, UNKNOWN
    else:
        link.failing_since = link.failing_since if before and before not in UNCHECKED else at
        since = link.failing_since
        is_third = since is not None and last is not None and last > since and at - since >= BROKEN_AFTER
        is_new = is_third and link.broken_at is None
        if is_new:
            link.broken_at = at
            link_news.broken(link, at=at)
        wait = BROKEN if link.broken_at else FAILS
    link.next_check_at = at + wait
    link.save()
    return link


def _turn(at: datetime) -> list[OutsideLink]:
    """What is due, the oldest first, by turns among hosts, so that none is asked twice in a row when others wait."""
    by_host: Counter[str] = Counter()
    turns: list[tuple[int, int, OutsideLink]] = []
    due = OutsideLink.objects.filter(next_check_at__lte=at).order_by("next_check_at", "pk")
    for place, link in enumerate(due[: A_ROUND * 5]):
        host = _host(link.url)
        if by_host[host] < A_HOST:
            turns.append((by_host[host], place, link))
            by_host[host] += 1
    return [link for _turn, _place, link in sorted(turns, key=lambda one: one[:2])][:A_ROUND]


def _is_shown(address: str) -> bool:
    """Whether an address that a site gave can be kept and shown: it may hold anything, NUL as well."""
    return len(address) <= links.LONGEST and address.isprintable() and address.startswith(("https://", "http://"))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _ask(address: str) -> outside.Reply:
    """HEAD, and GET where a site does not take that: not everybody answers both alike."""
    headers = {"User-Agent": f"Arena-Links/1 (+{settings.URL})", "Accept": "text/html,*/*;q=0.8"}
    try:
        reply = outside.ask("HEAD", address, headers, doors=DOORS)
    except outside.NotReached as why:
        if why.why != "broken":
            raise
    else:
        if reply.status < 400 or reply.status == 429:
            return reply
    return outside.ask("GET", address, headers, doors=DOORS)


def _problem(status: int) -> str:
    if status < 400:
        return ""
    if status in TURNED_AWAY:
        return Problem.CLOSED
    return Problem.GONE if status in (404, 410) else Problem.ERROR


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else is at it. The lock is the connection's, so it dies with its process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [LOCK])
        is_alone: bool = cursor.fetchone()[0]
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [LOCK])
