"""What matchmaking keeps of a person, for its own export (GDPR articles 15 and 20)."""

from typing import Any

from django.db.models import F

from accounts.models import User
from matchmaking.models import Match
from matchmaking.subscribing import CRITERIA


def everything_of(user: User) -> dict[str, Any]:
    dismissed = Match.objects.filter(dismissed_by=user).order_by("dismissed_at")
    return {
        "saved_searches": list(user.subscriptions.order_by("pk").values("name", *CRITERIA, "paused_at", "created_at")),
        "hears_of": list(user.receives.order_by("pk").values_list("subscription__name", flat=True)),
        "not_relevant": list(dismissed.values("dismissed_at", "dismissed_reason", title=F("version__title"))),
    }
