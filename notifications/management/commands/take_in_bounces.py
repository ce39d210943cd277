from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications import bouncing


class Command(BaseCommand):
    help = "Reads the mailbox ARENA_BOUNCE_URL: which mails did not arrive, and who does not want them."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BOUNCE_URL:
            raise CommandError("Set ARENA_BOUNCE_URL to imaps://user:password@host/INBOX or maildir:///path.")
        understood, others = bouncing.drain(settings.BOUNCE_URL, timezone.now)
        self.stdout.write(f"{understood} reports were taken in; {others} messages were none, and stay in the mailbox.")
