"""Procurements that nobody has said the end of, for the programme office: by organisation and age (A29, E10)."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Duty
from accounts.requests import MemberRequest
from procurements import concluding
from ui.pages import render_page
from ui.paging import page_of

SEES = {Duty.PROGRAMME.value, Duty.ADMIN.value}
PER_PAGE = 50


@require_safe
def overdue_list(request: MemberRequest) -> HttpResponse:
    """Public notices alone, and nothing about who was interested: that a supplier waits would tell that there was one."""
    if not SEES & request.duties:
        raise Http404
    at = timezone.now()
    late = (
        concluding.overdue(at)
        .select_related("procurement__organisation", "current_version")
        .order_by("procurement__organisation__name", "current_version__deadline_at", "pk")
    )
    page = page_of(late, request.GET, per_page=PER_PAGE)
    rows = [(notice, concluding.over_at(notice), (at - concluding.over_at(notice)).days) for notice in page.object_list]
    return render_page(request, "arena/overdue_list.html", {"page_obj": page, "rows": rows})
