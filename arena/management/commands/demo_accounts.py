from typing import Any

from django.core.management.base import BaseCommand

from arena import demo


class Command(BaseCommand):
    help = "Prints the demonstration's accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("\nLog in as one of these; two-step login is switched off for them, and every page says so.")
        for account in demo.ACCOUNTS:
            self.stdout.write(f"  {account.email:28} {account.what}")
        self.stdout.write(f"  The password of all of them: {demo.PASSWORD}\n\n")
