"""Banners: a line on top of every page between two moments (D17).

Every page shows them and none asks the database for them: each process reads the banners of the next minutes twice a
minute. So a banner that is known begins and ends to the second, and one that is made or ended is seen everywhere within
half a minute.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, transaction

from accounts.models import User
from knowledge.models import Banner
from knowledge.rules import require_editor
from records import auditing

log = logging.getLogger(__name__)
FRESH = 30.0  # seconds
AHEAD = timedelta(minutes=2)  # what begins so soon is read already


@dataclass(frozen=True)
class Said:
    text_sv: str
    text_nb: str
    text_en: str
    url: str
    weight: str
    starts_at: datetime
    ends_at: datetime


class Board:
    """What this process knows of the banners of now and soon. While the database is away, it goes by what it knew."""

    def __init__(self) -> None:
        self._known: list[Banner] = []
        self._until = 0.0

    def shown(self, at: datetime) -> list[Banner]:
        """Those of the moment, the weightiest first."""
        if time.monotonic() >= self._until:
            self.keep(self._known)  # other threads go by what is known while this one reads
            try:
                self.keep(list(Banner.objects.filter(ends_at__gt=at, starts_at__lte=at + AHEAD)))
            except (DatabaseError, InterfaceError):
                log.warning("the banners could not be read; the pages show those that were known")
        shown = [banner for banner in self._known if banner.starts_at <= at < banner.ends_at]
        return sorted(shown, key=lambda banner: (-WEIGHTS.index(banner.weight), banner.starts_at, banner.pk))

    def keep(self, known: Sequence[Banner], *, seconds: float = FRESH) -> None:
        self._known, self._until = list(known), time.monotonic() + seconds

    def forget(self) -> None:
        self._until = 0.0


WEIGHTS: list[str] = [Banner.Weight.NEWS, Banner.Weight.WARNING, Banner.Weight.MAINTENANCE]
board = Board()


@transaction.atomic
def make(said: Said, *, by: User, at: datetime) -> Banner:
    """A new banner; a second click finds the first."""
    require_editor(by)
    if existing := Banner.objects.filter(**asdict(said), made_by=by).first():
        return existing
    banner = Banner.objects.create(**asdict(said), made_by=by, made_at=at)
    return _changed(banner, "banner.made", by=by, at=at)


@transaction.atomic
def edit(banner: Banner, said: Said, *, by: User, at: datetime) -> Banner:
    require_editor(by)
    banner = Banner.objects.select_for_update().get(pk=banner.pk)
    if all(getattr(banner, name) == value for name, value in asdict(said).items()):
        return banner
    for name, value in asdict(said).items():
        setattr(banner, name, value)
    banner.save()
    return _changed(banner, "banner.edited", by=by, at=at)


@transaction.atomic
def end(banner: Banner, *, by: User, at: datetime) -> None:
    """It is gone from now on. One that has not begun was never seen, and is taken away whole."""
    require_editor(by)
    found = Banner.objects.select_for_update().filter(pk=banner.pk, ends_at__gt=at).first()
    if found is None:
        return
    _changed(found, "banner.ended", by=by, at=at)
    if found.starts_at >= at:
        found.delete()
    else:
        found.ends_at = at
        found.save(update_fields=["ends_at"])


def _changed(banner: Banner, action: str, *, by: User, at: datetime) -> Banner:
    details = {"text": banner.text_sv, "from": banner.starts_at.isoformat(), "until": banner.ends_at.isoformat()}
    auditing.record(action, banner, by=by, at=at, details=details)
    transaction.on_commit(board.forget)  # the page that the editor sees next has it; other processes follow
    return banner
