"""Notices, their versions, and what has changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import Min, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import http_date
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from interchange.api import cursors, facts, listing, parameters, shapes, whole
from interchange.api.base_views import ApiView
from interchange.api.parameters import Parameter, a_moment
from interchange.api.questions import FILTERS, SORT
from procurements import changing
from procurements.browsing import Browse
from procurements.models import Notice, NoticeSearch, NoticeVersion

CHANGES = "changes"
FIRST_YEAR, LAST = 1900, datetime(3000, 1, 1, tzinfo=UTC)  # what lies outside cannot be said in every zone
MARGIN = timedelta(minutes=10)  # a change that began before a moment may be seen after it: better twice than never
SHOWN = ("current_version", "procurement__organisation", "procurement__buyer_group")


class NoticeList(ApiView):
    parameters = (*FILTERS, SORT, parameters.cursor(cursors.FORM), parameters.size(100, 25))

    @extend_schema(
        operation_id="list_notices",
        summary="Find notices",
        description="The same question as on the page of the list, with the same answers. Without parameters: what is open "
        "now, the nearest deadline first.",
        responses=shapes.Notices,
    )
    def get(self, request: Request) -> Response:
        at = timezone.now()
        browse = Browse.from_address(request._request.GET)
        page = listing.page(browse, at=at, cursor=self.asked.get("cursor", ""), size=self.asked.get("size", 25))
        items = facts.listed(page.notices, self.language, at=at)
        return Response({"total": page.total, "is_exact": page.is_exact, "next": page.next, "items": items})


class NoticeDetail(ApiView):
    @extend_schema(
        operation_id="get_notice",
        summary="Read a notice",
        description="Everything that is published of it, by its code or by the last part of its page's address. "
        "A notice that was withdrawn is still here, and says so in `state` and `end`.",
        responses=shapes.NoticeWhole,
    )
    def get(self, request: Request, code: str) -> Response:
        notice = published(code)
        assert notice.current_version is not None
        said, changed_at = whole.whole(notice, notice.current_version, self.language, at=timezone.now())
        return Response(said, headers={"Last-Modified": http_date(changed_at.timestamp())})


class VersionList(ApiView):
    @extend_schema(
        operation_id="list_versions",
        summary="Read the versions of a notice",
        description="Every publication with its reason, and with what it changed, field by field. The newest first.",
        responses=shapes.Versions,
    )
    def get(self, request: Request, code: str) -> Response:
        return Response({"items": whole.versions_of(published(code))})


class VersionDetail(ApiView):
    @extend_schema(
        operation_id="get_version",
        summary="Read one version of a notice",
        description="The notice as this publication had it. What is not of the text (answers, outcome, chain) is of today.",
        responses=shapes.NoticeWhole,
    )
    def get(self, request: Request, code: str, number: int) -> Response:
        notice = published(code)
        version = get_object_or_404(NoticeVersion, notice=notice, number=number)
        said, changed_at = whole.whole(notice, version, self.language, at=timezone.now())
        return Response(said, headers={"Last-Modified": http_date(changed_at.timestamp())})


class ChangeList(ApiView):
    caching = "public, no-cache"
    parameters = (
        Parameter(
            "since",
            "`next` of the page before; or a moment as RFC 3339 writes it, with its offset. Without it: from the beginning.",
            {"type": "string", "maxLength": cursors.LONGEST},
        ),
        parameters.size(500, 100),
    )

    @extend_schema(
        operation_id="list_changes",
        summary="Follow what changes",
        description="Every notice once, in the order of its last change: published, amended, closed, withdrawn. Who goes on "
        "with `next` skips nothing and reads again only what has changed again, also while others publish. A moment is "
        "rounded down, so that the first page may hold what one has read.",
        responses=shapes.Changes,
    )
    def get(self, request: Request) -> Response:
        at, size = timezone.now(), self.asked.get("size", 100)
        position = _position(self.asked.get("since", ""))
        found = list(changing.after(NoticeSearch.objects.all(), position)[: size + 1].values_list("changed", "notice"))
        shown = found[:size]
        notices = Notice.objects.select_related(*SHOWN).in_bulk([pk for _changed, pk in shown])
        items = facts.listed([notices[pk] for _changed, pk in shown if pk in notices], self.language, at=at)
        cursor = cursors.write(CHANGES, *(shown[-1] if shown else position))
        return Response({"next": cursor, "has_more": len(found) > size, "items": items})


def published(code: str) -> Notice:
    """By its code, or by the last part of an address, whatever words stand before the code."""
    notices = Notice.objects.published().select_related(*SHOWN)
    if len(code) > 200:
        raise Http404
    return get_object_or_404(notices.at_address(code))


def _position(since: str) -> changing.Position:
    if not since:
        return changing.START
    try:
        moment = a_moment(since)
    except (ValueError, OverflowError):
        changed, notice = cursors.read(CHANGES, since, of=(int, int), name="since")
        return changed, notice
    return _position_at(moment)


def _position_at(moment: datetime) -> changing.Position:
    """Before the first change of all that something public was said of at that moment or later.

    The order of changes has no clock, but each change leaves a fact that has one; every notice that changed since then has such
    a fact, so the smallest of their numbers comes before all of them.
    """
    if moment.year < FIRST_YEAR:
        return changing.START
    since = min(moment, LAST) - MARGIN
    rows = NoticeSearch.objects.all()
    firsts = [
        _first(rows.filter(version__published_at__gte=since)),
        _first(rows.filter(version__seen__at__gte=since)),
        _first(rows.filter(closed_at__gte=since)),
        _first(rows.filter(notice__news__at__gte=since)),
        _first(rows.filter(notice__outcomes__recorded_at__gte=since)),
    ]
    known = [first for first in firsts if first is not None]
    if known:
        return min(known) - 1, 0
    last = changing.after(rows, changing.START).reverse().values_list("changed", "notice").first()
    return last or changing.START


def _first(rows: QuerySet[NoticeSearch]) -> int | None:
    found: int | None = rows.aggregate(first=Min("changed"))["first"]
    return found
