"""Codes that no list has: kept in the notice as they came, and listed so that somebody sees that a list is old."""

from __future__ import annotations

import re

from django.db.models import F

from interchange.eforms.facts import NoticeFacts
from interchange.models import UnknownCode
from procurements.models import NoticeVersion
from taxonomy.codes import CPV, NUTS
from taxonomy.models import Code

SHAPES = {"cpv": CPV, "nuts": NUTS}  # the arena starts with a part of these lists: only the shape is judged


def codes_of(facts: NoticeFacts) -> set[tuple[str, str]]:
    """(list, code) of every code that the arena knows a list for."""
    found = {
        ("form-type", facts.form_type),
        ("notice-type", facts.notice_type),
        ("notice-subtype", facts.subtype),
        ("procurement-procedure-type", facts.procedure),
        ("contract-nature", facts.nature),
    }
    for lot in facts.lots:
        found |= {("strategic-procurement", code) for code in lot.strategic}
        found |= {("innovative-acquisition", code) for code in lot.innovation}
        found |= {("environmental-impact", code) for code in lot.environment}
        found |= {("social-objective", code) for code in lot.social}
        found |= {("framework-agreement", lot.framework), ("dps-usage", lot.dps)}
    found |= {("winner-selection-status", code) for code in facts.results.codes}
    if facts.change:
        found |= {("change-corrig-justification", code) for code in facts.change.reasons}
    found |= {("cpv", code) for code in facts.cpv} | {("nuts", code) for code in facts.places}
    return {(name, code) for name, code in found if code}


def note(facts: NoticeFacts, version: NoticeVersion) -> None:
    """Counts the codes that are not known. A list that was never loaded judges nothing."""
    given = codes_of(facts)
    listed = {name for name, _ in given} - SHAPES.keys()
    known: dict[str, set[str]] = {}
    for name, code in Code.objects.filter(list__in=listed).values_list("list", "code"):
        known.setdefault(name, set()).add(code)
    for name, code in sorted(given):
        shape: re.Pattern[str] | None = SHAPES.get(name)
        if shape.fullmatch(code) if shape else code in known.get(name, {code}):
            continue
        _, is_new = UnknownCode.objects.get_or_create(list=name, code=code[:60], defaults={"first_seen_in": version})
        if not is_new:
            UnknownCode.objects.filter(list=name, code=code[:60]).update(times=F("times") + 1)
