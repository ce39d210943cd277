"""Who publishes and who looks: groups of ten people, each group searching for a word that no other group has."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import User
from matchmaking import subscribing
from matchmaking.models import Subscription
from procurements import publishing
from procurements.models import Notice
from records import idempotency
from tests import make

TEN = 10


@dataclass(frozen=True)
class Group:
    """Ten people who look for the same thing."""

    word: str
    people: tuple[str, ...]  # their addresses


@dataclass(frozen=True)
class Cast:
    publishers: list[tuple[Any, User]]  # a buyer, and who publishes for it
    groups: list[Group]


def cast(groups: int, *, rhythm: str = "at-once", ten: int = TEN) -> Cast:
    at = timezone.now()
    made = [Group(word, tuple(f"{word}.{n}@example.org" for n in range(ten))) for word in _words(groups)]
    for group in made:
        for address in group.people:
            person = make.user(email=address)
            search = Subscription(person=person, name=group.word, words=[group.word])
            subscribing.save_search(search, rhythm=rhythm, by=person, at=at)
    buyers = [make.buyer(name=f"Kommun {n}") for n in range(5)]
    return Cast([(buyer, make.member(buyer)) for buyer in buyers], made)


def _words(number: int) -> list[str]:
    """Made up, of one length, so that none is the beginning of another."""
    chance = random.Random(0)
    found: dict[str, None] = {}
    while len(found) < number:
        found["".join(chance.choice("bdfgklmnprstv") + chance.choice("aeiouy") for _ in range(5)) + "x"] = None
    return list(found)


def publish(number: int, key: uuid.UUID, cast: Cast, group: Group, *, more: str = "") -> None:
    """A need that names the group's word, written and made public by the arena's own verbs, once for the key."""
    buyer, person = cast.publishers[number % len(cast.publishers)]
    at = timezone.now()

    def do() -> str:
        notice: Notice = make.notice(
            buyer=buyer,
            by=person,
            published=False,
            at=at,
            title=f"[publish:{number}] {group.word} {more}".strip(),
            cpv=["45000000"],
        )
        publishing.publish(notice, by=person, at=at)
        return notice.get_absolute_url()

    idempotency.once(key, person, "notice.publish", at, do)


def number_of(title: str) -> int:
    return int(title.removeprefix("[publish:").partition("]")[0])
