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
    option_until = models.DateField(
        _("options can be used until"), null=True, blank=True
    )  # the last day, included (C7)
    # The competition is out, and it names who buys and who may join: from now on nobody can be added (C7).
    list_fixed_at = models.DateTimeField(null=True, blank=True)

    objects = BuyerGroupQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="group_list_is_fixed_by_a_publication",
                condition=Q(list_fixed_at=None) | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("networks:group_detail", args=[self.slug])

    def shown(self) -> list[Participant]:
        """What the public may read, by one query: the lead, the committed, the option holders, the observers."""
        shown = self.participants.filter(state__in=Participant.INSIDE).select_related("organisation")
        return sorted(shown, key=lambda one: (one.organisation_id != self.lead_id, Participant.INSIDE.index(one.state)))


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def present(self) -> ParticipantQuerySet:
        """Those who take part, are invited, or have asked to."""
        return self.exclude(state=Participant.State.LEFT)

    def standing(self) -> ParticipantQuerySet:
        """Those who buy or may buy: committed, and holders of an option."""
        return self.filter(state__in=Participant.STANDING)

    def answerable_by(self, user: User) -> ParticipantQuerySet:
        """Places that the user may answer for, with the right to bind the organisation. The lead's own is not one."""
        return (
            self.present()
            .filter(organisation__in=Organisation.objects.of(user, Can.ADMINISTER))
            .exclude(organisation=F("group__lead"))
        )


class Participant(models.Model):
    """A buyer in a group, in exactly one state, since a moment, with who put it there. The lead is committed, too.

    Triggers (0002, 0006) refuse a state that cannot follow the present one, and write every change as a ParticipantChange.
    Once the list is fixed they refuse everyone new who would buy or may buy, and an option that becomes a commitment
    without `called_off_at`.
    """

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ASKED = "asked", _("Has asked to take part")
        COMMITTED = "committed", _("Committed")
        OPTION = "option", _("Option to join")
        OBSERVER = "observer", _("Observer")
        LEFT = "left", _("Left")

    STANDING = (State.COMMITTED, State.OPTION)  # those who buy or may buy
    INSIDE = (*STANDING, State.OBSERVER)  # those who take part

    FOLLOWING: dict[str, frozenset[str]] = {
        "": frozenset({"invited", "asked", "committed"}),  # committed at once: the lead that creates the group
        "invited": frozenset({"committed", "option", "observer", "left"}),
        "asked": frozenset({"committed", "option", "observer", "left"}),  # the lead's answer
        "observer": frozenset({"committed", "option", "left"}),
        "option": frozenset({"committed", "observer", "left"}),
        "committed": frozenset({"option", "observer", "left"}),
        "left": frozenset({"invited", "asked"}),
    }

    group = models.ForeignKey(BuyerGroup, on_delete=models.CASCADE, related_name="participants")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="participations")
    state = models.CharField(_("state"), max_length=10, choices=State)
    since = models.DateTimeField()
    signed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    wished_state = models.CharField(
        max_length=10, choices=State, blank=True
    )  # of one who has asked: what it wishes to be
    message = models.CharField(_("message to the lead"), max_length=600, blank=True)  # that came with the last change
    gives_mandate = models.BooleanField(default=False)  # the lead may publish without this participant's approval (C8)
    called_off_at = models.DateTimeField(null=True, blank=True)  # its option was used, and approved

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["group", "organisation"], name="participant_of_a_group_once"),
            models.CheckConstraint(
                name="participant_that_asks_says_for_what",
                condition=Q(state="asked", wished_state__in=["committed", "option", "observer"])
                | ~Q(state="asked") & Q(wished_state=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.organisation_id} {self.state}"

    def possible_answers(self) -> list[State]:
        """What the participant itself may answer now. One who has asked waits for the lead, and can only take it back."""
        if self.state == self.State.ASKED:
            return [self.State.LEFT]
        answers = self.FOLLOWING[self.state] - {self.State.INVITED, self.State.ASKED}
        return [state for state in self.State if state in answers]


class ParticipantChange(models.Model):
    """One step of one participant: from which state, to which, when, by whom. Written by a trigger alone."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="changes")
    from_state = models.CharField(max_length=10, choices=Participant.State, blank=True)
    to_state = models.CharField(max_length=10, choices=Participant.State)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    message = models.CharField(max_length=600, blank=True)  # the words that came with it

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(name="participant_change_changes", condition=~Q(from_state=F("to_state")))
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.from_state} -> {self.to_state}"
