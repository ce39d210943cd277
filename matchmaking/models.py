"""Who should hear of what: subscriptions, and matches with the reasons that a person can read."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can
from accounts.models import Membership, Organisation, User
from notifications.models import Rhythm
from procurements.models import News, NoticeVersion, Procurement


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
    is refused: it would match everything. Fields and words are alternatives, unless `needs_all`: then a notice must have one
    of each that was asked for (field, word, goal). Everything else narrows.
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
    needs_all = models.BooleanField(_("only what has both a field and a word"), default=False)
    # Whole units of `currency`, compared at procurements.money's rough rates; a notice that states no value passes.
    value_from = models.BigIntegerField(_("value from"), null=True, blank=True)
    value_to = models.BigIntegerField(_("value up to"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    # Ids of organisations and of networks; arena.merging carries a merged organisation's over.
    buyers = ArrayField(models.BigIntegerField(), verbose_name=_("buyers"), default=list, blank=True)
    networks = ArrayField(models.BigIntegerField(), verbose_name=_("buyer networks"), default=list, blank=True)
    levels = ArrayField(
        models.CharField(max_length=1), verbose_name=_("innovation"), default=list, blank=True
    )  # A, B, C
    # What one click on "Follow" made: "B:17" a buyer, "W:5" a network, "P:33196" a field; empty for other searches.
    follows = models.CharField(max_length=40, blank=True)
    # Made by matchmaking.subscribing from the criteria, in the same save. `stems`: {word: {dictionary: [lexeme, ...]}};
    # `excluded_keys`: a line each of "swedish w:fall w:sensor", all of which rule a notice out together.
    stems = models.JSONField(default=dict)
    excluded_keys = ArrayField(models.CharField(max_length=900), default=list, blank=True)
    looked_back_at = models.DateTimeField(
        null=True, blank=True
    )  # the `changed_at` whose open notices were looked through
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
            models.CheckConstraint(
                name="subscription_value_range_has_a_currency_and_an_order",
                condition=Q(value_from=None, value_to=None)
                | (~Q(currency="") & (Q(value_from=None) | Q(value_to=None) | Q(value_from__lte=F("value_to")))),
            ),
            models.CheckConstraint(
                name="only_a_person_follows_by_a_click", condition=Q(follows="") | Q(person__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["person", "follows"], name="followed_once_by_a_person", condition=~Q(follows="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["changed_at"],
                name="subscription_to_look_back",
                condition=Q(looked_back_at=None) | Q(looked_back_at__lt=F("changed_at")),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Anchor(models.Model):
    """A place in the index where a notice finds a subscription: one of its subjects in one of its places, hashed together.

    Beside it stand the criteria that cost nothing to compare, so that most subscriptions are judged without being read.
    Written by matchmaking.anchoring in the transaction that saves the subscription; a paused one has none.
    """

    # hashtextextended("P:33196|N:SE224"): see matchmaking.keys. Two subjects with one hash cost a comparison, nothing else.
    pk = models.CompositePrimaryKey("key", "subscription", "number", "dictionaries")
    key = models.BigIntegerField()
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="anchors")
    # Which of the subscription's words (from 1; equal stems have the first one's), 0 for what is no word.
    number = models.SmallIntegerField()
    rest = models.CharField(max_length=900, null=True)  # a phrase's other stems: "w:fall w:ny"
    dictionaries = models.SmallIntegerField()  # bits of matchmaking.keys.DICTIONARIES: whose stems these are
    kinds = models.SmallIntegerField()  # bits of matchmaking.keys.KINDS
    languages = models.SmallIntegerField()  # bits of matchmaking.keys.LANGUAGES
    levels = models.SmallIntegerField()  # bits of "A", "B", "C" and none
    goals = models.IntegerField()  # bit n: goal n
    value_from = models.BigIntegerField()  # euro; 0 and MOST_EURO where nothing was asked
    value_to = models.BigIntegerField()
    flags = models.SmallIntegerField()  # bits of matchmaking.keys.Flag: what is left to compare

    def __str__(self) -> str:
        return f"{self.key} {self.subscription_id}"


class AskedKey(models.Model):
    """A subject or place that some subscription asked for, now or once: a notice asks the index for these alone.

    Only ever added to while subscriptions are saved, so that nobody waits; matchmaking.anchoring.tidy drops the unused.
    """

    key = models.CharField(max_length=140, primary_key=True, db_collation="C")

    def __str__(self) -> str:
        return self.key


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
    # How often this person has mail of this subscription; empty: as it has chosen for all suggestions.
    rhythm = models.CharField(max_length=10, choices=Rhythm, blank=True)

    objects = ReceiverQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "user"], name="receiver_once")]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.user_id}"


class MatchRun(models.Model):
    """A version has been matched. Its absence is the queue."""

    version = models.OneToOneField(NoticeVersion, primary_key=True, on_delete=models.CASCADE, related_name="match_run")
    at = models.DateTimeField()
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

    def without_muted(self, user: User) -> MatchQuerySet:
        """Nothing of a procurement that the person wants to hear no more of."""
        muted = Attention.objects.filter(user=user, level=Attention.Level.MUTED)
        return self.exclude(version__notice__procurement__in=muted.values("procurement"))


class Match(models.Model):
    class Irrelevance(models.TextChoices):
        """Why a suggestion was not relevant (B6)."""

        FIELD = "field", _("Not our field")
        LARGE = "large", _("Too large for us")
        SMALL = "small", _("Too small for us")
        PLACE = "place", _("Not our part of the country")
        BUYER = "buyer", _("Not this buyer")
        OTHER = "other", _("Another reason")

    # The indexes below serve both keys: a third and fourth would make each of a million rows dearer.
    version = models.ForeignKey(NoticeVersion, on_delete=models.CASCADE, related_name="matches", db_index=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="matches", db_index=False)
    score = models.PositiveSmallIntegerField()  # 0-100
    hits = ArrayField(
        models.CharField(max_length=120), default=list
    )  # "cpv:33196", "word:fall sensor": matchmaking.scoring
    created_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)  # somebody said "not relevant"
    dismissed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    dismissed_reason = models.CharField(max_length=20, blank=True, choices=Irrelevance)

    objects = MatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "subscription"], name="matched_once"),
            models.CheckConstraint(name="match_score_to_100", condition=Q(score__lte=100)),
        ]
        indexes = [
            models.Index(fields=["subscription", "-created_at", "-id"], name="matches_of_a_subscription"),
            models.Index(fields=["dismissed_by"], name="matches_put_away", condition=Q(dismissed_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} ~ {self.subscription_id}: {self.score}"


class Lesson(models.Model):
    """What "not relevant" taught a subscription: notices with this fact get so many points less (B6).

    Made by matchmaking.dismissing, shown on the subscription's page, taken back by one click (the row goes).
    """

    class About(models.TextChoices):
        FIELD = "field", _("Field")  # value: a CPV prefix, "33196"; that field and all below it
        PLACE = "place", _("Region")  # value: a NUTS code; that region and all below it
        BUYER = "buyer", _("Buyer")  # value: an organisation's id
        LARGER = "larger", _("Value from")  # value: euro; notices of that value or more
        SMALLER = "smaller", _("Value up to")  # value: euro; notices of that value or less

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="lessons")
    about = models.CharField(max_length=10, choices=About)
    value = models.CharField(max_length=20)
    points = models.PositiveSmallIntegerField()  # 100 blocks
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "about", "value"], name="lesson_learnt_once"),
            models.CheckConstraint(name="lesson_costs_1_to_100", condition=Q(points__gte=1, points__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.about} {self.value}: -{self.points}"


class Attention(models.Model):
    """A person follows a procurement, need to effect, or wants to hear no more of it. Nobody else knows."""

    class Level(models.TextChoices):
        FOLLOWS = "follows", _("Follows")
        MUTED = "muted", _("Hears no more of it")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="attentions", db_index=False)
    procurement = models.ForeignKey(Procurement, on_delete=models.CASCADE, related_name="attentions")
    level = models.CharField(max_length=10, choices=Level)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "procurement"], name="attention_one_way")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.level} {self.procurement_id}"


class ClosingReminder(models.Model):
    """How many days before a deadline a person wants to be reminded (B9). No row: matchmaking.closing_soon.USUAL; 0: never."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="closing_reminder")
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="reminded_at_most_60_days_before", condition=Q(days__lte=60))]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.days}"


class WordFrequency(models.Model):
    """In how many published notices a lexeme of the search stands: what tells a rare word from a common one.

    Made by matchmaking.counting from published texts alone. The row of the empty lexeme holds how many notices there were.
    """

    lexeme = models.CharField(max_length=120, primary_key=True)
    key = models.CharField(max_length=60, db_index=True)  # matchmaking.likeness.key_of: the same across languages
    notices = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.lexeme}: {self.notices}"
