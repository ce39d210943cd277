"""How to hear less: each way has a name that stands in a signed link ("kind:match", "search:17"), and can be taken back.

An app registers its own ways in `AppConfig.ready`; a kind of notification says which of them its lines offer (`Kind.less`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from notifications import kinds, unsubscribing
from notifications.models import Notification, Rhythm, Suppression
from notifications.unsubscribing import Wish


@dataclass(frozen=True)
class Less:
    """One way to hear less, as it stands for one person now.

    `stop` returns a word that `undo` is given back, so that what was chosen before comes back ("weekly"); often empty.
    Both are harmless when repeated.
    """

    name: str
    label: str  # of the button: "Hear no more about “Fall sensors”"
    hint: str  # what happens then, and what does not
    is_stopped: bool
    stop: Callable[[datetime], str]
    undo: Callable[[datetime, str], None]


Find = Callable[[User, str], Less | None]  # the person and what stands after the colon; None: gone, or not the person's

ALL = "all:"
MOST = 20  # names in one link; of more, the kinds alone
_ways: dict[str, Find] = {}
_sources: set[str] = set()


def register(prefix: str, find: Find, *, is_source: bool = False) -> None:
    """Makes a way known. `is_source`: mails come from it, so that a mailbox's own button stops it instead of the kind."""
    _ways[prefix] = find
    if is_source:
        _sources.add(prefix)


def names_of(notification: Notification) -> list[str]:
    """The ways that a line offers, nearest first, with its kind as the last."""
    kind = kinds.get(notification.event.kind)
    return [*(kind.less(notification) if kind else ()), f"kind:{notification.event.kind}"]


def sources_of(notifications: Iterable[Notification]) -> list[str]:
    """What a mail with these lines came from: the searches that found them, or else their kinds."""
    found: dict[str, None] = {}
    for notification in notifications:
        sources = [name for name in names_of(notification) if name.partition(":")[0] in _sources]
        found |= dict.fromkeys(sources or [f"kind:{notification.event.kind}"])
    if len(found) > MOST:
        return sorted({f"kind:{notification.event.kind}" for notification in notifications})
    return list(found)


def ways(user: User, names: Iterable[str]) -> list[Less]:
    """What the names stand for, in their order; those that are gone are left out."""
    found = []
    for name in names:
        prefix, _colon, value = name.partition(":")
        if (find := _ways.get(prefix)) and (way := find(user, value)):
            found.append(way)
    return found


@transaction.atomic
def unsubscribe(wish: Wish, *, at: datetime) -> None:
    """Does what an unsubscribe link asks for."""
    if not wish.names:
        unsubscribing.stop_all(wish.user, at=at)
    for way in ways(wish.user, wish.names):
        if not way.is_stopped:
            way.stop(at)


def _kind(user: User, code: str) -> Less | None:
    kind = kinds.get(code)
    if kind is None:
        return None
    chosen = unsubscribing.rhythm_of(user, kind)

    def stop(at: datetime) -> str:
        if chosen != Rhythm.OFF:
            unsubscribing.prefer(user, code, Rhythm.OFF, at=at)
        return str(chosen)

    def undo(at: datetime, was: str) -> None:
        back = was if was in Rhythm and was != Rhythm.OFF else kind.default_rhythm
        if chosen == Rhythm.OFF:
            unsubscribing.prefer(user, code, back, at=at)

    return Less(
        f"kind:{code}",
        _("No more mail of the kind “%(kind)s”") % {"kind": kind.label},
        _("It still comes to your inbox in the arena."),
        chosen == Rhythm.OFF,
        stop,
        undo,
    )


def _all(user: User, value: str) -> Less:
    """Only what the person itself said is taken back by a link: an address that refused our mail is tried after logging in."""
    own = Suppression.objects.filter(address=user.email.lower(), reason=unsubscribing.UNSUBSCRIBED)

    def stop(at: datetime) -> str:
        unsubscribing.stop_all(user, at=at)
        return ""

    def undo(at: datetime, was: str) -> None:
        if own.exists():
            unsubscribing.allow_again(user, at=at)

    return Less(
        ALL,
        _("No more mail at all"),
        _(
            "Except what you ask for yourself, such as a code to log in. Everything still comes to your inbox in the arena."
        ),
        own.exists(),
        stop,
        undo,
    )


register("kind", _kind)
register("all", _all)
