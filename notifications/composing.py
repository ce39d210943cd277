"""From notifications that are due to mails: one mail a person, however much is due."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from notifications.models import Mail, MailItem, Notification

PEOPLE = 100  # a batch, in one transaction
FEW = 3  # so many lines still make a mail of their own; more make a digest


def compose_due(at: datetime) -> int:
    """Puts every notification that is due at `at` into a mail; returns how many mails were made.

    Two workers share the people between them: each locks the persons whose notifications it takes.
    """
    made = 0
    while batch := _compose_batch(at):
        made += batch
    return made


@transaction.atomic
def _compose_batch(at: datetime) -> int:
    due = Notification.objects.filter(mail_due_at__lte=at)
    people = list(
        User.objects.filter(Exists(due.filter(recipient=OuterRef("pk"))))
        .order_by("pk")
        .select_for_update(skip_locked=True, no_key=True)[:PEOPLE]
    )
    taken: dict[int, list[Notification]] = {person.pk: [] for person in people}
    for notification in (
        due.filter(recipient__in=people)
        .select_related("event")
        .order_by("created_at", "id")
        .select_for_update(of=("self",))
    ):
        taken[notification.recipient_id].append(notification)
    mails = [_mail(person, taken[person.pk], at) for person in people if taken[person.pk]]
    repeats = set(
        MailItem.objects.filter(notification__in=[n.pk for listed in taken.values() for n in listed]).values_list(
            "notification", flat=True
        )
    )
    Mail.objects.bulk_create(mails)
    MailItem.objects.bulk_create(
        MailItem(mail=mail, notification=notification, is_repeat=notification.pk in repeats)
        for mail in mails
        for notification in taken[mail.recipient_id or 0]
    )
    Notification.objects.filter(pk__in=[n.pk for listed in taken.values() for n in listed]).update(mail_due_at=None)
    return len(mails)


def _mail(person: User, notifications: Sequence[Notification], at: datetime) -> Mail:
    is_digest = len(notifications) > FEW
    return Mail(
        kind="digest" if is_digest else "immediate",
        priority=Mail.Priority.DIGEST if is_digest else Mail.Priority.IMMEDIATE,
        recipient=person,
        address=person.email,
        due_at=at,
        created_at=at,
    )
