"""What a person sees first after logging in."""

from datetime import datetime
from typing import Any

from accounts.grants import Can
from accounts.models import Duty, Organisation, User, VerificationRequest
from notifications.counting import unread
from procurements.models import Interest, Notice, Procurement

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
        "drafts": list(ours.filter(current_version=None).order_by("-edited_at")[:SHOWN]),
        "running": list(ours.open(at).order_by("current_version__deadline_at")[:SHOWN]),
        "interests": _interests(user),
        "duties": duties,
        "waiting_verifications": VerificationRequest.objects.filter(decided_at=None).count()
        if Duty.ADMIN in duties
        else 0,
        "now": at,
    }


def _interests(user: User) -> list[tuple[Interest, Notice]]:
    """What the person's organisations have shown interest in, each with the newest notice of its procurement."""
    own = Interest.objects.own(user).active().select_related("organisation").order_by("-received_at")[:SHOWN]
    interests = list(own)
    newest = {
        notice.procurement_id: notice
        for notice in Notice.objects.published()
        .filter(procurement__in={interest.procurement_id for interest in interests})
        .select_related("current_version")
        .order_by("current_version__published_at")
    }
    return [(interest, newest[interest.procurement_id]) for interest in interests]
