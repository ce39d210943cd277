"""A person decides about mails that the machine may not decide about: unknown, failed, held after a restore."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from notifications import doorbell
from notifications.models import Mail, Notification
from records import auditing

State = Mail.State
OPEN_TO_DECISION = [State.UNKNOWN, State.FAILED, State.STALE]


class NothingToSend(Exception):
    """An account mail's words are gone when it is settled; the person can ask for a new one."""


@transaction.atomic
def release(mail: Mail, *, by: User, at: datetime) -> None:
    """Sends the mail (again), with the same Message-ID. Raises NothingToSend. A second click changes nothing."""
    mail = Mail.objects.select_for_update().get(pk=mail.pk)
    if mail.state not in OPEN_TO_DECISION:
        return
    if mail.kind.startswith("account:") and not mail.context:
        raise NothingToSend("An account mail is not kept after it was tried.")
    before, mail.state, mail.attempts, mail.due_at, mail.settled_at = mail.state, State.PENDING, 0, at, None
    mail.save(update_fields=["state", "attempts", "due_at", "settled_at"])
    Notification.objects.filter(mail_items__mail=mail).update(mail_due_at=None)  # it need not come in a digest as well
    auditing.record("mail.released", mail, by=by, at=at, details={"from": before})
    doorbell.ring("send")


@transaction.atomic
def give_up(mail: Mail, *, by: User, at: datetime) -> None:
    """Settles that the mail is not sent (again)."""
    mail = Mail.objects.select_for_update().get(pk=mail.pk)
    if mail.state not in OPEN_TO_DECISION:
        return
    before, mail.state, mail.settled_at, mail.context = mail.state, State.DROPPED, at, {}
    mail.save(update_fields=["state", "settled_at", "context"])
    auditing.record("mail.given-up", mail, by=by, at=at, details={"from": before})


@transaction.atomic
def release_held(*, by: User, at: datetime) -> int:
    """Sends everything that was held after a restore; returns how many mails."""
    held = list(Mail.objects.filter(state=State.STALE).select_for_update())
    for mail in held:
        release(mail, by=by, at=at)
    return len(held)
