from typing import Any

from django.core.management.base import BaseCommand, CommandError

from records import sealing
from records.models import AuditSeal


class Command(BaseCommand):
    help = "Checks the whole chain of the audit log against its seals and its anchor; names the first bad row."

    def handle(self, *args: Any, **options: Any) -> None:
        if broken := sealing.verify():
            raise CommandError(f"The audit log was changed. First bad row: {broken}")
        self.stdout.write(f"The audit log is whole: {AuditSeal.objects.count()} sealed events.")
