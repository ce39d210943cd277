"""Why did somebody (not) get a mail? What the log can answer without showing what support may not see (quality 4.2).

Why something was told is known uphill: an app registers in `AppConfig.ready` what explains it (`explain_with`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from notifications import kinds, reading, unsubscribing
from notifications.models import Bounce, Mail, MailItem, Notification, Preference, Suppression

NEWEST = 200


@dataclass(frozen=True)
class Finding:
    """What an app knows of one thing that was asked about, which is public, and of the person: sentences in the active language."""

    title: str
    url: str
    said: Sequence[str]
    told: Notification | None  # the line that told of it, with its event and recipient


Explainer = Callable[[User, str, datetime], Iterable[Finding]]  # (person, what was asked about, now)
_explainers: list[Explainer] = []


def explain_with(explainer: Explainer) -> None:
    """What it finds is shown to support: it says nothing that support may not know."""
    if explainer not in _explainers:
        _explainers.append(explainer)


@dataclass(frozen=True)
class Trace:
    """One notification on its way: told, wanted when, mailed how."""

    notification: Notification
    kind: str
    title: str  # empty where support may not see it
    mails: list[Mail]  # each with its bounces


@dataclass(frozen=True)
class Answer:
    person: User | None
    suppression: Suppression | None
    off: list[str]  # kinds that the person wants no mail of
    traces: list[Trace]
    account_mails: list[Mail]
    bounces: list[Bounce]
    findings: list[tuple[Finding, Trace | None]]


def trace(address: str, words: str, language: str, at: datetime) -> Answer:
    """What became of the newest two hundred notifications of the address, narrowed to lines that hold `words`; and for
    words, what is known of the things that they name."""
    person = User.objects.filter(email__iexact=address).first()
    told = Notification.objects.filter(recipient=person).select_related("event", "recipient")[:NEWEST] if person else []
    rows = reading.rows(told, language)
    found = [each for explain in _explainers for each in explain(person, words, at)] if person and words else []
    explained = [each.told for each in found if each.told]
    mails = mails_of([*(row.notification for row in rows), *explained])
    traces = []
    for row in rows:
        kind = kinds.get(row.notification.event.kind)
        if kind and kind.is_confidential:
            continue
        is_open = bool(kind and kind.shown_to_support and row.line)
        title = row.line.title if is_open and row.line else ""
        if words and words.casefold() not in f"{title} {row.line.url if is_open and row.line else ''}".casefold():
            continue
        traces.append(_trace(row.notification, title, mails))
    off = Preference.objects.filter(user=person, rhythm="off").values_list("kind", flat=True) if person else []
    return Answer(
        person=person,
        suppression=unsubscribing.suppression_of(address),
        off=[str(kind.label) for kind in kinds.all_kinds() if kind.code in off],
        traces=traces,
        account_mails=list(
            Mail.objects.filter(address__iexact=address, kind__startswith="account:").order_by("-created_at")[:NEWEST]
        ),
        bounces=list(bounces_of(address)[:NEWEST]),
        findings=[(each, _trace(each.told, each.title, mails) if each.told else None) for each in found],
    )


def mails_of(notifications: Iterable[Notification]) -> dict[int, list[Mail]]:
    """The mails that carried each, by the notification's id, the first before its repeat."""
    items = MailItem.objects.filter(notification__in={each.pk for each in notifications})
    mails: dict[int, list[Mail]] = {}
    for item in items.select_related("mail").prefetch_related("mail__bounces").order_by("is_repeat"):
        mails.setdefault(item.notification_id, []).append(item.mail)
    return mails


def _trace(notification: Notification, title: str, mails: dict[int, list[Mail]]) -> Trace:
    kind = kinds.get(notification.event.kind)
    label = str(kind.label) if kind else notification.event.kind
    return Trace(notification, label, title, mails.get(notification.pk, []))


def bounces_of(address: str) -> QuerySet[Bounce]:
    """What mail servers said of the address, the newest first."""
    return Bounce.objects.filter(address__iexact=address).order_by("-at")


def in_state(state: str) -> QuerySet[Mail]:
    return Mail.objects.filter(state=state).order_by("-created_at")
