"""The whole chain of one procurement on one page: what has been published, in which phase, and where it stands now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from procurements.models import (
    KINDS_TO_INFLUENCE,
    PHASE_OF_KIND,
    Notice,
    NoticeVersion,
    Phase,
    Procurement,
)
from procurements.parts import WITH_PARTS
from procurements.wording import Change, changes

ORDER = list(Phase)


@dataclass(frozen=True)
class Step:
    """One publication in the life of the procurement, newest first on the page."""

    version: NoticeVersion
    changes: list[Change]

    @property
    def is_amendment(self) -> bool:
        return self.version.number > 1


@dataclass(frozen=True)
class Chain:
    procurement: Procurement
    notices: list[Notice]
    steps: list[Step]
    phase: Phase

    @property
    def phases_passed(self) -> set[Phase]:
        return {PHASE_OF_KIND[notice.kind] for notice in self.notices} - {self.phase}


def phase_of(notices: list[Notice]) -> Phase:
    """The furthest phase that anything published has reached."""
    reached = [ORDER.index(PHASE_OF_KIND[notice.kind]) for notice in notices]
    return ORDER[max(reached)] if reached else Phase.NEED


def chain_of(procurement: Procurement) -> Chain:
    """The same number of queries, however long the chain."""
    notices = list(procurement.notices.published().select_related("current_version").order_by("created_at", "pk"))
    by_notice: dict[int, NoticeVersion] = {}
    steps = []
    known = {notice.pk: notice for notice in notices}
    versions = NoticeVersion.objects.filter(notice__in=notices).prefetch_related(*WITH_PARTS)
    for version in versions.order_by("notice_id", "number"):
        version.notice = known[version.notice_id]
        before = by_notice.get(version.notice_id)
        steps.append(Step(version, changes(before, version) if before else []))
        by_notice[version.notice_id] = version
    steps.sort(key=lambda step: (step.version.published_at, step.version.pk), reverse=True)
    return Chain(procurement, notices, steps, phase_of(notices))


def is_open(published: Iterable[Notice], at: datetime) -> bool:
    """Whether interest can be shown. When the competition is out, it alone decides: a need that was never closed does not
    keep the door open past the deadline for tenders.

    The procurement's published notices, with their current versions.
    """
    published = list(published)
    furthest = [notice for notice in published if notice.kind not in KINDS_TO_INFLUENCE]
    return any(notice.is_open(at) for notice in furthest or published)
