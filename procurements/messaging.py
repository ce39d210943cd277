"""What the buyer tells all who follow a notice, and the public in the same words at the same moment (C14).

After publication there is no way to write to one supplier: what one of them may know, all may know (equal treatment).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules import Refused
from notifications import doorbell
from procurements import locking
from procurements.models import Closing, News, Notice, SupplierMessage
from records.auditing import record


class NotStanding(Refused):
    sentence = _("Nothing can be sent: the notice is not public, or it was withdrawn.")


class Unsaid(Refused):
    sentence = _("Write a subject and a message.")


class AnotherCameFirst(Refused):
    sentence = _(
        "A colleague has sent a message since you opened this page. Read it below, and send yours if it is still needed."
    )


def may_tell(notice: Notice) -> bool:
    """Somebody can follow it: it is public, and was not withdrawn."""
    return notice.current_version_id is not None and notice.closed_as != Closing.WITHDRAWN


def next_number(notice: Notice) -> int:
    """The number of the next message; the form carries it, so that a second click is the same message."""
    return notice.supplier_messages.count() + 1  # they are never taken away (trigger)


@transaction.atomic
def send(
    notice: Notice, *, subject: str, text: str, language: str, number: int, by: User, at: datetime
) -> SupplierMessage:
    """Makes the message public, and news for those who follow. `number` is the one that the sender's page showed.

    A repeat with the same words finds the first. The caller fetched the notice through `publishable_by(by)`.
    Raises NotStanding, Unsaid, AnotherCameFirst, HandedOver.
    """
    notice = locking.for_publisher(notice, by)
    subject, text = subject.strip(), text.strip()
    sent = notice.supplier_messages.filter(number=number).first()
    if sent and (sent.subject, sent.text) == (subject, text):
        return sent
    if not may_tell(notice):
        raise NotStanding
    if not subject or not text:
        raise Unsaid
    if number != next_number(notice):
        raise AnotherCameFirst
    message = notice.supplier_messages.create(
        number=number, subject=subject, text=text, language=language, sent_by=by, sent_at=at
    )
    News.objects.create(notice=notice, kind=News.Kind.MESSAGE, message=message, at=at)
    organisation = notice.procurement.organisation
    record("notice.message_sent", notice, by=by, at=at, acting_for=organisation, details={"number": number})
    doorbell.ring("match")
    return message
