"""A round through the sources: what is new is downloaded and handed to `uploading`, and how far we came is written down."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q

from interchange import unpacking, uploading
from interchange.fetching import doffin, ted
from interchange.fetching.deliveries import Delivery
from interchange.fetching.downloading import Busy, Failed, NotThere
from interchange.models import Source

log = logging.getLogger(__name__)

SOURCES: dict[str, ModuleType] = {"ted": ted, "doffin": doffin}
EVERY = timedelta(hours=1)
AFTER_A_FAILURE = timedelta(minutes=10)  # twice as long each time
AT_MOST = timedelta(hours=6)
LEASE = timedelta(minutes=16)  # longer than a task may run
BROKEN_AFTER = 5  # failures; then a package that stays broken is handed over as it is, and its report says so


def fetch_due(clock: Callable[[], datetime], *, until: datetime) -> None:
    """Asks each source that the environment names and whose time has come."""
    for name in settings.FETCH:
        if source := claim(name, clock()):
            _ask(source, clock, until)


@transaction.atomic
def claim(name: str, at: datetime) -> Source | None:
    """The source, leased to the caller; None: it is not due, or another worker asks it."""
    Source.objects.get_or_create(name=name)
    free = Source.objects.filter(Q(lease_until=None) | Q(lease_until__lte=at), Q(due_at=None) | Q(due_at__lte=at))
    source = free.select_for_update(skip_locked=True).filter(name=name).first()
    if source:
        source.lease_until = at + LEASE
        source.save(update_fields=["lease_until"])
    return source


def _ask(source: Source, clock: Callable[[], datetime], until: datetime) -> None:
    remarks: list[str] = []
    try:
        while clock() < until:
            delivery = _step(source, clock())
            if delivery is None:
                break
            if delivery.remark:
                log.warning("%s: %s", source.name, delivery.remark)
                remarks.append(delivery.remark)
        source.failures, source.error = 0, " ".join(remarks)
        source.fetched_at, source.due_at = clock(), clock() + EVERY
    except Busy as why:
        source.error, source.due_at = str(why), clock() + timedelta(seconds=why.seconds)
    except (Failed, NotThere, OSError) as why:  # OSError: our own disk
        log.warning("%s could not be fetched: %s", source.name, why)
        source.failures += 1
        source.error = str(why) or "The server does not know the address."
        source.due_at = clock() + min(AFTER_A_FAILURE * 2 ** min(source.failures - 1, 10), AT_MOST)
    source.error, source.lease_until = source.error[:300], None
    source.save()


def _step(source: Source, at: datetime) -> Delivery | None:
    """One package or day, and the position behind it. A crash between the two fetches it again, which changes nothing."""
    module = SOURCES[source.name]
    with tempfile.TemporaryDirectory(prefix="arena-fetch-") as folder:
        delivery: Delivery | None = module.fetch_next(module.server(), source.position, Path(folder), at)
        if delivery is None:
            return None
        if delivery.file:
            _hand_over(delivery.file, source, at)
    source.position = delivery.position
    source.save(update_fields=["position"])
    return delivery


def _hand_over(path: Path, source: Source, at: datetime) -> None:
    if source.failures < BROKEN_AFTER:
        problems = {found.problem for found in unpacking.find_in_file(path, path.name) if found.name == path.name}
        if problems:
            raise Failed(f"{path.name}: {problems.pop()}")
    with path.open("rb") as file:
        try:
            uploading.take_in(File(file), name=path.name, source=source.name, by=None, at=at)
        except uploading.NotAccepted as why:
            raise Failed(f"{path.name}: {why}") from why
