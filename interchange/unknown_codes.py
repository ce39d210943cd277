"""Codes that no list has: kept in the notice as they came, and listed so that somebody sees that a list is old."""

from __future__ import annotations

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
        found |= {("gpp-criteria", code) for code in lot.gpp}
        found |= {("eu-funded", code) for code in lot.eu_funded}
        found |= {("framework-agreement", lot.framework), ("dps-usage", lot.dps), ("accessibility", lot.accessibility)}
    found |= {("winner-selection-status", code) for code in facts.results.codes}
    found |= {("non-award-justification", lot.reason) for lot in facts.results.lots}
    found |= {("direct-award-justification", code) for code in facts.direct_award_reasons}
    found |= {("buyer-legal-type", buyer.legal_type) for buyer in facts.buyers}
    if facts.change:
        found |= {("change-corrig-justification", code) for code in facts.change.reasons}
    found |= {("cpv", code) for code in facts.cpv} | {("nuts", code) for code in facts.places}
    return {(name, code) for name, code in found if code}


def note(facts: NoticeFacts, version: NoticeVersion) -> None:
    """Counts the codes that are not known. A list that was never loaded judges nothing."""
    given = codes_of(facts)
    listed = {(name, code) for name, code in given if name not in SHAPES}
    names, values = {name for name, _ in listed}, {code for _, code in listed}
    known = set(Code.objects.filter(list__in=names, code__in=values).values_list("list", "code"))
    odd = listed - known
    odd &= {(name, code) for name, code in odd if Code.objects.filter(list=name).exists()}
    odd |= {(name, code) for name, code in given - listed if not SHAPES[name].fullmatch(code)}
    for name, code in sorted(odd):
        _, is_new = UnknownCode.objects.get_or_create(list=name, code=code[:60], defaults={"first_seen_in": version})
        if not is_new:
            UnknownCode.objects.filter(list=name, code=code[:60]).update(times=F("times") + 1)
