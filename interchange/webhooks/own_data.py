"""A person's webhooks, for its own export (GDPR articles 15 and 20)."""

from typing import Any

from django.db.models import F

from accounts.models import User


def webhooks_of(user: User) -> list[dict[str, Any]]:
    """What the person made. The secret is no data about the person."""
    said = ("name", "url", "question", "happenings", "created_at", "paused_at")
    made = user.webhooks.order_by("created_at", "pk")
    return list(made.values(*said, organisation_name=F("organisation__name")))
