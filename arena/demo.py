"""The demonstration's people, organisations and notices. All names are invented; every row is made by the code that a visitor's clicks call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts import terms
from accounts.grants import Role
from accounts.models import Duty, DutyAssignment, Membership, Organisation, User
from arena import demo_cases, demo_events, demo_finding, demo_joint, demo_rooms, demo_together, demo_workbench
from arena import demo_texts as texts
from interchange.demo import demo_notices
from interchange.eforms.reader import read
from interchange.importing import import_notice
from knowledge.loading import load_library, load_template_files
from matchmaking import subscribing
from matchmaking.models import Subscription
from networks import joining
from networks.models import BuyerGroup
from notifications.models import Rhythm
from procurements import interest, publishing, writing
from procurements.models import Kind, Notice

PASSWORD = "prova arenan i lugn och ro"  # noqa: S105  published on purpose, refused in production
STOCKHOLM = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True)
class Account:
    email: str
    name: str
    language: str
    what: str  # what one can do with it, for the list that ./start prints
    organisation: str = ""
    role: Role = Role.ADMIN
    duty: Duty | None = None


ACCOUNTS = (
    Account("upphandlare@demo.example", "Anna Berg", "sv", "procurer, Fjällviks kommun", "fjallviks-kommun"),
    Account(
        "kollega@demo.example", "Per Nilsson", "sv", "her colleague, Fjällviks kommun", "fjallviks-kommun", Role.EDITOR
    ),
    Account("samordnare@demo.example", "Ingrid Solheim", "nb", "network coordinator, Sørvik kommune", "sorvik-kommune"),
    Account("region@demo.example", "Johan Ek", "sv", "procurer, Region Norrskog", "region-norrskog"),
    Account("medkopare@demo.example", "Lena Sandström", "sv", "buys with Fjällvik, Alnåsa kommun", "alnasa-kommun"),
    Account("leverantor@demo.example", "Sara Lind", "sv", "supplier, Nordsensor AB", "nordsensor-ab"),
    Account("leverandor@demo.example", "Ola Vik", "nb", "supplier, Trygg Hverdag AS", "trygg-hverdag-as"),
    Account("redaktor@demo.example", "Maja Holm", "sv", "editor of guidance", duty=Duty.CURATOR),
    Account("admin@demo.example", "Eva Strand", "sv", "administrator", duty=Duty.ADMIN),
)

BUYER, SUPPLIER = {"buyer": True}, {"buyer": False}
ORGANISATIONS: dict[str, dict[str, Any]] = {
    "fjallviks-kommun": BUYER | {"name": "Fjällviks kommun", "kind": "municipality", "country": "SE", "region": "SE332", "inhabitants": 41_300},
    "sorvik-kommune": BUYER | {"name": "Sørvik kommune", "kind": "municipality", "country": "NO", "region": "NO092", "inhabitants": 28_700},
    "region-norrskog": BUYER | {"name": "Region Norrskog", "kind": "region", "country": "SE", "region": "SE331", "inhabitants": 268_000},
    "alnasa-kommun": BUYER | {"name": "Alnåsa kommun", "kind": "municipality", "country": "SE", "region": "SE224", "inhabitants": 16_900},
    "hedlunda-kommun": BUYER | {"name": "Hedlunda kommun", "kind": "municipality", "country": "SE", "region": "SE332", "inhabitants": 9_800},
    "nordsensor-ab": SUPPLIER | {"name": "Nordsensor AB", "kind": "company", "country": "SE", "region": "SE224"},
    "trygg-hverdag-as": SUPPLIER | {"name": "Trygg Hverdag AS", "kind": "company", "country": "NO", "region": "NO092"},
}  # fmt: skip


def load(at: datetime) -> bool:
    """Fills an empty arena; returns False, and changes nothing, when it has been filled before."""
    if User.objects.filter(email=ACCOUNTS[0].email).exists():
        return False
    with transaction.atomic():
        _load(at)
    demo_workbench.documents(at)  # a file vouches for its bytes on disk, so it is received outside of any transaction
    demo_rooms.files(at)
    load_template_files(at)
    return True


def _load(at: datetime) -> None:
    organisations = {slug: _organisation(slug, at, **facts) for slug, facts in ORGANISATIONS.items()}
    people = {account.email.split("@")[0]: _person(account, organisations, at) for account in ACCOUNTS}
    _offers(organisations, people, at)
    _networks(organisations, people, at)
    _notices(organisations, people, at)
    for _name, xml in demo_notices(at.date()):
        import_notice(read(xml), source="demo", at=at)
    load_library(at)
    demo_workbench.load(organisations, people, at)
    demo_finding.load(people, at)
    demo_rooms.load(people, at)
    demo_together.load(people, at)
    demo_events.load(people, at)
    demo_cases.load(organisations, people, at)


def _organisation(slug: str, at: datetime, *, buyer: bool, **facts: Any) -> Organisation:
    return Organisation.objects.create(
        slug=slug,
        is_supplier=not buyer,
        buyer_verified_at=at - timedelta(days=60) if buyer else None,
        created_at=at,
        **facts,
    )


def _person(account: Account, organisations: dict[str, Organisation], at: datetime) -> User:
    zone = "Europe/Oslo" if account.language == "nb" else "Europe/Stockholm"
    user = User.objects.create_user(account.email, PASSWORD, name=account.name, language=account.language, zone=zone)
    EmailAddress.objects.create(user=user, email=account.email, verified=True, primary=True)
    terms.accept(user, at=at - timedelta(days=60))
    if account.organisation:
        Membership.objects.create(
            user=user,
            organisation=organisations[account.organisation],
            role=account.role,
            started_at=at - timedelta(days=60),
        )
    if account.duty:
        DutyAssignment.objects.create(user=user, duty=account.duty, given_at=at - timedelta(days=60))
    return user


def _offers(organisations: dict[str, Organisation], people: dict[str, User], at: datetime) -> None:
    """Two suppliers say what they offer; their alerts are made like anybody's."""
    for slug, person, words, cpv, regions, goals, offer in (
        (
            "nordsensor-ab", "leverantor", ["fallsensor", "fallrisk", "trygghetslarm"], ["33196000", "35121700"], [], [3],
            "Radar i taket som märker hur någon går och reser sig, utan bild och utan att något bärs på kroppen.",
        ),
        (
            "trygg-hverdag-as", "leverandor", ["sykehjem", "velferdsteknologi", "fallrisk"], ["33196000"], ["NO", "SE"], [],
            "Sensorer og varsling for sykehjem, laget sammen med nattevakter i tre kommuner.",
        ),
    ):  # fmt: skip
        subscribing.save_offer(
            Subscription(
                name=organisations[slug].name,
                organisation=organisations[slug],
                words=words,
                cpv=cpv,
                regions=regions,
                goals=goals,
            ),
            profile={"offer": offer, "trl": 7, "size": "small", "is_public": True},
            rhythm=Rhythm.AT_ONCE,
            by=people[person],
            at=at - timedelta(days=40),
        )


def _networks(organisations: dict[str, Organisation], people: dict[str, User], at: datetime) -> None:
    began = at - timedelta(days=50)
    network = joining.found(
        name="Trygg hemma",
        subject="Äldre ska kunna bo kvar hemma utan rädsla, och hjälpen ska komma i tid.",
        description="Vi delar behov, provar tillsammans och upphandlar gemensamt när det lönar sig. Nätverket är öppet för "
        "kommuner och regioner i Sverige, Norge och Danmark.",
        goals=[3, 10, 11],
        organisation=organisations["sorvik-kommune"],
        by=people["samordnare"],
        at=began,
    )
    member = joining.ask_to_join(
        network, organisation=organisations["fjallviks-kommun"], by=people["upphandlare"], at=began
    )
    joining.accept(member, by=people["samordnare"], at=began + timedelta(days=1))
    demo_joint.fall(network, organisations, people, at)


def _notices(organisations: dict[str, Organisation], people: dict[str, User], at: datetime) -> None:
    groups = {"fallrisk": BuyerGroup.objects.get(name="Fallrisk i hemmet")}
    made: dict[str, Notice] = {}
    for text in sorted(texts.TEXTS, key=lambda text: -text.published):
        by, published = people[text.by], at - timedelta(days=text.published)
        times = {"deadline_at": _noon(at, text.deadline), "questions_until": _noon(at, text.questions)}
        if text.after:
            notice = writing.go_on(made[text.after], kind=text.kind, by=by, at=published)
            notice = writing.save(
                notice, wording={**text.wording, **times}, revision=notice.revision, by=by, at=published
            )
        else:
            notice = writing.begin(
                organisation=organisations[text.organisation],
                kind=text.kind,
                by=by,
                at=published,
                wording={**text.wording, **times},
                buyer_group=groups.get(text.group),
            )
        notice.refresh_from_db()
        having = demo_workbench.parts_of(text.having, at)
        notice = writing.save(notice, wording={}, having=having, revision=notice.revision, by=by, at=published)
        demo_joint.approve(notice, by=by, at=published)
        publishing.publish(notice, by=by, at=published)
        if text.amended:
            notice.refresh_from_db()
            notice = writing.save(
                notice,
                wording={"deadline_at": _noon(at, text.amended["deadline"])},
                revision=notice.revision,
                by=by,
                at=at - timedelta(days=1),
            )
            demo_joint.approve(notice, by=by, at=at - timedelta(days=1))
            publishing.publish(notice, by=by, at=at - timedelta(days=1), reason=text.amended["reason"])
        made[text.key] = notice
    demo_joint.place(made["fall"], people, at=at - timedelta(days=3))
    writing.begin(
        organisation=organisations["fjallviks-kommun"],
        kind=Kind.NEED,
        by=people["upphandlare"],
        at=at - timedelta(hours=2),
        wording={
            "title": "Lugnare skolmatsalar",
            "language": "sv",
            "problem": "Ljudnivån i matsalarna är 78 dB i snitt.",
        },
    )
    interest.register(
        made["fall-dialog"].procurement,
        organisation=organisations["nordsensor-ab"],
        level="meeting",
        message="Vi har provat radar utan bild i 40 hem och berättar gärna vad som inte fungerade.",
        by=people["leverantor"],
        at=at - timedelta(days=2),
    )


def _noon(at: datetime, days: int | None) -> datetime | None:
    if days is None:
        return None
    day = (at + timedelta(days=days)).astimezone(STOCKHOLM).date()
    return datetime(day.year, day.month, day.day, 12, 0, tzinfo=STOCKHOLM)
