from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from matchmaking import anchoring
from procurements import changing


class Command(BaseCommand):
    help = "Makes a database ready: migrations, code lists, the application role's rights, guidance; in a demonstration its data, too."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_codes", verbosity=0)
        call_command("grant_app_role", verbosity=0)
        call_command("load_library", verbosity=0)
        call_command("index_guidance", verbosity=0)  # articles of an older release
        changing.keep_counting()  # after a restore
        anchoring.anchor_missing()  # subscriptions of an older release, which had another index
        if settings.MODE == "demo":
            call_command("load_demo", verbosity=0)
