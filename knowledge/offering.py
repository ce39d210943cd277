"""A template's file as a page offers it: where it is fetched, what kind it is, how large."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from knowledge.models import TemplateFile


@dataclass(frozen=True)
class Offered:
    """The newest file of one language, as a reader may fetch it."""

    row: TemplateFile

    @property
    def url(self) -> str:
        return reverse("knowledge:template_download", args=[self.row.article.slug, self.row.pk])

    @property
    def kind(self) -> str:
        """DOCX, XLSX: the ending of the name."""
        return self.row.file.name.rpartition(".")[2].upper()

    @property
    def size(self) -> int:
        return self.row.file.size

    @property
    def language(self) -> str:
        return self.row.language

    @property
    def number(self) -> int:
        return self.row.number
