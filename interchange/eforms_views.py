"""A published notice as eForms XML, and the award notice that follows from how a competition ended."""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from interchange.eforms import writing
from procurements.models import Notice, Outcome
from ui.limiting import limited


def answer(request: HttpRequest, xml: bytes) -> HttpResponse:
    """The document, or 304 to who has it; for pages of every site. Its ETag changes with what the public reads alone."""
    etag = f'"{hashlib.sha256(xml).hexdigest()}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(xml, content_type="application/xml")
    response.headers["ETag"] = etag
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@login_not_required
@require_safe
@limited("data", reads=True)
def notice_eforms(request: HttpRequest, slug: str) -> HttpResponse:
    notices = Notice.objects.published().select_related("current_version", "procurement__organisation")
    notice = get_object_or_404(notices.at_address(slug))
    version = notice.current_version
    assert version is not None
    version.notice = notice
    try:
        return answer(request, writing.write(version))
    except writing.NoForm as why:
        raise Http404 from why


@login_not_required
@require_safe
@limited("data", reads=True)
def result_eforms(request: HttpRequest, slug: str) -> HttpResponse:
    """Not there until the competition has an outcome."""
    notice = get_object_or_404(Notice.objects.published().filter(source_id=None).at_address(slug))
    outcomes = Outcome.objects.filter(notice=notice).select_related(
        "notice__current_version", "notice__procurement__organisation"
    )
    outcome = outcomes.order_by("number").last()
    try:
        if outcome is None:
            raise writing.NoForm
        return answer(request, writing.write_result(outcome))
    except writing.NoForm as why:
        raise Http404 from why
