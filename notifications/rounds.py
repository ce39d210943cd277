"""A round over what is due, in which one row that fails stops none of the others (quality R13: poison)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import models, transaction

log = logging.getLogger(__name__)
Row = TypeVar("Row", bound=models.Model)


def each_alone(rows: Iterable[Row], tell: Callable[[Row], object]) -> int:
    """Carries out `tell` for each row in a transaction of its own; what it raises is logged. Returns how many went well.

    The next round tries what failed again: a reminder is a fact with a key, so nobody is told twice.
    """
    well = 0
    for row in rows:
        try:
            with transaction.atomic():
                tell(row)
        except Exception:
            log.exception("A reminder about %s %s could not be written; the others go on.", row._meta.label, row.pk)
        else:
            well += 1
    return well
