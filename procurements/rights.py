"""What the three levels of PRV, the Swedish patent office, mean for those who choose among them (A15).

The levels are PRV's, from its guidance on immaterial assets in public procurement; the words are ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurements.models import AssetOrigin, Rights


@dataclass(frozen=True)
class Level:
    """One level, lowest first: what the buyer may do, and what that does to price, competition and small companies."""

    code: Rights
    public: Promise  # what the page of a notice tells suppliers
    meaning: Promise  # what the team is told when it chooses
    price: Promise
    suppliers: Promise
    small: Promise

    @property
    def label(self) -> str:
        return str(self.code.label)


LEVELS = (
    Level(
        Rights.USE,
        _("The buyer may use it as the contract says. The supplier keeps the right and can sell it to others."),
        _(
            "You use it as the contract says. The supplier keeps the right, develops it and can sell it to others. "
            "Agree on how you get your data out and how you change supplier later."
        ),
        _("Lowest: you share the cost of developing with the supplier's other customers."),
        _("Most can take part, also those who build on what they have already."),
        _("A small company keeps what it lives on, and can grow with it."),
    ),
    Level(
        Rights.SHARE,
        _(
            "The buyer may also have it changed and pass it on to others. The supplier keeps the right and can still sell it."
        ),
        _(
            "You may have it changed by whom you like and pass it on, as to other authorities or as open source. "
            "The supplier keeps the right and can still sell it."
        ),
        _("Higher: the supplier is paid for what others may then use without buying."),
        _("Some hold back when it concerns products that they already sell; few do for what is made for you."),
        _("It works when what was there before is kept apart, at the level of use."),
    ),
    Level(
        Rights.OWN,
        _("The right passes to the buyer, and the supplier may use it only if the buyer agrees."),
        _(
            "The right passes to you, and the supplier may not use it without your leave. "
            "You then protect it, look after it and develop it yourself, with people and money for it."
        ),
        _("Highest: the supplier is to be paid for all that it can no longer sell to others."),
        _("Fewer take part, and whoever does may offer less of its best."),
        _("Hard for a small company: its one asset can be the company."),
    ),
)
OF_CODE = {level.code: level for level in LEVELS}


def by_origin(assets: Iterable[Any]) -> list[dict[str, Any]]:
    """The assets of a notice as its box shows them: background and results apart, each with its level; empty groups left out."""
    rows = list(assets)
    groups = (
        {
            "origin": origin,
            "assets": [{"row": row, "level": OF_CODE[row.level]} for row in rows if row.origin == origin],
        }
        for origin in AssetOrigin
    )
    return [group for group in groups if group["assets"]]
