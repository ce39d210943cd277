"""The question of the list as a file: `download.csv`, `.json` and `.xlsx`, with the list's own filters after the question mark."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from interchange.api.tables import Table, as_csv, as_json, as_xlsx
from procurements.browsing import Browse
from ui.limiting import limited

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STREAMED = {"csv": (as_csv, "text/csv; charset=utf-8"), "json": (as_json, "application/json")}


@login_not_required
@require_safe
@limited("download", reads=True)
def notice_download(request: HttpRequest, form: str) -> HttpResponseBase:
    if form not in (*STREAMED, "xlsx"):
        raise Http404
    table = Table(Browse.from_address(request.GET), (get_language() or "sv")[:2], timezone.now())
    name = f"{_('notices')}-{timezone.localdate(table.at):%Y-%m-%d}.{form}"
    response: HttpResponseBase
    if form in STREAMED:
        write, content_type = STREAMED[form]
        response = StreamingHttpResponse(write(table), content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        response = FileResponse(as_xlsx(table), content_type=SPREADSHEET, as_attachment=True, filename=name)
    response["X-Robots-Tag"] = "noindex"
    return response
