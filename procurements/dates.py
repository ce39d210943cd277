"""The dates that a published notice gives its readers: deadline, last time for questions, stages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurements.models import Lot, Notice, NoticeVersion, VersionStage
from ui.moments import say, say_day, zone_of

MOST_LOTS = 8  # named in one date


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
    is_taken_out: bool = False  # called off by an amendment that has it no more
    ends: datetime | None = None  # of a meeting: it makes its people busy, as a deadline does not
    where: str = ""  # as everybody may read it

    @property
    def starts(self) -> datetime:
        """For sorting: a day begins at its midnight."""
        return self.moment or datetime.combine(self.day or date.min, time(), zone_of(self.zone))

    def in_words(self, language: str) -> str:
        if self.moment:
            return say(self.moment, self.zone, language)
        return say_day(self.day, language) if self.day else ""


def of_notice(notice: Notice) -> list[Entry]:
    """All its dates in order of time; those that an amendment took out stand among them as called off. Three queries."""
    found = [*of_notices([notice]), *of_stages([notice]), *of_taken_out([notice])]
    return sorted(found, key=lambda entry: (entry.starts, entry.key))


def of_notices(notices: Iterable[Notice]) -> Iterator[Entry]:
    """Deadlines and last times for questions of published notices, which come with `current_version` and the organisation.

    One query where some are imported: their lots may close at different times.
    """
    by_version = {notice.current_version_id: notice for notice in notices}
    for notice in by_version.values():
        assert notice.current_version is not None, "only what is published is asked for"
        yield from _moments(notice, notice.current_version)
    imported = [pk for pk, notice in by_version.items() if notice.source_id]
    lots: dict[int, list[Lot]] = defaultdict(list)
    for lot in _lots().filter(version__in=imported) if imported else ():
        lots[lot.version_id].append(lot)
    for pk, of_one in lots.items():
        notice = by_version[pk]
        assert notice.current_version is not None, "only what is published is asked for"
        yield from _early_lots(notice, notice.current_version, of_one)


def _lots() -> QuerySet[Lot]:
    return Lot.objects.exclude(deadline_at=None).only("version", "identifier", "deadline_at")


def of_stages(notices: Iterable[Notice]) -> Iterator[Entry]:
    """When the stages of the same begin and end. One query."""
    by_version = {notice.current_version_id: notice for notice in notices}
    for stage in VersionStage.objects.filter(version__in=by_version):
        notice = by_version[stage.version_id]
        assert notice.current_version is not None, "it is the current version's stage"
        yield from _days(notice, notice.current_version, stage)


def of_taken_out(notices: Iterable[Notice]) -> Iterator[Entry]:
    """Dates that an earlier version of the same had, and the one that holds has no more: called off. Two queries."""
    amended = {
        notice.pk: notice for notice in notices if notice.current_version and not notice.current_version.is_first
    }
    versions = NoticeVersion.objects.filter(notice__in=amended).order_by("notice", "number")
    versions = versions.prefetch_related("stages", Prefetch("lots", _lots()))
    known: dict[int, dict[str, Entry]] = defaultdict(dict)
    for version in versions.only("notice", "number", "title", "zone", "published_at", "deadline_at", "questions_until"):
        notice = amended[version.notice_id]
        present = {entry.key: entry for entry in _moments(notice, version)}
        present |= {entry.key: entry for entry in _early_lots(notice, version, version.lots.all())}
        present |= {entry.key: entry for stage in version.stages.all() for entry in _days(notice, version, stage)}
        gone = [entry for key, entry in known[notice.pk].items() if key not in present and not entry.is_taken_out]
        known[notice.pk] |= present | {entry.key: _taken_out(entry, version) for entry in gone}
    yield from (entry for found in known.values() for entry in found.values() if entry.is_taken_out)


def _moments(notice: Notice, version: NoticeVersion) -> Iterator[Entry]:
    for name, what, moment in (
        ("deadline", _("Deadline"), version.deadline_at),
        ("questions", _("Last time for questions"), version.questions_until),
    ):
        if moment:
            yield _entry(notice, version, name, what, moment=moment)


def _early_lots(notice: Notice, version: NoticeVersion, lots: Iterable[Lot]) -> Iterator[Entry]:
    """Where lots close before the rest: one date for all that close together, known by the first of them."""
    together: dict[datetime, list[str]] = defaultdict(list)
    for lot in lots:
        if lot.deadline_at and version.deadline_at and lot.deadline_at < version.deadline_at:
            together[lot.deadline_at].append(lot.identifier)
    for moment, names in together.items():
        shown = ", ".join(names[:MOST_LOTS]) + (" …" if len(names) > MOST_LOTS else "")
        what = ngettext("Deadline of the lot %(lots)s", "Deadline of the lots %(lots)s", len(names)) % {"lots": shown}
        yield _entry(notice, version, f"lot-{names[0]}", what, moment=moment)


def _days(notice: Notice, version: NoticeVersion, stage: VersionStage) -> Iterator[Entry]:
    for name, what, day in (
        ("begins", _("A stage begins: %(stage)s"), stage.starts_on),
        ("ends", _("A stage ends: %(stage)s"), stage.ends_on),
    ):
        if day:
            yield _entry(notice, version, f"stage-{stage.position}-{name}", what % {"stage": stage.name}, day=day)


def _entry(
    notice: Notice,
    version: NoticeVersion,
    name: str,
    what: str,
    *,
    moment: datetime | None = None,
    day: date | None = None,
) -> Entry:
    """A notice that was closed before the date has called it off; one that was closed afterwards has kept it."""
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
        changes=_count(version) + is_off,
        changed_at=notice.closed_at if is_off and notice.closed_at else version.published_at,
        is_called_off=is_off,
    )


def _taken_out(entry: Entry, by: NoticeVersion) -> Entry:
    return replace(entry, changes=_count(by), changed_at=by.published_at, is_called_off=True, is_taken_out=True)


def _count(version: NoticeVersion) -> int:
    """Rises with each version by two, so that an end between two versions has a number of its own."""
    return 2 * (version.number - 1)
