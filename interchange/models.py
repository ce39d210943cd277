"""What was read from other systems: files, what they became, and codes that no list has."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from procurements.models import NoticeVersion
from records.models import Job

IMPORT = "import-eforms"  # the kind of our jobs


class Outcome(models.TextChoices):
    NEW = "new", _("New notice")
    CHANGED = "changed", _("New version")
    UNCHANGED = "unchanged", _("Already here")
    SKIPPED = "skipped", _("Left out")
    FAILED = "failed", _("Could not be read")


class ImportedFile(models.Model):
    """One file of an import and what became of it. Files inside an archive are named "archive.zip/member.xml"."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=400)
    sha256 = models.CharField(max_length=64, blank=True)  # empty when it was too big to be read
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.CharField(max_length=200, blank=True)  # a sentence in English, translated where it is shown
    detail = models.CharField(max_length=200, blank=True)
    version = models.ForeignKey(NoticeVersion, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["job", "outcome", "id"], name="imported_file_by_outcome")]
        constraints = [
            models.CheckConstraint(
                name="file_left_out_with_a_reason",
                condition=~models.Q(outcome__in=["skipped", "failed"]) | ~models.Q(reason=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.outcome}"


class UnknownCode(models.Model):
    """A code that its list does not have. The notice keeps it as it came; here one can see that the list is old."""

    list = models.CharField(max_length=50)
    code = models.CharField(max_length=60)
    first_seen_in = models.ForeignKey(NoticeVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    times = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["list", "code"]
        constraints = [models.UniqueConstraint(fields=["list", "code"], name="unknown_code_listed_once")]

    def __str__(self) -> str:
        return f"{self.list}/{self.code}"


class ChangeOf(models.Model):
    """An imported version says that it changes or cancels another notice (BT-758), which may arrive later than it."""

    version = models.OneToOneField(NoticeVersion, primary_key=True, on_delete=models.CASCADE, related_name="change_of")
    reference = models.CharField(max_length=120)
    cancels = models.BooleanField(default=False)  # BT-140 = cancel

    class Meta:
        indexes = [models.Index(fields=["reference"], name="change_of_reference")]

    def __str__(self) -> str:
        return f"{self.version_id} -> {self.reference}"
