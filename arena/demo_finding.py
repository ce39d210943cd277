"""The demonstration's plans, and a first word between two of its buyers."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Organisation, User
from networks import approaching, planning
from networks.models import Network, Plan

# Organisation, person, title, text, quarters from now, goals, CPV, for whom, looks for others.
PLANS = (
    (
        "fjallviks-kommun", "upphandlare", "Tryggare nätter på särskilt boende",
        "Vi vill att nattpersonalen går in när någon behöver det, och inte väcker den som sover. Ungefär 180 platser.",
        2, [3], ["33196000"], Plan.Audience.EVERYONE, True,
    ),
    (
        "fjallviks-kommun", "upphandlare", "Återbruk av kontorsmöbler",
        "Två skolor flyttar. Vi undrar om någon har upphandlat en möbelpool.",
        4, [12], ["39130000"], Plan.Audience.BUYERS, True,
    ),
    (
        "sorvik-kommune", "samordnare", "Velferdsteknologi for hjemmeboende",
        "Vi tenker på en felles anskaffelse med to eller tre kommuner langs kysten.",
        3, [3, 10], ["33196000"], Plan.Audience.EVERYONE, True,
    ),
    (
        "sorvik-kommune", "samordnare", "Utslippsfri snørydding",
        "Avtalen går ut om to år. Vi vil vite hva markedet kan.",
        9, [11, 13], ["90620000"], Plan.Audience.MEMBERS, False,
    ),
)  # fmt: skip


def load(people: dict[str, User], at: datetime) -> None:
    network = Network.objects.get(slug="trygg-hemma")
    quarters = planning.quarters(at.date(), 12)
    for slug, person, title, text, ahead, goals, cpv, audience, looks in PLANS:
        organisation = Organisation.objects.get(slug=slug)
        said = planning.Said(
            title=title,
            text=text,
            starts_on=quarters[ahead],
            goals=goals,
            cpv=cpv,
            regions=[organisation.region],
            wants_partners=looks,
            audience=audience,
            network=network,
        )
        planning.write(said, organisation=organisation, by=people[person], at=at - timedelta(days=9))
    theirs = Plan.objects.get(title="Velferdsteknologi for hjemmeboende")
    approaching.approach(
        sender=Organisation.objects.get(slug="fjallviks-kommun"),
        receiver=theirs.organisation,
        wish="join",
        about=theirs.title,
        about_path=approaching.local_path(theirs.get_absolute_url()),
        text="Vi tänker på samma sak, och har börjat prata med marknaden. Ska vi ses i nätverket i nästa månad?",
        by=people["upphandlare"],
        at=at - timedelta(days=2),
    )
