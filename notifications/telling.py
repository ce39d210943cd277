"""Writing down that people are to hear of a fact, in the transaction that makes it true."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction

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
