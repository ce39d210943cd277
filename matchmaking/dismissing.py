"""Saying that a suggestion is not relevant, and taking it back (B6)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from matchmaking.models import Match, MatchQuerySet, Subscription
from records.auditing import record


@transaction.atomic
def dismiss(match: Match, *, reason: str, by: User, at: datetime) -> None:
    """Puts the notice away for every subscription that the person keeps, also when it is amended."""
    rows = _of_the_notice(match, by).filter(dismissed_at=None)
    if rows.update(dismissed_at=at, dismissed_by=by, dismissed_reason=reason):
        record(
            "match.dismissed",
            match,
            by=by,
            at=at,
            acting_for=match.subscription.organisation,
            details={"reason": reason},
        )


@transaction.atomic
def restore(match: Match, *, by: User, at: datetime) -> None:
    rows = _of_the_notice(match, by).exclude(dismissed_at=None)
    if rows.update(dismissed_at=None, dismissed_by=None, dismissed_reason=""):
        record("match.restored", match, by=by, at=at, acting_for=match.subscription.organisation)


def _of_the_notice(match: Match, by: User) -> MatchQuerySet:
    return Match.objects.filter(
        version__notice=match.version.notice_id, subscription__in=Subscription.objects.kept_by(by)
    )
