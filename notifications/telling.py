"""Writing down that people are to hear of a fact, in the transaction that makes it true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from accounts.models import Organisation, User
from notifications import doorbell, kinds, rhythms
from notifications.models import Event, Notification, Preference

BATCH = 500


@dataclass(frozen=True)
class Recipient:
    """A person who is to hear, for whom (an organisation, or oneself), and why.

    `reasons` are plain JSON objects, as in {"kind": "cpv", "value": "33196"}: the kind's `line` puts them in words.
    """

    user: User
    organisation: Organisation | None = None
    reasons: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Fact:
    """What `tell_at_once` tells of: its key (see `tell`) and what it is about."""

    key: str
    subject: models.Model


def tell(
    kind: str,
    key: str,
    subject: models.Model,
    recipients: Iterable[Recipient],
    *,
    at: datetime,
    facts: dict[str, Any] | None = None,
) -> Event:
    """Writes the event and each recipient's notification; harmless when repeated.

    `key` names the fact, at most 160 characters, as in "notice-version:17": a second event with it is not written, but
    recipients who are new are told. A person who is named twice is told once, with the reasons of both.
    `facts` is plain JSON: what the words need and the subject cannot tell later; never a secret.
    Raises TransactionManagementError outside a transaction, ValueError for a kind that nobody registered.
    """
    registered = kinds.get(kind)
    if registered is None:
        raise ValueError(f"No kind of notification is called {kind!r}.")
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("People are told in the transaction of what they are told about.")
    event = Event(
        kind=kind, key=key, subject_type=subject._meta.label_lower, subject_id=str(subject.pk), facts=facts or {}, at=at
    )
    Event.objects.bulk_create([event], ignore_conflicts=True)  # waits for another transaction that writes the same key
    event = Event.objects.get(key=key)
    people = _one_each(recipients)
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        chosen = dict(
            Preference.objects.filter(kind=kind, user__in=[each.user for each in batch]).values_list(
                "user_id", "rhythm"
            )
        )
        Notification.objects.bulk_create(
            [
                Notification(
                    event=event,
                    recipient=each.user,
                    organisation=each.organisation,
                    reasons=each.reasons,
                    created_at=at,
                    mail_due_at=rhythms.mail_due_at(
                        chosen.get(each.user.pk, registered.default_rhythm), each.user.zone, at
                    ),
                )
                for each in batch
            ],
            ignore_conflicts=True,
        )
    doorbell.ring("send")
    return event


def tell_at_once(kind: str, many: Sequence[Fact], recipients: str, parameters: dict[str, Any], *, at: datetime) -> int:
    """Tells large audiences of many facts by one statement; returns how many lines were written.

    `recipients` is SQL with `parameters`: a SELECT of (key, user_id, organisation_id, reasons jsonb, rhythm), one row a fact
    and person; `rhythm` is empty where the person's choice for the kind holds, and no choice gets past a choice of no mail.
    It may use %(tell_kind)s, and %(tell_default)s: the rhythm of who has chosen none.
    Facts that nobody hears of are not kept. The same rules as `tell`.
    """
    registered = kinds.get(kind)
    if registered is None:
        raise ValueError(f"No kind of notification is called {kind!r}.")
    Event.objects.bulk_create(
        [
            Event(
                kind=kind,
                key=fact.key,
                subject_type=fact.subject._meta.label_lower,
                subject_id=str(fact.subject.pk),
                facts={},
                at=at,
            )
            for fact in sorted(many, key=lambda fact: fact.key)
        ],
        ignore_conflicts=True,
    )
    mornings = rhythms.mornings(at)
    with connection.cursor() as cursor:
        cursor.execute(
            AT_ONCE.format(recipients=recipients),
            {
                **parameters,
                "tell_keys": [fact.key for fact in many],
                "tell_at": at,
                "tell_kind": kind,
                "tell_default": str(registered.default_rhythm),
                "tell_zones": mornings.zones,
                "tell_daily": mornings.daily,
                "tell_weekly": mornings.weekly,
            },
        )
        told = int(cursor.rowcount)
    Event.objects.filter(key__in=[fact.key for fact in many], notifications=None).delete()
    if told:
        doorbell.ring("send")
    return told


# What no zone is known of counts as UTC, which stands among them.
AT_ONCE = """
WITH event AS MATERIALIZED (SELECT id, key FROM notifications_event WHERE key = ANY (%(tell_keys)s))
INSERT INTO notifications_notification (event_id, recipient_id, organisation_id, reasons, created_at, mail_due_at)
SELECT event.id, heard.user_id, heard.organisation_id, heard.reasons, %(tell_at)s, CASE
        WHEN chosen.rhythm = 'off' THEN NULL
        ELSE CASE coalesce(nullif(heard.rhythm, ''), chosen.rhythm, %(tell_default)s)
            WHEN 'at-once' THEN %(tell_at)s
            WHEN 'daily' THEN coalesce(zone.daily, utc.daily)
            WHEN 'weekly' THEN coalesce(zone.weekly, utc.weekly) END END
FROM ({recipients}) AS heard (key, user_id, organisation_id, reasons, rhythm)
    JOIN event ON event.key = heard.key
    JOIN accounts_user person ON person.id = heard.user_id AND person.is_active
    LEFT JOIN notifications_preference chosen ON chosen.user_id = heard.user_id AND chosen.kind = %(tell_kind)s
    LEFT JOIN unnest(%(tell_zones)s::text[], %(tell_daily)s::timestamptz[], %(tell_weekly)s::timestamptz[])
        AS zone (name, daily, weekly) ON zone.name = person.zone
    JOIN unnest(%(tell_zones)s::text[], %(tell_daily)s::timestamptz[], %(tell_weekly)s::timestamptz[])
        AS utc (name, daily, weekly) ON utc.name = 'UTC'
ORDER BY event.id, heard.user_id
ON CONFLICT DO NOTHING"""


def _one_each(recipients: Iterable[Recipient]) -> list[Recipient]:
    """One recipient a person, in a lasting order, so that two transactions never wait for each other in a ring."""
    people: dict[int, Recipient] = {}
    for each in recipients:
        if not each.user.is_active:
            continue
        known = people.get(each.user.pk)
        if known is None:
            people[each.user.pk] = each
        else:
            more = [reason for reason in each.reasons if reason not in known.reasons]
            # What one also hears for oneself does not end with a membership; of two organisations the first one counts.
            organisation = known.organisation if each.organisation else None
            people[each.user.pk] = Recipient(each.user, organisation, [*known.reasons, *more])
    return [people[pk] for pk in sorted(people)]
