from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from knowledge.loading import load_library, load_template_files


class Command(BaseCommand):
    help = "Publishes the articles of the first library that the arena does not have yet. Never changes an article."

    def handle(self, *args: Any, **options: Any) -> None:
        made = load_library(timezone.now())
        files = load_template_files(timezone.now())
        self.stdout.write(f"{len(made)} articles of guidance published, {len(files)} files of templates added.")
