"""What guidance keeps of a person, for its own export (GDPR articles 15 and 20)."""

from typing import Any

from django.db.models import F

from accounts.models import User
from knowledge.models import Attendance, TemplateFollower


def everything_of(user: User) -> dict[str, Any]:
    """Which templates it follows, and which events it comes to or came to, with what it needed."""
    follows = TemplateFollower.objects.filter(user=user).order_by("since", "pk")
    comes = Attendance.objects.filter(user=user).order_by("registered_at", "pk")
    return {
        "templates_followed": list(follows.values("language", "since", template=F("article__slug"))),
        "events": list(
            comes.values("needs", "registered_at", "seated_at", "left_at", event=F("occasion__article__slug"))
        ),
    }
