"""The demonstration's two cases: procurements that are over, with an effect that was measured. By the code that clicks call."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Organisation, User
from knowledge import asking, casing, writing
from procurements import concluding, publishing
from procurements import writing as drafting

ASKED = re.compile(r"<p>\[[^<]*\]</p>")  # what a case leaves to its editor


@dataclass(frozen=True)
class Story:
    """One procurement from its call to its effect, and what the editor adds. Days are counted back from today."""

    organisation: str
    person: str
    began: int
    told: int
    wording: dict[str, Any]
    assets: tuple[dict[str, str], ...]
    outcome: str
    tenders: int
    winner: str
    value: int
    currency: str
    report: str
    summary: str
    answers: tuple[str, ...]
    facts: dict[str, Any]


FOOD = Story(
    organisation="alnasa-kommun",
    person="medkopare",
    began=760,
    told=690,
    wording={
        "language": "sv",
        "title": "Mindre matsvinn i skolkök",
        "summary": "Vi köpte färre gram i soptunnan per portion, inte en våg.",
        "problem": "Köken lagar efter antalet elever, inte efter hur många som kommer. Det som blir över slängs.",
        "affected": "2 100 elever, 60 medarbetare i 19 kök.",
        "cost_today": "62 gram per portion, 23 ton om året.",
        "desired_effect": "En tredjedel mindre svinn på två år utan att någon går hungrig.",
        "tried": "Affischer och mindre tallrikar. Effekten var borta efter en termin.",
        "description": "Leverantören får betalt för det svinn som försvinner, mätt varje dag.",
        "procedure": "neg-w-call",
        "nature": "services",
        "cpv": ["72000000", "55524000"],
        "regions": ["SE224"],
        "goals": [2, 12],
        "strategic": ["inn-pur", "env-imp"],
        "contact_name": "Kostenheten",
        "contact_email": "kost@alnasa.example",
        "zone": "Europe/Stockholm",
    },
    assets=(
        {"name": "Prognosmodellen", "origin": "background", "level": "use", "motive": ""},
        {
            "name": "Mätdata från köken",
            "origin": "result",
            "level": "share",
            "motive": "Fler kommuner ska kunna räkna på samma sätt.",
        },
    ),
    outcome="Fyra anbud kom in, två från företag som vi inte kände. Vi valde det som tog störst del av risken själv.",
    tenders=4,
    winner="Rätt mängd i Mitt AB",
    value=1_850_000,
    currency="SEK",
    report="Svinnet har gått från 62 till 41 gram per portion på två år. I två grannkommuners kök, som inte har lösningen, gick "
    "det från 64 till 60 gram under samma tid.",
    summary="Alnåsa betalade för mindre svinn i stället för ett system. Efter två år slängs en tredjedel mindre mat.",
    answers=(
        "Kravlistan i fem rader, mätmetoden och betalningsmodellen. Den som vill köpa detsamma börjar i paketet.",
        "Kockarna var med från första dagen; det skulle vi göra om. Att mäta i alla 19 kök från början var för mycket: "
        "börja med fem.",
    ),
    facts={
        "measure": "gram matsvinn per portion",
        "before": Decimal(62),
        "after": Decimal(41),
        "others_may_use": None,
    },
)
DIGGING = Story(
    organisation="sorvik-kommune",
    person="samordnare",
    began=640,
    told=580,
    wording={
        "language": "nb",
        "title": "Utslippsfri graving i sentrum",
        "summary": "Vi kjøpte graving uten diesel der folk bor, og lot leverandøren velge maskinene.",
        "problem": "Graving i sentrum tar fire måneder i året. Naboene lever med eksos og støy fra klokken sju.",
        "affected": "3 100 beboere og 46 butikker.",
        "cost_today": "18 400 liter diesel i året og om lag 120 klager.",
        "desired_effect": "Nesten ingen diesel og halvparten så mange klager på to år.",
        "tried": "Krav om nyere motorer. Klagene var like mange.",
        "description": "Gravearbeider i sentrum, uten utslipp på stedet.",
        "procedure": "open",
        "nature": "works",
        "cpv": ["45112000", "45233220"],
        "regions": ["NO092"],
        "goals": [11, 13],
        "strategic": ["inn-pur", "env-imp"],
        "contact_name": "Vei og park",
        "contact_email": "veg@sorvik.example",
        "zone": "Europe/Oslo",
    },
    assets=(
        {
            "name": "Data om forbruk og støy",
            "origin": "result",
            "level": "share",
            "motive": "Andre skal kunne regne etter.",
        },
    ),
    outcome="Tre tilbud kom inn. Det valgte kostet ni prosent mer enn diesel, og lovet lavest støy.",
    tenders=3,
    winner="Stille Anlegg AS",
    value=9_400_000,
    currency="NOK",
    report="Dieselforbruket er 1 900 liter i året, mot 18 400 før. Klagene er 41, mot 120. Strømmen til byggeplassen var det "
    "vanskeligste.",
    summary="Sørvik beskrev støy og utslipp i stedet for maskiner. To år senere er ni av ti liter diesel borte.",
    answers=(
        "Kravene til støy og utslipp, og avtalen med nettselskapet om strøm på byggeplassen.",
        "Spør nettselskapet et halvt år før kunngjøringen. Det gjorde vi for sent.",
    ),
    facts={
        "measure": "liter diesel i året",
        "before": Decimal(18_400),
        "after": Decimal(1_900),
        "others_may_use": None,
    },
)


def load(organisations: dict[str, Organisation], people: dict[str, User], at: datetime) -> None:
    for story in (FOOD, DIGGING):
        _case(story, _procured(story, organisations, people, at), by=people["redaktor"], at=at)


def _procured(story: Story, organisations: dict[str, Organisation], people: dict[str, User], at: datetime) -> Any:
    owner, began, told = people[story.person], at - timedelta(days=story.began), at - timedelta(days=story.told)
    wording = {**story.wording, "deadline_at": began + timedelta(days=45)}
    notice = drafting.begin(
        organisation=organisations[story.organisation], kind="competition", by=owner, at=began, wording=wording
    )
    assets = {"assets": [dict(asset) for asset in story.assets]}
    notice = drafting.save(notice, wording={}, having=assets, revision=notice.revision, by=owner, at=began)
    publishing.publish(notice, by=owner, at=began)
    winner = concluding.Chosen(story.winner, value=Decimal(story.value), currency=story.currency)
    concluding.record_outcome(
        notice,
        result="awarded",
        text=story.outcome,
        tenders=story.tenders,
        decided_on=told.date(),
        winners=[winner],
        by=owner,
        at=told,
    )
    concluding.conclude(notice.procurement, by=owner, at=told + timedelta(days=1))
    reported = at - timedelta(days=25)
    report = drafting.go_on(notice, kind="effect", by=owner, at=reported)
    report = drafting.save(report, wording={"summary": story.report}, revision=report.revision, by=owner, at=reported)
    publishing.publish(report, by=owner, at=reported)
    return notice


def _case(story: Story, notice: Any, *, by: User, at: datetime) -> None:
    """What the editor adds to what the procurement has told: two answers, and the numbers."""
    written, language = at - timedelta(days=8), story.wording["language"]
    article = casing.begin(notice.procurement, language=language, by=by, at=written)
    facts = {**story.facts, "measured_on": (at - timedelta(days=40)).date()}
    casing.change(article, facts, seen=article.case.edited_at, by=by, at=written + timedelta(minutes=3))
    text = article.texts.get()
    answers = iter(story.answers)
    body = ASKED.sub(lambda _asked: f"<p>{next(answers)}</p>", text.body)
    text = writing.save(
        article,
        language,
        title=text.title,
        summary=story.summary,
        body=body,
        revision=text.revision,
        by=by,
        at=written + timedelta(minutes=4),
    )
    asking.ask(article, revisions={language: text.revision}, by=by, at=written + timedelta(minutes=5))
