"""From notifications that are due to mails: one mail a person, however much is due."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from notifications.models import Mail, MailItem, Notification

LINES = 2000  # looked at for a batch, which is one transaction
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
    """Eight queries, for one person or for two thousand."""
    due = Notification.objects.filter(mail_due_at__lte=at)
    first = due.order_by("mail_due_at").values_list("recipient", flat=True)[:LINES]
    if not (recipients := set(first)):
        return 0
    people = (
        User.objects.filter(pk__in=recipients).order_by("pk").select_for_update(skip_locked=True, no_key=True)
    ).in_bulk()
    taken: dict[int, list[int]] = {}
    for pk, recipient in (
        due.filter(recipient__in=people)
        .order_by("recipient", "created_at", "id")
        .select_for_update(of=("self",))
        .values_list("pk", "recipient")
    ):
        taken.setdefault(recipient, []).append(pk)
    numbers = [pk for listed in taken.values() for pk in listed]
    repeats = set(MailItem.objects.filter(notification__in=numbers).values_list("notification", flat=True))
    mails = [_mail(people[pk], len(listed), at) for pk, listed in taken.items()]
    Mail.objects.bulk_create(mails)
    MailItem.objects.bulk_create(
        MailItem(mail=mail, notification_id=number, is_repeat=number in repeats)
        for mail in mails
        for number in taken[mail.recipient_id or 0]
    )
    Notification.objects.filter(pk__in=numbers).update(mail_due_at=None)
    return len(mails)


def _mail(person: User, lines: int, at: datetime) -> Mail:
    is_digest = lines > FEW
    return Mail(
        kind="digest" if is_digest else "immediate",
        priority=Mail.Priority.DIGEST if is_digest else Mail.Priority.IMMEDIATE,
        recipient=person,
        address=person.email,
        due_at=at,
        created_at=at,
    )
