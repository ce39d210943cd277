"""A person's own data, whole (GDPR articles 15 and 20). Each app adds its part in `AppConfig.ready`:

exporting.register("notifications", notifications_of)
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import F

from accounts.models import User, VerificationRequest

Part = Callable[[User], Any]  # returns what json can write (DjangoJSONEncoder: moments and decimals, too)
_parts: dict[str, Part] = {}


def register(name: str, part: Part) -> None:
    """Adds an app's part under `name`. Raises ValueError when another part has it."""
    if _parts.setdefault(name, part) is not part:
        raise ValueError(f"Two parts of the export are called {name!r}.")


def everything_about(user: User, *, at: datetime) -> dict[str, Any]:
    return {
        "exported_at": at,
        "account": account_of(user),
        **{name: part(user) for name, part in sorted(_parts.items())},
    }


def account_of(user: User) -> dict[str, Any]:
    """What this app and the login packages keep. Secrets (password hash, seeds, keys) are not data about the person."""
    return {
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "zone": user.zone,
        "created_at": user.created_at,
        "last_login": user.last_login,
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "terms": list(user.terms_acceptances.values("version", "accepted_at")),
        "duties": list(user.duties.values("duty", "given_at")),
        "memberships": list(
            user.memberships.order_by("started_at").values(
                "role", "started_at", "ended_at", organisation_name=F("organisation__name")
            )
        ),
        "verification_requests": list(
            VerificationRequest.objects.filter(requested_by=user).values(
                "requested_at",
                "evidence",
                "decided_at",
                "is_granted",
                "reason",
                organisation_name=F("organisation__name"),
            )
        ),
        "unsent_forms": list(user.kept_posts.values("path", "fields", "missing", "created_at", "restored_at")),
        "calendar_keys": list(user.calendar_keys.values("created_at", "revoked_at")),
        "second_factors": list(Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")),
        "sessions": list(
            UserSession.objects.filter(user=user).values("created_at", "last_seen_at", "ip", "user_agent")
        ),
    }
