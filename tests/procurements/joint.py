"""A joint procurement for tests: Arendal leads, Grimstad is committed, Oslo and Risør hold options, Tvedestrand observes."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.grants import Role
from accounts.models import Organisation, User
from networks.models import BuyerGroup
from tests import make

UNTIL = date(2027, 6, 30)
HOUR = timedelta(hours=1)


@dataclass
class Joint:
    group: Any
    item: Any
    leda: User  # administers the lead
    buyers: dict[str, Organisation]
    people: dict[str, User]  # an administrator of each

    def place(self, name: str) -> Any:
        return self.group.participants.get(organisation=self.buyers[name])

    def competition(self, **fields: Any) -> Any:
        return make.notice(group=self.group, by=self.leda, kind="competition", **fields)

    def awarded(self, **fields: Any) -> Any:
        notice = self.competition(**fields)
        return make.awarded(notice, by=self.leda, at=fields.get("at", make.NOW) + HOUR)


def joint(*, until: date | None = UNTIL) -> Joint:
    inhabitants = {"Arendal": 46000, "Grimstad": 25000, "Oslo": 717000, "Risør": 6800, "Tvedestrand": 6200}
    buyers = {name: make.buyer(name=name, inhabitants=number) for name, number in inhabitants.items()}
    people = {name: make.member(one, role=Role.ADMIN, name=f"Admin {name}") for name, one in buyers.items()}
    group = make.group(lead=buyers["Arendal"], by=people["Arendal"])
    BuyerGroup.objects.filter(pk=group.pk).update(option_until=until)
    item = group.items.create(name="Personer med sensor", unit="personer", position=0)
    states = {"Grimstad": "committed", "Oslo": "option", "Risør": "option", "Tvedestrand": "observer"}
    places = {name: make.participant(group, buyers[name], state=state) for name, state in states.items()}
    for name, volume in {"Grimstad": 120, "Oslo": 70, "Risør": 9}.items():
        make.letter(places[name], by=people["Arendal"], volumes={item: volume}, budget=Decimal(765432))
    group.refresh_from_db()
    return Joint(group, item, people["Arendal"], buyers, people)
