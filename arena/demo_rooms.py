"""The demonstration's meetings and files, in the network and in the buyer group. All by the code that clicks call."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from files import receiving
from networks import convening, filing, joining
from networks.convening import Said
from networks.models import BuyerGroup, Meeting, Network
from networks.rooms import Room

ZONE = "Europe/Stockholm"
PLAN = (
    "Under året: beskriva behovet av trygga nätter tillsammans, bjuda in till två dialoger och pröva tre lösningar i liten "
    "skala. Därefter avgör vi om vi ska upphandla gemensamt."
)
MINUTES = (
    "Närvarande: Fjällvik och Sørvik.\n\n"
    "1. Vi delade vad nattpersonalen har berättat. Det som stör mest är larm som inte betyder något.\n"
    "2. Sørvik har provat tre sorters sensorer och skickar sin sammanställning.\n"
    "3. Fjällvik skriver ett utkast till behovsbeskrivning. Klart till nästa möte."
)


def load(people: dict[str, User], at: datetime) -> None:
    """A meeting that was held, with minutes; one to come in each room; and what the network plans."""
    leader, lead = people["samordnare"], people["upphandlare"]
    network, group = Network.objects.get(slug="trygg-hemma"), BuyerGroup.objects.get(slug="fallrisk-i-hemmet")
    joining.describe(
        network,
        name=network.name,
        subject=network.subject,
        description=network.description,
        plan=PLAN,
        goals=network.goals,
        by=leader,
        at=at - timedelta(days=40),
    )
    held = _meeting(Room(network=network), "Första träffen", days=-20, by=leader, at=at)
    convening.write_minutes(
        held,
        minutes=MINUTES,
        revision=held.revision,
        organisation=leader.memberships.get().organisation,
        by=leader,
        at=at - timedelta(days=19),
    )
    agenda = "1. Utkastet till behovsbeskrivning\n2. Vad vi frågar leverantörerna i dialogen\n3. Nästa steg"
    _meeting(Room(network=network), "Behovet av trygga nätter", days=16, by=leader, at=at, agenda=agenda)
    _meeting(Room(group=group), "Möte inför dialogen", days=9, by=lead, at=at, agenda="1. Frågorna\n2. Vem leder dagen")


def files(at: datetime) -> None:
    """A file vouches for its bytes on disk, so it is received outside of any transaction."""
    leader = User.objects.get(email="samordnare@demo.example")
    organisation = leader.memberships.get().organisation
    held = Meeting.objects.get(title="Första träffen")
    text = "Sensor;Falska larm per natt\nMatta;3\nVägg;1\nKlocka;2\n"
    upload = SimpleUploadedFile("Sensorprov i Sørvik.csv", text.encode())
    moment = at - timedelta(days=18)
    file = receiving.receive(upload, by=leader, organisation=organisation, at=moment)
    room = Room(network=held.network)
    filing.add(room, [file], organisation=organisation, by=leader, at=moment, meeting=held)


def _meeting(room: Room, title: str, *, days: int, by: User, at: datetime, agenda: str = "") -> Meeting:
    """An hour and a half from ten in the morning, so many days from now; called ten days before that, or now."""
    zone = ZoneInfo(ZONE)
    starts_at = datetime.combine((at + timedelta(days=days)).astimezone(zone).date(), time(10), zone)
    said = Said(title, starts_at, starts_at + timedelta(minutes=90), ZONE, place="Videomöte", agenda=agenda)
    organisation = by.memberships.get().organisation
    return convening.call(room, said, organisation=organisation, by=by, at=min(at, starts_at - timedelta(days=10)))
