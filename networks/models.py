"""Buyers together: networks that last and have a subject, and groups that procure one thing jointly and then dissolve."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User


class NetworkQuerySet(models.QuerySet["Network"]):
    def with_member(self, user: User) -> NetworkQuerySet:
        """Networks that one of the user's organisations is a member of today."""
        organisations = Organisation.objects.of(user)
        return self.filter(pk__in=NetworkMember.objects.joined().filter(organisation__in=organisations).values("network"))


class Network(models.Model):
    """A buyer network (beställarnätverk): lasting, with a subject and the Agenda 2030 goals that it works for."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(max_length=120, unique=True)
    subject = models.CharField(_("subject in one sentence"), max_length=300)
    description = models.TextField(_("what the network does"), blank=True, max_length=8000)
    goals = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("Agenda 2030 goals"), default=list, blank=True, size=3)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = NetworkQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("networks:network_detail", args=[self.slug])


class NetworkMemberQuerySet(models.QuerySet["NetworkMember"]):
    def joined(self) -> NetworkMemberQuerySet:
        return self.exclude(joined_at=None).filter(left_at=None)

    def waiting(self) -> NetworkMemberQuerySet:
        return self.filter(joined_at=None, left_at=None)


class NetworkMember(models.Model):
    """An organisation in a network: asked or invited, then joined, then perhaps left. A row that has left stays as history."""

    class Role(models.TextChoices):
        LEADER = "leader", _("Leader")
        CORE = "core", _("Core member")
        MEMBER = "member", _("Member")

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="members")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="network_memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    asked_at = models.DateTimeField(null=True, blank=True)  # the organisation asked to join
    asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    invited_at = models.DateTimeField(null=True, blank=True)  # the network invited it
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)  # left, or was turned down before it joined
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = NetworkMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["network", "organisation"], condition=Q(left_at=None), name="member_of_a_network_once"
            ),
            models.UniqueConstraint(
                fields=["network"], condition=Q(role="leader", left_at=None), name="network_has_one_leader"
            ),
            models.CheckConstraint(
                name="network_member_asked_invited_or_joined",
                condition=Q(asked_at__isnull=False) | Q(invited_at__isnull=False) | Q(joined_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network_id} {self.organisation_id} {self.role}"


class BuyerGroup(models.Model):
    """Some buyers who run one innovation procurement together (felles anskaffelse). Its lead is never missing."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(max_length=120, unique=True)
    purpose = models.TextField(_("what the group buys together, and why"), max_length=4000)
    network = models.ForeignKey(Network, null=True, blank=True, on_delete=models.SET_NULL, related_name="buyer_groups")
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="led_buyer_groups")
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("networks:group_detail", args=[self.slug])


class Participant(models.Model):
    """A buyer in a group, in exactly one state, since a date, with who put it there. The lead is committed, too."""

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        COMMITTED = "committed", _("Committed")
        OPTION = "option", _("Option to join")
        OBSERVER = "observer", _("Observer")
        LEFT = "left", _("Left")

    group = models.ForeignKey(BuyerGroup, on_delete=models.CASCADE, related_name="participants")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="participations")
    state = models.CharField(_("state"), max_length=10, choices=State)
    since = models.DateTimeField()
    signed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["organisation__name"]
        constraints = [models.UniqueConstraint(fields=["group", "organisation"], name="participant_of_a_group_once")]

    def __str__(self) -> str:
        return f"{self.group_id} {self.organisation_id} {self.state}"


class ParticipantChange(models.Model):
    """One step of one participant, kept for ever: from which state, to which, when, by whom."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="changes")
    from_state = models.CharField(max_length=10, choices=Participant.State, blank=True)
    to_state = models.CharField(max_length=10, choices=Participant.State)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(name="participant_change_changes", condition=~Q(from_state=F("to_state")))
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.from_state} -> {self.to_state}"
