"""A version of a notice -> NoticeFacts: what every version has, and what an imported one keeps beside it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts import models as accounts
from interchange.countries import ALPHA_3, UNKNOWN, language_3
from interchange.eforms import facts
from interchange.eforms.facts import Contract, Deadlines, LotResult, Money, NoticeFacts, Results, Tender, Text
from interchange.eforms.values import role_mailbox
from interchange.eforms.writing_forms import root_of
from interchange.models import ChangeOf
from interchange.parties import leader, parties_of
from interchange.wording import summary_of
from procurements import models
from procurements.models import Kind, Notice, NoticeVersion, Procurement

NAMESPACE = uuid.UUID("5b0f7c5e-3f0c-4b52-9a57-2f8c1f3d7e60")  # of the names that the arena gives; never change it
TWO_STAGES = (
    "restricted",
    "neg-w-call",
    "comp-dial",
    "innovation",
    "oth-mult",
)  # BT-105: first a request to participate
COUNTRY_OF_NUTS = {"EL": "GRC", "UK": "GBR"}


# --- names that last -------------------------------------------------------------------------------------------------


def stable_uuid(*names: str) -> str:
    """The same for the same names, for ever: SHA-1 as uuid5 has it, marked as version 4, which BT-701 and BT-04 ask for."""
    return str(uuid.UUID(bytes=uuid.uuid5(NAMESPACE, " ".join(names)).bytes, version=4))


def identifier_of(notice: Notice) -> str:
    """BT-701."""
    return notice.source_id or stable_uuid("notice", notice.code)


def procedure_id_of(procurement: Procurement) -> str:
    """BT-04."""
    return procurement.source_id or stable_uuid("procedure", procurement.ocid)


def version_of(version: NoticeVersion) -> str:
    """BT-757."""
    return version.source_version or f"{version.number:02}"


# --- values ----------------------------------------------------------------------------------------------------------


def said(words: str, language: str) -> Text:
    return Text(((language_3(language), words),)) if words.strip() else Text()


def money(amount: Decimal | None, currency: str) -> Money | None:
    return Money(amount, currency) if amount is not None and currency else None


def there(moment: datetime | None, zone: str) -> datetime | None:
    """The moment with the offset of the zone that it is meant in."""
    return moment.astimezone(ZoneInfo(zone)) if moment else None


def where(codes: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """NUTS codes and their countries. Where only countries are named, they are no regions (BT-5141 without BT-5071)."""
    lands = [COUNTRY_OF_NUTS.get(code[:2], ALPHA_3.get(code[:2], "")) for code in codes]
    if all(lands) and all(len(code) == 2 for code in codes):
        return (), tuple(dict.fromkeys(lands))
    return tuple(codes), tuple(lands) if all(lands) else ()


def deadlines(procedure: str, notice_type: str, moment: datetime | None) -> Deadlines:
    """The closing moment, under the name that such a notice gives it."""
    if notice_type == "pmc":
        return Deadlines(answers=moment)
    if notice_type.startswith("pin-cfc") or notice_type == "qu-sy":
        return Deadlines(expressions=moment)
    return Deadlines(requests=moment) if procedure in TWO_STAGES else Deadlines(tenders=moment)


class Pool:
    """The notice's organisations, each once, in the order in which they were asked for (OPT-200)."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.found: dict[int | str, facts.Organisation] = {}

    def add(
        self,
        body: accounts.Organisation | None,
        *,
        name: str = "",
        email: str = "",
        size: str = "",
        leads: bool = False,
        awards_for_others: bool = False,
        acquires_to_resell: bool = False,
    ) -> facts.Organisation:
        """Without an organisation of the arena, by the name alone.

        The number of a sole trader stays here (P4), and so does the name of a person who has no firm.
        """
        key = body.pk if body else name
        if key in self.found:
            if size and not self.found[key].size:  # a buyer that also won
                self.found[key] = replace(self.found[key], size=size)
            return self.found[key]
        is_person = body is not None and body.kind == accounts.Organisation.Kind.INVENTOR
        name = body.name if body and not is_person else str(body.get_kind_display()) if body else name
        number = body.registration_number if body and not body.number_is_personal else ""
        country = body.country if body and body.country != UNKNOWN else ""
        self.found[key] = facts.Organisation(
            identifier=f"ORG-{len(self.found) + 1:04}",
            name=said(name, self.language),
            numbers=(number,) if number else (),
            country=ALPHA_3.get(country, ""),
            region=body.region if body else "",
            website=body.website if body and not is_person else "",
            email=email,
            size=size,
            is_person=is_person,
            leads=leads,
            awards_for_others=awards_for_others,
            acquires_to_resell=acquires_to_resell,
        )
        return self.found[key]


def buyers(version: NoticeVersion, pool: Pool) -> tuple[facts.Buyer, ...]:
    """Who buys or holds an option, in their order. The mailbox is the lead's; a person's stays here."""
    parties = parties_of(version)
    first = leader(parties)
    found = []
    for party in parties:
        mailbox = role_mailbox(version.contact_email) if party is first else ""
        body = pool.add(
            party.organisation,
            email=mailbox,
            leads=bool(party.is_lead),
            awards_for_others=party.awards_for_others,
            acquires_to_resell=party.acquires_to_resell,
        )
        found.append(facts.Buyer(body, party.is_lead, party.legal_type, party.activity, party.profile_url))
    return tuple(found)


# --- imported --------------------------------------------------------------------------------------------------------


def facts_of_imported(version: NoticeVersion) -> NoticeFacts:
    """What an imported version keeps. What it did not keep (texts of lots in further languages, contacts, criteria) is not made up."""
    notice, language = version.notice, version.language
    pool = Pool(language)
    buying = buyers(version, pool)
    results = _results(version, pool)
    rows = list(version.lots.all())
    texts = list(version.texts.all())
    lots = tuple(_lot(row, version) for row in rows)
    questions = there(version.questions_until, version.zone)
    if questions and lots and not any(lot.deadlines.questions for lot in lots):  # read before lots kept theirs
        lots = (replace(lots[0], deadlines=replace(lots[0].deadlines, questions=questions)), *lots[1:])
    cpv = _beyond(version.cpv, [row.cpv for row in rows])
    regions, lands = where(_beyond(version.regions, [row.regions for row in rows]))
    value = money(version.value, version.currency)
    description, note = _own_words(version, rows)
    dispatched, published_on = _published(version)
    change, references = _change(version)
    is_modification = notice.kind == Kind.MODIFICATION
    return NoticeFacts(
        root=root_of(version.form_type, version.notice_type, notice.kind),
        sdk=version.sdk,
        identifier=identifier_of(notice),
        version=version_of(version),
        procedure_id=notice.procurement.source_id or "",
        publication_number=version.publication_number,
        gazette=version.gazette,
        published_on=published_on,
        preferred_on=version.preferred_on,
        dispatched_at=dispatched,
        form_type=version.form_type,
        notice_type=version.notice_type,
        subtype=version.subtype,
        legal_basis=version.legal_basis,
        language=language_3(language),
        extra_languages=tuple(language_3(text.language) for text in texts),
        title=_in_languages(version.title, language, [(text.title, text.language) for text in texts]),
        description=_in_languages(description, language, [(text.description, text.language) for text in texts]),
        note=said(note, language),
        reference=version.reference,
        nature=version.nature,
        procedure=version.procedure,
        procedure_features=Text(),
        accelerated=version.accelerated,
        direct_award_reasons=tuple(version.direct_award_reasons),
        cpv_main=next(iter(cpv), ""),
        cpv_additional=tuple(cpv[1:]),
        regions=regions,
        countries=lands,
        anywhere="",
        procedure_value=None if facts.total(lot.value for lot in lots) == value else value,
        procedure_framework_maximum=money(version.framework_maximum, version.framework_currency),
        planned_on=version.planned_on,
        organisations=tuple(pool.found.values()),
        buyers=buying,
        lots=lots,
        results=results,
        change=None if is_modification else change,
        modification=change if is_modification else None,
        previous=references,
    )


def _in_languages(words: str, language: str, others: Iterable[tuple[str, str]]) -> Text:
    given = [(language_3(language), words), *((language_3(code), text) for text, code in others)]
    return Text(tuple((code, text) for code, text in given if text.strip()))


def _own_words(version: NoticeVersion, lots: list[models.Lot]) -> tuple[str, str]:
    """The procedure's description (BT-24) and note (BT-300), which importing put together for the reader, with the lots' after
    them. The summary was made of the description, and tells where it ends.
    """
    words = f"\n\n{version.description}"
    for lot in reversed(lots):
        head = f"{lot.identifier}: {lot.title}" if lot.title else lot.identifier
        words = words.removesuffix(f"\n\n{head}\n\n{lot.description}") if lot.description else words
    paragraphs = words.split("\n\n")[1:]
    splits = [("\n\n".join(paragraphs[:at]), "\n\n".join(paragraphs[at:])) for at in range(len(paragraphs) + 1)]
    fitting = [split for split in splits if summary_of(split[0]) == version.summary]
    of_lots = {lot.description for lot in lots if lot.description}  # what a lot says again was not put in twice
    return next((split for split in fitting if split[0] in of_lots), fitting[-1] if fitting else splits[-1])


def _beyond(codes: Sequence[str], of_lots: Iterable[Sequence[str]]) -> Sequence[str]:
    """The procedure's own codes: as few of the first as give, with the lots' after them, all codes in their order."""
    lots = [code for codes_of_one in of_lots for code in codes_of_one]
    for count in range(min(len(codes), 1), len(codes)):
        if facts.once([*codes[:count], *lots]) == tuple(codes):
            return codes[:count]
    return codes


def _lot(row: models.Lot, version: NoticeVersion) -> facts.Lot:
    regions, lands = where(row.regions)
    funded = {True: ("eu-funds",), False: ("no-eu-funds",)}
    return facts.Lot(
        identifier=row.identifier,
        is_part=row.is_part,
        title=said(row.title, version.language),
        description=said(row.description, version.language),
        nature=row.nature,
        cpv_main=next(iter(row.cpv), ""),
        cpv_additional=tuple(row.cpv[1:]),
        regions=regions,
        countries=lands,
        strategic=tuple(row.strategic),
        innovation=tuple(row.innovation),
        environment=tuple(row.environment),
        social=tuple(row.social),
        gpp=tuple(row.gpp),
        strategic_description=said(row.strategic_text, version.language),
        framework=row.framework,
        dps=row.dps,
        eu_funded=() if row.is_eu_funded is None else funded[row.is_eu_funded],
        value=money(row.value, row.currency),
        framework_maximum=money(row.framework_maximum, row.currency),
        deadlines=_deadlines_of(row, version),
        documents_url=row.documents_url,
        submission_url=row.submission_url,
        performance_terms=said(row.terms, version.language),
        variants=row.variants,
        fits_small_firms=row.fits_small_firms,
        starts_on=row.starts_on,
        duration=row.duration,
        duration_unit=row.duration_unit,
        award_criteria=tuple(row.award_criteria),
        accessibility=row.accessibility,
        has_auction=row.has_auction,
        anywhere=row.anywhere,
    )


def _deadlines_of(row: models.Lot, version: NoticeVersion) -> Deadlines:
    """Each under the name that it came under. Of what was read before the names were kept, by what such a notice calls it."""
    named = Deadlines(
        tenders=there(row.tenders_until, version.zone),
        requests=there(row.requests_until, version.zone),
        expressions=there(row.expressions_until, version.zone),
        answers=there(row.answers_until, version.zone),
        questions=there(row.questions_until, version.zone),
    )
    if named.closing or row.deadline_at is None:
        return named
    return deadlines(version.procedure, version.notice_type, there(row.deadline_at, version.zone))


def _published(version: NoticeVersion) -> tuple[datetime, date | None]:
    """When it was sent, and the day of its publication, which is kept as the midnight that begins it (once in other offsets)."""
    sent = version.dispatched_at or version.published_at
    here = sent.astimezone(ZoneInfo(version.zone))
    if version.published_at == sent:
        return here, None
    return here, (version.published_at + timedelta(hours=12)).astimezone(UTC).date()


def _change(version: NoticeVersion) -> tuple[facts.Change | None, tuple[str, ...]]:
    """What it changes or modifies, and the other notices that it follows from."""
    references = [link.reference for link in version.notice.links.order_by("pk")]
    row = ChangeOf.objects.filter(version=version).first()
    reference = row.reference if row else ""
    if version.notice.kind == Kind.MODIFICATION:
        reference = next(iter(references), "")
    rest = tuple(one for one in references if one != reference)
    if not reference:
        return None, rest
    return facts.Change(reference, tuple(version.change_reasons), said(version.reason, version.language)), rest


def _results(version: NoticeVersion, pool: Pool) -> Results:
    """Lots, contracts and who won them. A contract over several lots keeps its sum at the first: how it is divided is not kept."""
    contracts = []
    number = 0
    for row in version.contracts.all():
        winners = tuple(pool.add(winner.organisation, size=winner.size) for winner in row.winners.all())
        tenders: list[Tender] = []
        for lot in row.lots or [""]:
            number += 1
            value = None if tenders else money(row.value, row.currency)
            tenders.append(Tender(f"TEN-{number:04}", lot, winners, value))
        title = said(row.title, version.language)
        contracts.append(Contract(row.identifier, row.reference, title, row.concluded_on, tuple(tenders)))
    lots = tuple(
        LotResult(row.identifier, row.lot, row.code, row.reason, row.tenders) for row in version.lot_results.all()
    )
    return results_with(
        lots,
        tuple(contracts) or _of_winners(version, pool),
        value=money(version.result_value, version.result_currency),
        framework_maximum=money(version.result_maximum, version.result_currency),
    )


def _of_winners(version: NoticeVersion, pool: Pool) -> tuple[Contract, ...]:
    """Awards that were read before contracts were kept: a contract each."""
    contracts = []
    for place, row in enumerate(version.winners.select_related("organisation").order_by("pk"), start=1):
        tender = Tender(f"TEN-{place:04}", "", (pool.add(row.organisation),), money(row.value, row.currency))
        contracts.append(Contract(f"CON-{place:04}", "", Text(), None, (tender,)))
    return tuple(contracts)


def results_with(
    lots: tuple[LotResult, ...],
    contracts: tuple[Contract, ...],
    *,
    value: Money | None = None,
    framework_maximum: Money | None = None,
) -> Results:
    won = tuple(tender for contract in contracts for tender in contract.tenders)
    return Results(
        value=value,
        framework_maximum=framework_maximum,
        lots=lots,
        contracts=contracts,
        tenders=won,
        tender_values=tuple((tender.identifier, tender.value) for tender in won if tender.value),
    )
