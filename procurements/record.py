"""What was published, changed, answered and closed, in the order of time: one document of it all (A23)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from procurements import answering
from procurements.models import Answer, Closing, Notice, NoticeVersion, Outcome, SupplierMessage
from procurements.parts import WITH_PARTS
from procurements.wording import Change, changes


@dataclass(frozen=True)
class Entry:
    """One thing that the public could read from `at` on. `kind`: published, amended, answer, message, closed, outcome."""

    kind: str
    at: datetime
    version: NoticeVersion | None = None
    changes: list[Change] = field(default_factory=list)
    answer: Answer | None = None
    message: SupplierMessage | None = None
    outcome: Outcome | None = None
    closing: str = ""


def entries_of(notice: Notice) -> list[Entry]:
    """Oldest first. The same number of queries, however much has happened."""
    entries: list[Entry] = []
    before: NoticeVersion | None = None
    for version in notice.versions.order_by("number").prefetch_related(*WITH_PARTS):
        version.notice = notice
        made = changes(before, version) if before else []
        entries.append(Entry("amended" if before else "published", version.published_at, version, made))
        before = version
    entries += [
        Entry("answer", answer.published_at, answer=answer)
        for answer in answering.public_answers(notice).order_by("published_at", "question__number", "version")
    ]
    entries += [Entry("message", each.sent_at, message=each) for each in notice.supplier_messages.all()]
    if notice.closed_at:
        label = dict(Closing.choices).get(notice.closed_as, Closing.EARLY.label)
        entries.append(Entry("closed", notice.closed_at, closing=str(label)))
    for outcome in notice.outcomes.order_by("number").prefetch_related("winners__organisation"):
        entries.append(Entry("outcome", outcome.recorded_at, outcome=outcome))
    return sorted(entries, key=lambda entry: entry.at)  # stable: what came at one moment stays in this order
