"""What happens to a text before the public reads it: typing, comments, reviews, links for a look, a time to publish."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from procurements.models.chain import Notice


class Unsaved(models.Model):
    """What somebody has typed and the working text could not take: half a date, or a colleague was first (A2, A3).

    `fields` is a form's own data, a list of texts per name. The row is gone as soon as the text is saved.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="unsaved")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=20)
    fields = models.JSONField(default=dict)
    revision = models.PositiveIntegerField()  # the one that the writer saw
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "user", "step"], name="typed_once_a_step")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.user_id} {self.step}"


class ReviewQuerySet(models.QuerySet["Review"]):
    def waiting(self) -> ReviewQuerySet:
        return self.filter(decided_at=None, taken_back_at=None)


class Review(models.Model):
    """A second pair of eyes on one revision of a text (A18). A draft's state is the state of its newest review."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("Approved")
        CHANGES = "changes", _("Changes are asked for")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="reviews")
    revision = models.PositiveIntegerField()
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reviews")  # who is asked
    message = models.CharField(max_length=1000, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    comment = models.TextField(max_length=4000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice"], condition=Q(decided_at=None, taken_back_at=None), name="reviewed_by_one_at_a_time"
            ),
            models.CheckConstraint(name="reviewed_by_somebody_else", condition=~Q(reviewer=F("asked_by"))),
            models.CheckConstraint(
                name="review_decided_with_a_verdict",
                condition=Q(decided_at=None, verdict="") | (Q(decided_at__isnull=False) & ~Q(verdict="")),
            ),
            models.CheckConstraint(
                name="changes_are_asked_for_in_words", condition=~Q(verdict="changes") | ~Q(comment="")
            ),
            models.CheckConstraint(name="review_ends_in_one_way", condition=Q(decided_at=None) | Q(taken_back_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} ({self.revision})"


class PreviewLink(models.Model):
    """Lets a person without an account read a draft and comment on it, until a day (A19). Only a digest of the secret is kept."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="preview_links")
    label = models.CharField(max_length=120)  # for whom it was made
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the secret in the address
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(name="preview_link_expires", condition=Q(expires_at__gt=F("made_at"))),
        ]

    def __str__(self) -> str:
        return self.label


class Comment(models.Model):
    """A remark on a draft, by a colleague or by somebody with a preview link; done when one of the team says so."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="comments")
    field = models.CharField(max_length=30, blank=True)  # a column of the wording; empty: the whole
    text = models.TextField(max_length=4000)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    link = models.ForeignKey(PreviewLink, null=True, blank=True, on_delete=models.PROTECT, related_name="comments")
    name = models.CharField(max_length=120, blank=True)  # what somebody with a link calls himself or herself
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="comment_has_one_author",
                condition=Q(by__isnull=False, link=None) | Q(by=None, link__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.at:%Y-%m-%d}"


class ScheduleQuerySet(models.QuerySet["Schedule"]):
    def waiting(self) -> ScheduleQuerySet:
        return self.filter(done_at=None, failed_at=None, taken_back_at=None)


class Schedule(models.Model):
    """A moment at which one revision is to be published, once, even if workers die (A17). The text is locked meanwhile."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="schedules")
    revision = models.PositiveIntegerField()
    publish_at = models.DateTimeField()
    reason = models.CharField(max_length=600, blank=True)  # of an amendment
    is_minor = models.BooleanField(default=False)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)  # what stood in the way, for the team to read
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["-set_at"]
        indexes = [
            models.Index(
                fields=["publish_at"],
                condition=Q(done_at=None, failed_at=None, taken_back_at=None),
                name="schedule_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["notice"],
                condition=Q(done_at=None, failed_at=None, taken_back_at=None),
                name="scheduled_once_at_a_time",
            ),
            models.CheckConstraint(name="scheduled_for_later", condition=Q(publish_at__gt=F("set_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.publish_at:%Y-%m-%d %H:%M}"
