"""The dates that a published notice gives its readers: deadline, last time for questions, stages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext as _

from procurements.models import Notice, VersionStage
from ui.moments import say, say_day, zone_of


@dataclass(frozen=True)
class Entry:
    """One date: a moment with its zone, or a whole day. `changes` counts up whenever the entry says something else."""

    key: str  # the same as long as it is the same date, also when it is moved
    what: str
    title: str
    organisation: str
    path: str
    moment: datetime | None
    day: date | None
    zone: str
    changes: int
    changed_at: datetime
    is_called_off: bool = False
    ends: datetime | None = None  # of a meeting: it makes its people busy, as a deadline does not

    @property
    def starts(self) -> datetime:
        """For sorting: a day begins at its midnight."""
        return self.moment or datetime.combine(self.day or date.min, time(), zone_of(self.zone))

    def in_words(self, language: str) -> str:
        if self.moment:
            return say(self.moment, self.zone, language)
        return say_day(self.day, language) if self.day else ""


def of_notices(notices: Iterable[Notice]) -> Iterator[Entry]:
    """Deadlines and last times for questions of published notices, which come with `current_version` and the organisation."""
    for notice in notices:
        version = notice.current_version
        assert version is not None, "only what is published is asked for"
        for name, what, moment in (
            ("deadline", _("Deadline"), version.deadline_at),
            ("questions", _("Last time for questions"), version.questions_until),
        ):
            if moment:
                yield _entry(notice, name, what, moment=moment)


def of_stages(notices: Iterable[Notice]) -> Iterator[Entry]:
    """When the stages of the same begin and end. One query."""
    by_version = {notice.current_version_id: notice for notice in notices}
    for stage in VersionStage.objects.filter(version__in=by_version):
        notice = by_version[stage.version_id]
        for name, what, day in (
            ("begins", _("A stage begins: %(stage)s"), stage.starts_on),
            ("ends", _("A stage ends: %(stage)s"), stage.ends_on),
        ):
            if day:
                yield _entry(notice, f"stage-{stage.position}-{name}", what % {"stage": stage.name}, day=day)


def _entry(notice: Notice, name: str, what: str, *, moment: datetime | None = None, day: date | None = None) -> Entry:
    """A notice that was closed before the date has called it off; one that was closed afterwards has kept it."""
    version = notice.current_version
    assert version is not None, "only what is published is asked for"
    starts = moment or datetime.combine(day or date.min, time(), zone_of(version.zone))
    is_off = notice.closed_at is not None and notice.closed_at < starts
    return Entry(
        key=f"{notice.code}-{name}",
        what=what,
        title=version.title,
        organisation=notice.procurement.organisation.name,
        path=notice.get_absolute_url(),
        moment=moment,
        day=day,
        zone=version.zone,
        changes=2 * (version.number - 1) + is_off,
        changed_at=notice.closed_at if is_off and notice.closed_at else version.published_at,
        is_called_off=is_off,
    )
