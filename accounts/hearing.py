"""Security events of the login packages, written to the audit log (ASVS 16.3). They tell of them by signals alone."""

from collections.abc import Callable
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from accounts.models import User
from records.auditing import record

HEARD: list[tuple[Signal, str]] = [
    (auth.user_logged_in, "login.succeeded"),
    (auth.user_logged_out, "login.ended"),
    (account.user_signed_up, "person.signed-up"),
    (account.password_changed, "password.changed"),
    (account.password_reset, "password.reset"),
    (account.email_changed, "email.changed"),
    (account.password_reset_code_rejected, "password.reset-code-rejected"),
    (account.email_verification_code_rejected, "email.code-rejected"),
    (mfa.authenticator_added, "second-factor.added"),
    (mfa.authenticator_removed, "second-factor.removed"),
    (mfa.authenticator_reset, "second-factor.reset"),
    (mfa.authentication_failed, "second-factor.failed"),
]
_receivers: list[Callable[..., None]] = []  # a signal holds its receivers weakly


def listen() -> None:
    """Called once, by AppConfig.ready."""
    for signal, action in HEARD:
        receiver = _writer(action)
        _receivers.append(receiver)
        signal.connect(receiver, dispatch_uid=f"audit {action}")
    auth.user_login_failed.connect(_login_failed, dispatch_uid="audit login.failed")


def _writer(action: str) -> Callable[..., None]:
    def write(user: User | None = None, **rest: Any) -> None:
        if user is not None and user.pk:
            with transaction.atomic():
                record(action, user, by=user, at=timezone.now())

    return write


def _login_failed(credentials: dict[str, Any], **rest: Any) -> None:
    """Whose account was tried; by nobody, for nobody was let in. Tries on unknown addresses are nobody's record."""
    tried = User.objects.filter(email__iexact=str(credentials.get("email") or "")).first()
    if tried:
        with transaction.atomic():
            record("login.failed", tried, by=None, at=timezone.now())
