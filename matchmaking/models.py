"""Who should hear of what: subscriptions, and matches with the reasons that a person can read."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from procurements.models import NoticeVersion


class Subscription(models.Model):
    """Criteria. An organisation's (what it offers) or a person's (a saved search); the matcher sees one thing.

    Empty criteria of a kind mean "any"; a subscription with no criteria at all is refused: it would match everything.
    """

    name = models.CharField(_("name"), max_length=120)
    organisation = models.OneToOneField(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="subscription"
    )
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="subscriptions")
    cpv = ArrayField(models.CharField(max_length=8), verbose_name=_("fields (CPV)"), default=list, blank=True)
    regions = ArrayField(models.CharField(max_length=5), verbose_name=_("regions"), default=list, blank=True)
    goals = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("Agenda 2030 goals"), default=list, blank=True)
    words = ArrayField(models.CharField(max_length=80), verbose_name=_("words"), default=list, blank=True)
    excluded_words = ArrayField(models.CharField(max_length=80), verbose_name=_("words to leave out"), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=3), verbose_name=_("languages"), default=list, blank=True)
    kinds = ArrayField(models.CharField(max_length=20), verbose_name=_("kinds of notice"), default=list, blank=True)
    # Made by matchmaking.engine from the criteria, in the same save: what the index is asked.
    cpv_keys = ArrayField(models.CharField(max_length=8), default=list)  # prefixes without trailing zeros; {"*"}: any
    region_keys = ArrayField(models.CharField(max_length=5), default=list)
    paused_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="subscription_of_an_organisation_or_a_person",
                condition=Q(organisation=None, person__isnull=False) | Q(organisation__isnull=False, person=None),
            ),
        ]
        indexes = [GinIndex(fields=["cpv_keys", "region_keys"], name="subscription_keys")]

    def __str__(self) -> str:
        return self.name


class Receiver(models.Model):
    """A person who hears of a subscription's matches; of an organisation's, only while a member of it."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="receivers")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="receives")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "user"], name="receiver_once")]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.user_id}"


class MatchRun(models.Model):
    """A version has been matched. Its absence is the queue."""

    version = models.OneToOneField(NoticeVersion, primary_key=True, on_delete=models.CASCADE, related_name="match_run")
    at = models.DateTimeField()
    candidates = models.PositiveIntegerField(default=0)
    matches = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.version_id}: {self.matches}"


class Match(models.Model):
    version = models.ForeignKey(NoticeVersion, on_delete=models.CASCADE, related_name="matches")
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="matches")
    score = models.PositiveSmallIntegerField()  # 0-100
    reasons = models.JSONField(default=list)  # [{"kind": "cpv", "value": "33196", ...}]: see matchmaking.scoring.Reason
    created_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)  # somebody said "not relevant"
    dismissed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    dismissed_reason = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "subscription"], name="matched_once"),
            models.CheckConstraint(name="match_score_to_100", condition=Q(score__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} ~ {self.subscription_id}: {self.score}"
