"""What was written here -> NoticeFacts for its form, and the elements that the form wants beyond the facts.

Nothing that the public reads is lost: what the form has no element for stands in words in its note (BT-300).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.text import capfirst

from interchange.countries import language_3
from interchange.eforms import facts
from interchange.eforms.document import Element, first, nodes
from interchange.eforms.facts import Change, Contract, LotResult, NoticeFacts, Results, Tender, Text
from interchange.eforms.writing_facts import (
    Pool,
    buyers,
    deadlines,
    identifier_of,
    money,
    procedure_id_of,
    results_with,
    said,
    there,
    version_of,
    where,
)
from interchange.eforms.writing_forms import FORMS_OF_KIND, Form
from interchange.eforms.writing_xml import PROCESS, TERMS, new
from procurements import law, parts
from procurements.models import Kind, NoticeVersion, Outcome
from procurements.templatetags.wording import wording_value
from procurements.wording import label_of
from taxonomy.labels import goal_labels

SDK = "eforms-sdk-1.13"  # the first with a form for market consultations; active until the end of 2027
ANSWERS = ("summary", "problem", "affected", "cost_today", "desired_effect", "tried", "participation")
LACKED = (
    "strategic", "innovation", "environment", "procedure", "deadline_at", "questions_until", "documents_url",
    "submission_url",
)  # fmt: skip
INHERITED = (
    "procedure",
    "nature",
    "cpv",
    "regions",
)  # what an award or a cancellation leaves to the call that it follows
SUPPLIES = ("03", "48")  # CPV divisions 03-44 and 48 are goods, 45 is works, all others are services


@dataclass(frozen=True)
class Occasion:
    """Under which names, when and why the words of a version leave: its publication, its cancellation, or its outcome."""

    form: Form
    identifier: str  # BT-701
    version: str  # BT-757
    at: datetime
    change: Change | None = None
    outcome: Outcome | None = None
    follows: tuple[str, ...] = ()  # "<BT-701>-<BT-757>" of earlier notices


def earlier_than(version: NoticeVersion) -> list[NoticeVersion]:
    """What the procurement's other notices said when this version was published, oldest first."""
    found = (
        NoticeVersion.objects.filter(
            notice__procurement=version.notice.procurement_id, published_at__lt=version.published_at
        )
        .exclude(notice=version.notice_id)
        .filter(notice__kind__in=[str(kind) for kind in FORMS_OF_KIND])
        .order_by("notice_id", "-number")
        .distinct("notice_id")
        .select_related("notice")
    )
    return sorted(found, key=lambda one: (one.published_at, one.pk))


def reference_to(version: NoticeVersion) -> str:
    return f"{identifier_of(version.notice)}-{version_of(version)}"


def facts_of_own(version: NoticeVersion, occasion: Occasion, *, earlier: list[NoticeVersion]) -> NoticeFacts:
    notice, form, language = version.notice, occasion.form, version.language
    told: dict[str, Any] = {name: getattr(version, name) for name in INHERITED}
    if notice.kind in (Kind.AWARD, Kind.CANCELLATION):
        for name in INHERITED:
            told[name] = told[name] or next(
                (found for one in reversed(earlier) if (found := getattr(one, name))), told[name]
            )
    told["procedure"] = "" if "procedure" in form.lacks else told["procedure"]
    pool = Pool(language)
    buying = buyers(version, pool)
    lot_key = "PAR-0001" if form.has_parts else "LOT-0001"
    results = _results(occasion.outcome, pool, lot_key) if occasion.outcome else _bare_result(form, lot_key)
    with translation.override(language if language in dict(settings.LANGUAGES) else "en"):
        description = version.description or version.summary or version.problem or version.title
        note = _note(version, form, description, occasion.outcome)
        features = "\n\n".join(_plan(version))
        terms = "\n".join(parts.lines_of(version, "assets"))
        lot = _lot(version, form, lot_key, told, description, "" if "terms" in form.lacks else terms)
    regions, lands = where(told["regions"])
    is_award = form.form_type == "result"
    follows = () if form.has_parts else occasion.follows  # prior information follows from nothing
    if not is_award:
        lot = replace(lot, previous=follows)
    return NoticeFacts(
        root=form.root,
        sdk=SDK,
        identifier=occasion.identifier,
        version=occasion.version,
        procedure_id=procedure_id_of(notice.procurement) if form.names_procedure else "",
        publication_number="",
        gazette="",
        published_on=None,
        preferred_on=None,
        dispatched_at=there(occasion.at, version.zone),
        form_type=form.form_type,
        notice_type=form.notice_type,
        subtype=form.subtype,
        legal_basis=form.legal_basis,
        language=language_3(language),
        extra_languages=(),
        title=said(version.title, language),
        description=said(description, language),
        note=said(note, language),
        reference=notice.code,
        nature=lot.nature,
        procedure=told["procedure"],
        procedure_features=said("" if "features" in form.lacks else features, language),
        accelerated="",
        direct_award_reasons=(),
        cpv_main=lot.cpv_main,
        cpv_additional=lot.cpv_additional,
        regions=regions,
        countries=lands,
        anywhere="",
        procedure_value=money(version.value, version.currency),
        procedure_framework_maximum=None,
        planned_on=None if form.names_procedure else version.planned_on,
        organisations=tuple(pool.found.values()),
        buyers=buying,
        lots=(lot,),
        results=results,
        change=occasion.change,
        modification=None,
        previous=follows,
    )


def _lot(version: NoticeVersion, form: Form, key: str, told: dict[str, Any], description: str, terms: str) -> facts.Lot:
    language, zone = version.language, version.zone
    regions, lands = where(told["regions"])
    strategic, innovation, environment = (
        () if name in form.lacks else tuple(getattr(version, name))
        for name in ("strategic", "innovation", "environment")
    )
    moments = deadlines(told["procedure"], form.notice_type, there(version.deadline_at, zone))
    moments = replace(moments, questions=there(version.questions_until, zone))
    why = version.desired_effect or version.summary or version.title
    return facts.Lot(
        identifier=key,
        is_part=form.has_parts,
        title=said(version.title, language),
        description=said(description, language),
        nature=told["nature"] or nature_of(told["cpv"]),
        cpv_main=next(iter(told["cpv"]), ""),
        cpv_additional=tuple(told["cpv"][1:]),
        regions=regions,
        countries=lands,
        strategic=strategic,
        innovation=innovation,
        environment=environment,
        strategic_description=said(why if set(strategic) - {"none"} else "", language),
        deadlines=facts.Deadlines() if "deadline_at" in form.lacks else moments,
        documents_url="" if "documents_url" in form.lacks else documents_address(version),
        submission_url="" if "submission_url" in form.lacks else version.submission_url,
        performance_terms=said(terms, language),
    )


def nature_of(cpv: list[str]) -> str:
    """BT-23 where nobody said it: the CPV's divisions are ordered by it. Nothing without a code."""
    division = cpv[0][:2] if cpv else ""
    if not division:
        return ""
    if division == "45":
        return "works"
    return "supplies" if division < "45" or division in SUPPLIES else "services"


def documents_address(version: NoticeVersion) -> str:
    """BT-15; documents that lie here are fetched from the notice's own page."""
    if version.documents_url or not version.documents.exists():
        return version.documents_url
    return f"{settings.URL}{version.notice.get_absolute_url()}"


# --- in words --------------------------------------------------------------------------------------------------------


def _labelled(name: str, words: str) -> str:
    return f"{capfirst(label_of(name))}: {words}"


def _note(version: NoticeVersion, form: Form, description: str, outcome: Outcome | None) -> str:
    """What the form has no element for, each with its label, in the notice's language where the arena speaks it."""
    names = [name for name in ANSWERS if getattr(version, name) != description]
    if not (outcome and version.notice.kind == Kind.COMPETITION):  # how it was to be answered is over
        names += [name for name in LACKED if name in form.lacks]
    found = [outcome.text] if outcome else []
    found += [
        _labelled(name, wording_value(value, name, version.zone))
        for name in names
        if (value := getattr(version, name)) not in (None, "", [])
    ]
    if version.goals:
        labels = goal_labels(version.goals, translation.get_language() or "en")
        targets = [*version.goal_targets, *[""] * len(version.goals)]
        goals = [
            f"{n}. {labels[n]}{f' ({target})' if target else ''}"
            for n, target in zip(version.goals, targets, strict=False)
        ]
        found.append(_labelled("goals", ", ".join(goals)))
    if "features" in form.lacks:
        found += _plan(version)
    if "terms" in form.lacks and (assets := parts.lines_of(version, "assets")):
        found.append("\n".join([f"{capfirst(label_of('assets'))}:", *assets]))
    if documents := parts.lines_of(version, "documents"):
        found.append("\n".join([f"{capfirst(label_of('documents'))}:", *documents]))
    return "\n\n".join(found)


def _plan(version: NoticeVersion) -> list[str]:
    """The stages, what they may cost together, and how they can end: BT-88."""
    found = []
    if stages := parts.lines_of(version, "stages"):
        found.append("\n".join([f"{capfirst(label_of('stages'))}:", *stages]))
    if version.price_cap is not None:
        words = wording_value(version.price_cap, "price_cap", version.zone)
        found.append(_labelled("price_cap", f"{words} {version.currency}".strip()))
    if version.exit_rule:
        found.append(_labelled("exit_rule", version.exit_rule))
    return found


# --- results ---------------------------------------------------------------------------------------------------------


def _results(outcome: Outcome, pool: Pool, lot: str) -> Results:
    """A lot that was awarded, with a contract for each supplier that was chosen; or one that was not, and why (BT-144)."""
    if outcome.result != Outcome.Result.AWARDED:
        return Results(lots=(LotResult("RES-0001", lot, "clos-nw", outcome.code, outcome.tenders),))
    contracts = []
    for place, winner in enumerate(outcome.winners.select_related("organisation").order_by("pk"), start=1):
        size = {True: "sme", False: "large", None: ""}[winner.is_small]
        body = pool.add(winner.organisation, name=winner.name, size=size)
        tender = Tender(f"TEN-{place:04}", lot, (body,), money(winner.value, winner.currency))
        contracts.append(Contract(f"CON-{place:04}", "", Text(), None, (tender,)))
    value = facts.total(contract.value for contract in contracts)
    return results_with((LotResult("RES-0001", lot, "selec-w", "", outcome.tenders),), tuple(contracts), value=value)


def _bare_result(form: Form, lot: str) -> Results:
    """An award that was written without an outcome says that somebody was chosen, and no more."""
    return Results(lots=(LotResult("RES-0001", lot, "selec-w"),)) if form.form_type == "result" else Results()


# --- beyond the facts ------------------------------------------------------------------------------------------------


def complete(root: Element, form: Form, version: NoticeVersion, *, decided_on: date | None = None) -> None:
    """Adds what the form makes mandatory and the arena does not ask for, with the code that claims least."""
    language = language_3(version.language)
    lots = nodes(root, "cac:ProcurementProjectLot")
    if form.legal_basis == "other":
        _name_the_law(root, version, language)
    else:
        for party in nodes(root, "cac:ContractingParty"):
            new(party, "cac:ContractingActivity/cbc:ActivityTypeCode", "gen-pub", listName="authority-activity")
            if not nodes(party, "cac:ContractingPartyType"):
                new(party, "cac:ContractingPartyType/cbc:PartyTypeCode", "body-pl", listName="buyer-legal-type")
    for lot in lots:
        if form.subtype in ("16", "E1", "E3"):
            new(new(lot, f"{TERMS}/cac:Language"), "cbc:ID", language)  # BT-97
        if form.subtype in ("16", "29"):
            _say_no_to_techniques(lot)
        if form.subtype == "16":
            _say_how_to_answer(lot, version)
    for changes in nodes(root, "$X/efac:Changes"):
        _say_what_is_changed(changes, lots, language)
    for contract in nodes(root, "$X/efac:NoticeResult/efac:SettledContract"):
        if decided_on:
            new(contract, "cbc:AwardDate", f"{decided_on.isoformat()}Z")  # BT-1451


def _name_the_law(root: Element, version: NoticeVersion, language: str) -> None:
    """BT-01(f): which law, where it is none of the EU's."""
    known = law.profile_of(version.notice.procurement.organisation.country).law
    words = {"sv": known.sv, "nb": known.nb}.get(version.language, known.en)
    reference = new(root, f"{TERMS}/cac:ProcurementLegislationDocumentReference")
    new(reference, "cbc:ID", "LocalLegalBasis")
    new(reference, "cbc:DocumentDescription", words, languageID=language if words != known.en else "ENG")


def _say_what_is_changed(changes: Element, lots: list[Element], language: str) -> None:
    """BT-141 and BT-13716, beside why: an amendment says in one sentence what it changes, and is a whole text."""
    why = first(changes, "efac:ChangeReason/efbc:ReasonDescription")
    if why and first(changes, "efac:ChangeReason/cbc:ReasonCode") != "cancel":
        change = new(changes, "efac:Change")
        new(change, "efbc:ChangeDescription", why, languageID=language)
        for section in ("PROCEDURE", *(first(lot, "cbc:ID") for lot in lots)):
            new(new(change, "efac:ChangedSection"), "efbc:ChangedSectionIdentifier", section)


def _say_no_to_techniques(lot: Element) -> None:
    """BT-765, BT-766, BT-767, BT-60: the arena has no framework agreements, purchasing systems, auctions or EU funds to tick."""
    for list_name in ("framework-agreement", "dps-usage"):
        system = new(lot, f"{PROCESS}/cac:ContractingSystem")
        new(system, "cbc:ContractingSystemTypeCode", "none", listName=list_name)
    new(lot, f"{PROCESS}/cac:AuctionTerms/cbc:AuctionConstraintIndicator", "false")
    new(lot, f"{TERMS}/cbc:FundingProgramCode", "no-eu-funds", listName="eu-funded")


def _say_how_to_answer(lot: Element, version: NoticeVersion) -> None:
    """BT-17, BT-71, BT-736, BT-743, BT-92, BT-93."""
    how = "required" if version.submission_url else "allowed"
    new(lot, f"{PROCESS}/cbc:SubmissionMethodCode", how, listName="esubmission")
    kind = "cac:TendererQualificationRequest/cac:SpecificTendererRequirement/cbc:TendererRequirementTypeCode"
    new(lot, f"{TERMS}/{kind}", "none", listName="reserved-procurement")
    for list_name, code in (("reserved-execution", "no"), ("einvoicing", "allowed")):
        requirement = new(lot, f"{TERMS}/cac:ContractExecutionRequirement")
        new(requirement, "cbc:ExecutionRequirementCode", code, listName=list_name)
    for name in ("Order", "Payment"):
        new(lot, f"{TERMS}/cac:PostAwardProcess/cbc:Electronic{name}UsageIndicator", "false")
