"""What the demonstration's buyers require and do together, and what they have told all who follow. By the code that clicks call."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from networks import dividing_work
from networks.dividing_work import Work
from networks.models import BuyerGroup
from procurements import messaging, requiring, sections
from procurements.models import Notice
from procurements.requiring import Said

# What is asked; what the lead and its neighbour need, with what is special at the neighbour's.
REQUIREMENTS = (
    ("Medarbetaren får veta om en ökad fallrisk minst ett dygn i förväg", "must", "must", ""),
    ("Ingen filmas och inget ljud spelas in", "must", "must", ""),
    ("Fungerar där mobiltäckningen är svag", "not", "must", "En tredjedel av hemmen ligger utanför täckning."),
    ("Kan visas i det verksamhetssystem som vi redan har", "should", "not", ""),
    ("Den boende ser själv vad som mäts", "must", "", ""),
)
MESSAGE = (
    "Frågestunden flyttas till torsdagen klockan 10. Samma länk gäller.\n\n"
    "Den som inte kan vara med läser frågorna och svaren här dagen efter."
)


def load(people: dict[str, User], at: datetime) -> None:
    lead, neighbour = people["upphandlare"], people["samordnare"]
    group = BuyerGroup.objects.get(slug="fallrisk-i-hemmet")
    notice = Notice.objects.get(kind="consultation", procurement__buyer_group=group)
    procurement, before = notice.procurement, at - timedelta(days=5)
    rows = [Said(None, text) for text, *_stands in REQUIREMENTS]
    requiring.set_requirements(procurement, rows, seen=requiring.fingerprint([]), by=lead, at=before)
    written = list(procurement.requirements.all())
    own = {row.pk: (said[1], "") for row, said in zip(written, REQUIREMENTS, strict=True)}
    theirs = {row.pk: (said[2], said[3]) for row, said in zip(written, REQUIREMENTS, strict=True)}
    there = neighbour.memberships.get().organisation
    requiring.take_stand(procurement, procurement.organisation, own, by=lead, at=before)
    requiring.take_stand(procurement, there, theirs, by=neighbour, at=before)
    _work(group, notice, lead=lead, neighbour=neighbour, at=at)
    words = {"subject": "Frågestunden flyttas", "text": MESSAGE, "language": "sv"}
    messaging.send(notice, **words, number=1, by=lead, at=at - timedelta(days=1))


def _work(group: BuyerGroup, notice: Notice, *, lead: User, neighbour: User, at: datetime) -> None:
    """One task that is late, one for the neighbour, one that is done; and the neighbour writes one part of the text."""
    before, today, there = at - timedelta(days=5), at.date(), neighbour.memberships.get().organisation
    for title, organisation, person, days in (
        ("Boka lokal för frågestunden", group.lead, lead, -1),
        ("Räkna hemmen som saknar mobiltäckning", there, None, 6),
        ("Skicka behovet till brukarrådet", group.lead, lead, -3),
    ):
        day = today + timedelta(days=days)
        work = Work(title, organisation, phase="dialogue", person=person, due_on=day)
        task = dividing_work.create(group, work, by=lead, at=before)
    dividing_work.done(task, by=lead, at=at - timedelta(days=4))
    sections.share(notice, {"participation": there}, by=lead, at=before)
