"""The order in which rows are locked where several buyers act together: the group, then the procurement, then the notice."""

from __future__ import annotations

from networks import grouping
from networks.models import BuyerGroup
from procurements.models import Notice


def with_its_group(pk: int) -> Notice:
    """The notice, held until the transaction ends; before it its buyer group, where it has one.

    Who leaves the group, joins it, approves or publishes comes one after the other: each sees what the one before did.
    """
    if group := BuyerGroup.objects.filter(procurements__notices=pk).first():
        grouping.lock(group)
    return Notice.objects.locked(pk)
