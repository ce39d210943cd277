"""Publishing at a chosen moment: exactly once, whatever happens to the workers (A17).

The row is the promise. A worker takes the notice's lock, and before it that of its buyer group, writes `done_at` and the
version in one transaction, and lets go: one that is killed leaves nothing half done, and two at once find the lock taken or
the promise kept.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules import Refused
from networks.models import BuyerGroup
from notifications import telling
from procurements import locking, publishing, teaming
from procurements.grants import TeamCan
from procurements.models import Notice, Schedule
from procurements.wording import changes
from procurements.writing import Stale
from records.auditing import record

log = logging.getLogger(__name__)

LATEST = timedelta(days=366)
GIVE_UP = timedelta(hours=1)  # after so long of errors that nobody foresaw, the team is told


class AlreadyScheduled(Refused):
    sentence = _("It waits for another moment already. Take that back first.")


class NothingNew(Refused):
    sentence = _("Nothing differs from what is published.")


@transaction.atomic
def schedule(
    notice: Notice,
    *,
    publish_at: datetime,
    revision: int,
    by: User,
    at: datetime,
    reason: str = "",
    is_minor: bool = False,
    short_time: str = "",
) -> Schedule:
    """Promises to publish the text as it stands at `publish_at`; nobody changes it meanwhile. A second click finds the promise.

    The caller fetched the notice through `publishable_by(by)`. All that publishing asks for is asked for now, as it will be
    at that moment, and asked again then. Raises AlreadyScheduled, NothingNew, Stale, publishing.NotPublishable.
    """
    notice = locking.with_its_group(notice.pk)
    if waiting := notice.schedules.waiting().first():
        if (waiting.publish_at, waiting.revision) == (publish_at, revision):
            return waiting
        raise AlreadyScheduled
    if notice.current_version and not changes(notice.current_version, notice):
        raise NothingNew
    if revision != notice.revision:
        raise Stale(notice)
    if publish_at <= at:
        raise publishing.NotPublishable({"publish_at": gettext("Choose a moment that is still to come.")})
    if publish_at > at + LATEST:
        raise publishing.NotPublishable({"publish_at": gettext("This is more than a year ahead. Check the year.")})
    publishing.require_publishable(notice, at=publish_at, reason=reason, is_minor=is_minor)
    made = Schedule.objects.create(
        notice=notice,
        revision=revision,
        publish_at=publish_at,
        reason=reason.strip(),
        is_minor=is_minor and notice.current_version is not None,
        set_by=by,
        set_at=at,
    )
    said = {"publish_at": publish_at.isoformat(), **({"short_time": short_time} if short_time else {})}
    record("notice.scheduled", notice, by=by, at=at, acting_for=notice.procurement.organisation, details=said)
    return made


@transaction.atomic
def take_back(waiting: Schedule, *, by: User, at: datetime) -> Schedule:
    """The text can be changed again, and is not published by itself. Harmless when it is over already."""
    notice = Notice.objects.locked(waiting.notice_id)
    waiting = Schedule.objects.get(pk=waiting.pk)
    if waiting.done_at or waiting.failed_at or waiting.taken_back_at:
        return waiting
    waiting.taken_back_at, waiting.taken_back_by = at, by
    waiting.save(update_fields=["taken_back_at", "taken_back_by"])
    record("notice.unscheduled", notice, by=by, at=at, acting_for=notice.procurement.organisation)
    return waiting


def drain(*, at: datetime) -> None:
    """Publishes all that is due, each in a transaction of its own: one that cannot be published stops no other."""
    due = Schedule.objects.waiting().filter(publish_at__lte=at).order_by("publish_at", "pk")
    for pk, publish_at in list(due.values_list("pk", "publish_at")):
        try:
            _keep(pk, at=at)
        except OperationalError:
            raise  # the database is away: nothing else will go better
        except Exception:
            log.exception("schedule %s could not be kept", pk)
            if at - publish_at > GIVE_UP:
                _give_up(pk, at=at)


@transaction.atomic
def _keep(pk: int, *, at: datetime) -> None:
    promise = _taken(pk)
    if promise is None:
        return
    with translation.override(promise.set_by.language):
        try:
            with transaction.atomic():
                if not Notice.objects.publishable_by(promise.set_by).filter(pk=promise.notice_id).exists():
                    said = gettext("%(name)s may not publish for the organisation any more.")
                    raise publishing.NotPublishable({"": said % {"name": promise.set_by}})
                promise.done_at = at
                promise.save(update_fields=["done_at"])
                publishing.publish_scheduled(promise, at=at)
        except publishing.NotPublishable as why:
            _fail(promise, "\n".join(why.problems.values()), at=at)
        except Refused as why:  # the buyer group says no: its list cannot be fixed
            _fail(promise, str(why), at=at)
        except Stale:
            _fail(promise, gettext("The text was changed after the moment was chosen."), at=at)


@transaction.atomic
def _give_up(pk: int, *, at: datetime) -> None:
    if promise := _taken(pk):
        with translation.override(promise.set_by.language):
            _fail(promise, gettext("Something went wrong here in the arena. Please try again, or write to us."), at=at)


def _taken(pk: int) -> Schedule | None:
    """The promise, with the locks of its group and notice; None when it is settled, or when somebody else holds a lock."""
    groups = BuyerGroup.objects.filter(procurements__notices__schedules=pk)
    if groups.exists() and not groups.select_for_update(skip_locked=True, of=("self",)):
        return None
    notice = Notice.objects.select_for_update(skip_locked=True, of=("self",)).filter(schedules=pk).first()
    if notice is None:
        return None
    waiting = Schedule.objects.waiting().select_related("notice__procurement__organisation", "set_by")
    return waiting.filter(pk=pk).first()


def _fail(promise: Schedule, failure: str, *, at: datetime) -> None:
    promise.done_at, promise.failed_at, promise.failure = None, at, failure
    promise.save(update_fields=["done_at", "failed_at", "failure"])
    procurement = promise.notice.procurement
    record("notice.schedule-failed", promise.notice, by=None, at=at, acting_for=procurement.organisation)
    told = [teaming.recipient(procurement, promise.set_by), *teaming.recipients(procurement, TeamCan.EDIT)]
    telling.tell("publication-failed", f"schedule:{promise.pk}:failed", promise, told, at=at)
