"""What was uploaded, and how often it was fetched. The bytes lie on disk (`keeping.py`), by the row's id alone.

Which file belongs to what, and who may see it, is the business of those who point here: with PROTECT, so that a file
that is used cannot go.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User

NAME_LENGTH = 200


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def ready(self) -> StoredFileQuerySet:
        return self.filter(state=StoredFile.State.READY)

    def held(self) -> StoredFileQuerySet:
        """Kept from everybody until the scanner has looked."""
        return self.filter(state=StoredFile.State.HELD)

    def abandoned(self, at: datetime, after: timedelta) -> StoredFileQuerySet:
        """Begun, and never finished: the process stopped between the row and the bytes."""
        return self.filter(state=StoredFile.State.PENDING, uploaded_at__lt=at - after)

    def unused(self, at: datetime, after: timedelta) -> StoredFileQuerySet:
        """Received, and pointed to by nobody: neither by a document nor by anything else that another room may keep."""
        pointers = [
            Exists(relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")}))
            for relation in StoredFile._meta.get_fields(include_hidden=True)
            if isinstance(relation, models.ManyToOneRel) and relation.related_model is not DownloadCount
        ]
        return self.filter(*(~pointer for pointer in pointers), uploaded_at__lt=at - after)


class StoredFile(models.Model):
    """One upload. Its bytes never change; a new version is a new row, and the caller keeps which one follows which."""

    class State(models.TextChoices):
        PENDING = "pending", _("Being received")
        READY = "ready", _("Ready")
        HELD = "held", _("Waiting for the virus scan")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=NAME_LENGTH)  # as uploaded, in Unicode NFC
    content_type = models.CharField(max_length=120)  # what the bytes are, decided by us
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)  # hexadecimal
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    refusal = models.CharField(max_length=30, blank=True)  # a code of `refusals.SENTENCES`
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    scanned_at = models.DateTimeField(null=True, blank=True)  # none: no scanner is set up, or it has not looked yet

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at"]
        constraints = [
            models.CheckConstraint(name="file_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="file_has_a_type", condition=~Q(content_type="")),
            models.CheckConstraint(name="file_has_bytes", condition=Q(size__gt=0)),
            models.CheckConstraint(name="file_has_a_fingerprint", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="file_refused_for_a_reason",
                condition=Q(state="refused") & ~Q(refusal="") | ~Q(state="refused") & Q(refusal=""),
            ),
            models.CheckConstraint(
                name="file_held_until_scanned",
                condition=~Q(state__in=["pending", "held"]) | Q(scanned_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["uploaded_at"], condition=Q(state="held"), name="file_held"),
            models.Index(fields=["uploaded_at"], condition=Q(state="pending"), name="file_pending"),
            models.Index(fields=["uploaded_by", "sha256"], name="file_by_person_and_content"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY


class DownloadCount(models.Model):
    """How often a file was fetched on a day (UTC). Nobody's name, address or browser is kept (A25)."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "on"], name="downloads_counted_once_a_day")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.on} {self.count}"
