"""A new or changed subscription is held against what is open already: shown among the suggestions, mailed to nobody.

The queue is a subscription whose `looked_back_at` is older than its `changed_at`.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from matchmaking import dismissing, previewing
from matchmaking.models import Match, Subscription
from matchmaking.reading import criteria_of, facts_of
from matchmaking.scoring import score
from procurements.models import Notice

log = logging.getLogger(__name__)
JUDGED_AGAIN = 500  # earlier suggestions, the newest first: older ones stand on pages that nobody turns to


def due() -> QuerySet[Subscription]:
    behind = Q(looked_back_at=None) | Q(looked_back_at__lt=F("changed_at"))
    return Subscription.objects.filter(behind, paused_at=None)


def drain(at: datetime) -> int:
    """Looks back for all that are due, oldest first; returns how many. Workers take different ones."""
    done = 0
    while _next(at):
        done += 1
    return done


@transaction.atomic
def _next(at: datetime) -> bool:
    # The weaker lock: the matcher's rows refer to the subscription, and would wait for this one at their commit.
    subscription = due().order_by("changed_at").select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if subscription is None:
        return False
    try:
        with transaction.atomic():
            look_back(subscription, at=at)
    except Exception:
        if not connection.is_usable():
            raise
        # What is published from now on is found all the same; one search that cannot be read must not stop the others.
        log.exception("subscription %s could not be held against what is open", subscription.pk)
    Subscription.objects.filter(pk=subscription.pk).update(looked_back_at=subscription.changed_at)
    return True


def look_back(subscription: Subscription, *, at: datetime) -> None:
    """Makes the suggestions of open notices what the criteria say now. What was called not relevant stays put away."""
    _judge_again(subscription, at)
    found = previewing.already_open(subscription, at=at, limit=previewing.LOOKED_AT_OPEN)
    judged = [(version, each.score) for each in found if (version := each.notice.current_version)]
    Match.objects.bulk_create(
        (
            Match(version=version, subscription=subscription, score=points.points, hits=points.hits, created_at=at)
            for version, points in sorted(judged, key=lambda each: each[0].pk)  # as the matcher does: no deadlock
        ),
        ignore_conflicts=True,
    )
    dismissing.stay_put_away((version for version, _points in judged), subscription=subscription.pk)


def _judge_again(subscription: Subscription, at: datetime) -> None:
    open_notices = Notice.objects.open(at).values("pk")
    standing = list(
        Match.objects.current()
        .suggested()
        .filter(subscription=subscription, version__notice__in=open_notices)
        .select_related("version__notice__procurement__organisation")
        .order_by("-created_at", "-pk")[:JUDGED_AGAIN]
    )
    criteria, facts = criteria_of(subscription), facts_of([match.version for match in standing])
    for match in standing:
        judged = score(criteria, facts[match.version_id])
        if not judged.is_alert:
            match.delete()
        elif (match.score, match.hits) != (judged.points, judged.hits):
            match.score, match.hits = judged.points, judged.hits
            match.save(update_fields=["score", "hits"])
