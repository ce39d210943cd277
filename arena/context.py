from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import lazy
from django.utils.translation import get_language

from knowledge.banner_views import shown_to
from notifications.counting import unread


def page(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page shows."""
    language = get_language()
    user = getattr(request, "user", None)
    return {
        "site_name": settings.NAME,
        "demo": settings.MODE == "demo",
        "banners": lambda: shown_to(request),
        "maintenance": settings.MAINTENANCE,
        "contact_email": settings.CONTACT_EMAIL,
        "acting_for": getattr(request, "acting_for", None),
        "memberships": getattr(request, "memberships", []),
        "duties": getattr(request, "duties", frozenset()),
        "unread": lazy(lambda: unread(user), int)() if user is not None and user.is_authenticated else 0,
        "languages": [
            {
                "code": code,
                "name": name,
                "url": translate_url(request.get_full_path(), code),
                "is_current": code == language,
            }
            for code, name in settings.LANGUAGES
        ],
    }
