"""Writing drafts: nothing here is seen by anyone but the team."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.grants import Can
from accounts.models import Organisation, User
from networks import grouping
from networks.models import BuyerGroup
from procurements import advising, parts
from procurements.models import (
    Closing,
    Kind,
    Notice,
    NoticeLink,
    Outcome,
    ProcedureAdvice,
    Procurement,
    TeamMember,
    TeamRole,
)
from procurements.wording import FIELDS, contents
from records.auditing import record
from records.models import AuditEvent

# What a person writes once in a procurement, and the next notice of the chain should not ask for again.
CARRIED = tuple(name for name in FIELDS if name not in ("deadline_at", "questions_until"))
AUDITED_EVERY = timedelta(hours=1)


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
    if buyer_group and grouping.lock(buyer_group).lead_id != organisation.pk:  # a hand-over waits, or came before
        raise NotAllowed
    procurement = Procurement.objects.create(
        ocid=f"{settings.OCID_PREFIX}-{uuid.uuid4()}",
        organisation=organisation,
        buyer_group=buyer_group,
        created_by=by,
        created_at=at,
    )
    TeamMember.objects.create(
        procurement=procurement, user=by, organisation=organisation, role=TeamRole.OWNER, added_at=at
    )
    return _draft(procurement, kind=kind, by=by, at=at, wording=wording)


class StillRunning(Exception):
    """A competition of the procurement is out: two at once would ask suppliers for the same thing twice (A28)."""

    def __init__(self) -> None:
        super().__init__(
            _("A competition is already out. Withdraw or cancel it first; then you can announce it again from here.")
        )


@transaction.atomic
def go_on(notice: Notice, *, kind: str, by: User, at: datetime) -> Notice:
    """The draft of the procurement's next notice, with everything that was written before. A second click finds the first draft.

    A competition that follows one that came to nothing is linked to it, so that it counts as announced again (A28). What
    is announced again has its documents, too; those of another kind of notice were written for another occasion.
    Raises StillRunning while an earlier competition is out or led to a contract.
    """
    procurement = Procurement.objects.select_for_update().get(pk=notice.procurement_id)
    waiting = procurement.notices.filter(kind=kind, current_version=None).first()
    if waiting:
        return waiting
    earlier = _competitions_before(procurement) if kind == Kind.COMPETITION else []
    wording = {name: value for name, value in contents(notice).items() if name in CARRIED}
    advice = ProcedureAdvice.objects.filter(procurement=procurement).first()
    if advice and kind == Kind.COMPETITION:  # the procedure helper's choice, when the text names none of its own (A16)
        wording["procedure"] = wording["procedure"] or advising.procedure_of(advice.chosen)
    draft = _draft(procurement, kind=kind, by=by, at=at, wording=wording)
    parts.copy(notice, draft, parts.PARTS if notice.kind == kind else ("assets", "stages"))
    if earlier:
        NoticeLink.objects.create(notice=draft, earlier=earlier[0], reference=earlier[0].code)
    return draft


def _competitions_before(procurement: Procurement) -> list[Notice]:
    """The competitions that came to nothing, newest first. Raises StillRunning when one did not."""
    out = list(
        procurement.notices.published().filter(kind=Kind.COMPETITION).prefetch_related("outcomes").order_by("-pk")
    )
    if not all(_came_to_nothing(notice) for notice in out):
        raise StillRunning
    return out


def _came_to_nothing(notice: Notice) -> bool:
    results = [outcome.result for outcome in notice.outcomes.all()]  # in order; the newest counts
    return notice.closed_as in (Closing.CANCELLED, Closing.WITHDRAWN) or (
        bool(results) and results[-1] in (Outcome.Result.CANCELLED, Outcome.Result.UNSUITABLE, Outcome.Result.STOPPED)
    )


def _draft(procurement: Procurement, *, kind: str, by: User, at: datetime, wording: dict[str, Any]) -> Notice:
    notice = Notice.objects.create(
        procurement=procurement, kind=kind, edited_by=by, edited_at=at, created_at=at, **wording
    )
    record("notice.drafted", notice, by=by, at=at, acting_for=procurement.organisation, details={"kind": kind})
    return notice


class Locked(Exception):
    """The text waits for its moment of publication: take that back first, then change the text (A17)."""


def seen_in(notice: Notice, names: Iterable[str]) -> dict[str, str]:
    """A digest for each column or part, as a page carries them: by these a save knows whether what it showed still stands."""
    return {
        name: digest(parts.rows_of(notice, name) if name in parts.PARTS else getattr(notice, name)) for name in names
    }


def digest(value: Any) -> str:
    """Eight characters: enough to notice a change, and nobody gains by forging one. Kinds of line breaks do not count."""
    text = json.dumps(value.replace("\r\n", "\n") if isinstance(value, str) else value, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


@transaction.atomic
def save(
    notice: Notice,
    *,
    wording: dict[str, Any],
    revision: int,
    by: User,
    at: datetime,
    having: dict[str, parts.Rows] | None = None,
    seen: Mapping[str, str] | None = None,
    by_itself: bool = False,
) -> Notice:
    """Stores the working text, and the rows of the parts named in `having`.

    `revision` is the one that the writer's page showed; raises Stale when it is no longer the newest, and Locked while a
    publication is scheduled. With `seen` (see `seen_in`), a page of some columns stands as long as those do: two people who
    write at different steps do not disturb each other. Saving what already stands there changes nothing, so that a repeated
    request is harmless. `by_itself` is the page's saving while one types.
    """
    notice = (
        Notice.objects.select_for_update(of=("self",)).select_related("procurement__organisation").get(pk=notice.pk)
    )
    columns = [name for name, value in wording.items() if getattr(notice, name) != value]
    replaced = [name for name, rows in (having or {}).items() if not parts.stand_already(notice, name, rows)]
    if not columns and not replaced:
        return notice
    if notice.revision != revision and not (seen and seen_in(notice, seen) == dict(seen)):
        raise Stale(notice)
    if notice.schedules.waiting().exists():
        raise Locked
    for name in columns:
        setattr(notice, name, wording[name])
    for name in replaced:
        parts.replace(notice, name, (having or {})[name])
    notice.revision += 1
    notice.edited_by, notice.edited_at = by, at
    notice.save(update_fields=[*columns, "revision", "edited_by", "edited_at"])
    if not by_itself or not _audited_lately(notice, by, at):
        organisation, fields = notice.procurement.organisation, [*columns, *replaced]
        details = {"fields": fields, "by_itself": True} if by_itself else {"fields": fields}
        record("notice.edited", notice, by=by, at=at, acting_for=organisation, details=details)
    return notice


def _audited_lately(notice: Notice, by: User, at: datetime) -> bool:
    """Whether the audit log has an edit of the notice by this person within the hour.

    A page saves by itself every few seconds. The log says who worked on a draft and in which hour; word by word, only what
    is published matters, and its versions hold that. So it can still be read after a day of writing.
    """
    return AuditEvent.objects.filter(
        subject_type=notice._meta.label_lower,
        subject_id=str(notice.pk),
        actor=by,
        action="notice.edited",
        at__gt=at - AUDITED_EVERY,
    ).exists()
