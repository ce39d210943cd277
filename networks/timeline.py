"""What has happened in a network's members' area, newest first: notes, meetings, minutes, files and new members in one list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import CharField, F, QuerySet, Value
from django.http import QueryDict

from networks.models import Meeting, Network, NetworkMember, NetworkPost, SharedFile
from ui.paging import page_of

PER_PAGE = 20


@dataclass(frozen=True)
class Entry:
    """`kind` is post, meeting, minutes, file or member, and says what `row` is; the template has a piece for each."""

    kind: str
    at: datetime
    row: Any


def page(network: Network, asked: QueryDict) -> Page[Any]:
    """One page of entries; the number of queries is the same for three and for three thousand."""
    shown = page_of(_keys(network), asked, per_page=PER_PAGE)
    wanted: dict[str, list[int]] = defaultdict(list)
    for kind, pk, _at in shown.object_list:
        wanted[kind].append(pk)
    rows = {kind: SOURCES[kind].in_bulk(pks) for kind, pks in wanted.items()}
    shown.object_list = [Entry(kind, at, rows[kind][pk]) for kind, pk, at in shown.object_list if pk in rows[kind]]
    return shown


SOURCES: Mapping[str, QuerySet[Any]] = {
    "post": NetworkPost.objects.select_related("organisation", "author"),
    "meeting": Meeting.objects.select_related("created_by"),
    "minutes": Meeting.objects.select_related("minutes_by"),
    "file": SharedFile.objects.select_related("organisation", "added_by", "file", "meeting"),
    "member": NetworkMember.objects.select_related("organisation"),
}


def _keys(network: Network) -> QuerySet[Any]:
    def keys(kind: str, rows: QuerySet[Any], moment: str) -> QuerySet[Any]:
        named: QuerySet[Any] = rows.order_by().annotate(kind=Value(kind, output_field=CharField()), moment=F(moment))
        return named.values_list("kind", "pk", "moment")  # type: ignore[no-any-return]

    parts: list[QuerySet[Any]] = [
        keys("post", network.posts.all(), "at"),
        keys("meeting", network.meetings.all(), "created_at"),
        keys("minutes", network.meetings.exclude(minutes=""), "minutes_at"),
        keys("file", network.files.all(), "added_at"),
        keys("member", network.members.joined(), "joined_at"),
    ]
    together: QuerySet[Any] = parts[0].union(*parts[1:], all=True)
    return together.order_by("-moment", "kind", "-id")
