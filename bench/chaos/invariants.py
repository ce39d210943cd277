"""What must be true of the rows after every fault, whatever died (quality 3.5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from files import storing
from files.models import StoredFile
from matchmaking.models import MatchFailure, MatchRun, due
from notifications.models import Event, Mail, MailItem, Notification
from procurements.models import Interest, NoticeVersion
from records import sealing
from records.models import AuditEvent

RULES: list[Callable[[datetime], str]] = []


def rule(check: Callable[[datetime], str]) -> Callable[[datetime], str]:
    RULES.append(check)
    return check


def broken(at: datetime) -> list[str]:
    """A sentence for each rule that does not hold."""
    return [said for check in RULES if (said := check(at))]


def _count(rows: int, what: str) -> str:
    return f"{rows} {what}" if rows else ""


@rule
def every_mail_carries_something(at: datetime) -> str:
    """No delivery without a notification."""
    empty = Mail.objects.exclude(kind__startswith="account:").filter(
        ~Exists(MailItem.objects.filter(mail=OuterRef("pk")))
    )
    return _count(empty.count(), "mails carry no notification")


@rule
def everyone_is_told_once(at: datetime) -> str:
    twice = Notification.objects.values("event", "recipient").annotate(times=Count("pk")).filter(times__gt=1)
    return _count(twice.count(), "people were told of one event twice")


@rule
def a_notice_is_found_once(at: datetime) -> str:
    """Two events of one notice, of one kind, for one version."""
    twice = Event.objects.values("key").annotate(times=Count("pk")).filter(times__gt=1)
    return _count(twice.count(), "events were written twice")


@rule
def what_is_done_told_everyone(at: datetime) -> str:
    """No run that is done has fewer notifications than it says it told."""
    told = dict(
        Event.objects.filter(kind__in=["match", "amendment", "next-step"])
        .values_list("key")
        .annotate(people=Count("notifications"))
    )
    short = [
        version
        for version, people in MatchRun.objects.values_list("version", "told")
        if sum(told.get(f"{kind}:{version}", 0) for kind in ("match", "amendment", "next-step")) != people
    ]
    return _count(len(short), "versions were matched, and not everyone was told")


@rule
def nothing_waits_for_the_matcher(at: datetime) -> str:
    return _count(due(at).count() + MatchFailure.objects.count(), "versions wait for the matcher")


@rule
def a_mail_is_never_stuck(at: datetime) -> str:
    stuck = Mail.objects.filter(
        Q(state=Mail.State.SENDING, lease_until__lt=at) | Q(state=Mail.State.PENDING, due_at__lt=at)
    )
    return _count(stuck.count(), "mails are stuck")


@rule
def a_notification_is_mailed_once_and_repeated_once(at: datetime) -> str:
    often = MailItem.objects.values("notification", "is_repeat").annotate(times=Count("pk")).filter(times__gt=1)
    return _count(often.count(), "notifications stand in two mails")


@rule
def what_is_public_was_published_once(at: datetime) -> str:
    """Every published notice has exactly one audit event that says so, and every later version one more."""
    said = dict(
        AuditEvent.objects.filter(action__in=["notice.published", "notice.amended"])
        .values_list("subject_id")
        .annotate(times=Count("pk"))
    )
    versions = NoticeVersion.objects.filter(notice__source_id=None).values_list("notice").annotate(times=Count("pk"))
    wrong = [notice for notice, times in versions if said.get(str(notice), 0) != times]
    return _count(len(wrong), "notices were not published as often as the audit log says")


@rule
def every_interest_was_received(at: datetime) -> str:
    """The interests that the audit log knows of are the rows."""
    received = AuditEvent.objects.filter(action="interest.registered").count()
    return (
        ""
        if received == Interest.objects.count()
        else f"{received} interests received, {Interest.objects.count()} stored"
    )


@rule
def every_file_has_its_row(at: datetime) -> str:
    """No file without its row, no row without its file."""
    found = {path.name for path in storing.root().rglob("*") if path.is_file()}
    known = {str(pk) for pk in StoredFile.objects.exclude(state=StoredFile.State.PENDING).values_list("pk", flat=True)}
    return _count(len(found ^ known), "files without a row, or rows without a file")


@rule
def the_audit_chain_verifies(at: datetime) -> str:
    sealing.seal_due(at)
    wrong = sealing.verify()
    return str(wrong) if wrong else ""
