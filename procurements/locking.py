"""The order in which rows are locked where several buyers act together: the group, then the procurement, then the notice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules import Refused
from networks import grouping
from networks.models import BuyerGroup
from procurements.models import Notice


class HandedOver(Refused):
    sentence = _("Another organisation answers for this procurement since you opened the page. Nothing was changed.")


def with_its_group(pk: int) -> Notice:
    """The notice, held until the transaction ends; before it its buyer group, where it has one.

    Who leaves the group, joins it, approves or publishes comes one after the other: each sees what the one before did.
    """
    if group := BuyerGroup.objects.filter(procurements__notices=pk).first():
        grouping.lock(group)
    return Notice.objects.locked(pk)


def for_publisher(notice: Notice, by: User) -> Notice:
    """The same for one whom the caller found to publish it: the lead may have gone to another buyer before the lock was ours.

    Raises HandedOver.
    """
    fetched = notice.procurement.organisation_id
    notice = with_its_group(notice.pk)
    gone = notice.procurement.organisation_id != fetched
    if gone and not Notice.objects.publishable_by(by).filter(pk=notice.pk).exists():
        raise HandedOver
    return notice
