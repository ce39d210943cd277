"""A request that comes twice is done once: a double click, a retry after a cut connection, two hundred at once (R6)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from records.models import IdempotencyKey


class KeyOfAnother(Exception):
    """The key belongs to another person or another action: the form was tampered with."""


@transaction.atomic
def once(key: UUID, user: Any, action: str, at: datetime, do: Callable[[], str]) -> str:
    """Calls `do` in the transaction of the key's row and returns the path that it answers with; a repeat gets that path.

    Requests that come meanwhile wait for the row. When `do` raises, the key is free again: nothing was done.
    """
    mine = IdempotencyKey(key=key, user=user, action=action, created_at=at)
    IdempotencyKey.objects.bulk_create([mine], ignore_conflicts=True)  # waits while another transaction holds the key
    row = IdempotencyKey.objects.select_for_update().get(key=key)
    if (row.user_id, row.action) != (user.pk, action):
        raise KeyOfAnother("This form's key was used for something else.")
    if not row.result:
        row.result = do()
        row.save(update_fields=["result"])
    return row.result
