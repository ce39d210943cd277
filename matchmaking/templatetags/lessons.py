"""What a subscription has learnt, on the page where it is changed or read: `{% lessons subscription may_undo=True %}`."""

from typing import Any

from django import template

from matchmaking.lessons_said import lessons_of
from matchmaking.models import Subscription

register = template.Library()


@register.inclusion_tag("matchmaking/_lessons.html", takes_context=True)
def lessons(context: template.Context, subscription: Subscription, may_undo: bool = False) -> dict[str, Any]:
    """Each lesson with its effect in words, and a button that takes it back; nothing while nothing is learnt."""
    return {
        "lessons": lessons_of(subscription),
        "may_undo": may_undo,
        "of_organisation": bool(subscription.organisation_id),
        "csrf_token": context.get("csrf_token"),
    }
