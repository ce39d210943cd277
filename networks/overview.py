"""Where a buyer group stands, and what comes next: what its first page tells those who take part."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from networks.models import BuyerGroup, Participant
from networks.summing import Sums

State = Participant.State


@dataclass(frozen=True)
class Step:
    said: str
    is_done: bool
    is_next: bool = False  # the first that is not done
    act: str = ""  # what the lead does about it from the group's page


def how_many(group: BuyerGroup) -> Counter[str]:
    """Participants by state, the lead among the committed; one query."""
    rows = group.participants.values_list("state").annotate(count=Count("pk")).order_by()
    return Counter(dict(rows))


def steps(group: BuyerGroup, counts: Counter[str], sums: Sums | None) -> list[Step]:
    """The way of a joint procurement, in its order. Letters are told of to those alone who see `sums`."""
    others = counts[State.COMMITTED] + counts[State.OPTION] > 1
    way = [(_("Other buyers take part"), others, "invite")]
    if sums:
        way.append((_("The lead has said what you buy together"), bool(sums.items), "items"))
        signed = others and sums.signed == sums.standing
        way.append((_("Everybody has signed a letter of intent"), signed, "letters"))
    way += [
        (_("The need is published, and the public sees who buys together"), group.published_at is not None, "need"),
        (_("The competition is published, and the list of buyers is fixed"), group.list_fixed_at is not None, ""),
    ]
    ahead = next((place for place, (_said, is_done, _act) in enumerate(way) if not is_done), None)
    return [Step(said, is_done, place == ahead, act) for place, (said, is_done, act) in enumerate(way)]


def next_act(way: list[Step]) -> str:
    """What the lead's first button is for; empty when the next step is taken elsewhere."""
    return next((step.act for step in way if step.is_next), "")
