"""Mail leaves here: claimed in a transaction of its own, made with the rights of this moment, sent once, marked once.

The order is the law (quality 3.3): *claim and commit* before anything leaves, so that a crash in between can only lose
the knowledge whether a mail left (state `unknown`), never send it twice.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Lower

from notifications import channels, composing, doorbell, kinds, refusals, rendering, rhythms, unsubscribing
from notifications.ahead import Ahead
from notifications.channels import Channel, NotAccepted, Refused
from notifications.models import Mail, MailItem, Notification, Preference, Rhythm, Suppression
from notifications.rendering import Poisoned
from taxonomy import labels

log = logging.getLogger(__name__)

A_ROUND = 50  # mails between two sweeps: what comes in meanwhile waits so long
TRIES = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=24)  # 1, 4, 16 ... minutes: about two days in all
JITTER = 0.25
AWAY_FOR = timedelta(seconds=5)  # until a mail that could not be made because the database was away is made again
GIVEN_UP_AFTER = timedelta(hours=72)
# What else decides whether anything leaves, as it stands at the claim: asked with it, not after it.
DECIDING: dict[str, Any] = {
    "is_suppressed": Exists(Suppression.objects.filter(address=Lower(OuterRef("recipient__email")))),
    "kinds_off": ArraySubquery(Preference.objects.filter(user=OuterRef("recipient"), rhythm=Rhythm.OFF).values("kind")),
}
State = Mail.State
Result = TypeVar("Result")


def send_due(clock: Callable[[], datetime], *, until: datetime | None = None) -> int:
    """Drains: rounds until nothing is due (or it is `until`); returns how many mails it settled."""
    settled = 0
    with channels.opened() as channel:
        while not until or clock() < until:
            with labels.remembered():
                sent = send_round(channel, clock, until=until)
            if not sent:
                break
            settled += sent
    return settled


def send_round(channel: Channel, clock: Callable[[], datetime], *, until: datetime | None = None) -> int:
    """Sweeps, composes, and sends at most A_ROUND mails; returns how many it settled.

    Each mail is claimed alone, and the clock is asked before each: a lease is worth nothing when it starts in the past,
    and a sender that dies leaves one mail unknown, not a round of them.
    """
    at = clock()
    sweep(at)
    composing.compose_due(at)
    if settings.HOLD_MAIL:
        hold(at)
        return 0
    ahead = Ahead()
    for settled in range(A_ROUND):
        at = clock()
        if (until and at >= until) or (mail := claim(at)) is None:
            return settled
        if settled == 1:  # more than one is due: another worker, if one is idle, takes its share
            doorbell.ring("send")
        deliver(mail, channel, clock, ahead)
    return A_ROUND


def hold(at: datetime) -> int:
    """After a restore nobody knows what the lost machine had sent: what is due waits for a person (quality 3.3, 9)."""
    return Mail.objects.filter(state=State.PENDING, due_at__lte=at).update(state=State.STALE)


@transaction.atomic
def claim(at: datetime) -> Mail | None:
    """The next mail that is due, marked as being sent; committed before anything leaves."""
    mail = (
        Mail.objects.filter(state=State.PENDING, due_at__lte=at)
        .order_by("priority", "due_at")
        .select_related("recipient")
        .annotate(**DECIDING)
        .select_for_update(of=("self",), skip_locked=True)
        .first()
    )
    if mail:
        mail.state, mail.attempts = State.SENDING, mail.attempts + 1
        mail.lease_until = at + timedelta(seconds=settings.MAIL_LEASE_SECONDS)
        if mail.recipient:
            mail.address = mail.recipient.email  # it may have changed since the mail was composed
        mail.save(update_fields=["state", "attempts", "lease_until", "address"])
    return mail


def deliver(mail: Mail, channel: Channel, clock: Callable[[], datetime], ahead: Ahead) -> None:
    """Makes the message of a claimed mail, sends it, and writes down what became of it."""
    at = clock()
    try:
        message = None if _is_past(mail, at) else rendering.message_for(mail, ahead.lines_of(mail, at))
    except Exception as error:
        unmade, is_away = error, not connection.is_usable()
        return _stubbornly(lambda: _unmade(mail, unmade, clock(), is_away=is_away))
    if message is None:
        return _stubbornly(
            lambda: settle(mail, State.DROPPED, clock(), "nothing in it is wanted, or may be seen, any more")
        )
    try:
        name = channel.send(message, str(mail.pk))
    except NotAccepted as error:
        not_accepted = error
        return _stubbornly(lambda: _again(mail, str(not_accepted), clock(), after=not_accepted.after))
    except Refused as error:
        refused = error
        return _stubbornly(lambda: _refused(mail, refused, clock()))
    except Exception as error:  # the connection broke after the words were on their way
        log.warning("mail %s: nobody knows whether it left: %s", mail.pk, type(error).__name__)
        why = type(error).__name__
        return _stubbornly(lambda: _unknown(mail, why, clock()))
    return _stubbornly(lambda: settle(mail, State.SENT, clock(), name=name))


def _is_past(mail: Mail, at: datetime) -> bool:
    """Whether the mail is of no use any more: an old code, a closed account, an address that wants or takes no mail."""
    if mail.expires_at and mail.expires_at <= at:
        return True
    if mail.kind.startswith("account:"):
        return False
    person = mail.recipient
    return person is None or not person.is_active or mail.is_suppressed


@transaction.atomic
def settle(mail: Mail, state: str, at: datetime, error: str = "", *, name: str = "") -> bool:
    """Ends this attempt's mail in `state`; False when the attempt is not the mail's last any more.

    `name`: what the provider calls the mail, if it said so.
    """
    mine = Mail.objects.filter(pk=mail.pk, attempts=mail.attempts)
    ended = {
        "state": state,
        "settled_at": at,
        "lease_until": None,
        "error": error[:300],
        "context": {},
        "provider_id": name[:200],
    }
    if mine.filter(state=State.SENDING).update(**ended):
        return True
    # The lease ran out while the mail server took its time: what was unknown is known now.
    if state == State.SENT and mine.filter(state=State.UNKNOWN).update(**ended):
        Notification.objects.filter(mail_items__mail=mail).update(mail_due_at=None)
        return True
    return False


def _again(mail: Mail, why: str, at: datetime, *, after: timedelta = timedelta(0)) -> None:
    """Later again (not before `after`), or never: after eight tries, or when it is three days old."""
    wait = max(after, _wait(mail) * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311
    if mail.attempts >= TRIES or at + wait > mail.created_at + GIVEN_UP_AFTER:
        settle(mail, State.FAILED, at, why)
        return
    Mail.objects.filter(pk=mail.pk, attempts=mail.attempts, state=State.SENDING).update(
        state=State.PENDING, due_at=at + wait, lease_until=None, error=why[:300]
    )


def _wait(mail: Mail) -> timedelta:
    tries: int = mail.attempts
    return min(FIRST_WAIT * 4.0 ** (tries - 1), LONGEST_WAIT)


def _unmade(mail: Mail, error: Exception, at: datetime, *, is_away: bool) -> None:
    """Nothing left. A database that is away is no mail's fault: it waits a moment, and no try is counted."""
    if is_away:
        _put_back(mail, at + AWAY_FOR)
    elif isinstance(error, Poisoned):
        _set_apart(mail, error, at)
    else:
        log.error("mail %s could not be made", mail.pk, exc_info=error)
        _again(mail, f"{type(error).__name__}: {error}", at)


def _put_back(mail: Mail, due_at: datetime) -> None:
    """As if it had not been claimed."""
    Mail.objects.filter(pk=mail.pk, attempts=mail.attempts, state=State.SENDING).update(
        state=State.PENDING, attempts=F("attempts") - 1, due_at=due_at, lease_until=None
    )


@transaction.atomic
def _set_apart(mail: Mail, poisoned: Poisoned, at: datetime) -> None:
    """One line that cannot be made goes into a mail of its own; the others leave without it."""
    log.error("a line could not be made: %s", poisoned, exc_info=poisoned.__cause__)
    if mail.items.count() == 1:
        return _again(mail, str(poisoned), at)
    alone = Mail.objects.create(
        kind="immediate",
        priority=Mail.Priority.DIGEST,
        recipient=mail.recipient,
        address=mail.address,
        state=State.SENDING,
        attempts=1,
        due_at=at,
        created_at=at,
        lease_until=at,
    )
    MailItem.objects.filter(mail=mail, notification=poisoned.notification).update(mail=alone)
    _again(alone, str(poisoned), at)
    _put_back(mail, mail.due_at)
    return None


@transaction.atomic
def _refused(mail: Mail, refused: Refused, at: datetime) -> None:
    """No for good. The person is told in the inbox; an address that does not exist is not tried again."""
    if not settle(mail, State.FAILED, at, str(refused)):
        return
    if refused.by_address:
        unsubscribing.suppress(mail.address, unsubscribing.REFUSED, at=at)
    if mail.recipient:
        refusals.tell(mail.recipient, at=at)


@transaction.atomic
def _unknown(mail: Mail, why: str, at: datetime) -> None:
    """Nobody knows whether it left. Not sent again by itself; what is still unread goes into the next digest, once.

    Sent again under the same key where that cannot double it, or where silence harms more: with the same Message-ID,
    which mailboxes usually show once.
    """
    if mail.attempts < TRIES and (_is_taken_once(mail, at) or _must_arrive(mail)):
        _again(mail, why, at)
        return
    if not settle(mail, State.UNKNOWN, at, why):
        return
    unheard = MailItem.objects.filter(
        mail=mail, is_repeat=False, notification__read_at=None, notification__hidden_at=None
    )
    if mail.recipient:
        due = rhythms.mail_due_at(Rhythm.DAILY, mail.recipient.zone, at)
        Notification.objects.filter(pk__in=unheard.values("notification")).update(mail_due_at=due)


def _is_taken_once(mail: Mail, at: datetime) -> bool:
    """Whether the provider will surely know the key again: no try of this mail is older than the mail."""
    return at + _wait(mail) * (1 + JITTER) <= mail.created_at + channels.idempotent_for()


def _must_arrive(mail: Mail) -> bool:
    told = Notification.objects.filter(mail_items__mail=mail).values_list("event__kind", flat=True)
    return any(kind.at_least_once for code in set(told) if (kind := kinds.get(code)))


def sweep(at: datetime) -> int:
    """Mails whose sender died: their lease ran out. Returns how many."""
    swept = 0
    while True:
        with transaction.atomic():
            mail = (
                Mail.objects.filter(state=State.SENDING, lease_until__lte=at)
                .select_for_update(skip_locked=True)
                .first()
            )
            if mail is None:
                return swept
            _unknown(mail, "the sender stopped before it could write down whether the mail left", at)
            swept += 1


def _stubbornly(write: Callable[[], Result]) -> None:
    """Writes the outcome down even when the database restarts at that moment: half a minute long."""
    for wait in (0.1, 0.5, 1, 2, 4, 8, 15):
        try:
            write()
        except (OperationalError, InterfaceError):
            log.warning("the database is away; the outcome of a mail is written down in %s seconds", wait)
            close_old_connections()
            time.sleep(wait)
        else:
            return
    write()
