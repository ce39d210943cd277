"""What the public reads, in the order in which it changed: what a machine follows that has read everything before.

A position is (number of the change, key of the notice). Who reads on from a position skips nothing and reads nothing twice but
what changed again: a notice stands once, at its last change. Only settled changes are shown: those before which none can come any more.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import BigIntegerField, Func, Max, Q, QuerySet

from procurements.models import ChangeEpoch, Notice, NoticeSearch

Position = tuple[int, int]
START: Position = (0, 0)
TOUCHED = -1  # the trigger puts the number of the transaction in its place


class _Horizon(Func):
    template = "(SELECT procurements_change_horizon())"  # a sub-select is asked once, not for each row
    output_field = BigIntegerField()


class _Own(Func):
    template = "(SELECT procurements_own_change())"
    output_field = BigIntegerField()


def after(rows: QuerySet[NoticeSearch], position: Position) -> QuerySet[NoticeSearch]:
    """The settled ones of `rows` after the position, in their order."""
    number, notice = position
    later = Q(changed__gte=number) & (Q(changed__gt=number) | Q(notice__gt=notice))
    settled = Q(changed__lt=_Horizon()) | Q(changed=_Own())
    return rows.filter(later, settled).order_by(
        "changed", "notice_id"
    )  # "notice" would follow that model's own order: the newest first


def position_of(row: NoticeSearch) -> Position:
    return row.changed, row.notice_id


def touch(notice: Notice) -> None:
    """A fact beside the text changed (an outcome, an answer): who follows the changes reads the notice again."""
    NoticeSearch.objects.filter(notice=notice).update(changed=TOUCHED)


@transaction.atomic
def keep_counting() -> int:
    """Raises the base after a restore into a new cluster, whose transactions begin at a low number; returns by how much."""
    epoch = ChangeEpoch.objects.select_for_update().get_or_create(id=1)[0]
    last = NoticeSearch.objects.aggregate(last=Max("changed"))["last"] or 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT procurements_change_number()")
        behind: int = last + 1 - cursor.fetchone()[0]
    if behind > 0:
        epoch.base += behind
        epoch.save(update_fields=["base"])
    return max(0, behind)
