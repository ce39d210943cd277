from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import duties
from accounts.models import Duty, User


class Command(BaseCommand):
    help = "Gives a person who has an account a duty: this is how the first admin is made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("duty", choices=Duty.values)

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"Nobody has an account with the address {options['email']}. They sign up first.")
        duties.give(user, Duty(options["duty"]), by=None, at=timezone.now())
        self.stdout.write(f"{user.email} has the duty {options['duty']}.")
