"""That people hear: facts worth telling, their lines in inboxes, and the mails that carry them (docs/decisions/0002)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User


class Rhythm(models.TextChoices):
    AT_ONCE = "at-once", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    OFF = "off", _("No mail")


class Event(models.Model):
    """A fact worth telling, once: written in the transaction that makes it true; its key refuses a second one."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=160, unique=True)  # as in "notice-version:17"
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)  # what the words need and the subject cannot tell later
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="event_by_subject")]

    def __str__(self) -> str:
        return self.key


class Notification(models.Model):
    """One event's one line in one person's inbox. Exactly once is true here, by constraint."""

    # Indexed by the constraint and by the inbox; one more each would make every line of a large audience dearer.
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="notifications", db_index=False)
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications", db_index=False)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )  # heard on behalf of; organisations are merged, hardly ever deleted
    # Why this person, as the kind's `line` understands it: [{"kind": "interest", "value": ""}] or ["cpv:33196", "search:17"].
    reasons = models.JSONField(default=list)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)  # the person put it away
    mail_due_at = models.DateTimeField(
        null=True, blank=True
    )  # when it is to be mailed; null: no mail wanted, or in one

    # Set by kinds.with_subjects, which every line and every mail is made from.
    subject: Any = None
    is_for_member = True

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["event", "recipient"], name="told_once")]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="inbox"),
            models.Index(fields=["mail_due_at"], name="notification_mail_due", condition=Q(mail_due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} -> {self.recipient_id}"


class Mail(models.Model):
    """One message to one person: claimed, sent and marked once. Its id is its Message-ID and idempotency key."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        UNKNOWN = "unknown", _("Unknown whether it left")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Not sent")  # nothing in it may be shown any more, or the address is suppressed
        STALE = "stale", _("Held after a restore")
        RETURNED = "returned", _("Came back")  # it was sent, and a mail server told us later that it did not arrive

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Priority(models.IntegerChoices):
        ACCOUNT = 0  # somebody sits and waits for a code
        IMMEDIATE = 1
        DIGEST = 2

    kind = models.CharField(max_length=80)  # "immediate", "digest", or "account:" and the name of an account mail
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.IMMEDIATE)
    recipient = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="mails")
    address = models.EmailField()  # account mails go to addresses that are nobody's yet
    context = models.JSONField(default=dict, blank=True)  # an account mail's words; blanked when it is settled
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)  # later than this it would only confuse: an old code
    lease_until = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    provider_id = models.CharField(
        max_length=200, blank=True
    )  # what an HTTP provider calls it; its webhooks say this name

    # Set by notifications.sending.claim.
    is_suppressed = False
    kinds_off: Sequence[str] = ()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mail_being_sent_has_a_lease", condition=~Q(state="sending") | Q(lease_until__isnull=False)
            ),
            models.CheckConstraint(
                name="mail_settled_when_it_ends",
                condition=Q(state__in=["pending", "sending", "stale"]) | Q(settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="mail_settled_keeps_no_words",
                condition=Q(state__in=["pending", "sending", "stale"]) | Q(context={}),
            ),
        ]
        indexes = [
            models.Index(fields=["priority", "due_at"], name="mail_due", condition=Q(state="pending")),
            models.Index(fields=["lease_until"], name="mail_leased", condition=Q(state="sending")),
            models.Index(fields=["state", "-created_at"], name="mail_by_state"),
            models.Index(Lower("address"), name="mail_by_address"),
            models.Index(fields=["provider_id"], name="mail_by_provider_id", condition=~Q(provider_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class MailItem(models.Model):
    """Joins a mail to a notification that it carries: once, and once more when nobody knows whether the first mail left."""

    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="items")
    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="mail_items")
    is_repeat = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notification", "is_repeat"], name="carried_once_and_repeated_once")
        ]

    def __str__(self) -> str:
        return f"{self.mail_id} {self.notification_id}"


class Preference(models.Model):
    """How a person wants one kind of event by mail. No row: the kind's own default."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="preferences")
    kind = models.CharField(max_length=40)
    rhythm = models.CharField(max_length=10, choices=Rhythm)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="preference_for_a_kind_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.rhythm}"


class Suppression(models.Model):
    """An address that mail must not go to: it bounced or complained, or its owner said no to everything."""

    address = models.EmailField(unique=True)
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reason


class Bounce(models.Model):
    """A mail server, a provider or a reader said that a mail did not arrive, or was not wanted. Taken in once, by its key."""

    class Kind(models.TextChoices):
        PERMANENT = "permanent", _("Did not arrive")
        TEMPORARY = "temporary", _("Is late")
        COMPLAINT = "complaint", _("Reported as unwanted")

    key = models.CharField(max_length=200, unique=True)  # the report's Message-ID, or the provider's name of the event
    mail = models.ForeignKey(Mail, null=True, blank=True, on_delete=models.CASCADE, related_name="bounces")
    address = models.EmailField()
    kind = models.CharField(max_length=10, choices=Kind)
    detail = models.CharField(max_length=300, blank=True)  # the mail server's words, one line
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(Lower("address"), F("at").desc(), name="bounces_of_an_address")]

    def __str__(self) -> str:
        return f"{self.address} {self.kind}"
