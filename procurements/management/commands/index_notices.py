from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from procurements import searching, upkeeping
from procurements.models import Notice, NoticeSearch


class Command(BaseCommand):
    help = (
        "Makes the search rows of published notices that have none; with --all of every published notice, which is needed when "
        "what a row holds has changed. Can be stopped, and goes on with --after."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also notices that have a search row")
        parser.add_argument("--after", type=int, default=0, help="begin after the notice with this key")

    def handle(self, *args: Any, **options: Any) -> None:
        notices = Notice.objects.published().filter(pk__gt=options["after"])
        if not options["all"]:
            notices = notices.exclude(pk__in=NoticeSearch.objects.values("notice"))
        total, done, at = notices.count(), 0, timezone.now()
        for number, last in searching.index_again(notices, at=at):
            done += number
            self.stdout.write(f"{done} of {total} notices; the last one was {last}")
        upkeeping.close_over(at)
        upkeeping.count_keys()
        upkeeping.count_words()
        self.stdout.write("Done.")
