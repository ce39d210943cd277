"""What a notice says, as plain values: no XML, no Django. Made by `reader.read`; field numbers are those of eForms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Text:
    """One text in the languages it was given in: ("SWE", "Fallsensor"), ("ENG", "Fall sensor")."""

    versions: tuple[tuple[str, str], ...] = ()

    def best(self, *languages: str) -> str:
        """The text in the first of the languages that it has, else the first that was given, else ""."""
        by_language = dict(reversed(self.versions))
        for language in languages:
            if language in by_language:
                return by_language[language]
        return self.versions[0][1] if self.versions else ""

    def of(self, language: str) -> str:
        """The text in that language alone, or ""."""
        return next((words for code, words in self.versions if code == language), "")

    def has(self, language: str) -> bool:
        return any(code == language for code, _ in self.versions)

    def __bool__(self) -> bool:
        return bool(self.versions)


@dataclass(frozen=True)
class Money:
    """An amount in whole currency units, excluding VAT; the currency has three letters."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


@dataclass(frozen=True)
class Organisation:
    """A body in the notice's pool. Of a natural person (BT-633) neither name nor number is read."""

    identifier: str  # OPT-200, "ORG-0001"
    name: Text  # BT-500
    numbers: tuple[str, ...] = ()  # BT-501, as written
    country: str = ""  # BT-514, alpha-3
    region: str = ""  # BT-507, NUTS
    city: str = ""  # BT-513
    website: str = ""  # BT-505
    email: str = ""  # BT-506, when it is a role's mailbox
    size: str = ""  # BT-165
    is_person: bool = False
    leads: bool = False  # OPP-050
    awards_for_others: bool = False  # OPP-051
    acquires_to_resell: bool = False  # OPP-052


@dataclass(frozen=True)
class Buyer:
    organisation: Organisation
    is_lead: bool | None  # None: the notice does not say who leads
    legal_type: str = ""  # BT-11
    activity: str = ""  # BT-10, BT-610
    profile_url: str = ""  # BT-508


@dataclass(frozen=True)
class Deadlines:
    """Moments with their offset, in the order of the notice."""

    tenders: datetime | None = None  # BT-131
    requests: datetime | None = None  # BT-1311
    expressions: datetime | None = None  # BT-630
    answers: datetime | None = None  # BT-800
    questions: datetime | None = None  # BT-13

    @property
    def closing(self) -> tuple[datetime, ...]:
        """Every moment by which somebody must have answered; questions apart."""
        given = (self.tenders, self.requests, self.expressions, self.answers)
        return tuple(moment for moment in given if moment is not None)


@dataclass(frozen=True)
class Lot:
    """A lot or, in a prior information notice, a part (`is_part`)."""

    identifier: str  # BT-137
    is_part: bool
    title: Text  # BT-21
    description: Text  # BT-24
    nature: str = ""
    cpv_main: str = ""  # BT-262
    cpv_additional: tuple[str, ...] = ()  # BT-263
    regions: tuple[str, ...] = ()  # BT-5071
    countries: tuple[str, ...] = ()  # BT-5141
    strategic: tuple[str, ...] = ()  # BT-06
    innovation: tuple[str, ...] = ()  # BT-776
    environment: tuple[str, ...] = ()  # BT-774
    social: tuple[str, ...] = ()  # BT-775
    gpp: tuple[str, ...] = ()  # BT-805
    strategic_description: Text = Text()  # BT-777
    framework: str = ""  # BT-765
    dps: str = ""  # BT-766
    eu_funded: tuple[str, ...] = ()  # BT-60
    value: Money | None = None  # BT-27
    framework_maximum: Money | None = None  # BT-271
    deadlines: Deadlines = Deadlines()
    documents_url: str = ""  # BT-15
    submission_url: str = ""  # BT-18
    performance_terms: Text = Text()  # BT-70: the only place for intellectual property
    variants: str = ""  # BT-63
    fits_small_firms: bool | None = None  # BT-726
    starts_on: date | None = None  # BT-536
    duration: int | None = None  # BT-36, in `duration_unit`
    duration_unit: str = ""  # "DAY", "WEEK", "MONTH", "YEAR"
    award_criteria: tuple[str, ...] = ()  # BT-539
    accessibility: str = ""  # BT-754
    has_auction: bool | None = None  # BT-767
    anywhere: str = ""  # BT-727: "anyw", "anyw-eea", "anyw-cou"
    previous: tuple[str, ...] = ()  # BT-125

    @property
    def cpv(self) -> tuple[str, ...]:
        return once([self.cpv_main, *self.cpv_additional])


@dataclass(frozen=True)
class Tender:
    """A tender that won a contract, with the organisations behind it."""

    identifier: str  # "TEN-0001"
    lot: str
    winners: tuple[Organisation, ...]
    value: Money | None = None  # BT-720; missing when withheld


@dataclass(frozen=True)
class LotResult:
    """How a lot ended."""

    identifier: str  # "RES-0001"
    lot: str  # BT-13713
    code: str  # BT-142
    reason: str = ""  # BT-144
    tenders: int | None = None  # BT-759 where BT-760 is "tenders"


@dataclass(frozen=True)
class Contract:
    """A contract that was made, with the tenders that won it."""

    identifier: str  # "CON-0001"
    reference: str  # BT-150
    title: Text  # BT-721
    concluded_on: date | None  # BT-145
    tenders: tuple[Tender, ...]  # BT-3202

    @property
    def lots(self) -> tuple[str, ...]:
        return once(tender.lot for tender in self.tenders)

    @property
    def winners(self) -> tuple[Organisation, ...]:
        return tuple({body.identifier: body for tender in self.tenders for body in tender.winners}.values())

    @property
    def value(self) -> Money | None:
        """The sum of its tenders, if every one states its value, all in one currency."""
        return total(tender.value for tender in self.tenders)


@dataclass(frozen=True)
class Results:
    value: Money | None = None  # BT-161
    framework_maximum: Money | None = None  # BT-118
    lots: tuple[LotResult, ...] = ()
    contracts: tuple[Contract, ...] = ()
    tenders: tuple[Tender, ...] = ()  # the winning ones
    tender_values: tuple[tuple[str, Money], ...] = ()  # BT-720 of every tender that states it

    @property
    def codes(self) -> tuple[str, ...]:
        return once(lot.code for lot in self.lots)

    @property
    def winners(self) -> tuple[Organisation, ...]:
        found: dict[str, Organisation] = {}
        for tender in self.tenders:
            for organisation in tender.winners:
                found.setdefault(organisation.identifier, organisation)
        return tuple(found.values())


@dataclass(frozen=True)
class Change:
    """What this notice changes (BT-758), or the contract notice that it modifies (BT-1501)."""

    reference: str  # "<BT-701>-<BT-757>"; old Doffin has no version
    reasons: tuple[str, ...] = ()  # BT-140
    description: Text = Text()  # BT-141, BT-762


@dataclass(frozen=True)
class NoticeFacts:
    root: str
    sdk: str  # OPT-002
    identifier: str  # BT-701
    version: str  # BT-757
    procedure_id: str  # BT-04
    publication_number: str  # OPP-010, as written ("n.a." too)
    gazette: str  # OPP-011, "156/2025"
    published_on: date | None  # OPP-012
    preferred_on: date | None  # BT-738
    dispatched_at: datetime | None  # BT-05
    form_type: str  # BT-03
    notice_type: str  # BT-02
    subtype: str  # OPP-070
    legal_basis: str  # BT-01
    language: str  # BT-702
    extra_languages: tuple[str, ...]
    title: Text
    description: Text
    note: Text  # BT-300
    reference: str  # BT-22
    nature: str  # BT-23
    procedure: str  # BT-105
    procedure_features: Text  # BT-88
    accelerated: str  # BT-106
    direct_award_reasons: tuple[str, ...]  # BT-136
    cpv_main: str
    cpv_additional: tuple[str, ...]
    regions: tuple[str, ...]
    countries: tuple[str, ...]
    anywhere: str  # BT-727
    procedure_value: Money | None  # BT-27
    procedure_framework_maximum: Money | None  # BT-271
    planned_on: date | None  # BT-127
    organisations: tuple[Organisation, ...]
    buyers: tuple[Buyer, ...]
    lots: tuple[Lot, ...]
    results: Results
    change: Change | None
    modification: Change | None
    previous: tuple[str, ...]  # OPP-090 and the lots' BT-125

    @property
    def cpv(self) -> tuple[str, ...]:
        """Every classification, the main one first, then the lots'."""
        return once([self.cpv_main, *self.cpv_additional, *(code for lot in self.lots for code in lot.cpv)])

    @property
    def places(self) -> tuple[str, ...]:
        return once([*self.regions, *(code for lot in self.lots for code in lot.regions)])

    def of_lots(self, name: str) -> tuple[str, ...]:
        """The codes that any lot carries under that name, as in `of_lots("strategic")`, each once."""
        return once(code for lot in self.lots for code in getattr(lot, name))

    @property
    def value(self) -> Money | None:
        """The procedure's value; else the lots' sum, if every lot has one, all in one currency (standards 2.3)."""
        return self.procedure_value or total(lot.value for lot in self.lots)

    def reading_order(self) -> tuple[str, ...]:
        """The languages that a reader of this arena wants this notice in, best first: one order for all its texts."""
        wanted = [code for code in ("SWE", "NOB", "NOR", "NNO", "ENG") if self.title.has(code)]
        return once([*wanted, self.language, *(code for code, _ in self.title.versions)])


def total(values: Iterable[Money | None]) -> Money | None:
    """The sum; None where one is not stated, where two have different currencies, or where there is none."""
    values = list(values)
    stated = [value for value in values if value is not None]
    if not stated or len(stated) < len(values) or len({value.currency for value in stated}) > 1:
        return None
    return Money(sum((value.amount for value in stated), Decimal(0)), stated[0].currency)


def once(values: Iterable[str]) -> tuple[str, ...]:
    """Each value that is not empty, once, in the order that it came."""
    return tuple(dict.fromkeys(value for value in values if value))
