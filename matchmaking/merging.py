"""Two records of one organisation become one: here, what it wants to hear of. arena.merging calls it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Organisation, User
from accounts.rules import require_duty
from matchmaking.models import Receiver, Subscription
from records.auditing import record


@transaction.atomic
def carry_over(organisation: Organisation, *, into: Organisation, by: User | None, at: datetime) -> None:
    """The subscription moves with its matches and receivers. When both have one, that of `into` goes on, for the receivers of
    both; the other one is paused and stays where it was. A second call finds nothing to do.
    """
    require_duty(by)
    moving = Subscription.objects.select_for_update().filter(organisation=organisation).first()
    if moving is None:
        return
    details = {"from": organisation.pk, "to": into.pk}
    staying = Subscription.objects.filter(organisation=into).first()
    if staying is None:
        moving.organisation = into
        moving.save(update_fields=["organisation"])
    elif moving.paused_at is None:
        for receiver in moving.receivers.all():
            Receiver.objects.get_or_create(subscription=staying, user_id=receiver.user_id)
        moving.paused_at = at
        moving.save(update_fields=["paused_at"])
    else:
        return
    record("subscription.carried_over", moving, by=by, at=at, acting_for=into, details=details)
