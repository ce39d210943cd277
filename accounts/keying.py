"""The key of a person's calendar: programs that subscribe have no login, so the secret in their address is the authority (A39)."""

from datetime import datetime

from django.db import transaction

from accounts.models import CalendarKey, User, hash_of, new_token
from records.auditing import record


@transaction.atomic
def make_key(user: User, *, at: datetime) -> str:
    """A new key, in the place of the one before; returns its secret, which is shown once and kept nowhere."""
    User.objects.select_for_update().get(pk=user.pk)  # two clicks at once: one after the other
    revoke(user, at=at)
    secret = new_token()
    key = CalendarKey.objects.create(user=user, digest=hash_of(secret), created_at=at)
    record("calendar-key.made", key, by=user, at=at)
    return secret


@transaction.atomic
def revoke(user: User, *, at: datetime) -> None:
    """From now on the address opens nothing. Harmless when repeated."""
    for key in CalendarKey.objects.select_for_update().filter(user=user, revoked_at=None):
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        record("calendar-key.revoked", key, by=user, at=at)


def holder_of(secret: str) -> User | None:
    """Whose calendar the secret opens; nobody's when the key is revoked or the person is locked out."""
    key = (
        CalendarKey.objects.select_related("user")
        .filter(digest=hash_of(secret), revoked_at=None, user__is_active=True)
        .first()
    )
    return key.user if key else None
