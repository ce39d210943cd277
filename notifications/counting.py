from typing import Any

from notifications.models import Notification


def unread(user: Any) -> int:
    """How many lines of the inbox the person has not read; what the page's frame shows."""
    return (
        Notification.objects.filter(recipient=user, read_at=None, hidden_at=None).count()
        if user.is_authenticated
        else 0
    )
