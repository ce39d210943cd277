"""What a buyer group writes and has published, for the group's own page."""

from typing import Any

from django import template
from django.db.models import Q

from networks.models import BuyerGroup
from procurements.models import Notice

register = template.Library()
SHOWN = 10


@register.simple_tag(takes_context=True)
def notices_of_group(context: template.Context, group: BuyerGroup) -> list[dict[str, Any]]:
    """The group's notices, the newest first: the public ones, and drafts that the reader may read. One query."""
    drafts = Notice.objects.readable_by(context["user"])
    found = (
        Notice.objects.filter(Q(current_version__isnull=False) | Q(pk__in=drafts.values("pk")))
        .filter(procurement__buyer_group=group, source_id=None)
        .select_related("current_version", "procurement")
        .order_by("-created_at", "-pk")[:SHOWN]
    )
    return [{"notice": notice, "is_draft": notice.current_version_id is None} for notice in found]
