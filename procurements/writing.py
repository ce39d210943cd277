"""Writing drafts: nothing here is seen by anyone but the team."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.grants import Can
from accounts.models import Organisation, User
from networks.models import BuyerGroup
from procurements.models import Notice, Procurement, TeamMember, TeamRole
from procurements.wording import FIELDS, contents
from records.auditing import record

# What a person writes once in a procurement, and the next notice of the chain should not ask for again.
CARRIED = tuple(name for name in FIELDS if name not in ("deadline_at", "questions_until"))


class NotAllowed(Exception):
    """The person may not write for that organisation."""


class Stale(Exception):
    """Somebody saved since the page was opened. `notice` holds what stands there now; nothing was overwritten."""

    def __init__(self, notice: Notice) -> None:
        super().__init__("The notice was saved by somebody else.")
        self.notice = notice


@transaction.atomic
def begin(
    *,
    organisation: Organisation,
    kind: str,
    by: User,
    at: datetime,
    wording: dict[str, Any],
    buyer_group: BuyerGroup | None = None,
) -> Notice:
    """A new procurement with the draft of its first notice, and its writer as owner of the team.

    Raises NotAllowed unless `by` may write for the organisation, the organisation is a verified buyer, and it leads the group.
    """
    if not Organisation.objects.of(by, Can.WRITE).verified_buyers().filter(pk=organisation.pk).exists():
        raise NotAllowed
    if buyer_group and buyer_group.lead_id != organisation.pk:
        raise NotAllowed
    procurement = Procurement.objects.create(
        ocid=f"{settings.OCID_PREFIX}-{uuid.uuid4()}",
        organisation=organisation,
        buyer_group=buyer_group,
        created_by=by,
        created_at=at,
    )
    TeamMember.objects.create(procurement=procurement, user=by, role=TeamRole.OWNER, added_at=at)
    return _draft(procurement, kind=kind, by=by, at=at, wording=wording)


@transaction.atomic
def go_on(notice: Notice, *, kind: str, by: User, at: datetime) -> Notice:
    """The draft of the procurement's next notice, with everything that was written before. A second click finds the first draft."""
    procurement = Procurement.objects.select_for_update().get(pk=notice.procurement_id)
    waiting = procurement.notices.filter(kind=kind, current_version=None).first()
    if waiting:
        return waiting
    wording = {name: value for name, value in contents(notice).items() if name in CARRIED}
    return _draft(procurement, kind=kind, by=by, at=at, wording=wording)


def _draft(procurement: Procurement, *, kind: str, by: User, at: datetime, wording: dict[str, Any]) -> Notice:
    notice = Notice.objects.create(
        procurement=procurement, kind=kind, edited_by=by, edited_at=at, created_at=at, **wording
    )
    record("notice.drafted", notice, by=by, at=at, acting_for=procurement.organisation, details={"kind": kind})
    return notice


@transaction.atomic
def save(notice: Notice, *, wording: dict[str, Any], revision: int, by: User, at: datetime) -> Notice:
    """Stores the working text. `revision` is the one that the writer's page showed; raises Stale when it is no longer the newest.

    Saving what already stands there changes nothing, so that a repeated request is harmless.
    """
    notice = (
        Notice.objects.select_for_update(of=("self",)).select_related("procurement__organisation").get(pk=notice.pk)
    )
    changed = [name for name, value in wording.items() if getattr(notice, name) != value]
    if not changed:
        return notice
    if notice.revision != revision:
        raise Stale(notice)
    for name in changed:
        setattr(notice, name, wording[name])
    notice.revision += 1
    notice.edited_by, notice.edited_at = by, at
    notice.save(update_fields=[*changed, "revision", "edited_by", "edited_at"])
    record(
        "notice.edited", notice, by=by, at=at, acting_for=notice.procurement.organisation, details={"fields": changed}
    )
    return notice
