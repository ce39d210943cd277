"""The terms of use: which version holds, and who said yes to it. Reading is free, acting waits for a yes (D15)."""

from datetime import datetime

from accounts.models import TermsAcceptance, User

VERSION = "2026-11"  # a new version asks everyone again; its text is templates/accounts/terms.html


def accept(user: User, *, at: datetime) -> None:
    """Writes down that the person accepted the terms that hold now. Harmless when repeated."""
    TermsAcceptance.objects.get_or_create(user=user, version=VERSION, defaults={"accepted_at": at})
