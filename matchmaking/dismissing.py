"""Saying that a suggestion is not relevant, and taking it back (B6)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from matchmaking import lessons
from matchmaking.lessons import of_the_notice
from matchmaking.models import Match, MatchQuerySet
from records.auditing import record


@transaction.atomic
def dismiss(match: Match, *, reason: str, by: User, at: datetime) -> None:
    """Puts the notice away for every subscription that the person keeps and that found it, also when it is amended.

    Each of these subscriptions learns from its own match: what hit in one may not have hit in another.
    """
    lessons.lock(list(of_the_notice(match, by).values_list("subscription", flat=True)))
    rows = of_the_notice(match, by).filter(dismissed_at=None)
    taught = _one_a_subscription(rows)
    if not rows.update(dismissed_at=at, dismissed_by=by, dismissed_reason=reason):
        return
    details = {"reason": reason}
    record("match.dismissed", match, by=by, at=at, acting_for=match.subscription.organisation, details=details)
    for row in taught:
        row.dismissed_reason = reason
        lessons.learn(row, by=by, at=at)


@transaction.atomic
def restore(match: Match, *, by: User, at: datetime) -> None:
    """Brings the notice back, and takes its own part of what was learnt with it."""
    lessons.lock(list(of_the_notice(match, by).values_list("subscription", flat=True)))
    rows = of_the_notice(match, by).exclude(dismissed_at=None)
    taught = _one_a_subscription(rows)
    if not rows.update(dismissed_at=None, dismissed_by=None, dismissed_reason=""):
        return
    record("match.restored", match, by=by, at=at, acting_for=match.subscription.organisation)
    for row in taught:
        lessons.unlearn(row, by=by, at=at)


def _one_a_subscription(rows: MatchQuerySet) -> list[Match]:
    """Of each subscription the match with the newest version."""
    rows = rows.select_related("version__notice__procurement__organisation", "subscription__organisation")
    return list(rows.order_by("subscription_id", "-version__number").distinct("subscription_id"))
