"""What is bought: the `tender` of a release, with its lots, items, techniques and aims."""

from __future__ import annotations

from datetime import UTC, datetime

from interchange.ocds import addresses, codes
from interchange.ocds.codes import Facts, money, web, without_blanks
from procurements.models import KINDS_TO_INFLUENCE, Kind, Lot, NoticeVersion


def tender_of(version: NoticeVersion) -> Facts:
    """Everything but `amendments`, which need to know what came before."""
    notice = version.notice
    lots = list(version.lots.all())
    endings = {"endDate": moment(version.deadline_at)} if version.deadline_at else None
    rationales = [{"scheme": codes.REASON_OF_DIRECT_AWARD, "id": code} for code in version.direct_award_reasons]
    return without_blanks(
        {
            "id": tender_id(version),
            "title": version.title,
            "description": text_of(version),
            **_in_other_languages(version),
            "status": status_of(version),
            "legalBasis": _legal_basis(version.legal_basis),
            "procurementMethod": codes.METHODS.get(version.procedure, ""),
            "procurementMethodDetails": version.procedure,
            "procurementMethodRationaleClassifications": rationales,
            "mainProcurementCategory": codes.CATEGORIES.get(version.nature, ""),
            "items": _items(version, lots),
            "value": money(version.value, version.currency),
            "techniques": _whole_framework(version),
            "awardCriteria": _award_criteria(lots),
            "eligibilityCriteria": version.participation,
            "submissionMethod": ["electronicSubmission"] if version.submission_url else [],
            "submissionMethodDetails": version.submission_url,
            "tenderPeriod": endings if notice.kind == Kind.COMPETITION else None,
            "enquiryPeriod": {"endDate": moment(version.questions_until)} if version.questions_until else None,
            "milestones": _deadlines(version, lots) if notice.kind == Kind.COMPETITION else [],
            "documents": _documents(version, lots),
            "lots": [_lot(version, lot) for lot in lots],
            **({} if lots else _aims(version)),
        }
    )


def tender_id(version: NoticeVersion) -> str:
    procurement = version.notice.procurement
    return procurement.source_id or procurement.ocid


def text_of(version: NoticeVersion) -> str:
    return version.description or version.summary or version.problem


def status_of(version: NoticeVersion) -> str:
    """Of the tender that the notice tells of, as it stood when the version came out."""
    if "cancel" in version.change_reasons:
        return "cancelled"
    results = {result.code for result in version.lot_results.all()}
    if results and results <= {"clos-nw"}:
        return "unsuccessful"
    return codes.STATUS_OF_TENDER.get(version.notice.kind, "")


def moment(value: datetime) -> str:
    """To the second, in UTC: whoever puts releases together sorts their dates as text."""
    return value.astimezone(UTC).isoformat(timespec="seconds")


def _in_other_languages(version: NoticeVersion) -> Facts:
    """The same in the further languages that the notice was published in (BT-702), as `title_nb`."""
    found: Facts = {}
    for text in version.texts.all():
        if text.language and text.language != version.language:
            found[f"title_{text.language}"] = text.title
            found[f"description_{text.language}"] = text.description or text.summary
    return without_blanks(found)


def _legal_basis(code: str) -> Facts | None:
    """BT-01. What is not a number of the Union's law is no legal basis that a machine could look up."""
    return {"scheme": "CELEX", "id": code} if code[:1].isdigit() else None


def _items(version: NoticeVersion, lots: list[Lot]) -> list[Facts]:
    """One for each lot: what it concerns, the main code first, and where; else one for the whole."""
    telling = [lot for lot in lots if lot.cpv]
    if not telling:
        return [_item("1", version.cpv, version.regions)] if version.cpv else []
    return [
        {**_item(lot.identifier, lot.cpv, lot.regions or version.regions), "relatedLot": lot.identifier}
        for lot in telling
    ]


def _item(key: str, cpv: list[str], regions: list[str]) -> Facts:
    main, *others = [{"scheme": "CPV", "id": code} for code in cpv]
    places = [{"region": region} for region in regions]
    return without_blanks(
        {"id": key, "classification": main, "additionalClassifications": others, "deliveryAddresses": places}
    )


def _documents(version: NoticeVersion, lots: list[Lot]) -> list[Facts]:
    """The notice itself here and in the Official Journal, the address of the documents, and those that are published here."""
    notice, language = version.notice, version.language
    kind = codes.DOCUMENT_OF_KIND.get(notice.kind, "tenderNotice")
    published = moment(version.published_at)
    page = {"id": f"notice-{notice.code}", "documentType": kind, "url": addresses.page_of(notice, language)}
    found = [{**page, "datePublished": published, "format": "text/html", "language": language}]
    if journal := addresses.in_official_journal(version.publication_number):
        found.append({"id": version.publication_number, "documentType": kind, "url": journal})
    theirs: dict[str, list[str]] = {}
    for lot in lots:
        theirs.setdefault(web(lot.documents_url), []).append(lot.identifier)
    for place, url in enumerate(dict.fromkeys([web(version.documents_url), *theirs]), start=1):
        if url:
            bidding = {"id": f"documents-{notice.code}-{place}", "documentType": "biddingDocuments", "url": url}
            found.append(without_blanks({**bidding, "relatedLots": theirs.get(url, [])}))
    for row in version.documents.all():
        if row.file.is_ready:
            found.append(
                {
                    "id": str(row.lineage),
                    "documentType": "biddingDocuments",
                    "title": row.title,
                    "url": addresses.document_of(notice, row, language),
                    "format": row.file.content_type,
                    "dateModified": moment(row.file.uploaded_at),
                }
            )
    return found


def _lot(version: NoticeVersion, lot: Lot) -> Facts:
    status = status_of(version)
    for result in version.lot_results.all():
        if result.lot == lot.identifier:
            status = codes.LOT_OF_RESULT.get(result.code, status)
    return without_blanks(
        {
            "id": lot.identifier,
            "title": lot.title,
            "description": lot.description,
            "status": status,
            "value": money(lot.value, lot.currency),
            "contractPeriod": _contract_period(lot),
            "techniques": _techniques(lot),
            "suitability": {"sme": lot.fits_small_firms} if lot.fits_small_firms is not None else None,
            **_aims(lot),
        }
    )


def _deadlines(version: NoticeVersion, lots: list[Lot]) -> list[Facts]:
    """When each lot closes, where they do not all close together: the extension for lots gives them no period of their own."""
    if all(lot.deadline_at in (None, version.deadline_at) for lot in lots):
        return []
    return [
        {
            "id": f"deadline-{lot.identifier}",
            "code": "tenderPeriod.endDate",
            "dueDate": moment(lot.deadline_at),
            "relatedLots": [lot.identifier],
        }
        for lot in lots
        if lot.deadline_at
    ]


def _award_criteria(lots: list[Lot]) -> str:
    """BT-539, where one word says it of every lot."""
    found = {codes.CRITERIA_OF_AWARD.get(frozenset(lot.award_criteria), "") for lot in lots}
    return found.pop() if len(found) == 1 else ""


def _contract_period(lot: Lot) -> Facts:
    """BT-536 and BT-36."""
    days = codes.DAYS.get(lot.duration_unit, 0) * (lot.duration or 0)
    starts = f"{lot.starts_on.isoformat()}T00:00:00Z" if lot.starts_on else ""
    return without_blanks({"startDate": starts, "durationInDays": days or None})


def _whole_framework(version: NoticeVersion) -> Facts:
    """What all framework agreements of the procedure may cost together (BT-271)."""
    ceiling = money(version.framework_maximum, version.framework_currency)
    return {"hasFrameworkAgreement": True, "frameworkAgreement": {"value": ceiling}} if ceiling else {}


def _techniques(lot: Lot) -> Facts:
    """Framework agreement (BT-765, BT-271), dynamic purchasing system (BT-766), auction (BT-767); nothing where nothing was said."""
    found: Facts = {}
    if lot.framework:
        found["hasFrameworkAgreement"] = lot.framework != "none"
    ceiling = money(lot.framework_maximum, lot.currency)
    agreement = without_blanks({"method": codes.FRAMEWORKS.get(lot.framework), "value": ceiling})
    if agreement:
        found |= {"hasFrameworkAgreement": True, "frameworkAgreement": agreement}
    if lot.dps:
        found["hasDynamicPurchasingSystem"] = lot.dps != "none"
    if kind := codes.DYNAMIC_SYSTEMS.get(lot.dps):
        found["dynamicPurchasingSystem"] = {"type": kind}
    if lot.has_auction is not None:
        found["hasElectronicAuction"] = lot.has_auction
    return found


def _aims(said: NoticeVersion | Lot) -> Facts:
    """`hasSustainability`, and one goal for each code that was stated (BT-06, 774, 775, 776, 805); "none" says that there is none."""
    goals = [codes.AIMS.get(code) for code in said.strategic]
    for table, stated in (
        (codes.INNOVATION, said.innovation), (codes.ENVIRONMENT, said.environment), (codes.SOCIAL, said.social),
    ):  # fmt: skip
        goals += [table.get(code) for code in stated]
    why = said.strategic_text if isinstance(said, Lot) else ""
    found = [without_blanks({"goal": goal, "description": why}) for goal in dict.fromkeys(goals) if goal]
    if criteria := [codes.CRITERIA[code] for code in said.gpp if code in codes.CRITERIA]:
        found.append({"goal": "environmental", "strategies": criteria})
    if found:
        return {"hasSustainability": True, "sustainability": found}
    return {"hasSustainability": False} if said.strategic == ["none"] else {}


def planning_of(version: NoticeVersion) -> Facts:
    """Of a need, a consultation or prior information: why something is to be bought, and for how much."""
    if version.notice.kind not in KINDS_TO_INFLUENCE:
        return {}
    budget = without_blanks({"amount": money(version.value, version.currency), "description": version.cost_today})
    return without_blanks({"rationale": version.problem or version.desired_effect, "budget": budget})
