"""What was done: the audit log with its seals, jobs with progress, keys that make a repeated request harmless, and what
was typed when the door had closed (`keeping.py`).
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class AuditEvent(models.Model):
    """One change that matters, written in the transaction of that change.

    Append-only: a trigger refuses UPDATE and DELETE, and the application's database role may only INSERT and SELECT.
    Persons and organisations stand here by number alone, so that erasing a person does not break the chain of seals.
    """

    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    acting_for_id = models.BigIntegerField(
        null=True, blank=True
    )  # an organisation's number; records knows no organisations
    action = models.CharField(max_length=60)  # as in "notice.published"
    subject_type = models.CharField(max_length=60)  # as in "procurements.notice"
    subject_id = models.CharField(max_length=64)
    details = models.JSONField(default=dict)  # what changed, from and to; never a secret, never a person's data
    ip_prefix = models.CharField(max_length=50, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_by_subject"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
            models.Index(fields=["action", "-id"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.subject_type}:{self.subject_id}"


class AuditSeal(models.Model):
    """The link of the hash chain that seals one event; written seconds later, so that no change waits for another."""

    event = models.OneToOneField(AuditEvent, primary_key=True, on_delete=models.PROTECT, related_name="seal")
    sequence = models.BigIntegerField(unique=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.hash[:12]}"


class Job(models.Model):
    """A long piece of work that a person can watch."""

    kind = models.CharField(max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="job_finished_after_start", condition=Q(finished_at=None) | Q(finished_at__gte=F("started_at"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%Y-%m-%d %H:%M}"


class Pulse(models.Model):
    """The last run of a task that beats: what shows that a worker is at work, and what stops (D14). One row a task."""

    task = models.CharField(max_length=80, primary_key=True)  # as in "matchmaking.match_due"
    host = models.CharField(max_length=120, blank=True)  # the worker that ran it last
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)  # of the last run that ended well
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)  # of the last run that failed; the class and its words
    runs = models.BigIntegerField(default=0)
    failures = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["task"]

    def __str__(self) -> str:
        return self.task


class IdempotencyKey(models.Model):
    """A form's one-time key: the first request with it does the work, the others are shown its result (quality R6)."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    action = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    result = models.CharField(max_length=300, blank=True)  # the path that the first request was answered with

    def __str__(self) -> str:
        return f"{self.action} {self.key}"


class KeptPostQuerySet(models.QuerySet["KeptPost"]):
    def waiting(self) -> KeptPostQuerySet:
        """Not sent again yet."""
        return self.filter(restored_at=None)

    def outlived(self, at: datetime) -> KeptPostQuerySet:
        return self.filter(Q(created_at__lt=at - KeptPost.KEPT) | Q(restored_at__lt=at - KeptPost.KEPT_WHEN_SENT))


class KeptPost(models.Model):
    """A form that a person sent and the arena could not take: the session had ended, the terms had changed.

    Read by that person alone. `fields` holds the form in its order, as `[["title", ["Fall hemma"]], ["goals", ["3", "9"]]]`.
    """

    KEPT = timedelta(days=7)
    KEPT_WHEN_SENT = timedelta(days=1)  # the page that took it may have said no: the words are here for one more day

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kept_posts")
    path = models.TextField()  # where it was sent to, one of our own addresses, with its query
    page = models.TextField(blank=True)  # on which page it was written, as the browser says
    fields = models.JSONField(default=list)
    missing = models.JSONField(default=list)  # names of files that were too large to keep
    is_by_script = models.BooleanField(default=False)  # saved while typing; the next one replaces it
    created_at = models.DateTimeField()
    restored_at = models.DateTimeField(null=True, blank=True)

    objects = KeptPostQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["user", "-created_at"], name="kept_posts_of_a_person")]

    def __str__(self) -> str:
        return str(self.pk)


def _place(file: KeptFile, name: str) -> str:
    """Where the bytes lie: a name that tells nothing, in a directory that nobody is shown."""
    return f"kept/{uuid.uuid4().hex}"


class KeptFile(models.Model):
    post = models.ForeignKey(KeptPost, on_delete=models.CASCADE, related_name="files")
    field = models.CharField(max_length=200)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=200, blank=True)  # as the browser said; the page that takes it judges
    size = models.PositiveBigIntegerField()  # bytes
    content = models.FileField(upload_to=_place)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
