"""How buyers find each other before there is a group: what they plan, and a first word between two of them."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can
from accounts.models import Organisation, User
from networks.models.networks import Network


class PlanQuerySet(models.QuerySet["Plan"]):
    def standing(self) -> PlanQuerySet:
        return self.filter(withdrawn_at=None)

    def public(self) -> PlanQuerySet:
        return self.standing().filter(audience=Plan.Audience.EVERYONE)

    def visible_to(self, user: User) -> PlanQuerySet:
        """What everyone may read; what buyers may read, for a member of a verified buyer; and what one's own networks share."""
        seen = Q(audience=Plan.Audience.EVERYONE) | Q(organisation__in=Organisation.objects.of(user))
        if Organisation.objects.of(user).verified_buyers().exists():
            seen |= Q(audience=Plan.Audience.BUYERS)
        seen |= Q(audience=Plan.Audience.MEMBERS, network__in=Network.objects.with_member(user))
        return self.standing().filter(seen)

    def editable_by(self, user: User) -> PlanQuerySet:
        return self.standing().filter(organisation__in=Organisation.objects.of(user, Can.WRITE).verified_buyers())


class Plan(models.Model):
    """What a buyer thinks of procuring, and in which quarter (C17): looser than a need, so that others can join in time."""

    class Audience(models.TextChoices):
        MEMBERS = "members", _("The members of the network")
        BUYERS = "buyers", _("All verified buyers")
        EVERYONE = "everyone", _("Everyone, suppliers too")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="plans")
    network = models.ForeignKey(Network, null=True, blank=True, on_delete=models.SET_NULL, related_name="plans")
    audience = models.CharField(_("who may read it"), max_length=10, choices=Audience, default=Audience.BUYERS)
    title = models.CharField(_("what you plan"), max_length=200)
    text = models.TextField(_("more about it"), blank=True, max_length=4000)
    starts_on = models.DateField(_("quarter"))  # the first day of the quarter
    goals = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("Agenda 2030 goals"), default=list, blank=True
    )
    cpv = ArrayField(
        models.CharField(max_length=20), verbose_name=_("what it concerns (CPV)"), default=list, blank=True
    )
    regions = ArrayField(models.CharField(max_length=20), verbose_name=_("places (NUTS)"), default=list, blank=True)
    wants_partners = models.BooleanField(_("we look for others to buy with"), default=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "organisation__name", "id"]
        indexes = [
            models.Index(fields=["starts_on", "id"], condition=Q(withdrawn_at=None), name="plans_by_quarter"),
            GinIndex(fields=["goals"], name="plans_by_goal"),
        ]
        constraints = [
            models.CheckConstraint(
                name="plan_for_members_names_its_network",
                condition=~Q(audience="members") | Q(network__isnull=False) | Q(withdrawn_at__isnull=False),
            ),
            models.CheckConstraint(
                name="plan_begins_with_a_quarter",
                condition=Q(starts_on__day=1) & Q(starts_on__month__in=[1, 4, 7, 10]),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("networks:plan_detail", args=[self.pk])

    @property
    def quarter(self) -> tuple[int, int]:
        return quarter_of(self.starts_on)


def quarter_of(day: date) -> tuple[int, int]:
    """(year, 1-4)."""
    return day.year, (day.month - 1) // 3 + 1


class ApproachQuerySet(models.QuerySet["Approach"]):
    def of(self, user: User, can: Can = Can.READ) -> ApproachQuerySet:
        """Between the user's organisations and others, from either side."""
        own = Organisation.objects.of(user, can)
        return self.filter(Q(sender__in=own) | Q(receiver__in=own))


class Approach(models.Model):
    """One buyer turns to another about a plan, a need or a procurement (C6, C17). The two of them read it, and nobody else.

    `about_path` is the local address of what it is about, without the language; `about` is its title on that day.
    """

    class Wish(models.TextChoices):
        CONTACT = "contact", _("We would like to talk")
        JOIN = "join", _("We would like to buy together")
        OBSERVE = "observe", _("We would like to follow")

    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="approaches_sent")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="approaches_received")
    wish = models.CharField(_("what you wish"), max_length=10, choices=Wish, default=Wish.CONTACT)
    about = models.CharField(max_length=500)
    about_path = models.CharField(max_length=300)
    sent_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)  # one of the two has said that it is dealt with
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = ApproachQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "receiver", "about_path"], condition=Q(closed_at=None), name="approached_once"
            ),
            models.CheckConstraint(name="approach_is_between_two", condition=~Q(sender=F("receiver"))),
        ]

    def __str__(self) -> str:
        return f"{self.sender_id} -> {self.receiver_id}"

    def get_absolute_url(self) -> str:
        return reverse("networks:approach_detail", args=[self.pk])


class ApproachMessage(models.Model):
    """A word in an approach, from one of its two organisations."""

    approach = models.ForeignKey(Approach, on_delete=models.CASCADE, related_name="messages")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(_("message"), max_length=4000)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(name="approach_message_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return f"{self.approach_id} {self.at:%Y-%m-%d %H:%M}"
