"""What follows when a mail did not arrive or was not wanted: the address is spared, the person is told in the inbox (B7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from notifications import mailboxes, refusals, reports, unsubscribing
from notifications.models import Bounce, Mail
from notifications.reports import Report
from ui.mail import one_line

PATIENCE, WITHIN = (
    3,
    timedelta(days=7),
)  # so many mails that are late, so close together, and the address counts as dead
State = Mail.State


def drain(url: str, clock: Callable[[], datetime]) -> tuple[int, int]:
    """Empties the mailbox at `url`; returns how many messages were reports of ours, and how many were not."""

    def read(raw: bytes) -> bool:
        return sum(take_in(report, at=clock()) for report in reports.read(raw)) > 0

    return mailboxes.empty(url, read)


@transaction.atomic
def take_in(report: Report, *, at: datetime) -> bool:
    """Believes a report about a mail that we sent to that very address; False for others. The same report twice is one."""
    mail = Mail.objects.select_for_update(of=("self",)).select_related("recipient").filter(pk=report.mail).first()
    if mail is None or report.host != (urlsplit(settings.URL).hostname or "localhost"):
        return False
    return believe(mail, report.key, report.address, report.kind, report.detail, report.is_of_the_address, at)


def believe(
    mail: Mail, key: str, address: str, kind: Bounce.Kind, detail: str, is_of_the_address: bool, at: datetime
) -> bool:
    """Writes down what is said of a mail, which is locked; False when it cannot be true. In a transaction.

    `key` names the report; `address` is whom it speaks of, empty in a complaint that keeps silent about it.
    """
    if mail.state not in (State.SENT, State.UNKNOWN, State.RETURNED):
        return False  # it never left
    if address.casefold() != mail.address.casefold() and not (kind == Bounce.Kind.COMPLAINT and not address):
        return False  # said of an address that we did not write to, or by somebody who guesses
    rows = [Bounce(key=key[:200], mail=mail, address=mail.address, kind=kind, detail=one_line(detail)[:300], at=at)]
    if Bounce.objects.filter(key=rows[0].key).exists():
        return True
    Bounce.objects.bulk_create(rows, ignore_conflicts=True)
    if kind == Bounce.Kind.COMPLAINT:
        unsubscribing.suppress(mail.address, unsubscribing.COMPLAINED, at=at)
    elif kind == Bounce.Kind.PERMANENT:
        _returned(mail, detail, at)
    if (kind == Bounce.Kind.PERMANENT and is_of_the_address) or _is_given_up(mail.address, at):
        unsubscribing.suppress(mail.address, unsubscribing.BOUNCED, at=at)
    return True


def _returned(mail: Mail, detail: str, at: datetime) -> None:
    mail.state, mail.error = State.RETURNED, one_line(detail)[:300]
    mail.settled_at = mail.settled_at or at
    mail.save(update_fields=["state", "error", "settled_at"])
    if mail.recipient:
        refusals.tell(mail.recipient, at=at)


def _is_given_up(address: str, at: datetime) -> bool:
    """Whether so many mails in a row did not get through. A mail that is late tells it several times."""
    late = Bounce.objects.filter(address__iexact=address, at__gt=at - WITHIN).exclude(kind=Bounce.Kind.COMPLAINT)
    return late.values("mail").distinct().count() >= PATIENCE
