"""What binds several buyers to one procurement: approvals of a text, the list that was published, call-offs, requirements."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from networks.models import MOST_VOLUME, GroupItem
from procurements.models.chain import Notice, Procurement, VersionBuyer


class ApprovalRound(models.Model):
    """The lead asks those who buy with it to approve one revision of a text (C8). A later revision asks anew."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="approval_rounds")
    revision = models.PositiveIntegerField()
    message = models.TextField(_("what to look at"), blank=True, max_length=2000)
    answer_by = models.DateField(_("answer by"), null=True, blank=True)
    asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["notice", "revision"], name="revision_asked_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} r{self.revision}"


class Approval(models.Model):
    """What a participant said of one revision, by somebody who may bind it; its newest verdict on that revision holds.

    Rows are never changed (trigger); an edit of the text leaves them behind, because it makes a new revision.
    """

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("Approved")
        CHANGES = "changes", _("Changes are asked for")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="approvals")
    revision = models.PositiveIntegerField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict)
    comment = models.TextField(_("what should be changed"), blank=True, max_length=2000)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["notice", "revision", "organisation", "-at"], name="approvals_of_a_revision")]
        constraints = [
            models.CheckConstraint(
                name="asking_for_changes_says_which", condition=~Q(verdict="changes") | ~Q(comment="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} r{self.revision} {self.organisation_id} {self.verdict}"


class VersionVolume(models.Model):
    """How much of one thing a buyer intends to buy, as it stood when the version was published; frozen with it (B25)."""

    buyer = models.ForeignKey(VersionBuyer, on_delete=models.CASCADE, related_name="volumes")
    item = models.CharField(max_length=120)
    unit = models.CharField(max_length=40)
    volume = models.DecimalField(max_digits=12, decimal_places=2)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["buyer", "item", "unit"], name="published_volume_once"),
            models.CheckConstraint(
                name="published_volume_is_something", condition=Q(volume__gt=0) & Q(volume__lte=Decimal(MOST_VOLUME))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.volume}"


class CallOffQuerySet(models.QuerySet["CallOff"]):
    def waiting(self) -> CallOffQuerySet:
        return self.filter(approved_at=None, refused_at=None, withdrawn_at=None)


class CallOff(models.Model):
    """An option holder uses its option after the contract is there; the lead approves it (C7)."""

    procurement = models.ForeignKey(Procurement, on_delete=models.PROTECT, related_name="call_offs")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="call_offs")
    message = models.TextField(_("message to the lead"), blank=True, max_length=2000)
    asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("why not"), max_length=600, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = CallOffQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["procurement", "organisation"],
                condition=Q(refused_at=None, withdrawn_at=None),
                name="option_is_used_once",
            ),
            models.CheckConstraint(
                name="call_off_ends_in_one_way",
                condition=Q(approved_at=None, refused_at=None)
                | Q(approved_at=None, withdrawn_at=None)
                | Q(refused_at=None, withdrawn_at=None),
            ),
            models.CheckConstraint(name="call_off_refused_with_a_reason", condition=Q(refused_at=None) | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.procurement_id} {self.organisation_id}"


class CallOffVolume(models.Model):
    """How much of one item is called off, in its unit: at most what the published list says."""

    call_off = models.ForeignKey(CallOff, on_delete=models.CASCADE, related_name="volumes")
    item = models.ForeignKey(GroupItem, on_delete=models.PROTECT, related_name="+")
    volume = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["item__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call_off", "item"], name="called_off_volume_once"),
            models.CheckConstraint(
                name="called_off_volume_is_something", condition=Q(volume__gt=0) & Q(volume__lte=Decimal(MOST_VOLUME))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_off_id} {self.item_id} {self.volume}"


class Requirement(models.Model):
    """A row of the matrix member x requirement (C9): what the solution is asked to do, and how differences are met."""

    class Handling(models.TextChoices):
        OPEN = "open", _("Not decided")
        COMMON = "common", _("The same for all")
        LOT = "lot", _("A lot of its own")
        OPTION = "option", _("An option in the contract")
        OUT = "out", _("Left out")

    procurement = models.ForeignKey(Procurement, on_delete=models.CASCADE, related_name="requirements")
    text = models.CharField(_("requirement"), max_length=600)
    handling = models.CharField(_("how differences are met"), max_length=10, choices=Handling, default=Handling.OPEN)
    position = models.PositiveSmallIntegerField()
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(name="requirement_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return self.text


class RequirementStand(models.Model):
    """How much a participant needs one requirement."""

    class Stand(models.TextChoices):
        MUST = "must", _("Must")
        SHOULD = "should", _("Should")
        NOT = "not", _("Not needed")

    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="stands")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    stand = models.CharField(max_length=6, choices=Stand)
    note = models.CharField(_("what is special here"), max_length=300, blank=True)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["requirement", "organisation"], name="stand_taken_once")]

    def __str__(self) -> str:
        return f"{self.requirement_id} {self.organisation_id} {self.stand}"


class SupplierMessage(models.Model):
    """What the buyer tells every supplier that follows, and the public in the same words (C14); frozen by a trigger."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="supplier_messages")
    number = models.PositiveSmallIntegerField()
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("message"), max_length=8000)
    language = models.CharField(max_length=3, default="sv")
    sent_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="supplier_message_numbered_once"),
            models.CheckConstraint(name="supplier_message_says_something", condition=~Q(subject="") & ~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.number}"
