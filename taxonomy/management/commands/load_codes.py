from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from taxonomy import loading


class Command(BaseCommand):
    help = "Load the arena's starter code lists, and over them those of DIR: CSV files or an unpacked eForms SDK."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "directory", nargs="?", metavar="DIR", default=settings.REFERENCE_DIR, help="otherwise ARENA_REFERENCE_DIR"
        )

    def handle(self, *args: Any, directory: str, **options: Any) -> None:
        if directory and not Path(directory).is_dir():
            raise CommandError(f"{directory} is not a directory.")
        try:
            done = loading.load(Path(directory) if directory else None)
        except loading.NotReadable as why:
            raise CommandError(str(why)) from why
        self.stdout.write(
            f"{done.added} codes added, {done.changed} changed, {done.retired} retired, "
            f"{done.unchanged} as before, {done.skipped} skipped."
        )
