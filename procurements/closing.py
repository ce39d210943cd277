"""Ending a notice before its time (A28): in one of three ways, once, with a reason that stays on its page (F1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules import Refused
from notifications import doorbell
from procurements import buyer_list, locking, reviewing, scheduling, searching
from procurements.models import Closing, Kind, News, Notice, NoticeLink
from records.auditing import record
from taxonomy import labels

REASONS = "non-award-justification"  # the eForms list of BT-144
CANCELLABLE = (Kind.COMPETITION, Kind.CONSULTATION)
TOLD_AS = {
    Closing.EARLY: News.Kind.CLOSED,
    Closing.WITHDRAWN: News.Kind.WITHDRAWN,
    Closing.CANCELLED: News.Kind.CANCELLED,
}


class Unsaid(Refused):
    sentence = _("Say why: the reason stays on the page for everyone.")


class NoCode(Refused):
    sentence = _("Choose the reason that fits best.")


class NotCancellable(Refused):
    sentence = _("Only a competition or a market consultation is cancelled. Withdraw this instead.")


class ClosedAlready(Refused):
    sentence = _("It was ended before, in another way. What is public about that stays as it is.")


class NotOpen(Refused):
    sentence = _("Its time is over, so there is nothing to close. You can still withdraw or cancel it.")


def ways_for(notice: Notice, at: datetime) -> list[Closing]:
    """The ways in which the notice can end now."""
    ways = [Closing.EARLY] if notice.is_open(at) else []
    ways.append(Closing.WITHDRAWN)
    return [*ways, Closing.CANCELLED] if notice.kind in CANCELLABLE else ways


@transaction.atomic
def close(
    notice: Notice, *, by: User, at: datetime, reason: str, way: Closing = Closing.EARLY, code: str = ""
) -> Notice:
    """Nothing can be answered from now on; its followers hear of it once. A second click changes nothing.

    `code` is of the list REASONS, for a cancellation alone. What was scheduled is taken back.
    The caller fetched the notice through `publishable_by(by)`. Raises one of the refusals above.
    """
    notice = locking.for_publisher(notice, by)
    if notice.closed_at and notice.closed_as == way:
        return notice
    if notice.closed_at:
        raise ClosedAlready
    if not reason.strip():
        raise Unsaid
    if way == Closing.CANCELLED and notice.kind not in CANCELLABLE:
        raise NotCancellable
    if way == Closing.CANCELLED and not code:
        raise NoCode
    if way == Closing.EARLY and not notice.is_open(at):
        raise NotOpen
    for waiting in notice.schedules.waiting():
        scheduling.take_back(waiting, by=by, at=at)
    reviewing.end_waiting(notice, at=at)
    notice.closed_at, notice.closed_by, notice.closed_as, notice.closed_reason = at, by, way, reason.strip()
    notice.closed_code = code if way == Closing.CANCELLED else ""
    notice.save(update_fields=["closed_at", "closed_by", "closed_as", "closed_reason", "closed_code"])
    searching.close(notice)
    buyer_list.let_go(notice, at=at)
    News.objects.create(notice=notice, kind=TOLD_AS[way], at=at)
    details = {"way": way, "code": notice.closed_code}
    record("notice.closed", notice, by=by, at=at, acting_for=notice.procurement.organisation, details=details)
    doorbell.ring("match")
    return notice


def end_of(notice: Notice) -> dict[str, Any]:
    """What the public page says about how a notice ended, and which one came in its place or which one it replaces."""
    links = NoticeLink.objects.filter(
        Q(earlier=notice) | Q(notice=notice), earlier__source_id=None, notice__source_id=None
    )
    found = list(links.select_related("notice__current_version", "earlier__current_version"))
    code = notice.closed_code
    return {
        "code": labels.code_labels(REASONS, [code], (get_language() or "sv")[:2])[code] if code else "",
        "later": [link.notice for link in found if link.earlier_id == notice.pk and link.notice.current_version],
        "earlier": [
            link.earlier
            for link in found
            if link.notice_id == notice.pk and link.earlier and link.earlier.current_version
        ],
    }
