"""Suppliers that may have an answer (A27): a panel on the notice for its own team, and a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import MemberRequest
from matchmaking import answering
from matchmaking.answering import Likely
from matchmaking.reasons import Reason, sentence, with_labels
from procurements.models import Notice
from procurements.requests import notice_or_404
from ui.limiting import limited
from ui.pages import render_page
from ui.paging import page_of

FIRST = 3  # in the panel


@require_safe
@limited("suggest", reads=True)
def likely_suppliers(request: MemberRequest, slug: str) -> HttpResponse:
    """For the team of a notice, draft or not; for everybody else there is no page."""
    notice = notice_or_404(Notice.objects.readable_by(request.user), slug)
    only_ready = request.GET.get("ready") == "yes"
    found = answering.likely_suppliers(notice, ready=only_ready)
    page = page_of(found.rows, request.GET)
    context = {
        "notice": notice,
        "rows": rows_of(list(page.object_list)),
        "first": FIRST,
        "page_obj": page,
        "count": len(found.rows),
        "is_capped": found.is_capped,
        "only_ready": only_ready,
    }
    return render_page(request, "matchmaking/likely_suppliers.html", context, partial="likely")


def rows_of(found: Sequence[Likely]) -> list[dict[str, Any]]:
    language = get_language() or "sv"
    explained = with_labels([each.score.hits for each in found], [language])
    return [
        {
            "supplier": each.profile,
            "organisation": each.profile.organisation,
            "is_ready": each.is_ready,
            "reasons": [_phrase(reason, language) for reason in reasons],
        }
        for each, reasons in zip(found, explained, strict=True)
    ]


def _phrase(reason: Reason, language: str) -> str:
    """As the supplier reads it, but for a field that is wider than its own: here the need is the reader's."""
    if reason["kind"] != "near":
        return sentence(reason, language)
    words = {"value": reason["value"], "label": reason.get("label", {}).get(language, "")}
    return _("a part of CPV %(value)s %(label)s, your wider field") % words
