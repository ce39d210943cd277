"""How to hear less of procurements and of saved searches, from the links in a mail (notifications.less)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from matchmaking import following, subscribing
from matchmaking.models import Attention, Receiver, Subscription
from notifications.less import Less, register
from notifications.models import Rhythm
from procurements.models import Notice


def procurement(user: User, pk: str) -> Less | None:
    """Nothing more of one procurement; what the person followed before, it follows again."""
    public = Notice.objects.filter(procurement=_number(pk), current_version__isnull=False)
    newest = public.select_related("current_version", "procurement").order_by("-pk").first()
    if newest is None or newest.current_version is None:
        return None
    title = newest.current_version.title
    held = Attention.objects.filter(user=user, procurement=_number(pk))
    level = held.values_list("level", flat=True).first() or ""

    def stop(at: datetime) -> str:
        following.mute(newest.procurement, by=user, at=at)
        return level

    def undo(at: datetime, was: str) -> None:
        following.unmute(newest.procurement, by=user, at=at)
        if was == Attention.Level.FOLLOWS:
            following.follow(newest.procurement, by=user, at=at)

    return Less(
        f"procurement:{pk}",
        _("Hear no more about “%(title)s”") % {"title": title},
        _("Neither by mail nor in your inbox, whatever happens with it."),
        level == Attention.Level.MUTED,
        stop,
        undo,
    )


def search(user: User, pk: str) -> Less | None:
    """A person's own search is paused, for nobody else hears of it; of an organisation's offer the others still hear."""
    subscription = Subscription.objects.seen_by(user).filter(pk=_number(pk)).select_related("organisation").first()
    if subscription is None:
        return None
    if subscription.organisation is None:
        return _own(subscription, user)
    return _offer(subscription, user)


def _own(subscription: Subscription, user: User) -> Less:
    def stop(at: datetime) -> str:
        subscribing.pause(subscription, by=user, at=at)
        return ""

    def undo(at: datetime, was: str) -> None:
        subscribing.resume(subscription, by=user, at=at)

    return Less(
        f"search:{subscription.pk}",
        _("Pause your saved search “%(name)s”") % {"name": subscription.name},
        _("Nothing new comes from it, neither by mail nor in your inbox. The search itself is kept."),
        subscription.paused_at is not None,
        stop,
        undo,
    )


def _offer(subscription: Subscription, user: User) -> Less:
    receives = Receiver.objects.filter(subscription=subscription, user=user)
    rhythm = receives.values_list("rhythm", flat=True).first()

    def stop(at: datetime) -> str:
        subscribing.receive(subscription, wants=False, by=user, at=at)
        return rhythm or ""

    def undo(at: datetime, was: str) -> None:
        subscribing.receive(subscription, wants=True, by=user, at=at)
        if was in Rhythm:
            receives.update(rhythm=was)

    return Less(
        f"search:{subscription.pk}",
        _("Hear no more of what fits what %(name)s offers") % {"name": subscription.organisation},
        _("Your colleagues still hear of it."),
        rhythm is None,
        stop,
        undo,
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def register_ways() -> None:
    register("procurement", procurement)
    register("search", search, is_source=True)
