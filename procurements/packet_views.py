"""The packet for those who want to procure the same: open to everyone, as the notices in it are."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from files.serving import disposition
from procurements import concluding, packing
from procurements.requests import visible_notice_or_404
from ui.limiting import limited


@login_not_required
@require_safe
@limited("packet", reads=True)
def packet_download(request: HttpRequest, slug: str) -> FileResponse:
    """Of a procurement that came to a contract or is concluded: before that there is nothing to follow."""
    notice = visible_notice_or_404(request, slug)
    procurement = notice.procurement
    if not procurement.concluded_at and not concluding.has_contract(procurement):
        raise Http404
    address = request.build_absolute_uri("/")
    packed = packing.pack(procurement, language=(get_language() or "sv")[:2], address=address)
    response = FileResponse(packed, content_type="application/zip")
    response.headers["Content-Disposition"] = disposition(packing.name_of(procurement))
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
