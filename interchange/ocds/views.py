"""Open data for machines: of a notice, of a procurement, of a question to the list, and the dumps. No login, no cookie."""

from __future__ import annotations

import hashlib
import json

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from files.serving import disposition
from interchange.models import Dump
from interchange.ocds import addresses, packages, releases
from interchange.ocds.codes import Facts
from procurements import changing
from procurements.browsing import Browse
from procurements.models import Notice, Procurement
from ui.limiting import limited

PER_PAGE = 50  # notices; each with all its releases
SECONDS = 60  # a cache may keep an answer


@login_not_required
@require_safe
@limited("data", reads=True)
def notice_ocds(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands of one notice: its current version, and what was told beside it."""
    notice = get_object_or_404(releases.whole(Notice.objects.at_address(slug)))
    uri = addresses.whole("interchange:notice_ocds", f"{notice.kind}-{notice.code}")
    return answer(request, packages.package(releases.current_releases_of(notice), uri=uri))


@login_not_required
@require_safe
@limited("data", reads=True)
def procurement_releases(request: HttpRequest, ocid: str) -> HttpResponse:
    """Everything that was ever published of a procurement, release by release."""
    uri = addresses.whole("ocds:procurement_releases", ocid)
    return answer(request, packages.package(published(ocid), uri=uri))


@login_not_required
@require_safe
@limited("data", reads=True)
def procurement_record(request: HttpRequest, ocid: str) -> HttpResponse:
    """The same, and what all of it says together."""
    uri = addresses.whole("ocds:procurement_record", ocid)
    return answer(request, packages.record_package(published(ocid), uri=uri))


@login_not_required
@require_safe
@limited("data", reads=True)
def release_list(request: HttpRequest) -> HttpResponse:
    """The releases of all notices that answer a question to the list, with its own filters, in the order in which they changed."""
    position = read_position(request.GET.get("after", ""))
    if position is None:
        return _problem(_("“after” is not a position that this address gave. Begin without it."))
    rows = changing.after(Browse.from_address(request.GET).rows(timezone.now()), position)
    found: list[changing.Position] = list(rows.values_list("changed", "notice_id")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    notices = {notice.pk: notice for notice in releases.whole(Notice.objects.filter(pk__in=[pk for _at, pk in shown]))}
    whole = [release for _at, pk in shown if pk in notices for release in releases.releases_of(notices[pk])]
    package = packages.package(whole, uri=_page_of(request.GET, position))
    links = {"next": _page_of(request.GET, shown[-1])} if len(found) > PER_PAGE else {}
    return answer(request, {**package, "links": links} if links else package)


@login_not_required
@require_safe
@limited("dump", reads=True)
def dump_download(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of a day. It goes out piece by piece, and never changes."""
    dump = get_object_or_404(Dump, file=f"dumps/{name}")
    etag = f'"{dump.sha256}"'
    if unchanged := get_conditional_response(request, etag=etag, response=None):
        return _open(unchanged, etag)
    try:
        response = FileResponse(dump.file.open("rb"), content_type="application/gzip")
    except FileNotFoundError:
        raise Http404 from None
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Content-Length"] = str(dump.size)
    return _open(response, etag)


def published(ocid: str) -> list[Facts]:
    """Raises Http404 for a procurement of which nothing is public."""
    found = packages.releases_of_procurement(get_object_or_404(Procurement, ocid=ocid))
    if not found:
        raise Http404
    return found


def answer(request: HttpRequest, package: Facts) -> HttpResponse:
    """As JSON. Its ETag changes with what the public reads, and with nothing else."""
    content = json.dumps(package, ensure_ascii=False, indent=1).encode()
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(content, content_type="application/json")
    if further := package.get("links", {}).get("next"):
        response.headers["Link"] = f'<{further}>; rel="next"'
    _open(response, etag)
    return response


def read_position(words: str) -> changing.Position | None:
    """Of "1234-56": the number of a change and the key of a notice. None for anything else; the start where nothing is said."""
    if not words:
        return changing.START
    number, _hyphen, notice = words.partition("-")
    if all(part.isascii() and part.isdigit() and len(part) <= 18 for part in (number, notice)):
        return int(number), int(notice)
    return None


def _page_of(question: QueryDict, position: changing.Position) -> str:
    asked = question.copy()
    asked.pop("after", None)
    if position != changing.START:
        asked["after"] = f"{position[0]}-{position[1]}"
    address = addresses.whole("ocds:release_list")
    return f"{address}?{asked.urlencode()}" if asked else address


def _problem(sentence: str) -> HttpResponse:
    problem = {"type": "about:blank", "status": 400, "title": "Bad Request", "detail": sentence}
    return HttpResponse(json.dumps(problem), status=400, content_type="application/problem+json")


def _open(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    """For everybody, from whatever page; a cache may keep it for a while."""
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
