"""What `manage.py check` says of the settings of mail."""

from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

EXAMPLES = ("example.org", "example.com", "example.net", "localhost")


@register(deploy=True)
def sender(**options: Any) -> list[CheckMessage]:
    """Mail from a domain that is nobody's arrives nowhere, and what comes back goes to nobody."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].casefold()
    if domain and domain not in EXAMPLES:
        return []
    words = f"DEFAULT_FROM_EMAIL is {settings.DEFAULT_FROM_EMAIL!r}: mail from there arrives nowhere."
    return [
        Warning(
            words,
            hint="Set it to an address of your own domain; docs/sending.md says what the domain needs.",
            id="notifications.W001",
        )
    ]


@register
def bounces(**options: Any) -> list[CheckMessage]:
    scheme, host = urlsplit(settings.BOUNCE_URL).scheme, urlsplit(settings.BOUNCE_URL).hostname
    if (
        not settings.BOUNCE_URL
        or scheme in ("imaps", "maildir")
        or (scheme == "imap" and host in ("localhost", "127.0.0.1"))
    ):
        return []
    return [Error("ARENA_BOUNCE_URL must begin with imaps:// or maildir://.", id="notifications.E002")]
