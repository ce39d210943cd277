"""What was read from other systems: files, what they became, and codes that no list has."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from procurements.models import NoticeVersion
from records.models import Job

IMPORT = "import-eforms"  # the kind of our jobs
LARGEST_UPLOAD = 200_000_000  # bytes; a day of TED is a tenth of it


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


class Seen(models.Model):
    """Where a version was met: the same notice comes from TED, from Doffin and in somebody's upload, and is one here (G4)."""

    version = models.ForeignKey(NoticeVersion, on_delete=models.CASCADE, related_name="seen")
    source = models.CharField(max_length=20)  # "ted", "doffin", "upload" ...
    name = models.CharField(max_length=80, blank=True)  # what the source calls it
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "source", "name"], name="seen_once_in_a_source")]
        indexes = [models.Index(fields=["name"], condition=~models.Q(name=""), name="seen_by_name")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.source}"


class Upload(models.Model):
    """A file or archive of notices that somebody handed in and that waits to be imported; deleted with its bytes when done."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="upload")
    file = models.FileField(upload_to="imports/")  # never served
    name = models.CharField(max_length=300)  # as the sender called it
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=20, default="upload")
    received_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)  # a worker is at it; later than this, another may
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["received_at", "id"]

    def __str__(self) -> str:
        return self.name


class Source(models.Model):
    """A place that notices are fetched from, and how far that has come. Which ones are fetched is in the environment."""

    name = models.CharField(max_length=20, primary_key=True)  # "ted", "doffin"
    position = models.CharField(max_length=80, blank=True)  # the last package or day that was read whole
    fetched_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(
        null=True, blank=True
    )  # not before: what was asked for by "retry-after", or the next day
    lease_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)  # since it last went well
    error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name
