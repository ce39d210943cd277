"""Releases in the covers that the standard asks for: packages of releases, and records that put a whole procurement together."""

from __future__ import annotations

from collections.abc import Iterable

import ocdsmerge  # type: ignore[import-untyped]
from django.conf import settings

from interchange.ocds import addresses
from interchange.ocds.codes import Facts
from interchange.ocds.releases import releases_of, whole
from procurements.models import Procurement

REPOSITORY = "https://raw.githubusercontent.com/open-contracting-extensions/ocds_{}_extension/{}/extension.json"
EXTENSIONS = [
    REPOSITORY.format(name, version)
    for name, version in (
        ("lots", "v1.1.5"),  # its newest version needs another extension, and no validator reads it without
        ("bid", "v1.1.5"),
        ("location", "v1.1.5"),
        ("process_title", "v1.1.5"),
        ("legalBasis", "1.1"),
        ("eu", "1.1"),
        ("sustainability", "master"),
        ("techniques", "master"),
        ("suitability", "master"),
        ("partyDetails_scale", "master"),
        ("organizationClassification", "master"),
        ("procurementMethodRationaleClassifications", "master"),
        ("amendment_rationale_classifications", "master"),
    )
]
LICENSE = "https://creativecommons.org/publicdomain/zero/1.0/"
# Lists of objects that replace what stood before, instead of being put together by `id`; and what a compiled release leaves out.
# The schemas say so of the fields that we fill. They are other people's files, and the merger would fetch them from the net.
MERGE_RULES: dict[tuple[str, ...], str] = {
    **dict.fromkeys([("id",), ("date",), ("tag",)], "omitWhenMerged"),
    **dict.fromkeys(
        [
            ("parties", "details", "classifications"),
            ("tender", "items", "additionalClassifications"),
            ("tender", "items", "deliveryAddresses"),
            ("tender", "lots", "sustainability"),
            ("tender", "sustainability"),
            ("tender", "procurementMethodRationaleClassifications"),
            ("tender", "amendments", "rationaleClassifications"),
        ],
        "wholeListMerge",
    ),
}
MERGER = ocdsmerge.Merger(merge_rules=MERGE_RULES)


def package(releases: list[Facts], *, uri: str) -> Facts:
    """A release package. It says the same as long as its releases stand."""
    return {**_cover(uri, releases), "releases": releases}


def record_package(releases: list[Facts], *, uri: str) -> Facts:
    """A record package of one procurement: all its releases, and what they say together."""
    record = {"ocid": releases[0]["ocid"], "releases": releases, "compiledRelease": compiled(releases)}
    return {**_cover(uri, releases), "records": [record]}


def compiled(releases: list[Facts]) -> Facts:
    """What stands when every release has been heard, the oldest first."""
    found: Facts = MERGER.create_compiled_release(releases)
    return found


def releases_of_procurement(procurement: Procurement) -> list[Facts]:
    """The releases of all its published notices, the oldest first; none while it is a draft."""
    notices = whole(procurement.notices.order_by("pk"))
    return by_date(release for notice in notices for release in releases_of(notice))


def by_date(releases: Iterable[Facts]) -> list[Facts]:
    return sorted(releases, key=lambda release: str(release["date"]))


def _cover(uri: str, releases: list[Facts]) -> Facts:
    """`publishedDate` is that of the newest release, so that the same facts make the same bytes."""
    newest = max((release["date"] for release in releases), default="1970-01-01T00:00:00+00:00")
    return {
        "uri": uri,
        "version": "1.1",
        "extensions": EXTENSIONS,
        "publishedDate": newest,
        "publisher": {"name": settings.NAME, "uri": addresses.whole("home")},
        "license": LICENSE,
        "publicationPolicy": addresses.whole("open_data"),
    }
