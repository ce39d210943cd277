"""Who buys, on the way out: one reading of a version's buyers for every format.

Exported are those who buy and those who hold an option: a body that may buy from a framework agreement has to be named when the
competition is published (Directive 2014/24, art. 33.2). Observers buy nothing and are not exported. The number of a sole trader
is its owner's, and leaves the arena in no format.
"""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Organisation
from networks.models import Participant
from procurements.buyer_list import buyers_of
from procurements.models import NoticeVersion, VersionBuyer

LEGAL_TYPES = {  # BT-11: what the kind of organisation says for certain
    Organisation.Kind.MUNICIPALITY: "la",
    Organisation.Kind.REGION: "ra",
    Organisation.Kind.AGENCY: "cga",
    Organisation.Kind.PUBLIC_COMPANY: "pub-undert",
}


@dataclass(frozen=True)
class Party:
    """A buyer as every format needs it. `is_lead` is None where nobody said who leads, and where nobody else buys."""

    key: str  # "ORG-0001": its place in the notice
    organisation: Organisation
    is_lead: bool | None
    state: str  # committed, option; empty where nobody said
    said: VersionBuyer | None = None  # of an imported notice: what it says of the buyer in this procurement

    @property
    def number(self) -> str:
        return "" if self.organisation.number_is_personal else self.organisation.registration_number

    @property
    def legal_type(self) -> str:
        """BT-11."""
        own = self.said.legal_type if self.said else ""
        return own or LEGAL_TYPES.get(Organisation.Kind(self.organisation.kind), "")

    @property
    def activity(self) -> str:
        """BT-10 of an authority, BT-610 of an entity."""
        return self.said.activity if self.said else ""

    @property
    def profile_url(self) -> str:
        """BT-508."""
        return self.said.profile_url if self.said else ""

    @property
    def awards_for_others(self) -> bool:
        """OPP-051."""
        return bool(self.said and self.said.awards_for_others)

    @property
    def acquires_to_resell(self) -> bool:
        """OPP-052."""
        return bool(self.said and self.said.acquires_to_resell)


def parties_of(version: NoticeVersion) -> list[Party]:
    """The buyers of the version in their order, the lead first in what was written here; each once."""
    buying = [buyer for buyer in buyers_of(version) if buyer.state != Participant.State.OBSERVER]
    said = {row.organisation_id: row for row in version.buyers.all()} if version.notice.source_id else {}
    return [
        Party(
            key=f"ORG-{place:04}",
            organisation=buyer.organisation,
            is_lead=buyer.is_lead if len(buying) > 1 else None,
            state=buyer.state,
            said=said.get(buyer.organisation.pk),
        )
        for place, buyer in enumerate(buying, start=1)
    ]


def leader(parties: list[Party]) -> Party:
    """Who leads; else the first that is named, as one reads a notice that does not say it (standards 2.2)."""
    return next((party for party in parties if party.is_lead), parties[0])
