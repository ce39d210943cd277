"""Others who have this need (C6): a panel that other pages fetch, and a page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.grants import Can
from accounts.models import Membership, Organisation
from accounts.requests import MemberRequest, role_for
from matchmaking import similar
from matchmaking.similar import Found
from matchmaking.similar_reasons import in_words
from networks import approaching, grouping
from networks.models import Approach
from procurements.models import Notice
from procurements.requests import notice_or_404
from ui.limiting import limited
from ui.pages import render_page


@require_safe
@limited("suggest", reads=True)
def similar_needs(request: MemberRequest, slug: str) -> HttpResponse:
    """For the team of a notice, draft or not; of a published one, for every verified buyer. For the rest there is no page."""
    notice = notice_or_404(Notice.objects.all(), slug)
    at = timezone.now()
    is_team = Notice.objects.readable_by(request.user).filter(pk=notice.pk).exists()
    own = Organisation.objects.of(request.user).verified_buyers()
    if is_team:
        found = similar.similar_for_team(notice, at=at)
    elif notice.current_version_id and (buyers := list(own.values_list("pk", flat=True))):
        found = similar.similar_in_public(notice, without=buyers, at=at)
    else:
        raise Http404
    writer = _writer(request)
    context = {
        "notice": notice,
        "title": notice.title if is_team or notice.current_version is None else notice.current_version.title,
        "is_team": is_team,
        "is_draft": notice.current_version_id is None,
        "rows": rows_of(found, writer, may_bind=role_for(request, Can.ADMINISTER)),
        "buyers": found.buyers,
        "writer": writer,
        "now": at,
    }
    return render_page(request, "matchmaking/similar_needs.html", context, partial="similar")


def _writer(request: MemberRequest) -> Organisation | None:
    """The verified buyer that the person acts for and writes for: who may turn to others."""
    acting = request.acting_for
    return acting if acting and acting.is_buyer and role_for(request, Can.WRITE) else None


@dataclass(frozen=True)
class Way:
    """What one click does: "ask" for a place in the group, or turn to the buyer with a wish of Approach.Wish."""

    wish: str
    address: str


def rows_of(found: Found, writer: Organisation | None, *, may_bind: bool) -> list[dict[str, Any]]:
    """What the panel shows of each, with the ways that stand open to whoever looks. As many queries for five as for one."""
    reasons = in_words([row.likeness.reasons for row in found.rows], get_language() or "sv")
    leads = {row.notice.procurement.organisation_id for row in found.rows}
    reached = set(
        Membership.objects.administrators().filter(organisation__in=leads).values_list("organisation", flat=True)
    )
    groups = {group for row in found.rows if (group := row.notice.procurement.buyer_group_id)}
    open_groups = (
        set(grouping.askable_by(writer).filter(pk__in=groups).values_list("pk", flat=True))
        if writer and may_bind and groups
        else set()
    )
    return [
        {
            "notice": row.notice,
            "version": row.notice.current_version,
            "buyer": row.notice.procurement.organisation,
            "reasons": why,
            "group": row.notice.procurement.buyer_group
            if row.notice.procurement.buyer_group_id in open_groups
            else None,
            "ways": ways_to(row.notice) if writer and row.notice.procurement.organisation_id in reached else [],
        }
        for row, why in zip(found.rows, reasons, strict=True)
    ]


def ways_to(notice: Notice) -> list[Way]:
    """To the buyer of a published notice: each opens the form, with the wish chosen."""
    version = notice.current_version
    link = approaching.invitation_link(
        receiver=notice.procurement.organisation,
        about=version.title if version else "",
        path=approaching.local_path(notice.get_absolute_url()),
    )
    wishes = (Approach.Wish.JOIN, Approach.Wish.OBSERVE, Approach.Wish.CONTACT)
    return [Way(wish.value, f"{link}&wish={wish.value}") for wish in wishes]
