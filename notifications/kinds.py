"""The kinds of event that a person can hear of. An app registers its own in `AppConfig.ready`:

    kinds.register(Kind(code="question-answered", label=_("An answer to a question"), ...))

`may_see` and `line` are asked again whenever a line is shown and whenever a mail is made, never when the event is written:
a right that was taken away in between takes the line with it (quality R15).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from notifications.models import Notification, Rhythm


class Change(models.TextChoices):
    """What sort of news it is: the headings of a mail and of the preferences, what presses first."""

    DEADLINE = "deadline", _("Deadlines")
    CLOSED = "closed", _("Closed, withdrawn or cancelled")
    WAITING = "waiting", _("Waits for you")
    CHANGED = "changed", _("Changed")
    ANSWERED = "answered", _("Answers and messages")
    NEW = "new", _("New for you")
    OUTCOME = "outcome", _("How it went")
    TOGETHER = "together", _("Buying together and networks")
    OTHER = "other", _("Other news")


@dataclass(frozen=True)
class Line:
    """What one notification says, in the reader's language."""

    title: str
    url: str  # a path of the arena, as get_absolute_url gives it
    text: str = ""
    reasons: Sequence[str] = ()  # why this person hears of it, each a phrase that can stand alone
    facts: str = ""  # one line that can stand alone: what it is, whose, until when
    change: Change | None = None  # where this line is another sort of news than its kind usually is: a moved deadline


def all_of(notifications: Sequence[Notification]) -> set[int]:
    return {each.pk for each in notifications}


@dataclass(frozen=True)
class Kind:
    code: str  # kept in rows: never changed
    label: str | Promise
    description: str | Promise  # one sentence on the preferences page: when does this come?
    default_rhythm: Rhythm
    may_see: Callable[[Notification], bool]
    line: Callable[[Notification, str], Line]  # (notification, language); the language is active while it is called
    change: Change = Change.OTHER  # under which heading it stands in a mail
    is_pressing: bool = False  # stands first under its heading
    # How the reader can hear less: names of `notifications.less`, nearest first. Without: by the kind alone.
    less: Callable[[Notification], Sequence[str]] = lambda notification: ()
    # Asked when mails are made, of all their lines of this kind: the ids of those that their readers still want to hear of.
    still_wanted: Callable[[Sequence[Notification]], Collection[int]] = all_of
    shown_to_support: bool = False  # its lines tell nothing but what is public; else the mail log names the kind alone
    is_confidential: bool = False  # even that a line came tells too much: the mail log is silent about it
    at_least_once: bool = False  # silence harms more than a repeat: sent again when its fate is unknown
    subject_with: tuple[
        str, ...
    ] = ()  # select_related names, so that a page of lines costs a constant number of queries
    subject_prefetch: tuple[str, ...] = ()  # the same for what a subject has many of
    subject_without: tuple[
        str, ...
    ] = ()  # columns that its lines do not need: to read whole texts for a title costs most
    # Given all lines of this kind that are shown together, to look up for all at once what their words need.
    prepare: Callable[[Sequence[Notification]], None] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Makes the kind known. Raises ValueError when another kind has its code."""
    if _kinds.setdefault(kind.code, kind) != kind:
        raise ValueError(f"Two kinds of notification are called {kind.code!r}.")
    return kind


def get(code: str) -> Kind | None:
    """The kind; None for one that an older release wrote and nobody registers any more."""
    return _kinds.get(code)


def all_kinds() -> list[Kind]:
    """In the order of registration: as the preferences page shows them."""
    return list(_kinds.values())


def with_subjects(notifications: Iterable[Notification]) -> list[Notification]:
    """Gives each notification its `subject` (None: it is gone) and `is_for_member`, by one query a type of subject.

    The notifications come with `event` and `recipient` selected.
    """
    listed = list(notifications)
    wanted: dict[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], set[str]] = defaultdict(set)
    for each in listed:
        if kind := get(each.event.kind):
            how = kind.subject_with, kind.subject_prefetch, kind.subject_without
            wanted[each.event.subject_type, *how].add(each.event.subject_id)
    found: dict[tuple[str, str], Any] = {}
    for (label, related, many, without), ids in wanted.items():
        rows = apps.get_model(label)._default_manager.select_related(*related).prefetch_related(*many)
        objects = rows.defer(*without).in_bulk(list(ids))
        found.update({(label, str(pk)): subject for pk, subject in objects.items()})
    on_behalf = [each for each in listed if each.organisation_id]
    members = set(
        Membership.objects.active()
        .filter(
            user__in={each.recipient_id for each in on_behalf},
            organisation__in={each.organisation_id for each in on_behalf},
        )
        .values_list("user_id", "organisation_id")
        if on_behalf
        else ()
    )
    for each in listed:
        each.subject = found.get((each.event.subject_type, each.event.subject_id))
        each.is_for_member = each.organisation_id is None or (each.recipient_id, each.organisation_id) in members
    for code, same in _by_kind(listed).items():
        if (kind := get(code)) and kind.prepare:
            kind.prepare(same)
    return listed


def may_see(notification: Notification) -> bool:
    """Whether the recipient may see it now. The notification comes from `with_subjects`."""
    kind = get(notification.event.kind)
    return bool(
        kind
        and notification.subject is not None
        and notification.is_for_member  # what one hears for an organisation ends with the membership
        and notification.recipient.is_active
        and kind.may_see(notification)
    )


def still_wanted(notifications: Iterable[Notification]) -> set[int]:
    """The ids of those that belong in a mail made now; they come from `with_subjects`, and `may_see` said yes to each."""
    by_kind = _by_kind(notifications)
    return {pk for code, listed in by_kind.items() if (kind := get(code)) for pk in kind.still_wanted(listed)}


def _by_kind(notifications: Iterable[Notification]) -> dict[str, list[Notification]]:
    found: dict[str, list[Notification]] = defaultdict(list)
    for each in notifications:
        found[each.event.kind].append(each)
    return found


def line(notification: Notification, language: str) -> Line:
    """The notification in words. Asked only when `may_see` said yes."""
    kind = get(notification.event.kind)
    assert kind is not None
    with translation.override(language):
        made = kind.line(notification, language)
        return replace(made, title=str(made.title), text=str(made.text), reasons=tuple(map(str, made.reasons)))
