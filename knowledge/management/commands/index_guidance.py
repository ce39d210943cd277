from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from knowledge import searching


class Command(BaseCommand):
    help = "Makes the search rows of public articles that have none; with --all of all, as when what a row holds has changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also articles that have search rows")

    def handle(self, *args: Any, **options: Any) -> None:
        articles = list(searching.index_again(every=options["all"]))
        if options["verbosity"]:
            self.stdout.write(f"Search rows of {len(articles)} articles were made.")
