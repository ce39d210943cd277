"""Doing all that is due, so that what fails holds nothing else up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from matchmaking.models import Failure

BATCH = 100
LONGEST_WAIT = timedelta(hours=1)
FIRST_WAIT = timedelta(seconds=10)


def drain(
    due: Callable[[datetime], QuerySet[Any]], do: Callable[[int, datetime], bool], failures: type[Failure], at: datetime
) -> int:
    """Does each row of `due`, in its order, in a transaction of its own; returns how many `do` said yes to.

    `do` leaves behind what takes the row out of `due`; when it raises, a row of `failures` does, for a while.
    """
    done = 0
    while batch := list(due(at).values_list("pk", flat=True)[:BATCH]):
        done += sum(_do_or_note(pk, do, failures, at) for pk in batch)
    return done


def _do_or_note(pk: int, do: Callable[[int, datetime], bool], failures: type[Failure], at: datetime) -> bool:
    try:
        return do(pk, at)
    except Exception as error:  # whatever it is, it must not stand in the way of the others
        if not connection.is_usable():
            raise  # the database is away: no row is to blame, and the next bell tries again
        _note(pk, error, failures, at)
        return False


@transaction.atomic
def _note(pk: int, error: Exception, failures: type[Failure], at: datetime) -> None:
    """When to try again: after 10 seconds, then twice as long each time, up to an hour, for ever."""
    failure, _is_new = failures._default_manager.select_for_update().get_or_create(
        pk=pk, defaults={"failed_at": at, "next_at": at}
    )
    wait = min(FIRST_WAIT * 2 ** min(failure.attempts, 20), LONGEST_WAIT)
    failure.attempts += 1
    failure.error = f"{type(error).__name__}: {error}"[:300]
    failure.failed_at, failure.next_at = at, at + wait
    failure.save()
