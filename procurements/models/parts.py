"""What a notice has many of: intellectual assets, stages, documents. Each stands twice: in the working text, which the team
changes, and frozen with a version, which nobody does.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile
from procurements.models.chain import Notice, NoticeVersion


class Rights(models.TextChoices):
    """The three levels of PRV, the Swedish patent office: what the buyer gets to do with an intellectual asset."""

    USE = "use", _("Use")
    SHARE = "share", _("Change and pass on")
    OWN = "own", _("Take over")


class AssetOrigin(models.TextChoices):
    BACKGROUND = "background", _("Background: it exists before")
    RESULT = "result", _("Result: it is made in the contract")


class AssetWording(models.Model):
    """One intellectual asset, and what the buyer needs to do with it (A15)."""

    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("the asset"), max_length=200)
    origin = models.CharField(_("where it comes from"), max_length=10, choices=AssetOrigin)
    level = models.CharField(_("what the buyer needs to do with it"), max_length=5, choices=Rights)
    motive = models.TextField(_("why"), max_length=2000, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Asset(AssetWording):
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="assets")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["notice", "position"], name="asset_in_one_place")]


class VersionAsset(AssetWording):
    version = models.ForeignKey(NoticeVersion, on_delete=models.CASCADE, related_name="assets")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="version_asset_in_one_place"),
            models.CheckConstraint(name="taking_over_has_a_motive", condition=~Q(level=Rights.OWN) | ~Q(motive="")),
        ]


class StageWording(models.Model):
    """One stage of an innovation partnership or a pre-commercial procurement (A33). Cost in the notice's currency."""

    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("the stage"), max_length=200)
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    max_cost = models.DecimalField(_("costs at most"), max_digits=18, decimal_places=2, null=True, blank=True)
    suppliers = models.PositiveSmallIntegerField(_("number of suppliers"), null=True, blank=True)
    decision = models.TextField(_("what decides whether it goes on"), max_length=2000, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Stage(StageWording):
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="stages")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["notice", "position"], name="stage_in_one_place")]


class VersionStage(StageWording):
    version = models.ForeignKey(NoticeVersion, on_delete=models.CASCADE, related_name="stages")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="version_stage_in_one_place"),
            models.CheckConstraint(
                name="stage_ends_after_it_begins",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
        ]


class DocumentWording(models.Model):
    """One document as it stands; `lineage` is the same over its versions, each of which has a file of its own (A24)."""

    position = models.PositiveSmallIntegerField()
    lineage = models.UUIDField(default=uuid.uuid4)
    title = models.CharField(_("the document"), max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class Document(DocumentWording):
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="documents")
    added_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["notice", "lineage"], name="document_stands_once")]


class VersionDocument(DocumentWording):
    version = models.ForeignKey(NoticeVersion, on_delete=models.CASCADE, related_name="documents")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "lineage"], name="version_document_stands_once")]
