"""Why did somebody (not) get a mail? What the log can answer without showing what support may not see (quality 4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from notifications import kinds, reading, unsubscribing
from notifications.models import Mail, MailItem, Notification, Preference, Suppression

NEWEST = 200


@dataclass(frozen=True)
class Trace:
    """One notification on its way: told, wanted when, mailed how."""

    notification: Notification
    kind: str
    title: str  # empty where support may not see it
    mails: list[Mail]


@dataclass(frozen=True)
class Answer:
    person: User | None
    suppression: Suppression | None
    off: list[str]  # kinds that the person wants no mail of
    traces: list[Trace]
    account_mails: list[Mail]


def trace(address: str, words: str, language: str) -> Answer:
    """What became of the newest two hundred notifications of the address, narrowed to lines that hold `words`."""
    person = User.objects.filter(email__iexact=address).first()
    told = Notification.objects.filter(recipient=person).select_related("event", "recipient")[:NEWEST] if person else []
    rows = reading.rows(told, language)
    mails: dict[int, list[Mail]] = {}
    for item in (
        MailItem.objects.filter(notification__in=[row.notification.pk for row in rows])
        .select_related("mail")
        .order_by("is_repeat")
    ):
        mails.setdefault(item.notification_id, []).append(item.mail)
    traces = []
    for row in rows:
        kind = kinds.get(row.notification.event.kind)
        if kind and kind.is_confidential:
            continue
        is_open = bool(kind and kind.shown_to_support and row.line)
        title = row.line.title if is_open and row.line else ""
        if words and words.casefold() not in f"{title} {row.line.url if is_open and row.line else ''}".casefold():
            continue
        label = str(kind.label) if kind else row.notification.event.kind
        traces.append(Trace(row.notification, label, title, mails.get(row.notification.pk, [])))
    off = Preference.objects.filter(user=person, rhythm="off").values_list("kind", flat=True) if person else []
    return Answer(
        person=person,
        suppression=unsubscribing.suppression_of(address),
        off=[str(kind.label) for kind in kinds.all_kinds() if kind.code in off],
        traces=traces,
        account_mails=list(
            Mail.objects.filter(address__iexact=address, kind__startswith="account:").order_by("-created_at")[:NEWEST]
        ),
    )


def in_state(state: str) -> QuerySet[Mail]:
    return Mail.objects.filter(state=state).order_by("-created_at")


def late(at: datetime) -> QuerySet[Mail]:
    return Mail.objects.filter(state=Mail.State.PENDING, due_at__lte=at).order_by("due_at")
