"""A need that begins from another one, of the same buyer or of anybody (A36)."""

from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction

from accounts.grants import Can
from accounts.models import Organisation, User
from procurements import parts, writing
from procurements.models import Kind, Notice
from procurements.wording import contents
from records.auditing import record
from ui.forms import Form

# What is as true for the next buyer. Contacts, dates, documents, value, places and procedure are each buyer's own.
TAKEN = (
    "title", "summary", "language", "problem", "affected", "cost_today", "desired_effect", "tried", "description",
    "cpv", "goals", "goal_targets", "strategic", "innovation", "environment", "participation", "exit_rule",
)  # fmt: skip


class CopyForm(Form):
    """Nothing to answer. `key` is the page's own: a second click copies nothing more (R6)."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)


@transaction.atomic
def copy(source: Notice, *, organisation: Organisation, by: User, at: datetime) -> Notice:
    """The draft of a need with what `source` says in public, and a link back to it. Raises writing.NotAllowed.

    Taken from the published version, never from what its team is writing.
    """
    version = source.current_version
    if version is None:
        raise writing.NotAllowed
    said = contents(version)
    wording = {**{name: said[name] for name in TAKEN}, "zone": by.zone}
    wording["language"] = wording["language"] or by.language
    notice = writing.begin(organisation=organisation, kind=Kind.NEED, by=by, at=at, wording=wording)
    notice.origin = source
    notice.save(update_fields=["origin"])
    parts.copy(version, notice, ("assets", "stages"))
    notice.stages.update(starts_on=None, ends_on=None, max_cost=None)  # dates and money are the other buyer's
    record("notice.copied", notice, by=by, at=at, acting_for=organisation)
    return notice


def times_reused(notice: Notice) -> int:
    """By how many published notices of other buyers; a draft is nobody's business, and copying oneself is no fame."""
    copies = notice.copies.published().exclude(procurement__organisation=notice.procurement.organisation_id)
    return copies.count()


def beside(notice: Notice, user: Any) -> dict[str, Any]:
    """What `procurements/_reuse.html` shows on the public page."""
    may = user.is_authenticated and Organisation.objects.of(user, Can.WRITE).verified_buyers().exists()
    return {"times_reused": times_reused(notice), "may_reuse": may and notice.current_version_id is not None}
