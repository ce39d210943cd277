from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """What the frame of every page shows."""
    return {"site_name": settings.NAME, "demo": settings.MODE == "demo", "contact_email": settings.CONTACT_EMAIL}
