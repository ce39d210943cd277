"""Fetching what the person in front of the page may see; the rest answers 404."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from procurements.models import Notice, NoticeQuerySet

WITH_ALL = (
    *("current_version", "procurement__organisation", "procurement__buyer_group", "edited_by"),
    "origin__current_version",
)


def notice_or_404(notices: NoticeQuerySet, slug: str) -> Notice:
    return get_object_or_404(notices.at_address(slug).select_related(*WITH_ALL))


def visible_notice_or_404(request: HttpRequest, slug: str) -> Notice:
    """Published to anyone; a draft to its team alone."""
    notice = Notice.objects.at_address(slug).select_related(*WITH_ALL).first()
    if notice is None:
        raise Http404
    if notice.current_version is None and not (
        request.user.is_authenticated and Notice.objects.readable_by(request.user).filter(pk=notice.pk).exists()
    ):
        raise Http404
    return notice
