"""What buyers keep in the room they share, be it a network's or a buyer group's: meetings with minutes, files, tasks."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from files.models import StoredFile
from networks.models.groups import BuyerGroup
from networks.models.networks import Network

IN_ONE_ROOM = Q(network__isnull=False, group=None) | Q(network=None, group__isnull=False)


class Meeting(models.Model):
    """A meeting of a network or of a buyer group, with its agenda and, afterwards, its minutes. Never shown outside."""

    network = models.ForeignKey(Network, null=True, blank=True, on_delete=models.CASCADE, related_name="meetings")
    group = models.ForeignKey(BuyerGroup, null=True, blank=True, on_delete=models.CASCADE, related_name="meetings")
    title = models.CharField(_("what the meeting is about"), max_length=200)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    zone = models.CharField(_("time zone"), max_length=40, default="Europe/Stockholm")  # in which the times are meant
    place = models.CharField(_("place"), max_length=300, blank=True)
    link = models.URLField(_("address for those who join by video"), max_length=1000, blank=True)
    agenda = models.TextField(_("agenda"), blank=True, max_length=8000)
    minutes = models.TextField(_("minutes"), blank=True, max_length=40000)
    minutes_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    minutes_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)  # counts saves; a save must name the revision that it read
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)  # the last save that changed what calendars show
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(name="meeting_is_in_one_room", condition=IN_ONE_ROOM),
            models.CheckConstraint(name="meeting_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="minutes_have_a_time", condition=Q(minutes="") | Q(minutes_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title


class SharedFile(models.Model):
    """A file that the members of a network or the participants of a group keep together. It goes when somebody takes it away."""

    network = models.ForeignKey(Network, null=True, blank=True, on_delete=models.CASCADE, related_name="files")
    group = models.ForeignKey(BuyerGroup, null=True, blank=True, on_delete=models.CASCADE, related_name="files")
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.CASCADE, related_name="files")
    title = models.CharField(_("what it is"), max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")  # whose it was, then
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["-added_at", "-id"]
        constraints = [models.CheckConstraint(name="shared_file_is_in_one_room", condition=IN_ONE_ROOM)]

    def __str__(self) -> str:
        return self.title


class GroupTaskQuerySet(models.QuerySet["GroupTask"]):
    def open(self) -> GroupTaskQuerySet:
        return self.filter(done_at=None)

    def overdue(self, today: date) -> GroupTaskQuerySet:
        return self.open().filter(due_on__lt=today)


class GroupTask(models.Model):
    """Who does what until when in a buyer group (C11); with `section`, who writes which part of the shared text (C8)."""

    class Phase(models.TextChoices):
        """The links of the chain in which a group works; `procurements` has the same words for the public."""

        NEED = "need", _("Need")
        DIALOGUE = "dialogue", _("Dialogue")
        COMPETITION = "competition", _("Competition")
        CONTRACT = "contract", _("Contract")
        EFFECT = "effect", _("Effect")

    group = models.ForeignKey(BuyerGroup, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(_("what is to be done"), max_length=200)
    text = models.TextField(_("more about it"), blank=True, max_length=4000)
    phase = models.CharField(_("phase"), max_length=12, choices=Phase, default=Phase.NEED)
    section = models.CharField(max_length=30, blank=True)  # a step of the notice's form (procurements.steps), or none
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="group_tasks")
    due_on = models.DateField(_("to be done by"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField()

    objects = GroupTaskQuerySet.as_manager()

    class Meta:
        ordering = [F("due_on").asc(nulls_last=True), "id"]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_at=None), name="group_task_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "section", "phase"],
                condition=~Q(section="") & Q(done_at=None),
                name="section_is_written_by_one",
            ),
            models.CheckConstraint(
                name="group_task_done_after_it_was_made",
                condition=Q(done_at=None) | Q(done_at__gte=F("created_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.title
