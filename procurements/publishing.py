"""Making a notice public, and changing what is public."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from networks.models import Participant
from notifications import doorbell
from procurements import approving, buyer_list, law, locking, parts, reviewing, searching
from procurements.models import Notice, NoticeVersion, Schedule
from procurements.wording import SPELLED, changes, contents, problems
from procurements.writing import Locked, Stale
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


class NotApproved(NotPublishable):
    """Here two people look at every text, and nobody has approved this one as it stands (A18)."""


class NotAgreed(NotPublishable):
    """Several buy together, and not all who are committed have approved this text as it stands (C8)."""

    def __init__(self, missing: Sequence[Participant]) -> None:
        words = ngettext(
            "%(names)s buys together with you, and has not approved this text as it stands.",
            "%(count)s who buy together with you have not approved this text as it stands: %(names)s.",
            len(missing),
        )
        names = ", ".join(one.organisation.name for one in missing)
        super().__init__({"approvals": words % {"names": names, "count": len(missing)}})
        self.missing = list(missing)


@transaction.atomic
def publish(
    notice: Notice,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    is_minor: bool = False,
    revision: int | None = None,
    short_time: str = "",
) -> NoticeVersion:
    """Freezes the working text into the next version and shows it to the world.

    The caller fetched the notice through `Notice.objects.publishable_by(by)`. Publishing what is public already
    changes nothing and returns the version that stands. `revision` is the one that the person read; raises Stale when a
    colleague saved since, so that nobody publishes words unseen, and Locked while it waits for its scheduled moment.
    `short_time` is why the deadline may be earlier than the law's shortest time; it is kept in the audit log.
    Raises NotPublishable with what is missing, HandedOver when the lead went to another buyer meanwhile.
    """
    notice = locking.for_publisher(notice, by)
    current = notice.current_version
    if current and not changes(current, notice):
        return current
    if revision is not None and revision != notice.revision:
        raise Stale(notice)
    if notice.schedules.waiting().exists():
        raise Locked
    require_publishable(notice, at=at, reason=reason, is_minor=is_minor)
    said = {"short_time": short_time} if short_time else {}
    return _make_public(notice, by=by, at=at, reason=reason, is_minor=is_minor, details=said)


@transaction.atomic
def publish_scheduled(schedule: Schedule, *, at: datetime) -> NoticeVersion:
    """What `scheduling.drain` does when the moment has come, under the notice's lock. The time that the law asks for was judged
    when the moment was chosen, and the text has been locked since; who buys together may have changed, and each of those
    who are committed now must have approved the text. Raises NotPublishable, Stale.
    """
    notice = locking.with_its_group(schedule.notice_id)
    current = notice.current_version
    if current and not changes(current, notice):
        return current
    if schedule.revision != notice.revision:
        raise Stale(notice)
    require_publishable(notice, at=at, reason=schedule.reason, is_minor=schedule.is_minor)
    return _make_public(
        notice,
        by=schedule.set_by,
        at=at,
        reason=schedule.reason,
        is_minor=schedule.is_minor,
        details={"scheduled": schedule.pk},
    )


def require_publishable(notice: Notice, *, at: datetime, reason: str, is_minor: bool) -> None:
    """Raises NotPublishable with what stands in the way of making the working text public at `at`."""
    current = notice.current_version
    if wrong := problems(notice, notice.kind, at=at, current=current):
        raise NotPublishable(wrong)
    if current and not reason.strip():
        raise ReasonMissing({"reason": _("Say why you change it.")})
    if current and is_minor and any(change.field not in SPELLED for change in changes(current, notice)):
        raise NotMinor({"is_minor": _("More than spelling is changed, so those who follow it must hear of it.")})
    if notice.procurement.organisation.publishes_with_two and not reviewing.is_approved(notice):
        raise NotApproved({"approval": _("A colleague has to approve this text as it stands before it is published.")})
    if missing := approving.missing(notice):
        raise NotAgreed(missing)


def time_warning(notice: Notice, *, publish_at: datetime) -> law.Warning | None:
    """When the deadline leaves less time than the law of the buyer's country asks for (A17). It stops nothing."""
    current = notice.current_version
    if notice.deadline_at is None or (current and current.deadline_at == notice.deadline_at):
        return None  # an amendment that leaves the deadline alone shortens nothing
    organisation = notice.procurement.organisation
    facts = law.Facts.of(notice, getattr(notice.procurement, "procedure_advice", None))
    return law.time_problem(facts, publish_at=publish_at, deadline_at=notice.deadline_at, country=organisation.country)


def _make_public(
    notice: Notice, *, by: User, at: datetime, reason: str, is_minor: bool, details: dict[str, Any]
) -> NoticeVersion:
    current = notice.current_version
    version = NoticeVersion.objects.create(
        notice=notice,
        number=current.number + 1 if current else 1,
        published_at=at,
        published_by=by,
        reason=reason.strip() if current else "",
        is_minor=is_minor and current is not None,
        **contents(notice),
    )
    parts.freeze(notice, version)
    buyer_list.freeze(notice, version, approvals=approving.approvals_for(notice))
    notice.current_version = version
    notice.save(update_fields=["current_version"])
    searching.index(version)
    reviewing.end_waiting(notice, at=at)
    fields = [change.field for change in changes(current, version)] if current else []
    record(
        "notice.amended" if current else "notice.published",
        notice,
        by=by,
        at=at,
        acting_for=notice.procurement.organisation,
        details={"version": version.number, "fields": fields, **details},
    )
    doorbell.ring("match")
    return version
