"""Making a notice public, and changing what is public."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from notifications import doorbell
from procurements import searching
from procurements.models import Notice, NoticeVersion
from procurements.wording import SPELLED, changes, contents, problems
from procurements.writing import Stale
from records.auditing import record


class NotPublishable(Exception):
    """Something is missing or wrong. `problems` has a sentence per field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


class ReasonMissing(NotPublishable):
    """An amendment says why (A20)."""


class NotMinor(NotPublishable):
    """More than spelling was changed: those who follow the notice hear of it (B8)."""


@transaction.atomic
def publish(
    notice: Notice, *, by: User, at: datetime, reason: str = "", is_minor: bool = False, revision: int | None = None
) -> NoticeVersion:
    """Freezes the working text into the next version and shows it to the world.

    The caller fetched the notice through `Notice.objects.publishable_by(by)`. Publishing what is public already
    changes nothing and returns the version that stands. `revision` is the one that the person read; raises Stale when a
    colleague saved since, so that nobody publishes words unseen. Raises NotPublishable with what is missing.
    """
    notice = (
        Notice.objects.select_for_update(of=("self",))
        .select_related("current_version", "procurement__organisation")
        .get(pk=notice.pk)
    )
    current = notice.current_version
    if current and not changes(current, notice):
        return current
    if revision is not None and revision != notice.revision:
        raise Stale(notice)
    if wrong := problems(notice, notice.kind, at=at, current=current):
        raise NotPublishable(wrong)
    if current and not reason.strip():
        raise ReasonMissing({"reason": "An amendment says why."})
    if current and is_minor and any(change.field not in SPELLED for change in changes(current, notice)):
        raise NotMinor({"is_minor": _("More than spelling is changed, so those who follow it must hear of it.")})
    version = NoticeVersion.objects.create(
        notice=notice,
        number=current.number + 1 if current else 1,
        published_at=at,
        published_by=by,
        reason=reason.strip() if current else "",
        is_minor=is_minor and current is not None,
        **contents(notice),
    )
    notice.current_version = version
    notice.save(update_fields=["current_version"])
    searching.index(version)
    record(
        "notice.amended" if current else "notice.published",
        notice,
        by=by,
        at=at,
        acting_for=notice.procurement.organisation,
        details={
            "version": version.number,
            "fields": [change.field for change in changes(current, version)] if current else [],
        },
    )
    doorbell.ring("match")
    return version


@transaction.atomic
def close(notice: Notice, *, by: User, at: datetime, reason: str) -> Notice:
    """Closes early, or withdraws: the page stays, with the reason and the date (F1). A second click changes nothing."""
    notice = (
        Notice.objects.select_for_update(of=("self",)).select_related("procurement__organisation").get(pk=notice.pk)
    )
    if notice.closed_at:
        return notice
    if not reason.strip():
        raise ReasonMissing({"reason": "Closing early says why."})
    notice.closed_at, notice.closed_reason = at, reason.strip()
    notice.save(update_fields=["closed_at", "closed_reason"])
    searching.close(notice)
    record("notice.closed", notice, by=by, at=at, acting_for=notice.procurement.organisation)
    return notice
