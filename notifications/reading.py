"""What a person does with the inbox: reads, marks as read, puts away."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from notifications import kinds
from notifications.kinds import Line
from notifications.models import Notification

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Row:
    notification: Notification
    line: Line | None  # None: it may not be seen any more, or cannot be shown just now
    day: date  # in the reader's zone


def inbox(user: User, *, only_unread: bool = False) -> QuerySet[Notification]:
    """The person's lines, newest first, without those that were put away."""
    lines = Notification.objects.filter(recipient=user, hidden_at=None).select_related("event", "recipient")
    return lines.filter(read_at=None) if only_unread else lines


def rows(notifications: Iterable[Notification], language: str) -> list[Row]:
    """The lines in words. One that cannot be made does not take the page with it."""
    made = []
    for notification in kinds.with_subjects(notifications):
        line = None
        try:
            if kinds.may_see(notification):
                line = kinds.line(notification, language)
        except Exception:
            log.exception("notification %s could not be shown", notification.pk)
        made.append(Row(notification, line, timezone.localtime(notification.created_at).date()))
    return made


def mark_read(notification: Notification, *, at: datetime) -> None:
    """What was read before it was mailed is not mailed."""
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=at, mail_due_at=None)


def mark_all_read(user: User, *, at: datetime) -> int:
    return Notification.objects.filter(recipient=user, read_at=None).update(read_at=at, mail_due_at=None)


def put_away(notification: Notification, *, at: datetime) -> None:
    Notification.objects.filter(pk=notification.pk, hidden_at=None).update(hidden_at=at, mail_due_at=None)


def take_back(notification: Notification) -> None:
    Notification.objects.filter(pk=notification.pk).update(hidden_at=None)
