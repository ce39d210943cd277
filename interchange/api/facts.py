"""What is published of a notice, as plain data: the short form of lists and the whole one.

Only what an anonymous visitor may read: no draft, nothing of interest, no person's name or mail address, no number that is
personal. Moments are written in the zone that the buyer meant, with its offset (B20).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import Organisation
from procurements.models import Closing, Kind, Notice, NoticeSearch, NoticeVersion
from taxonomy import labels
from ui.moments import zone_of

Facts = dict[str, Any]
ENDED = {Closing.EARLY: "closed", Closing.WITHDRAWN: "withdrawn", Closing.CANCELLED: "cancelled"}
STATES = ("open", "closed", "withdrawn", "cancelled")
KINDS_OF_CODE = {  # the columns whose codes stand in a list of eForms
    "procedure": "procurement-procedure-type",
    "nature": "contract-nature",
    "strategic": "strategic-procurement",
    "innovation": "innovative-acquisition",
    "environment": "environmental-impact",
    "social": "social-objective",
    "gpp": "gpp-criteria",
    "change_reasons": "change-corrig-justification",
    "legal_type": "buyer-legal-type",
    "activity": "authority-activity",
}


def moment(value: datetime | None, zone: str) -> str | None:
    """ISO 8601 with the offset of the zone on that day: "2026-03-27T23:59:00+01:00"."""
    return value.astimezone(zone_of(zone)).isoformat(timespec="seconds") if value else None


def number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def money(value: Decimal | None, currency: str) -> Facts | None:
    return {"amount": number(value), "currency": currency} if value is not None else None


def here(path: str) -> str:
    return settings.URL + path


@dataclass(frozen=True)
class Words:
    """Labels of all codes of some versions, in the reader's language: one query a list of codes, however many versions."""

    cpv: dict[str, str]
    regions: dict[str, str]
    goals: dict[int, str]
    codes: dict[str, dict[str, str]]

    @classmethod
    def of(cls, things: Sequence[Any], language: str, *, columns: Iterable[str] = ("procedure", "nature")) -> Words:
        """`things` are versions, lots or buyers of a version."""
        asked = {name: {code for thing in things for code in _codes(thing, name)} for name in columns}
        return cls(
            labels.cpv_labels({code for thing in things for code in _codes(thing, "cpv")}, language),
            labels.region_labels({code for thing in things for code in _codes(thing, "regions")}, language),
            labels.goal_labels({goal for thing in things for goal in getattr(thing, "goals", [])}, language),
            {name: labels.code_labels(KINDS_OF_CODE[name], codes, language) for name, codes in asked.items() if codes},
        )

    def one(self, name: str, code: str) -> Facts | None:
        return {"code": code, "label": self.codes.get(name, {}).get(code, code)} if code else None

    def many(self, name: str, codes: Iterable[str]) -> list[Facts]:
        return [{"code": code, "label": self.codes.get(name, {}).get(code, code)} for code in codes]

    def subjects(self, thing: Any) -> Facts:
        return {
            "cpv": [{"code": code, "label": self.cpv.get(code, code)} for code in thing.cpv],
            "regions": [{"code": code, "label": self.regions.get(code, code)} for code in thing.regions],
        }


def _codes(thing: Any, name: str) -> list[str]:
    value = getattr(thing, name, "")
    return list(value) if isinstance(value, list) else [value] if value else []


def organisation(body: Organisation) -> Facts:
    return {
        "id": body.pk,
        "slug": body.slug,
        "name": body.name,
        "country": body.country,
        "number": body.public_number or None,
        "address": here(body.get_absolute_url()),
        "api_address": here(reverse("api:organisation_detail", args=[body.slug])),
    }


def state_of(notice: Notice, at: datetime) -> str:
    """What is over without a closing (an award, what is past its deadline) counts as closed, as in the list of the pages."""
    if notice.closed_at:
        return ENDED.get(Closing(notice.closed_as), "closed")
    return "open" if notice.is_open(at) else "closed"


def reference(notice: Notice, version: NoticeVersion | None = None) -> Facts:
    """A notice, as much of it as a link needs; as it reads now, or as a version had it."""
    version = version or notice.current_version
    assert version is not None
    return {
        "code": notice.code,
        "kind": {"code": notice.kind, "label": str(Kind(notice.kind).label)},
        "title": version.title,
        "language": version.language,
        "published_at": moment(version.published_at, version.zone),
        "address": here(notice.get_absolute_url()),
        "api_address": here(reverse("api:notice_detail", args=[notice.code])),
    }


def short(notice: Notice, version: NoticeVersion, words: Words, level: str, *, at: datetime) -> Facts:
    body = notice.procurement.organisation
    return {
        **reference(notice, version),
        "ocid": notice.procurement.ocid,
        "phase": str(notice.phase),
        "state": state_of(notice, at),
        "summary": version.summary or None,
        "procedure": words.one("procedure", version.procedure),
        "nature": words.one("nature", version.nature),
        **words.subjects(version),
        "goals": [{"number": goal, "label": words.goals.get(goal, str(goal))} for goal in version.goals],
        "value": money(version.value, version.currency),
        "deadline_at": moment(version.deadline_at, version.zone),
        "time_zone": version.zone,
        "version": version.number,
        "buyer": organisation(body),
        "is_joint": notice.procurement.buyer_group_id is not None,
        "innovation_level": level or None,
        "source": notice.procurement.source or None,
    }


def listed(notices: Iterable[Notice], language: str, *, at: datetime) -> list[Facts]:
    """The short form of published notices that came with their version, procurement and organisation."""
    shown = [(notice, notice.current_version) for notice in notices if notice.current_version]
    words = Words.of([version for _notice, version in shown], language)
    levels = _levels([notice.pk for notice, _version in shown])
    return [short(notice, version, words, levels.get(notice.pk, ""), at=at) for notice, version in shown]


def _levels(notices: list[int]) -> dict[int, str]:
    """As the list filters by them: judged when each notice was published."""
    rows = NoticeSearch.objects.filter(notice__in=notices).values_list("notice", "keys")
    return {notice: key[2:] for notice, keys in rows for key in keys if key.startswith("I:")}
