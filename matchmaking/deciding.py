"""A person decides about what the matcher could not do: it is tried again now, or never (D14)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from matchmaking.models import MatchFailure, MatchRun, NewsFailure, NewsRun
from notifications import doorbell
from records.auditing import record


@transaction.atomic
def try_now(failure: MatchFailure | NewsFailure, *, by: User, at: datetime) -> bool:
    """Takes the waiting away; False when it has been done meanwhile."""
    kept = _locked(failure)
    if kept is None:
        return False
    kept.next_at = at
    kept.save(update_fields=["next_at"])
    _write_down("tried-again", kept, by, at)
    doorbell.ring("match")
    return True


@transaction.atomic
def give_up(failure: MatchFailure | NewsFailure, *, by: User, at: datetime) -> bool:
    """Nobody is told, as if there had been nobody to tell; the notice itself stays as it is. False when it has been done."""
    kept = _locked(failure)
    if kept is None:
        return False
    _write_down("given-up", kept, by, at)
    if isinstance(kept, MatchFailure):
        MatchRun.objects.bulk_create([MatchRun(version=kept.version, at=at)], ignore_conflicts=True)
    else:
        NewsRun.objects.bulk_create([NewsRun(news=kept.news, at=at)], ignore_conflicts=True)
    kept.delete()
    return True


def _locked(failure: MatchFailure | NewsFailure) -> MatchFailure | NewsFailure | None:
    return type(failure)._default_manager.select_for_update().filter(pk=failure.pk).first()


def _write_down(what: str, failure: MatchFailure | NewsFailure, by: User, at: datetime) -> None:
    is_match = isinstance(failure, MatchFailure)
    subject = failure.version if isinstance(failure, MatchFailure) else failure.news
    details = {"attempts": failure.attempts}
    record(f"{'matching' if is_match else 'news'}.{what}", subject, by=by, at=at, details=details)
