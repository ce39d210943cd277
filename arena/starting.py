"""What a person sees first after logging in."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.grants import Can
from accounts.models import Duty, Organisation, User, VerificationRequest
from networks import approaching
from notifications.counting import unread
from procurements import todo
from procurements.models import Interest, Notice, Procurement
from procurements.standing import standing_of
from records import keeping

SHOWN = 5  # rows a section shows; its own page has the rest


def for_person(user: User, *, at: datetime) -> dict[str, Any]:
    """The sections of the start page. The number of queries is fixed, whatever the number of rows."""
    organisations = list(Organisation.objects.of(user))
    procurements = Procurement.objects.of(user)
    ours = Notice.objects.filter(procurement__in=procurements, source_id=None).select_related(
        "current_version", "procurement__organisation"
    )
    duties = set(user.duties.values_list("duty", flat=True))
    return {
        "organisations": organisations,
        "is_buyer": any(organisation.is_buyer for organisation in organisations),
        "is_supplier": any(organisation.is_supplier for organisation in organisations),
        "may_write": Organisation.objects.of(user, Can.WRITE).verified_buyers().exists(),
        "unread": unread(user),
        "unsent": list(keeping.waiting_for(user)[:SHOWN]),
        "things": todo.for_person(user, at=at),
        "approaches": approaching.waiting(user),
        "drafts": list(
            ours.filter(pk__in=Notice.objects.editable_by(user), current_version=None).order_by("-edited_at")[:SHOWN]
        ),
        "running": list(ours.open(at).order_by("current_version__deadline_at")[:SHOWN]),
        "interests": standing_of(list(_interests(user)), at=at),
        "duties": duties,
        "waiting_verifications": VerificationRequest.objects.filter(decided_at=None).count()
        if Duty.ADMIN in duties
        else 0,
        "now": at,
    }


def _interests(user: User) -> QuerySet[Interest]:
    """What the person's organisations have shown interest in, the newest first."""
    return Interest.objects.own(user).active().select_related("organisation").order_by("-received_at")[:SHOWN]
