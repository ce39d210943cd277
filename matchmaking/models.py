"""Who should hear of what: subscriptions, and matches with the reasons that a person can read."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can
from accounts.models import Membership, Organisation, User
from procurements.models import News, NoticeVersion


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def seen_by(self, user: User) -> SubscriptionQuerySet:
        """The person's own, and those of the organisations that the person acts for."""
        return self.filter(Q(person=user) | Q(organisation__in=Organisation.objects.of(user)))

    def kept_by(self, user: User) -> SubscriptionQuerySet:
        """Those that the person may change and answer for."""
        return self.filter(Q(person=user) | Q(organisation__in=Organisation.objects.of(user, Can.WRITE)))


class Subscription(models.Model):
    """Criteria. An organisation's (what it offers) or a person's (a saved search); the matcher sees one thing.

    Empty criteria of a kind mean "any" (of notices: any that can be answered); a subscription with no criteria at all
    is refused: it would match everything.
    """

    name = models.CharField(_("name"), max_length=120)
    organisation = models.OneToOneField(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="subscription"
    )
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="subscriptions")
    cpv = ArrayField(models.CharField(max_length=8), verbose_name=_("fields (CPV)"), default=list, blank=True)
    regions = ArrayField(models.CharField(max_length=5), verbose_name=_("regions"), default=list, blank=True)
    goals = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("Agenda 2030 goals"), default=list, blank=True
    )
    words = ArrayField(models.CharField(max_length=80), verbose_name=_("words"), default=list, blank=True)
    excluded_words = ArrayField(
        models.CharField(max_length=80), verbose_name=_("words to leave out"), default=list, blank=True
    )
    languages = ArrayField(models.CharField(max_length=3), verbose_name=_("languages"), default=list, blank=True)
    kinds = ArrayField(models.CharField(max_length=20), verbose_name=_("kinds of notice"), default=list, blank=True)
    # Made by matchmaking.subscribing from the criteria, in the same save. `stems`: {word: {dictionary: [lexeme, ...]}}.
    stems = models.JSONField(default=dict)
    subject_keys = ArrayField(
        models.CharField(max_length=120), default=list
    )  # matchmaking.keys: what, as the index is asked
    place_keys = ArrayField(models.CharField(max_length=8), default=list)  # matchmaking.keys: where
    paused_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="subscription_of_an_organisation_or_a_person",
                condition=Q(organisation=None, person__isnull=False) | Q(organisation__isnull=False, person=None),
            ),
            models.CheckConstraint(name="subscription_has_keys", condition=~Q(subject_keys=[]) & ~Q(place_keys=[])),
        ]
        indexes = [GinIndex(fields=["subject_keys", "place_keys"], name="subscription_keys")]

    def __str__(self) -> str:
        return self.name


class ReceiverQuerySet(models.QuerySet["Receiver"]):
    def hearing(self) -> ReceiverQuerySet:
        """Those who hear now: not paused, with an account that lives and, where it matters, a membership."""
        membership = Membership.objects.active().filter(
            user=OuterRef("user"), organisation=OuterRef("subscription__organisation")
        )
        return self.filter(
            Q(subscription__person=F("user")) | Exists(membership), user__is_active=True, subscription__paused_at=None
        )


class Receiver(models.Model):
    """A person who hears of a subscription's matches; of an organisation's, only while a member of it."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="receivers")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="receives")

    objects = ReceiverQuerySet.as_manager()

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


class Failure(models.Model):
    """Work that could not be done: how often it was tried, what went wrong, and when it is tried again."""

    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300)
    failed_at = models.DateTimeField()
    next_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk}: {self.error}"


class MatchFailure(Failure):
    version = models.OneToOneField(
        NoticeVersion, primary_key=True, on_delete=models.CASCADE, related_name="match_failure"
    )


def due(at: datetime) -> models.QuerySet[NoticeVersion]:
    """The queue: what the public reads now and nobody has matched, but for what failed and waits for its next try."""
    waiting = MatchFailure.objects.filter(version=OuterRef("pk"), next_at__gt=at)
    return NoticeVersion.objects.filter(~Exists(waiting), notice__current_version=F("pk"), match_run=None)


class NewsRun(models.Model):
    """A piece of news has been told. Its absence is the queue."""

    news = models.OneToOneField(News, primary_key=True, on_delete=models.CASCADE, related_name="run")
    at = models.DateTimeField()
    told = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.news_id}: {self.told}"


class NewsFailure(Failure):
    news = models.OneToOneField(News, primary_key=True, on_delete=models.CASCADE, related_name="failure")


def untold(at: datetime) -> models.QuerySet[News]:
    """The queue of news, but for what failed and waits for its next try."""
    waiting = NewsFailure.objects.filter(news=OuterRef("pk"), next_at__gt=at)
    return News.objects.filter(~Exists(waiting), run=None)


class MatchQuerySet(models.QuerySet["Match"]):
    def current(self) -> MatchQuerySet:
        """Of what the public reads now; matches of earlier versions are history."""
        return self.filter(version__notice__current_version=F("version"))

    def seen_by(self, user: User) -> MatchQuerySet:
        return self.filter(subscription__in=Subscription.objects.seen_by(user))

    def best_for(self, user: User) -> MatchQuerySet:
        """One row a notice, though several subscriptions hit it: the best score, then the oldest."""
        others = Match.objects.seen_by(user).filter(version=OuterRef("version"))
        better = others.filter(Q(score__gt=OuterRef("score")) | Q(score=OuterRef("score"), pk__lt=OuterRef("pk")))
        return self.current().seen_by(user).filter(~Exists(better))

    def suggested(self) -> MatchQuerySet:
        return self.filter(dismissed_at=None)

    def dismissed(self) -> MatchQuerySet:
        return self.exclude(dismissed_at=None)


class Match(models.Model):
    class Irrelevance(models.TextChoices):
        """Why a suggestion was not relevant (B6)."""

        FIELD = "field", _("Not our field")
        SIZE = "size", _("Too large or too small")
        PLACE = "place", _("Not our part of the country")
        OTHER = "other", _("Another reason")

    version = models.ForeignKey(NoticeVersion, on_delete=models.CASCADE, related_name="matches")
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="matches")
    score = models.PositiveSmallIntegerField()  # 0-100
    reasons = models.JSONField(default=list)  # [{"kind": "cpv", "value": "33196"}]: see matchmaking.scoring.Reason
    created_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)  # somebody said "not relevant"
    dismissed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    dismissed_reason = models.CharField(max_length=20, blank=True, choices=Irrelevance)

    objects = MatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "subscription"], name="matched_once"),
            models.CheckConstraint(name="match_score_to_100", condition=Q(score__lte=100)),
        ]
        indexes = [models.Index(fields=["subscription", "-created_at", "-id"], name="matches_of_a_subscription")]

    def __str__(self) -> str:
        return f"{self.version_id} ~ {self.subscription_id}: {self.score}"


class WordFrequency(models.Model):
    """In how many published notices a lexeme of the search stands: what tells a rare word from a common one.

    Made by matchmaking.counting from published texts alone. The row of the empty lexeme holds how many notices there were.
    """

    lexeme = models.CharField(max_length=120, primary_key=True)
    key = models.CharField(max_length=60, db_index=True)  # matchmaking.likeness.key_of: the same across languages
    notices = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.lexeme}: {self.notices}"
