"""The demonstration's events: one to come online, one at a place in a theme week, one that was held; and a banner."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from accounts.models import User
from knowledge import attending, banners, occasions, publishing, writing
from knowledge.models import Banner, Genre, Occasion
from ui.moments import zone_of

ZONE = "Europe/Stockholm"
BREAKFAST = (
    "<p>På en timme går vi igenom hur man beskriver ett behov utan att peka ut lösningen. Ta med ett behov som ni brottas "
    "med: vi skriver om det tillsammans.</p><h2>Så går det till</h2><ul><li>Tre exempel, ett av dem misslyckat</li>"
    "<li>Arbete två och två</li><li>Frågor</li></ul>"
)
DAY = (
    "<p>Beställare och företag möts en hel dag om material som används igen. På förmiddagen berättar tre kommuner vad de "
    "behöver, på eftermiddagen möts man vid bord, en kvart i taget.</p><p>Lokalen är tillgänglig för rullstol och har "
    "hörselslinga. Säg till vid anmälan om du behöver något mer.</p>"
)
HELD = (
    "<p>Vad får en beställare säga i en dialog, och till vem? Vi gick igenom lika villkor före, under och efter, och svarade "
    "på tjugo frågor. Inspelningen är textad.</p>"
)


def load(people: dict[str, User], at: datetime) -> None:
    editor, before = people["redaktor"], at - timedelta(days=25)
    breakfast = _event(
        "Frukost: skriv ett behov som går att svara på", "Ett behov blir skrivet på en timme.", BREAKFAST,
        occasions.Facts(
            starts_at=_clock(at, days=12, hour=8), ends_at=_clock(at, days=12, hour=9), zone=ZONE, seats=2,
            online_url="https://mote.demo.example/frukost", organiser="Arenan",
        ),
        audiences=["procurer", "owner"], by=editor, at=before,
    )  # fmt: skip
    _event(
        "Mötesdag om material som används igen", "Beställare och företag möts vid bord, en kvart i taget.", DAY,
        occasions.Facts(
            starts_at=_clock(at, days=40, hour=9), ends_at=_clock(at, days=40, hour=16), zone=ZONE,
            place="Folkets hus, Storgatan 1, Fjällvik", organiser="Fjällviks kommun", theme_week="Cirkulära veckan",
            register_until=_clock(at, days=33, hour=12),
        ),
        audiences=["procurer", "supplier"], by=editor, at=before,
    )  # fmt: skip
    held = _event(
        "Dialog på lika villkor", "Vad man får säga i en marknadsdialog, och till vem.", HELD,
        occasions.Facts(
            starts_at=_clock(at, days=-9, hour=13), ends_at=_clock(at, days=-9, hour=14), zone=ZONE,
            online_url="https://mote.demo.example/dialog", organiser="Arenan",
        ),
        audiences=["procurer"], by=editor, at=before,
    )  # fmt: skip
    for name in ("upphandlare", "samordnare", "leverantor"):  # the third waits for a seat
        own = people[name].memberships.get().organisation
        attending.register(breakfast, organisation=own, by=people[name], at=at - timedelta(days=3))
    attending.register(held, by=people["upphandlare"], at=before)
    occasions.add_recording(held, "https://film.demo.example/dialog", by=editor, at=at - timedelta(days=5))
    banners.make(
        banners.Said(
            text_sv="Cirkulära veckan närmar sig: anmäl er till mötesdagen.",
            text_nb="Den sirkulære uken nærmer seg: meld dere på møtedagen.",
            text_en="The circular week is near: register for the day of meetings.",
            url="/sv/guidance/events/",
            weight=Banner.Weight.NEWS,
            starts_at=at - timedelta(days=1),
            ends_at=at + timedelta(days=40),
        ),
        by=editor,
        at=at - timedelta(days=1),
    )


def _event(
    title: str, summary: str, body: str, facts: occasions.Facts, *, audiences: list[str], by: User, at: datetime
) -> Occasion:
    review_by = facts.ends_at.date() + timedelta(days=365)
    article = writing.begin(
        title=title,
        summary=summary,
        body=body,
        genre=Genre.EVENT,
        language="sv",
        review_by=review_by,
        audiences=audiences,
        by=by,
        at=at,
    )
    occasion = occasions.set_facts(article, facts, by=by, at=at)
    publishing.publish(article, languages=["sv"], by=None, at=at)  # by itself: the demonstration has one editor
    return occasion


def _clock(at: datetime, *, days: int, hour: int) -> datetime:
    zone = zone_of(ZONE)
    day = at.astimezone(zone).date() + timedelta(days=days)
    day += timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)  # not on a Saturday or a Sunday
    return datetime.combine(day, time(hour), zone)
