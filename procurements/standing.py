"""Where each thing stands that a supplier has sent to a buyer: nothing stays silent (B22)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from procurements.chain import is_open
from procurements.models import Feedback, Interest, Notice


def standing_of(interests: list[Interest], *, at: datetime) -> list[dict[str, Any]]:
    """Each interest with the newest notice of its procurement, the buyer's answer, and its state with a date."""
    procurements = {interest.procurement_id for interest in interests}
    notices: dict[int, list[Notice]] = {}
    for notice in (
        Notice.objects.published()
        .filter(procurement__in=procurements)
        .select_related("current_version", "procurement__organisation")
        .order_by("current_version__published_at")
    ):
        notices.setdefault(notice.procurement_id, []).append(notice)
    answers = {
        (each.procurement_id, each.organisation_id): each
        for each in Feedback.objects.filter(
            procurement__in=procurements, organisation__in={interest.organisation_id for interest in interests}
        )
    }
    rows = []
    for interest in interests:
        known = notices[interest.procurement_id]
        answer = answers.get((interest.procurement_id, interest.organisation_id))
        rows.append(
            {"interest": interest, "notice": known[-1], "answer": answer, **_state(interest, known, answer, at)}
        )
    return rows


def _state(interest: Interest, notices: list[Notice], answer: Feedback | None, at: datetime) -> dict[str, Any]:
    """One of: withdrawn, answered, closed, read, received; with the moment at which it became so."""
    if interest.withdrawn_at:
        return {"state": _("Withdrawn by you"), "since": interest.withdrawn_at}
    if answer:
        return {"state": _("Answered"), "since": answer.changed_at or answer.given_at}
    if not is_open(notices, at):
        last = notices[-1]
        assert last.current_version is not None
        return {"state": _("Closed"), "since": last.closed_at or last.current_version.deadline_at}
    if interest.read_at:
        return {"state": _("Read by the buyer"), "since": interest.read_at}
    return {"state": _("Received"), "since": interest.changed_at or interest.received_at}
