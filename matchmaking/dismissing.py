"""Saying that a suggestion is not relevant, and taking it back (B6)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from accounts.models import User
from matchmaking import lessons
from matchmaking.lessons import of_the_notice
from matchmaking.models import Match, MatchQuerySet
from procurements.models import NoticeVersion
from records.auditing import record

STAY = """
UPDATE matchmaking_match fresh SET dismissed_at = old.dismissed_at, dismissed_by_id = old.dismissed_by_id,
    dismissed_reason = old.dismissed_reason
FROM (
    SELECT DISTINCT ON (version.notice_id, earlier.subscription_id) version.notice_id AS notice, earlier.*
    FROM matchmaking_match earlier JOIN procurements_noticeversion version ON version.id = earlier.version_id
    WHERE version.notice_id = ANY (%(notices)s) AND version.id <> ALL (%(versions)s)
        AND (%(subscription)s::int8 IS NULL OR earlier.subscription_id = %(subscription)s)
    ORDER BY version.notice_id, earlier.subscription_id, version.number DESC
) old, procurements_noticeversion version
WHERE version.id = fresh.version_id AND fresh.version_id = ANY (%(versions)s) AND fresh.dismissed_at IS NULL
    AND old.notice = version.notice_id AND old.subscription_id = fresh.subscription_id AND old.dismissed_at IS NOT NULL"""


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


def stay_put_away(versions: Iterable[NoticeVersion], *, subscription: int | None = None) -> None:
    """What somebody called not relevant in an earlier version stays so in these, which were found just now."""
    amended = [version for version in versions if version.number > 1]
    if not amended:
        return
    with connection.cursor() as cursor:
        given = {
            "notices": [version.notice_id for version in amended],
            "versions": [version.pk for version in amended],
            "subscription": subscription,
        }
        cursor.execute(STAY, given)


def _one_a_subscription(rows: MatchQuerySet) -> list[Match]:
    """Of each subscription the match with the newest version."""
    rows = rows.select_related("version__notice__procurement__organisation", "subscription__organisation")
    return list(rows.order_by("subscription_id", "-version__number").distinct("subscription_id"))
