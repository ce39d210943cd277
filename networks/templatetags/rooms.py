"""The ways round a members' area, and what a group's page shows of its room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from networks import rooms
from networks.models import BuyerGroup, Network
from networks.rooms import Act, Room

register = template.Library()
NEXT_MEETINGS, LATEST_FILES = 3, 3
NEAR = {
    "network_inside": ("network_post", "network_invite"),
    "meeting_list": ("meeting_create", "meeting_detail", "meeting_edit", "meeting_minutes"),
    "file_list": ("file_edit",),
    "network_roles": (),
}


@register.filter
def kind_of_file(name: str) -> str:
    """As people call it: the ending of its name."""
    return name.rpartition(".")[2].upper()


@register.simple_tag(takes_context=True)
def network_tabs(context: template.Context, network: Network) -> list[dict[str, Any]]:
    """The pages of the members' area that the reader may open; one query."""
    request = context["request"]
    here = request.resolver_match.url_name if request.resolver_match else ""
    labels = {"network_inside": _("Overview"), "meeting_list": _("Meetings"), "file_list": _("Files")}
    if network.archived_at is None and Network.objects.led_by(request.user).filter(pk=network.pk).exists():
        labels["network_roles"] = _("Roles")
    return [
        {
            "url": reverse(f"networks:{page}", args=[network.slug]),
            "label": label,
            "is_here": here == page,
            "is_near": here in NEAR[page],
        }
        for page, label in labels.items()
    ]


@register.simple_tag
def group_room_of(group: BuyerGroup, user: User, now: str) -> dict[str, Any] | None:
    """The next meetings and latest files of a group; None for whoever may not read its room. Four queries.

    `now` is a moment as {% now "c" %} writes it.
    """
    if not rooms.groups_open_to(user).filter(pk=group.pk).exists():
        return None
    room = Room(group=group)
    return {
        "meetings": room.meetings().filter(ends_at__gt=datetime.fromisoformat(now), cancelled_at=None)[:NEXT_MEETINGS],
        "files": room.files()[:LATEST_FILES],
        "may_call": bool(room.of_user(user, Act.CONVENE)),
        "room": room,
    }
