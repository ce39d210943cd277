"""The people of the world, and where what is made for it is kept."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.test import Client

from accounts.models import User

# In the order of the columns of tests/access/cells.py. An anonymous visitor and a person who is locked out come to the same.
PEOPLE = (
    *("anonymous", "stranger", "supplier_reader", "supplier_editor", "other_supplier"),
    *("buyer_reader", "buyer_editor", "buyer_admin", "other_buyer", "network_member", "network_leader"),
    *("curator", "programme", "support", "admin", "suspended"),
)
DOWNLOADS = 771377100  # and as many more as the secret has letters: how often a document was fetched
BUDGET = Decimal("765432100")  # in a letter of intent, and of a cost key
DRAFT_TEXTS = (
    *("title", "summary", "problem", "affected", "cost_today", "desired_effect", "tried", "description"),
    "contact_name",
)


@dataclass
class World:
    at: datetime
    people: dict[str, User | None] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.things[name]
        except KeyError:
            raise AttributeError(name) from None

    def person(self, name: str) -> User:
        found = self.people[name]
        assert found is not None, "an anonymous visitor is nobody"
        return found

    def client(self, person: str) -> Client:
        """A browser of its own for one of PEOPLE, logged in unless it is nobody's."""
        made = Client()
        if user := self.people[person]:
            made.force_login(user)
        return made


def canary(name: str) -> str:
    return f"CNRY{name.replace('_', '')}"
