"""What the demo's buyers buy together: who takes part, the letters they sign, the cost key; and the texts that they approve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.grants import Can, roles_that
from accounts.models import Membership, Organisation, User
from networks import dividing, grouping, signing
from networks.models import BuyerGroup, CostKey, Network
from procurements import approving, teaming
from procurements.models import Approval, Notice, TeamRole


@dataclass(frozen=True)
class Side:
    """One participant: who answers for it, as what, and what its letter says; `volumes` by the order of the things."""

    organisation: str
    person: str
    title: str
    state: str
    volumes: tuple[int, ...]
    budget: int
    currency: str = "SEK"


FALL = (
    Side("fjallviks-kommun", "upphandlare", "Upphandlingschef", "committed", (420, 900), 9_800_000),
    Side("alnasa-kommun", "medkopare", "Socialchef", "committed", (180, 400), 4_200_000),
    Side("sorvik-kommune", "samordnare", "Kommunalsjef helse", "option", (150, 300), 3_900_000, "NOK"),
)
LIGHT = (
    Side("fjallviks-kommun", "upphandlare", "Fastighetschef", "committed", (14,), 1_600_000),
    Side("alnasa-kommun", "medkopare", "Teknisk chef", "committed", (6,), 750_000),
    Side("sorvik-kommune", "samordnare", "Eiendomssjef", "option", (9,), 1_050_000, "NOK"),
)
LANGUAGES = {"samordnare": "nb"}
People = Mapping[str, User]
Organisations = Mapping[str, Organisation]


def fall(network: Network, organisations: Organisations, people: People, at: datetime) -> None:
    """The group whose need the market is asked about now. One neighbour has not answered yet; a region observes."""
    lead, began = people["upphandlare"], at - timedelta(days=47)
    group = grouping.create(
        name="Fallrisk i hemmet",
        purpose="Tre kommuner köper tillsammans det som gör att fallrisk märks i tid. En region följer med som observatör.",
        lead=organisations["fjallviks-kommun"],
        by=lead,
        at=began,
        network=network,
    )
    _gather(group, FALL, organisations, people, at=began + timedelta(days=1))
    watching = grouping.invite(group, organisation=organisations["region-norrskog"], by=lead, at=began)
    grouping.answer(watching, state="observer", by=people["region"], at=began + timedelta(days=6))
    grouping.invite(group, organisation=organisations["hedlunda-kommun"], by=lead, at=at - timedelta(days=4))
    _sign(group, FALL, (("Hem som får tidig varning", "hem"), ("Utbildning av medarbetare", "timmar")), people, began)
    item = group.items.get(unit="hem")
    dividing.choose(
        group,
        method=CostKey.Method.VOLUME,
        item=item,
        total=Decimal(640_000),
        currency="SEK",
        with_options=True,
        by=lead,
        at=at - timedelta(days=10),
    )
    # The neighbour's council wants to decide anew: the letter that it signed stands until it has answered this one.
    again = group.participants.filter(organisation=organisations["alnasa-kommun"])
    signing.send(group, to=again, sign_by=(at + timedelta(days=8)).date(), by=lead, at=at - timedelta(days=3))


def light(organisations: Organisations, people: People, at: datetime) -> BuyerGroup:
    """The group whose competition is over: one of its buyers holds an option that can be used for a year yet."""
    lead, began = people["upphandlare"], at - timedelta(days=110)
    group = grouping.create(
        name="Ljus när någon är där",
        purpose="Två kommuner slutar köpa armaturer och köper ljus som tjänst. En tredje kan följa efter.",
        lead=organisations["fjallviks-kommun"],
        by=lead,
        at=began,
    )
    _gather(group, LIGHT, organisations, people, at=began + timedelta(days=1))
    last_day = (at + timedelta(days=365)).date()
    grouping.edit(group, name=group.name, purpose=group.purpose, option_until=last_day, by=lead, at=began)
    _sign(group, LIGHT, (("Lokaler med ljus som tjänst", "lokaler"),), people, began)
    return group


def _gather(
    group: BuyerGroup, sides: tuple[Side, ...], organisations: Organisations, people: People, *, at: datetime
) -> None:
    for side in sides:
        if organisations[side.organisation] != group.lead:
            invited = grouping.invite(
                group, organisation=organisations[side.organisation], by=people["upphandlare"], at=at
            )
            grouping.answer(invited, state=side.state, by=people[side.person], at=at + timedelta(days=3))


def _sign(
    group: BuyerGroup, sides: tuple[Side, ...], things: tuple[tuple[str, str], ...], people: People, began: datetime
) -> None:
    """The lead says what is bought and sends the letters; each signs with its own volumes and budget."""
    lead, sent = people["upphandlare"], began + timedelta(days=5)
    signing.set_items(group, [(None, name, unit) for name, unit in things], by=lead, at=sent)
    items = list(group.items.all())
    to = group.participants.standing()
    for letter in signing.send(group, to=to, sign_by=(sent + timedelta(days=14)).date(), by=lead, at=sent):
        slug = letter.participant.organisation.slug
        side = next(side for side in sides if side.organisation == slug)
        person = people[side.person]
        volumes = {item.pk: Decimal(volume) for item, volume in zip(items, side.volumes, strict=True)}
        intent = signing.Intent(volumes, person.name, side.title, Decimal(side.budget), side.currency)
        language, signed = LANGUAGES.get(side.person, "sv"), sent + timedelta(days=3)
        signing.sign(letter, intent, seen=signing.fingerprint(items), language=language, by=person, at=signed)


def approve(notice: Notice, *, by: User, at: datetime) -> None:
    """The lead asks the day before; an administrator of each of the others approves the text as it stands."""
    notice = Notice.objects.select_related("current_version", "procurement__organisation").get(pk=notice.pk)
    participants = list(approving.asked(notice))
    if not participants:
        return
    message = "Läs särskilt tiderna och vem som köper."
    approving.ask(notice, message=message, answer_by=at.date(), by=by, at=at - timedelta(days=1))
    for participant in participants:
        organisation = participant.organisation
        bosses = Membership.objects.active().filter(organisation=organisation, role__in=roles_that(Can.ADMINISTER))
        if boss := bosses.select_related("user").order_by("pk").first():
            approving.give(
                notice,
                organisation=organisation,
                verdict=Approval.Verdict.APPROVED,
                comment="",
                revision=notice.revision,
                by=boss.user,
                at=at,
            )


def place(notice: Notice, people: dict[str, User], *, at: datetime) -> None:
    """The coordinator of the neighbouring buyer writes and answers with the lead's team."""
    teaming.place(notice.procurement, user=people["samordnare"], role=TeamRole.EDITOR, by=people["upphandlare"], at=at)
