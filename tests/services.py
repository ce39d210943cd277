"""Loaded early (-p in addopts): starts PostgreSQL and Redis once, before Django reads its settings.

Workers of xdist inherit the addresses; each takes a database and two Redis databases of its own.
ARENA_TEST_SERVICES names the directory under .data, for two runs at once in one clone.
"""

import atexit
import os
import shutil
import tempfile

os.environ["ARENA_MODE"] = "test"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's sync API runs an event loop

if "ARENA_MEDIA_DIR" not in os.environ:  # workers inherit it
    os.environ["ARENA_MEDIA_DIR"] = tempfile.mkdtemp(prefix="arena-media-")
    atexit.register(shutil.rmtree, os.environ["ARENA_MEDIA_DIR"], ignore_errors=True)

worker = os.environ.get("PYTEST_XDIST_WORKER")
if worker:
    number = int(worker.removeprefix("gw"))
    os.environ["REDIS_BROKER_DB"], os.environ["REDIS_CACHE_DB"] = str(2 * number), str(2 * number + 1)
elif "DATABASE_URL" not in os.environ:
    from arena.embedded import Services

    services = Services(os.environ.get("ARENA_TEST_SERVICES", "test"), fast=True)
    os.environ.update(services.start())
    atexit.register(services.stop)
