"""What a buyer group buys together, what each participant intends to buy of it, and how the cost is shared."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can
from accounts.models import Organisation, User
from networks.models.groups import BuyerGroup, Participant

MOST_ITEMS = 20
MOST_VOLUME = 10**9


class GroupItem(models.Model):
    """One thing that the group buys, counted in its own unit. Volumes are never added over items."""

    group = models.ForeignKey(BuyerGroup, on_delete=models.CASCADE, related_name="items")
    name = models.CharField(_("what is bought"), max_length=120)
    unit = models.CharField(_("counted in"), max_length=40)  # a word: persons, pieces, hours
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.unit})"


class LetterQuerySet(models.QuerySet["Letter"]):
    def waiting(self) -> LetterQuerySet:
        """Sent and not answered; a letter that is due is still waiting."""
        return self.filter(signed_at=None, declined_at=None, ended_at=None)

    def counting(self) -> LetterQuerySet:
        """Signed, in force, and of one who buys or may buy: what the sums are made of."""
        return self.filter(signed_at__isnull=False, ended_at=None, participant__state__in=Participant.STANDING)

    def newest(self) -> LetterQuerySet:
        """The newest letter of each participant."""
        newer = Letter.objects.filter(participant=models.OuterRef("participant"), number__gt=models.OuterRef("number"))
        return self.filter(~models.Exists(newer))

    def visible_to(self, user: User) -> LetterQuerySet:
        """Letters to the user's own organisations and of groups that they lead: nobody else reads a letter."""
        mine = Organisation.objects.of(user)
        return self.filter(Q(participant__organisation__in=mine) | Q(participant__group__lead__in=mine))

    def answerable_by(self, user: User) -> LetterQuerySet:
        """Letters of present participants that the user may answer for with the right to bind the organisation."""
        mine = Organisation.objects.of(user, Can.ADMINISTER)
        return self.filter(participant__organisation__in=mine).exclude(participant__state=Participant.State.LEFT)


class Letter(models.Model):
    """A letter of intent (avsiktsförklaring; C4) from the lead to one participant. It is not binding.

    Triggers (0004) freeze it once it is answered, and end it when the participant leaves. `text` is what was signed, in
    `language`; budget in whole units of `currency` (ISO 4217) with two decimals.
    """

    class State(models.TextChoices):
        SENT = "sent", _("Waits for an answer")
        OVERDUE = "overdue", _("Overdue")
        SIGNED = "signed", _("Signed")
        DECLINED = "declined", _("Declined")
        ENDED = "ended", _("No longer in force")

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="letters")
    number = models.PositiveSmallIntegerField()  # of the participant: 1, 2, ...
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    sign_by = models.DateField()
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    signer_name = models.CharField(max_length=150, blank=True)
    signer_title = models.CharField(max_length=150, blank=True)
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    language = models.CharField(max_length=5, blank=True)
    text = models.TextField(blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=600, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # a newer letter replaced it, or the participant left

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["participant", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["participant", "number"], name="letter_number_once"),
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(signed_at=None, declined_at=None, ended_at=None),
                name="participant_has_one_letter_to_answer",
            ),
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(signed_at__isnull=False, ended_at=None),
                name="participant_has_one_signed_letter",
            ),
            models.CheckConstraint(
                name="letter_is_signed_or_declined", condition=Q(signed_at=None) | Q(declined_at=None)
            ),
            models.CheckConstraint(
                name="letter_is_signed_by_a_named_person",
                condition=Q(signed_at=None) | ~Q(signer_name="") & ~Q(signer_title="") & ~Q(text=""),
            ),
            models.CheckConstraint(
                name="letter_budget_has_a_currency",
                condition=Q(budget=None, currency="") | Q(budget__isnull=False, budget__gt=0) & ~Q(currency=""),
            ),
            models.CheckConstraint(
                name="letter_answered_after_it_was_sent",
                condition=(Q(signed_at=None) | Q(signed_at__gte=F("sent_at")))
                & (Q(declined_at=None) | Q(declined_at__gte=F("sent_at"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("networks:letter_detail", args=[self.participant.group.slug, self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.signed_at is None and self.declined_at is None and self.ended_at is None

    def state(self, at: datetime) -> State:
        if self.ended_at:
            return self.State.ENDED
        if self.signed_at:
            return self.State.SIGNED
        if self.declined_at:
            return self.State.DECLINED
        return self.State.OVERDUE if timezone.localdate(at) > self.sign_by else self.State.SENT


class LetterVolume(models.Model):
    """How much of one item the signer intends to buy, in the item's unit; at least 0.01."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="volumes")
    item = models.ForeignKey(GroupItem, on_delete=models.PROTECT, related_name="volumes")
    volume = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["item__position", "item"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "item"], name="volume_of_an_item_once"),
            models.CheckConstraint(
                name="volume_is_more_than_nothing", condition=Q(volume__gt=0) & Q(volume__lte=Decimal(MOST_VOLUME))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.item_id} {self.volume}"


class CostKey(models.Model):
    """How the participants share a cost (C12): one key a group; the amounts are computed, never stored."""

    class Method(models.TextChoices):
        EQUAL = "equal", _("Equal shares")
        INHABITANTS = "inhabitants", _("By inhabitants")
        VOLUME = "volume", _("By the volume of one item")

    group = models.OneToOneField(BuyerGroup, on_delete=models.CASCADE, related_name="cost_key")
    method = models.CharField(_("shared how"), max_length=12, choices=Method)
    item = models.ForeignKey(GroupItem, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    total = models.DecimalField(_("cost to share"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    with_options = models.BooleanField(default=False)  # a second table: if every option holder joins
    set_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cost_key_by_volume_names_an_item",
                condition=Q(method="volume", item__isnull=False) | ~Q(method="volume") & Q(item=None),
            ),
            models.CheckConstraint(name="cost_key_shares_something", condition=Q(total__gt=0) & ~Q(currency="")),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.method}"
