"""Networks of buyers: they last and have a subject."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can
from accounts.models import Organisation, User


class NetworkQuerySet(models.QuerySet["Network"]):
    def active(self) -> NetworkQuerySet:
        return self.filter(archived_at=None)

    def with_member(self, user: User, can: Can = Can.READ) -> NetworkQuerySet:
        """Networks that one of the user's organisations is a member of today."""
        joined = NetworkMember.objects.joined().filter(organisation__in=Organisation.objects.of(user, can))
        return self.filter(pk__in=joined.values("network"))

    def led_by(self, user: User) -> NetworkQuerySet:
        """Networks that the user administers for the organisation that leads them."""
        leaders = NetworkMember.objects.joined().filter(
            role=NetworkMember.Role.LEADER, organisation__in=Organisation.objects.of(user, Can.ADMINISTER)
        )
        return self.filter(pk__in=leaders.values("network"))

    def about(self, words: str) -> NetworkQuerySet:
        """Networks with every one of the words in name, subject or description."""
        found = self
        for word in words.split():
            found = found.filter(Q(name__icontains=word) | Q(subject__icontains=word) | Q(description__icontains=word))
        return found

    def for_list(self) -> NetworkQuerySet:
        joined = Q(members__joined_at__isnull=False, members__left_at=None)
        return self.annotate(member_count=models.Count("members", filter=joined)).order_by("name", "pk")


class Network(models.Model):
    """A buyer network (beställarnätverk): lasting, with a subject and the Agenda 2030 goals that it works for."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(max_length=120, unique=True)
    subject = models.CharField(_("subject in one sentence"), max_length=300)
    description = models.TextField(_("what the network does"), blank=True, max_length=8000)
    plan = models.TextField(_("what the network plans"), blank=True, max_length=8000)  # public, like the description
    goals = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("Agenda 2030 goals"), default=list, blank=True, size=3
    )
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = NetworkQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="network_archived_after_creation",
                condition=Q(archived_at=None) | Q(archived_at__gte=F("created_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("networks:network_detail", args=[self.slug])


class NetworkMemberQuerySet(models.QuerySet["NetworkMember"]):
    def joined(self) -> NetworkMemberQuerySet:
        return self.exclude(joined_at=None).filter(left_at=None)

    def waiting(self) -> NetworkMemberQuerySet:
        """Asked or invited, and not answered yet."""
        return self.filter(joined_at=None, left_at=None)

    def asking(self) -> NetworkMemberQuerySet:
        return self.waiting().exclude(asked_at=None)

    def invited(self) -> NetworkMemberQuerySet:
        return self.waiting().exclude(invited_at=None)

    def answerable_by(self, user: User) -> NetworkMemberQuerySet:
        """Requests that wait for the network's leader, and invitations that wait for the user's own organisation."""
        to_leader = Q(asked_at__isnull=False, network__in=Network.objects.led_by(user))
        to_us = Q(invited_at__isnull=False, organisation__in=Organisation.objects.of(user, Can.ADMINISTER))
        return self.waiting().filter(to_leader | to_us, network__archived_at=None)


class NetworkMember(models.Model):
    """An organisation in a network: asked or invited, then joined, then perhaps left. Rows stay as history."""

    class Role(models.TextChoices):
        LEADER = "leader", _("Leader")
        CORE = "core", _("Core member")
        MEMBER = "member", _("Member")

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="members")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="network_memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    message = models.CharField(_("why we want to join"), max_length=600, blank=True)  # read by the leader alone
    asked_at = models.DateTimeField(null=True, blank=True)  # the organisation asked to join
    asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    invited_at = models.DateTimeField(null=True, blank=True)  # the network invited it
    invited_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)  # left, or was turned down before it joined
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = NetworkMemberQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "organisation"], condition=Q(left_at=None), name="member_of_a_network_once"
            ),
            models.UniqueConstraint(
                fields=["network"], condition=Q(role="leader", left_at=None), name="network_has_one_leader"
            ),
            models.CheckConstraint(
                name="network_leader_has_joined", condition=~Q(role="leader") | Q(joined_at__isnull=False)
            ),
            models.CheckConstraint(
                name="network_member_asked_invited_or_joined",
                condition=Q(asked_at__isnull=False) | Q(invited_at__isnull=False) | Q(joined_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network_id} {self.organisation_id} {self.role}"

    @property
    def has_joined(self) -> bool:
        return self.joined_at is not None and self.left_at is None


class NetworkPost(models.Model):
    """A note in the members' area. It is shown nowhere else: not in search, feed, mail or count."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="posts")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")  # the author's, then
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(_("note to the members"), max_length=8000)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["network", "-at", "-id"], name="posts_of_a_network")]

    def __str__(self) -> str:
        return f"{self.network_id} {self.at:%Y-%m-%d %H:%M}"
