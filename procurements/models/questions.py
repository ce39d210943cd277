"""Questions, asked in private and answered to all at once (A21). Who asked is the team's alone, and the asker's own."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Organisation, User
from procurements.models.chain import Notice, Procurement


class QuestionQuerySet(models.QuerySet["Question"]):
    def waiting(self) -> QuestionQuerySet:
        """Neither answered in public nor turned down."""
        return self.filter(number=None, declined_at=None)

    def answered(self) -> QuestionQuerySet:
        return self.exclude(number=None)

    def seen_by_buyer(self, user: User) -> QuestionQuerySet:
        return self.filter(notice__procurement__in=Procurement.objects.with_place_for(user))

    def own(self, user: User) -> QuestionQuerySet:
        """What the person asked, and what colleagues asked for an organisation that the person still acts for."""
        return self.filter(Q(organisation=None, asked_by=user) | Q(organisation__in=Organisation.objects.of(user)))


class Question(models.Model):
    """Its key is random (v4): it tells neither order nor number. `number` is its place among the answered ones."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="questions")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="questions"
    )
    asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="questions")
    text = models.TextField(max_length=4000)
    received_at = models.DateTimeField()  # procurements.clock.received_at
    receipt = models.CharField(max_length=64)  # SHA-256 of what was received, with its time
    read_at = models.DateTimeField(null=True, blank=True)
    assigned_to = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="assigned")
    assigned_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    assigned_at = models.DateTimeField(null=True, blank=True)
    answer_due_on = models.DateField(null=True, blank=True)
    draft_question = models.TextField(max_length=4000, blank=True)  # the question as the public will read it
    draft_answer = models.TextField(max_length=20_000, blank=True)
    draft_revision = models.PositiveIntegerField(default=1)
    drafted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    drafted_at = models.DateTimeField(null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    declined_reason = models.TextField(max_length=2000, blank=True)  # read by the asker alone

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["received_at"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="answered_question_numbered_once"),
            models.UniqueConstraint(fields=["notice", "receipt"], name="question_received_once"),
            models.CheckConstraint(
                name="question_answered_or_declined", condition=Q(number=None) | Q(declined_at=None)
            ),
            models.CheckConstraint(
                name="question_declined_with_a_reason", condition=Q(declined_at=None) | ~Q(declined_reason="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Answer(models.Model):
    """A question and its answer as the public reads them; frozen by a trigger. A corrected one is the next version."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    version = models.PositiveIntegerField()
    question_text = models.TextField()
    text = models.TextField()
    language = models.CharField(max_length=3, default="sv")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=600, blank=True)  # why it was corrected

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["question", "version"], name="answer_version_numbered_once"),
            models.CheckConstraint(name="corrected_answer_has_a_reason", condition=Q(version=1) | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} ({self.version})"
