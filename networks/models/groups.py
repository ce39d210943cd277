"""Groups of buyers that procure one thing jointly, then dissolve."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.grants import Can
from accounts.models import Organisation, User
from networks.models.networks import Network


class BuyerGroupQuerySet(models.QuerySet["BuyerGroup"]):
    def led_by(self, user: User, can: Can = Can.WRITE) -> BuyerGroupQuerySet:
        """Groups whose lead is an organisation that the user may act for; `Can.ADMINISTER` to bind the lead itself."""
        return self.filter(lead__in=Organisation.objects.of(user, can))

    def visible_to(self, user: User) -> BuyerGroupQuerySet:
        """Groups that an organisation of the user takes part in or is invited to: nobody else sees their pages."""
        present = Participant.objects.present().filter(organisation__in=Organisation.objects.of(user))
        return self.filter(pk__in=present.values("group"))

    def bought_in_by(self, user: User) -> BuyerGroupQuerySet:
        """Groups in which an organisation of the user is committed or holds an option: they see volumes and budgets."""
        standing = Participant.objects.standing().filter(organisation__in=Organisation.objects.of(user))
        return self.filter(pk__in=standing.values("group"))


class BuyerGroup(models.Model):
    """Some buyers who run one innovation procurement together (felles anskaffelse). Its lead is never missing.

    A trigger refuses a commit that leaves a group whose lead is not one of its committed participants.
    """

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(max_length=120, unique=True)
    purpose = models.TextField(_("what the group buys together, and why"), max_length=4000)
    network = models.ForeignKey(Network, null=True, blank=True, on_delete=models.SET_NULL, related_name="buyer_groups")
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="led_buyer_groups")
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)  # a notice last told the public who buys, and how much

    objects = BuyerGroupQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("networks:group_detail", args=[self.slug])

    def shown(self) -> list[Participant]:
        """What the public may read, by one query: the lead, the committed, the option holders, the observers."""
        order: list[str] = [Participant.State.COMMITTED, Participant.State.OPTION, Participant.State.OBSERVER]
        shown = self.participants.filter(state__in=order).select_related("organisation")
        return sorted(shown, key=lambda one: (one.organisation_id != self.lead_id, order.index(one.state)))


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def present(self) -> ParticipantQuerySet:
        return self.exclude(state=Participant.State.LEFT)

    def standing(self) -> ParticipantQuerySet:
        """Those who buy or may buy: committed, and holders of an option."""
        return self.filter(state__in=[Participant.State.COMMITTED, Participant.State.OPTION])

    def answerable_by(self, user: User) -> ParticipantQuerySet:
        """Places that the user may answer for, with the right to bind the organisation. The lead's own is not one."""
        return (
            self.present()
            .filter(organisation__in=Organisation.objects.of(user, Can.ADMINISTER))
            .exclude(organisation=F("group__lead"))
        )


class Participant(models.Model):
    """A buyer in a group, in exactly one state, since a moment, with who put it there. The lead is committed, too.

    Triggers (0002) refuse a state that cannot follow the present one, and write every change as a ParticipantChange.
    """

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        COMMITTED = "committed", _("Committed")
        OPTION = "option", _("Option to join")
        OBSERVER = "observer", _("Observer")
        LEFT = "left", _("Left")

    FOLLOWING: dict[str, frozenset[str]] = {
        "": frozenset({"invited", "committed"}),  # committed at once: the lead that creates the group
        "invited": frozenset({"committed", "option", "observer", "left"}),
        "observer": frozenset({"committed", "option", "left"}),
        "option": frozenset({"committed", "observer", "left"}),
        "committed": frozenset({"option", "observer", "left"}),
        "left": frozenset({"invited"}),
    }

    group = models.ForeignKey(BuyerGroup, on_delete=models.CASCADE, related_name="participants")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="participations")
    state = models.CharField(_("state"), max_length=10, choices=State)
    since = models.DateTimeField()
    signed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__name", "id"]
        constraints = [models.UniqueConstraint(fields=["group", "organisation"], name="participant_of_a_group_once")]

    def __str__(self) -> str:
        return f"{self.group_id} {self.organisation_id} {self.state}"

    def possible_answers(self) -> list[State]:
        """What the participant itself may answer now."""
        return [state for state in self.State if state in self.FOLLOWING[self.state] and state != self.State.INVITED]


class ParticipantChange(models.Model):
    """One step of one participant: from which state, to which, when, by whom. Written by a trigger alone."""

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
