"""Telling other systems (G5)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from procurements.models import Notice


class Happening(models.TextChoices):
    """What a webhook can be told of."""

    PUBLISHED = "published", _("A notice was published")
    AMENDED = "amended", _("A notice was amended")
    CLOSED = "closed", _("A notice was closed, withdrawn or cancelled")
    OUTCOME = "outcome", _("A notice has an outcome")


class Webhook(models.Model):
    """An address that hears of public notices that answer a question to the list. Its signing secret is derived, not stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="webhooks"
    )  # whose it is: all of its members who administer see it
    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("address"), max_length=1000)  # https; asked of the resolver at each delivery (S11)
    question = models.CharField(max_length=2000, blank=True)  # as in the list's address: "cpv=33&region=SE22"
    happenings = ArrayField(models.CharField(max_length=10, choices=Happening), verbose_name=_("tell of"))
    generation = models.PositiveSmallIntegerField(default=1)  # of the secret: counted up to change it
    # Up to here the row of changes was read (NoticeSearch.changed, notice): what comes later is told.
    read_to = models.BigIntegerField(default=0)
    read_notice = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)  # by its owner, or after days of failures
    paused_because = models.CharField(max_length=20, blank=True)  # "failures"; empty: the owner's wish
    failing_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.CheckConstraint(name="webhook_hears_something", condition=~Q(happenings=[]))]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One thing to be told to one webhook: at least once, under a number that never changes (claim, commit, send, settle)."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waits")
        SENDING = "sending", _("Is being sent")
        SENT = "sent", _("Received")
        FAILED = "failed", _("Given up")
        DROPPED = "dropped", _("Not wanted any more")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # the `webhook-id` of the message
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    notice = models.ForeignKey(Notice, null=True, on_delete=models.CASCADE, related_name="+")  # None: a test message
    happening = models.CharField(max_length=10, choices=Happening)
    key = models.CharField(max_length=80)  # what happened, once: "published:17", "amended:17:3"
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # of the last answer
    error = models.CharField(max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField(null=True, blank=True)  # until the last answer

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "key"], name="told_a_webhook_once"),
            models.CheckConstraint(
                name="delivery_being_sent_has_a_lease", condition=~Q(state="sending") | Q(lease_until__isnull=False)
            ),
            models.CheckConstraint(
                name="delivery_settled_when_it_ends",
                condition=Q(state__in=["pending", "sending"]) | Q(settled_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(state="pending")),
            models.Index(fields=["lease_until"], name="delivery_leased", condition=Q(state="sending")),
            models.Index("webhook", F("created_at").desc(), name="deliveries_of_a_webhook"),
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.key}: {self.state}"
