"""Everything that is published, as files that are made once a day (F6)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Dump(models.Model):
    """A file of a day. Its bytes lie among the media; older ones are removed, one of each month stays."""

    class Form(models.TextChoices):
        OCDS = "ocds", _("OCDS releases, one a line (JSON Lines, gzip)")
        CSV = "csv", _("Table of notices (CSV, gzip)")

    day = models.DateField()
    form = models.CharField(max_length=10, choices=Form)
    file = models.FileField(upload_to="dumps/")
    releases = models.PositiveIntegerField()  # rows, in a table
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-day", "form"]
        constraints = [models.UniqueConstraint(fields=["day", "form"], name="dumped_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.form}"
