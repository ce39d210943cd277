"""The lasting addresses that stand in open data: whole, the same for every reader, and without the words that follow a title."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from procurements.models import Notice, VersionDocument


def whole(name: str, *args: object, language: str = settings.LANGUAGE_CODE) -> str:
    """The address with the arena's own host. Pages have a language in theirs: the notice's, where the arena speaks it."""
    spoken = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(spoken):
        return f"{settings.URL}{reverse(name, args=args)}"


def page_of(notice: Notice, language: str) -> str:
    return whole("procurements:notice_detail", f"{notice.kind}-{notice.code}", language=language)


def document_of(notice: Notice, document: VersionDocument, language: str) -> str:
    name = "procurements:document_download"
    return whole(name, f"{notice.kind}-{notice.code}", document.file_id, language=language)


def in_official_journal(number: str) -> str:
    """Of a publication number of TED (OPP-010), as "00566194-2026"; empty for the marks that others put in its place."""
    first, _hyphen, year = number.partition("-")
    if first.isdigit() and year.isdigit() and len(year) == 4:
        return f"https://ted.europa.eu/en/notice/-/detail/{int(first)}-{year}"
    return ""
