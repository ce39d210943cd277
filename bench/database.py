"""A database of its own for a measurement, thrown together from the migrations: `.data/bench-<name>` keeps it for the next run.

Import nothing of Django's models before `prepared()` was entered.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def prepared(name: str, *more: str) -> Iterator[None]:
    """Own PostgreSQL and Valkey, Django set up in test mode, every migration applied. The rows are the caller's.

    `more`: further settings of PostgreSQL's, as in "shared_buffers=4GB".
    """
    from arena.embedded import Services

    services = Services(f"bench-{name}", fast=True, more=more)
    try:
        os.environ.update(services.start())
        os.environ["ARENA_MODE"] = "test"
        os.environ["DJANGO_SETTINGS_MODULE"] = "arena.settings"
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0, interactive=False)
        try:
            yield
        finally:
            connection.close()
    finally:
        services.stop()


def machine() -> str:
    """What it ran on, in half a line."""
    import platform

    import django

    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, Django {django.__version__}"
