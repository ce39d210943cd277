"""Messages leave here: claimed and committed, made of what is public now, sent, settled (quality 3.3).

A mail of unknown fate is not sent again; a message is, under the same id, which is how a receiver knows it again: at least
once. So a sender that dies costs a repeat and no message, and the broker may forget everything.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interchange.models import Delivery, Webhook
from interchange.webhooks import addressing, events, owning, posting, saying, signing
from notifications import doorbell
from ui import outside

log = logging.getLogger(__name__)

State = Delivery.State
AT_ONCE = 8  # receivers that are talked to at the same time: a slow one keeps a line, not the others
# After each try that failed: 8 tries in about two days.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
JITTER = 0.25
SHORTEST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(minutes=30)
PAUSED_AFTER = timedelta(days=3)  # of failures without one success between them
KEPT = timedelta(days=90)
SWEPT_AT_ONCE = 1000
GONE = 410

# Why an attempt failed, as its row keeps it; after a colon stands what the machine said.
ERRORS: dict[str, str | Promise] = {
    **addressing.WORDS,
    "timeout": _("The receiver did not answer in time."),
    "tls": _("There is no safe connection: the receiver's certificate could not be trusted."),
    "connection": _("There is no connection to the receiver."),
    "broken": _("The connection broke before the receiver had answered."),
    "status": _("The receiver did not take the message."),
    "redirect": _("The receiver sent us to another address. Nothing is sent on: change the address here instead."),
    "gone": _("The receiver said that it wants no more messages (410)."),
    "lease": _("The sender stopped before it could write down whether the message arrived."),
    "unmade": _("The message could not be made. It is our fault, and we were told."),
    "public": _("The notice is not public any more."),
}


def in_words(error: str) -> str:
    """What a row keeps of a failure, for a reader."""
    why, _colon, detail = error.partition(": ")
    said = str(ERRORS.get(why, why))
    return f"{said} ({detail})" if detail else said


def send_due(clock: Callable[[], datetime], *, until: datetime) -> int:
    """Drains in several threads, each with a database connection of its own; returns how many attempts were made."""
    sweep(clock())
    lines = min(AT_ONCE, _waiting(clock()).count())
    if not lines:
        return 0
    with ThreadPoolExecutor(lines) as pool:
        return sum(pool.map(lambda _line: _thread(clock, until), range(lines)))


def _thread(clock: Callable[[], datetime], until: datetime) -> int:
    try:
        return drain(clock, until=until)
    finally:
        connections.close_all()


def drain(clock: Callable[[], datetime], *, until: datetime | None = None) -> int:
    """One message after another until nothing is due (or it is `until`); returns how many attempts were made."""
    made = 0
    while not until or clock() < until:
        delivery = claim(clock())
        if delivery is None:
            break
        deliver(delivery, clock)
        made += 1
    return made


def _waiting(at: datetime) -> QuerySet[Webhook]:
    """Those that have something to say now, and are not saying anything."""
    own = Delivery.objects.filter(webhook=OuterRef("pk"))
    return owning.live().filter(
        Exists(own.filter(state=State.PENDING, due_at__lte=at)), ~Exists(own.filter(state=State.SENDING))
    )


@transaction.atomic
def claim(at: datetime) -> Delivery | None:
    """The next message, marked as being sent; committed before anything leaves. One at a time for each webhook.

    Whose turn it is is drawn by lot: no webhook with much to say, nor one whose receiver is slow, stands before the others.
    """
    for webhook in _waiting(at).order_by("?").values_list("pk", flat=True)[:AT_ONCE]:
        if not Webhook.objects.select_for_update(skip_locked=True).filter(pk=webhook, paused_at=None).first():
            continue
        own = Delivery.objects.filter(webhook=webhook)
        if own.filter(
            state=State.SENDING
        ).exists():  # claimed while we waited: asked anew, now that nobody else can claim
            continue
        due = own.filter(state=State.PENDING, due_at__lte=at).order_by("due_at", "created_at", "pk")
        delivery = due.select_related("webhook__owner").select_for_update(of=("self",)).first()
        if delivery:
            delivery.state, delivery.attempts = State.SENDING, delivery.attempts + 1
            delivery.lease_until = at + timedelta(seconds=settings.WEBHOOK_LEASE_SECONDS)
            delivery.save(update_fields=["state", "attempts", "lease_until"])
            return delivery
    return None


def deliver(delivery: Delivery, clock: Callable[[], datetime]) -> None:
    """Makes, signs and sends a claimed message, and writes down what became of it."""
    try:
        body = saying.body_of(delivery)
    except DatabaseError:
        raise  # it is away, which is no fault of the message's: the lease runs out
    except Exception:
        log.exception("message %s could not be made", delivery.pk)
        failed(delivery, "unmade", clock())
        return
    if body is None:
        _settle(delivery, State.DROPPED, clock(), error="public")
        return
    at = clock()
    headers = {
        **signing.headers(delivery.webhook, str(delivery.pk), body, at=at),
        "Content-Type": "application/json",
        "User-Agent": f"Arena-Webhooks/1 (+{settings.URL})",
    }
    try:
        answer = posting.post(delivery.webhook.url, body, headers, at=at)
    except (outside.Refused, outside.NotReached) as why:
        failed(delivery, str(why.args[0]), clock())
        return
    except Exception as why:  # what no receiver should be able to say: else it would be sent again and again, for good
        log.exception("message %s could not be sent", delivery.pk)
        failed(delivery, f"broken: {type(why).__name__}", clock())
        return
    if 200 <= answer.status < 300:
        _received(delivery, answer, clock())
    else:
        why_not = "gone" if answer.status == GONE else "redirect" if 300 <= answer.status < 400 else "status"
        failed(delivery, why_not, clock(), answer=answer)


@transaction.atomic
def _received(delivery: Delivery, answer: posting.Answer, at: datetime) -> None:
    if _settle(delivery, State.SENT, at, status=answer.status, milliseconds=answer.milliseconds):
        Webhook.objects.filter(pk=delivery.webhook_id, failing_since__isnull=False).update(failing_since=None)


@transaction.atomic
def failed(delivery: Delivery, error: str, at: datetime, *, answer: posting.Answer | None = None) -> None:
    """Later again, or never: after eight tries, or when the receiver says that it is gone.

    The webhook's other messages rest as long as it has been failing, so that a receiver that is away costs little; what was
    on its way too long is told to its people, and nothing more is sent until they start it again.
    """
    webhook = Webhook.objects.select_for_update().filter(pk=delivery.webhook_id).first()
    if webhook is None:
        return  # deleted while we talked
    said = {"status": answer.status, "milliseconds": answer.milliseconds} if answer else {"status": None}
    is_gone = error == "gone"
    if is_gone or delivery.attempts > len(WAITS):
        if not _settle(delivery, State.FAILED, at, error=error, **said):
            return
    else:
        wait = WAITS[delivery.attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
        due_at = at + max(wait, answer.after if answer else timedelta(0))
        if not _mine(delivery).update(state=State.PENDING, due_at=due_at, lease_until=None, error=error[:300], **said):
            return
    webhook.failing_since = webhook.failing_since or at
    failing_for = at - webhook.failing_since
    rest_until = at + min(max(failing_for, SHORTEST_REST), LONGEST_REST)
    Delivery.objects.filter(webhook=webhook, state=State.PENDING, due_at__lt=rest_until).update(due_at=rest_until)
    if is_gone or failing_for >= PAUSED_AFTER:
        webhook.paused_at, webhook.paused_because = at, "gone" if is_gone else "failures"
        events.tell_of_pause(webhook, at=at)
    webhook.save(update_fields=["failing_since", "paused_at", "paused_because"])


def _mine(delivery: Delivery) -> QuerySet[Delivery]:
    """The row, while this attempt is still its last."""
    return Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, state=State.SENDING)


def _settle(
    delivery: Delivery,
    state: str,
    at: datetime,
    *,
    error: str = "",
    status: int | None = None,
    milliseconds: int | None = None,
) -> bool:
    """Ends the delivery; False when the lease ran out meanwhile and it is another's by now."""
    ended = {"state": state, "settled_at": at, "lease_until": None, "error": error[:300]}
    return bool(_mine(delivery).update(**ended, status=status, milliseconds=milliseconds))


def sweep(at: datetime) -> int:
    """Messages whose sender died are sent again, and what is 90 days old goes. Returns how many are sent again."""
    dead = Delivery.objects.filter(state=State.SENDING, lease_until__lte=at)
    swept = dead.update(state=State.PENDING, due_at=at, lease_until=None, error="lease")
    old = Delivery.objects.filter(settled_at__lt=at - KEPT).values("pk")[:SWEPT_AT_ONCE]
    Delivery.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return swept


@transaction.atomic
def send_again(delivery: Delivery, *, at: datetime) -> bool:
    """A settled message once more, under the same id; False where it is on its way already."""
    ended = Delivery.objects.filter(pk=delivery.pk, state__in=[State.SENT, State.FAILED, State.DROPPED])
    if not ended.update(state=State.PENDING, attempts=0, due_at=at, settled_at=None, error="", status=None):
        return False
    doorbell.ring("tell")
    return True
