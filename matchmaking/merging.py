"""Two records of one organisation become one: here, what it wants to hear of, and who wants to hear of it. arena.merging calls it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, Func, OuterRef, Q, Value

from accounts.models import Organisation, User
from accounts.rules import require_duty
from matchmaking import anchoring, lessons
from matchmaking.models import Lesson, Match, Receiver, Subscription
from records.auditing import record


@transaction.atomic
def carry_over(organisation: Organisation, *, into: Organisation, by: User | None, at: datetime) -> None:
    """Its subscription moves, and those that name it as a buyer name `into`. A second call finds nothing to do."""
    require_duty(by)
    naming = Q(organisation=organisation) | Q(buyers__contains=[organisation.pk])
    lessons.lock(
        list(Subscription.objects.filter(naming).values_list("pk", flat=True))
    )  # in one order, before any is read
    _own(organisation, into=into, by=by, at=at)
    _as_a_buyer(organisation, into=into, by=by, at=at)


def _own(organisation: Organisation, *, into: Organisation, by: User | None, at: datetime) -> None:
    """The subscription moves with its matches, lessons and receivers. When both have one, that of `into` goes on, for the
    receivers of both; the other one is paused and stays where it was.
    """
    moving = Subscription.objects.filter(organisation=organisation).first()
    if moving is None:
        return
    details = {"from": organisation.pk, "to": into.pk}
    staying = Subscription.objects.filter(organisation=into).first()
    if staying is None:
        moving.organisation = into
        moving.save(update_fields=["organisation"])
    elif moving.paused_at is None:
        for receiver in moving.receivers.all():
            Receiver.objects.get_or_create(
                subscription=staying, user_id=receiver.user_id, defaults={"rhythm": receiver.rhythm}
            )
        moving.paused_at = at
        moving.save(update_fields=["paused_at"])
        anchoring.unanchor(moving)
    else:
        return
    record("subscription.carried_over", moving, by=by, at=at, acting_for=into, details=details)


def _as_a_buyer(organisation: Organisation, *, into: Organisation, by: User | None, at: datetime) -> None:
    """Everybody's searches, follows and lessons about the buyer are about `into`; of two of the same, one is left."""
    old, new = f"B:{organisation.pk}", f"B:{into.pk}"
    details = {"from": organisation.pk, "to": into.pk}
    naming = Subscription.objects.filter(buyers__contains=[organisation.pk])
    for subscription in naming.order_by("pk"):
        follows = subscription.follows
        if follows == old and Subscription.objects.filter(person=subscription.person_id, follows=new).exists():
            record("subscription.removed", subscription, by=by, at=at, details=details)
            subscription.delete()
            continue
        named = [into.pk if buyer == organisation.pk else buyer for buyer in subscription.buyers]
        subscription.buyers = list(dict.fromkeys(named))
        subscription.follows = new if follows == old else follows
        subscription.save(update_fields=["buyers", "follows"])
        anchoring.anchor(subscription)
        record("subscription.carried_over", subscription, by=by, at=at, details=details)
        _say_anew(subscription, old=organisation, new=into)
    about = Lesson.objects.filter(about=Lesson.About.BUYER)
    twin = about.filter(subscription=OuterRef("subscription"), value=str(into.pk))
    moving = about.filter(value=str(organisation.pk))
    for lesson in moving.filter(Exists(twin)):  # what was put away since the older one counts for what is left
        about.filter(subscription=lesson.subscription_id, value=str(into.pk), at__gt=lesson.at).update(at=lesson.at)
        lesson.delete()
    moving.update(value=str(into.pk))


def _say_anew(subscription: Subscription, *, old: Organisation, new: Organisation) -> None:
    """What it found for the one buyer's sake, it found for the other's: what that taught is taken back by that name."""
    hits = Func(F("hits"), Value(f"buyer:{old.pk}"), Value(f"buyer:{new.pk}"), function="array_replace")
    Match.objects.filter(subscription=subscription, hits__contains=[f"buyer:{old.pk}"]).update(hits=hits)
