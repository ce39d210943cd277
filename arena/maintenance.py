"""While something is mended: everybody reads, and administrators alone write (D17; `ARENA_MAINTENANCE`).

What others send is kept for them where we know who they are, and sent again by them afterwards. Logging in goes on: it is how
an administrator gets to write. Workers are not stopped by it: whoever deploys stops them where that is wanted.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts import unsent
from accounts.models import Duty
from ui import errors

SAFE = ("GET", "HEAD", "OPTIONS")
# Who one is, and nothing else: none of these pages changes an account.
ENTRY = frozenset(
    {
        *("account_login", "account_logout", "account_reauthenticate"),
        *("mfa_authenticate", "mfa_reauthenticate", "mfa_login_webauthn", "mfa_reauthenticate_webauthn"),
        "knowledge:banner_hide",  # a cookie alone
    }
)
RETRY_AFTER = 600  # seconds


class MaintenanceMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not settings.MAINTENANCE or request.method in SAFE:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in ENTRY or Duty.ADMIN in getattr(request, "duties", ()):
            return None
        return errors.maintenance(request, kept=_kept(request), retry_after=RETRY_AFTER)


def _kept(request: HttpRequest) -> str:
    """The address where the sender finds what was sent; empty where nobody knows whose it is, or nothing can be written."""
    try:
        kept = unsent.keep(request)
    except DatabaseError:
        return ""
    return reverse("accounts:kept_post", args=[kept.pk]) if kept else ""
