"""What was published of a notice, as releases of the Open Contracting Data Standard 1.1.5 (standards 6): nothing but what the public reads.

Every version is a release that never changes. What is told beside the text is a release of its own: that the notice was closed
before its time, and how it ended, with each correction. Releases of one procurement share its OCID.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from django.db.models import QuerySet

from interchange.ocds import codes
from interchange.ocds.codes import Facts, without_blanks
from interchange.ocds.parties import Cast, add_buyers
from interchange.ocds.results import outcome_of, results_of
from interchange.ocds.tenders import moment, planning_of, tender_id, tender_of
from procurements.models import KINDS_TO_INFLUENCE, Closing, Kind, Notice, NoticeVersion, Outcome

STATUS_WHEN_CLOSED = {Closing.CANCELLED: "cancelled", Closing.WITHDRAWN: "withdrawn"}

# What `releases` reads, fetched for many notices at once: the number of queries does not grow with them.
WITH = (
    "versions__buyers__organisation",
    "versions__buyers__volumes",
    "versions__texts",
    "versions__lots",
    "versions__lot_results",
    "versions__contracts__winners__organisation",
    "versions__winners__organisation",
    "versions__documents__file",
    "links__earlier__procurement",
    "outcomes__winners__organisation",
)


def whole(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """The published ones with all that their releases say."""
    related = ("procurement__organisation", "procurement__buyer_group__lead")
    return notices.exclude(current_version=None).select_related(*related).prefetch_related(*WITH)


def releases_of(notice: Notice) -> list[Facts]:
    """All of them, the oldest first."""
    versions = in_order(notice)
    found = [of_version(version, before=before) for before, version in pairwise([None, *versions]) if version]
    return sorted([*found, *_beside(notice, versions[-1])], key=lambda release: str(release["date"]))


def current_releases_of(notice: Notice) -> list[Facts]:
    """What stands now: the current version, and what was told beside it."""
    versions = in_order(notice)
    place = next(place for place, version in enumerate(versions) if version.pk == notice.current_version_id)
    before = versions[place - 1] if place else None
    return [of_version(versions[place], before=before), *_beside(notice, versions[place])]


def in_order(notice: Notice) -> list[NoticeVersion]:
    """As they were said. Those of an imported notice may have arrived in another order."""
    return sorted(notice.versions.all(), key=lambda version: (said_at(version), version.number))


def said_at(version: NoticeVersion) -> datetime:
    return version.dispatched_at or version.published_at


def release_id(version: NoticeVersion) -> str:
    """BT-701 and BT-757 of an imported notice, so that other publishers' readers can tell which it is; else our own code."""
    notice = version.notice
    return f"{notice.source_id or notice.code}-{version.source_version or f'{version.number:02}'}"


def of_version(version: NoticeVersion, *, before: NoticeVersion | None) -> Facts:
    notice, cast = version.notice, Cast()
    buyer = add_buyers(cast, version)
    if any(lot.is_eu_funded for lot in version.lots.all()):
        cast.add_funder()
    results = results_of(version, cast)
    amendments = [_amendment(version, before)] if before else []
    tags = _tags(version, is_first=before is None, has_contracts="contracts" in results)
    return without_blanks(
        {
            **_head(notice, release_id(version), said_at(version), tags, version.language),
            "title": version.title,
            "buyer": buyer,
            "parties": cast.listed(),
            "planning": planning_of(version),
            "tender": without_blanks({**tender_of(version), "amendments": amendments}),
            **results,
            "relatedProcesses": _related(notice),
        }
    )


def _head(notice: Notice, key: str, at: datetime, tags: Iterable[str], language: str) -> Facts:
    return {
        "ocid": notice.procurement.ocid,
        "id": key,
        "date": moment(at),
        "tag": list(tags),
        "initiationType": "tender",
        "language": language,
    }


def _tags(version: NoticeVersion, *, is_first: bool, has_contracts: bool) -> list[str]:
    if "cancel" in version.change_reasons and version.notice.kind not in KINDS_TO_INFLUENCE:
        return ["tenderCancellation"]
    tags = list(codes.TAGS[version.notice.kind][not is_first])
    return tags + [codes.WITH_CONTRACTS[tag] for tag in tags if has_contracts and tag in codes.WITH_CONTRACTS]


def _amendment(version: NoticeVersion, before: NoticeVersion) -> Facts:
    """What made this version of the one before it (BT-140, BT-141, BT-758)."""
    reasons = [{"scheme": codes.REASON_OF_CHANGE, "id": code} for code in version.change_reasons]
    return without_blanks(
        {
            "id": release_id(version),
            "date": moment(said_at(version)),
            "rationale": version.reason,
            "rationaleClassifications": reasons,
            "amendsReleaseID": release_id(before),
            "releaseID": release_id(version),
        }
    )


def _related(notice: Notice) -> list[Facts]:
    """The planning of another procurement that this one follows from (BT-125); within one procurement the OCID says it.

    A draft is named nowhere.
    """
    found: list[Facts] = []
    for link in notice.links.all():
        if link.earlier is None:
            found.append({"scheme": "eu-oj", "identifier": link.reference})
        elif link.earlier.current_version_id and link.earlier.procurement_id != notice.procurement_id:
            found.append({"scheme": "ocid", "identifier": link.earlier.procurement.ocid})
    once = {(one["scheme"], one["identifier"]): one for one in found}
    return [
        {
            "id": f"{notice.code}-{place}",
            "relationship": ["planning" if notice.kind == Kind.COMPETITION else "prior"],
            **one,
        }
        for place, one in enumerate(once.values(), start=1)
    ]


def _beside(notice: Notice, version: NoticeVersion) -> list[Facts]:
    """A closing and the outcomes. Of imported notices another one says it, but for a cancellation of the notice itself."""
    found = []
    if notice.closed_at and (notice.source_id is None or notice.closed_as == Closing.CANCELLED):
        found.append(_of_closing(notice, version))
    outcomes = sorted(notice.outcomes.all(), key=lambda outcome: outcome.number)
    found += [_of_outcome(outcome, before, version) for before, outcome in pairwise([None, *outcomes]) if outcome]
    return found


def _of_closing(notice: Notice, version: NoticeVersion) -> Facts:
    assert notice.closed_at is not None
    at, key = notice.closed_at, f"{notice.code}-closed"
    is_planned = notice.kind in KINDS_TO_INFLUENCE
    status = STATUS_WHEN_CLOSED.get(Closing(notice.closed_as or Closing.EARLY), "")
    ended = "tenderCancellation" if status else "tenderUpdate"
    amendment = _told_beside(version, key, at, notice.closed_reason, notice.closed_code)
    period = {"endDate": moment(at)} if notice.kind == Kind.COMPETITION and not status else None
    tender = {"id": tender_id(version), "status": status, "tenderPeriod": period, "amendments": [amendment]}
    tags = ["planningUpdate" if is_planned else ended]
    return {**_head(notice, key, at, tags, version.language), "tender": without_blanks(tender)}


def _of_outcome(outcome: Outcome, before: Outcome | None, version: NoticeVersion) -> Facts:
    notice, cast = outcome.notice, Cast()
    key, at = f"{notice.code}-outcome-{outcome.number:02}", outcome.recorded_at
    buyer = add_buyers(cast, version)
    results = outcome_of(outcome, before, cast)
    amendment = _told_beside(version, key, at, outcome.reason or outcome.text, outcome.code)
    status = codes.STATUS_OF_OUTCOME.get(outcome.result, "")
    tender = {"id": tender_id(version), "status": status, "amendments": [amendment]}
    if notice.kind in KINDS_TO_INFLUENCE:
        tag = "planningUpdate"
    elif outcome.result == Outcome.Result.AWARDED:
        tag = "awardUpdate" if before else "award"
    else:
        tag = "tenderCancellation" if status == "cancelled" else "tenderUpdate"
    return without_blanks(
        {
            **_head(notice, key, at, [tag], outcome.language),
            "buyer": buyer,
            "parties": cast.listed(),
            "tender": without_blanks(tender),
            **results,
        }
    )


def _told_beside(version: NoticeVersion, key: str, at: datetime, words: str, code: str) -> Facts:
    """What was told of a tender without a new text."""
    reasons = [{"scheme": codes.REASON_OF_NO_AWARD, "id": code}] if code else []
    return without_blanks(
        {
            "id": key,
            "date": moment(at),
            "rationale": words,
            "rationaleClassifications": reasons,
            "amendsReleaseID": release_id(version),
            "releaseID": key,
        }
    )
