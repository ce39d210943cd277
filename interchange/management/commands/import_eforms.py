"""`manage.py import_eforms PATH...`: reads notices from files, folders, zip and tar.gz archives."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from interchange import receiving, unpacking
from interchange.models import ImportedFile, Outcome


class Command(BaseCommand):
    help = "Reads eForms XML notices of every SDK version; the same file twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="XML file, folder, .zip, .tar.gz")
        parser.add_argument("--source", default="eforms", help="where the notices come from, as in ted")

    def handle(self, *args: Any, **options: Any) -> None:
        job = receiving.receive(
            unpacking.find(options["paths"]), source=options["source"][:20], at=timezone.now(), clock=timezone.now
        )
        for outcome in Outcome:
            self.stdout.write(f"{outcome.value:<10} {job.summary.get(outcome.value, 0):>7}")
        left_out = ImportedFile.objects.filter(job=job, outcome__in=[Outcome.FAILED, Outcome.SKIPPED])
        for file in left_out.iterator():
            self.stdout.write(f"{file.outcome}: {file.name}: {file.reason} {file.detail}".rstrip())
        if not any(job.summary.get(outcome) for outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED)):
            raise CommandError("No notice could be read.")
