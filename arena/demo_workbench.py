"""What goes on around the demonstration's notices: documents, questions, a review, an outcome. All by the code that clicks call."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation, User
from arena import demo_joint
from files import receiving
from procurements import (
    answering,
    asking,
    concluding,
    documenting,
    interest,
    publishing,
    reviewing,
    teaming,
    writing,
)
from procurements.models import Notice, TeamRole

LIGHT = {
    "language": "sv",
    "title": "Belysning som släcker sig själv i lagerlokaler",
    "summary": "Vi köper ljus när någon är där, som en tjänst, i stället för armaturer.",
    "problem": "Lamporna lyser dygnet runt i 14 lokaler där det är folk en timme om dagen.",
    "affected": "Fastighetsskötare och alla som betalar elen.",
    "cost_today": "410 000 kWh om året.",
    "desired_effect": "Tre fjärdedelar mindre el, och ljus innan man hinner sträcka sig efter knappen.",
    "tried": "Timer, som släckte mitt i arbetet.",
    "description": "Ni får betalt för ljus när någon är i lokalen. Ni väljer hur.",
    "procedure": "open",
    "nature": "services",
    "cpv": ["31500000", "71314000"],
    "regions": ["SE332"],
    "goals": [7, 12],
    "strategic": ["inn-pur", "env-imp"],
    "contact_name": "Fastighetsavdelningen",
    "contact_email": "fastighet@fjallvik.example",
    "zone": "Europe/Stockholm",
}
MAP = """Hälsocentraler och avstånd till laboratoriet

Bergnäs   96 km
Skogsby   71 km
Åre älv   58 km
"""


def parts_of(having: dict[str, list[dict[str, Any]]], at: datetime) -> dict[str, list[dict[str, Any]]]:
    """The parts as rows; the days of a stage, counted from today, become dates."""
    today = at.date()

    def row(one: dict[str, Any]) -> dict[str, Any]:
        days: dict[str, Any] = {
            name: today + timedelta(days=one[name]) for name in ("starts_on", "ends_on") if name in one
        }
        money = {name: Decimal(one[name]) for name in ("max_cost",) if name in one}
        return {**one, **days, **money}

    return {name: [row(one) for one in rows] for name, rows in having.items()}


def load(organisations: dict[str, Organisation], people: dict[str, User], at: datetime) -> None:
    _team_and_review(people, at)
    _questions(people, at)
    _ended(organisations, people, at)


def _team_and_review(people: dict[str, User], at: datetime) -> None:
    owner, colleague = people["upphandlare"], people["kollega"]
    draft = Notice.objects.get(title="Lugnare skolmatsalar")
    dialogue = Notice.objects.get(kind="consultation", procurement__organisation__slug="fjallviks-kommun")
    teaming.place(draft.procurement, user=colleague, role=TeamRole.EDITOR, by=owner, at=at - timedelta(hours=2))
    teaming.place(dialogue.procurement, user=colleague, role=TeamRole.ANSWERER, by=owner, at=at - timedelta(days=5))
    message = "Förstår man vad vi vill uppnå, utan att vi har valt lösning?"
    reviewing.ask(draft, reviewer=colleague, message=message, by=owner, at=at - timedelta(hours=1))


def _questions(people: dict[str, User], at: datetime) -> None:
    partnership = Notice.objects.get(title__startswith="Innovationspartnerskap: självgående")
    owner, asker, another = people["region"], people["leverantor"], people["leverandor"]
    ours = Organisation.objects.get(slug="nordsensor-ab")
    theirs = Organisation.objects.get(slug="trygg-hverdag-as")
    asked = at - timedelta(days=9)
    first = asking.ask(
        partnership,
        organisation=ours,
        text="Vi på Nordsensor undrar: får proverna transporteras utan tillsyn hela vägen?",
        by=asker,
        at=asked,
    )
    drafted = answering.draft(
        first,
        question_text="Får proverna transporteras utan tillsyn hela vägen?",
        answer="Ja, om behållaren är låst och temperaturen loggas. Vid överlämningen ska en människa ta emot.",
        revision=first.draft_revision,
        by=owner,
        at=asked + timedelta(days=1),
    )
    answering.release([drafted], by=owner, at=asked + timedelta(days=1))
    text = "Kan dere dele data om værforholdene på rutene de siste tre vintrene?"
    asking.ask(partnership, organisation=theirs, text=text, by=another, at=at - timedelta(days=1))


def _ended(organisations: dict[str, Organisation], people: dict[str, User], at: datetime) -> None:
    """One joint competition that is over, with its outcome, an option that can be used, and a supplier that has been answered."""
    buyer, supplier = organisations["fjallviks-kommun"], organisations["nordsensor-ab"]
    owner, began = people["upphandlare"], at - timedelta(days=75)
    group = demo_joint.light(organisations, people, at)
    wording = {**LIGHT, "deadline_at": began + timedelta(days=40)}
    notice = writing.begin(
        organisation=buyer, kind="competition", by=owner, at=began, wording=wording, buyer_group=group
    )
    demo_joint.approve(notice, by=owner, at=began)
    publishing.publish(notice, by=owner, at=began)
    shown = interest.register(
        notice.procurement,
        organisation=supplier,
        level="interested",
        message="Vi mäter närvaro utan kamera och kan räkna ljustimmar.",
        by=people["leverantor"],
        at=began + timedelta(days=3),
    )
    told = at - timedelta(days=20)
    concluding.record_outcome(
        notice,
        result="awarded",
        text="Fem anbud kom in. Vi valde det som lovade lägst energi per ljustimme och kunde visa det i drift.",
        tenders=5,
        decided_on=told.date(),
        winners=[
            concluding.Chosen(
                "Ljus som tjänst i Norr AB", value=Decimal("2350000"), currency="SEK", is_small=True, is_new=True
            )
        ],
        by=owner,
        at=told,
    )
    text = (
        "Tack. Er mätning utan kamera var den bästa vi såg, men priset per ljustimme blev för högt för så små lokaler."
    )
    concluding.answer(shown, text=text, by=owner, at=told)
    concluding.conclude(notice.procurement, by=owner, at=told + timedelta(days=1))


def documents(at: datetime) -> None:
    """An attachment that came with an amendment, with its reason."""
    notice = Notice.objects.select_related("procurement__organisation").get(
        title__startswith="Innovationspartnerskap: självgående"
    )
    owner = notice.procurement.team.get(role=TeamRole.OWNER).user
    upload = SimpleUploadedFile("Hälsocentraler och avstånd – Åre älv (v1).txt", MAP.encode(), "text/plain")
    moment = at - timedelta(days=4)
    file = receiving.receive(upload, by=owner, organisation=notice.procurement.organisation, at=moment)
    notice = documenting.add(notice, files=[file], by=owner, at=moment)
    reason = "Vi har fått frågor om avstånden och lägger till en lista över hälsocentralerna."
    publishing.publish(notice, by=owner, at=moment, reason=reason)
