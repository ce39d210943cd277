from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from arena import demo


class Command(BaseCommand):
    help = "Fills an empty arena with invented organisations, people and notices. Refused in production."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "The demonstration's accounts have a published password: they have no place in production."
            )
        self.stdout.write(
            "Loaded." if demo.load(timezone.now()) else "The demonstration was loaded before; nothing was changed."
        )
