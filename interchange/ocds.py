"""A version of a notice as a release of the Open Contracting Data Standard 1.1.5 (standards 6): what the public reads, as data."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings

from interchange.parties import ocds_buyer, ocds_parties, without_blanks
from procurements.models import KINDS_TO_INFLUENCE, Closing, Kind, NoticeVersion

REPOSITORY = "https://raw.githubusercontent.com/open-contracting-extensions/ocds_{}_extension/{}/extension.json"
EXTENSIONS = [REPOSITORY.format("eu", "1.1"), REPOSITORY.format("organizationClassification", "master")]
LICENSE = "https://creativecommons.org/publicdomain/zero/1.0/"

# The first publication, and a later one.
TAGS = {
    Kind.NEED: ("planning", "planningUpdate"),
    Kind.CONSULTATION: ("planning", "planningUpdate"),
    Kind.PRIOR: ("planning", "planningUpdate"),
    Kind.COMPETITION: ("tender", "tenderUpdate"),
    Kind.PREANNOUNCEMENT: ("award", "awardUpdate"),
    Kind.AWARD: ("award", "awardUpdate"),
    Kind.CANCELLATION: ("tenderCancellation", "tenderCancellation"),
    Kind.MODIFICATION: ("contractUpdate", "contractUpdate"),
    Kind.COMPLETION: ("contractTermination", "contractTermination"),
    Kind.EFFECT: ("implementation", "implementationUpdate"),
}
STATUS_WHEN_CLOSED = {Closing.CANCELLED: "cancelled", Closing.WITHDRAWN: "withdrawn"}
METHODS = {  # BT-105; other procedures say nothing certain of how open they are
    "open": "open",
    "restricted": "selective",
    "neg-w-call": "selective",
    "comp-dial": "selective",
    "innovation": "selective",
    "comp-tend": "selective",
    "neg-wo-call": "limited",
}
CATEGORIES = {"supplies": "goods", "services": "services", "works": "works"}  # BT-23


def package(version: NoticeVersion, *, uri: str, publisher_uri: str, policy_uri: str) -> dict[str, Any]:
    """A release package with the one release. It says the same as long as the version stands."""
    return {
        "uri": uri,
        "version": "1.1",
        "extensions": EXTENSIONS,
        "publishedDate": version.published_at.isoformat(timespec="seconds"),
        "publisher": {"name": settings.NAME, "uri": publisher_uri},
        "license": LICENSE,
        "publicationPolicy": policy_uri,
        "releases": [release(version)],
    }


def release(version: NoticeVersion) -> dict[str, Any]:
    """One release per version: releases of one procurement share its OCID."""
    notice = version.notice
    said = version.dispatched_at or version.published_at
    return without_blanks(
        {
            "ocid": notice.procurement.ocid,
            "id": f"{notice.source_id or notice.code}-{version.source_version or f'{version.number:02}'}",
            "date": said.isoformat(timespec="seconds"),
            "tag": [TAGS[Kind(notice.kind)][version.number > 1]],
            "initiationType": "tender",
            "language": version.language,
            "parties": ocds_parties(version),
            "buyer": ocds_buyer(version),
            "tender": tender(version),
        }
    )


def tender(version: NoticeVersion) -> dict[str, Any]:
    notice = version.notice
    value = {"amount": amount(version.value), "currency": version.currency} if version.value is not None else None
    deadline = version.deadline_at.isoformat(timespec="seconds") if version.deadline_at else ""
    return without_blanks(
        {
            "id": notice.procurement.source_id or notice.procurement.ocid,
            "title": version.title,
            "description": version.description or version.summary or version.problem,
            "status": status_of(version),
            "procurementMethod": METHODS.get(version.procedure, ""),
            "procurementMethodDetails": version.procedure,
            "mainProcurementCategory": CATEGORIES.get(version.nature, ""),
            "items": items(version),
            "value": value,
            "tenderPeriod": {"endDate": deadline} if deadline and notice.kind == Kind.COMPETITION else None,
        }
    )


def status_of(version: NoticeVersion) -> str:
    """Of the tender that the notice tells of; left out where the notice is about what comes after it."""
    notice = version.notice
    if notice.closed_as in STATUS_WHEN_CLOSED:
        return STATUS_WHEN_CLOSED[Closing(notice.closed_as)]
    if notice.kind in KINDS_TO_INFLUENCE:
        return "planned"
    return {Kind.COMPETITION: "active", Kind.CANCELLATION: "cancelled"}.get(Kind(notice.kind), "")


def items(version: NoticeVersion) -> list[dict[str, Any]]:
    """One item: what it concerns, the main code first, and where."""
    if not version.cpv:
        return []
    codes = [{"scheme": "CPV", "id": code} for code in version.cpv]
    places = [{"region": region} for region in version.regions]
    item = {"id": "1", "classification": codes[0], "additionalClassifications": codes[1:], "deliveryAddresses": places}
    return [without_blanks(item)]


def amount(value: Decimal) -> int | float:
    """In whole units of the currency; as an integer where it is one."""
    return int(value) if value == value.to_integral_value() else float(value)
