"""Following: a procurement through its whole chain; or, as a search made by one click, a buyer, a network or a field (B10).

Who follows what is the person's own. Nobody else learns of it, nor how many follow something (quality 4.2): no page, list,
sum or mail of others may be made from these rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from matchmaking import subscribing
from matchmaking.models import Attention, Subscription
from networks.models import Network
from procurements import meaning
from procurements.models import NoticeSearch, Procurement
from records.auditing import record
from taxonomy.codes import cpv_ancestors
from taxonomy.models import CpvCode

Level = Attention.Level
MOST = 200  # buyers, networks and fields that one person follows


class TooMany(Exception):
    """A person follows so much that it cannot know any more why it hears of something."""

    def __str__(self) -> str:
        return _(
            "You follow %(most)d buyers, networks and fields, which is as many as there can be. Stop following one first."
        ) % {"most": MOST}


def follow(procurement: Procurement, *, by: User, at: datetime) -> Attention:
    """The person hears of everything that happens to it. What it had muted it hears of again."""
    return _give(Level.FOLLOWS, procurement, by=by, at=at)


def unfollow(procurement: Procurement, *, by: User, at: datetime) -> None:
    """What a search of the person's finds, and what it is interested in, it still hears of."""
    _take(Level.FOLLOWS, procurement, by=by, at=at)


def mute(procurement: Procurement, *, by: User, at: datetime) -> Attention:
    """The person hears no more of it, whatever it was heard by; `hearing.hearers` says the one exception."""
    return _give(Level.MUTED, procurement, by=by, at=at)


def unmute(procurement: Procurement, *, by: User, at: datetime) -> None:
    """As if it had never been muted; it is not followed by that."""
    _take(Level.MUTED, procurement, by=by, at=at)


def hear_again(procurement: Procurement, *, by: User, at: datetime) -> None:
    """What was muted is followed from now on, whatever it came by before: so the person hears of it for sure."""
    if Attention.objects.filter(user=by, procurement=procurement, level=Level.MUTED).exists():
        _give(Level.FOLLOWS, procurement, by=by, at=at)


@transaction.atomic
def _give(level: Level, procurement: Procurement, *, by: User, at: datetime) -> Attention:
    _one_click_after_the_other(by)
    attention = Attention.objects.filter(user=by, procurement=procurement).first()
    if attention and attention.level == level:
        return attention
    attention = attention or Attention(user=by, procurement=procurement)
    attention.level, attention.at = level, at
    attention.save()
    record(f"attention.{level}", attention, by=by, at=at)
    return attention


@transaction.atomic
def _take(level: Level, procurement: Procurement, *, by: User, at: datetime) -> None:
    _one_click_after_the_other(by)
    for attention in Attention.objects.filter(user=by, procurement=procurement, level=level):
        record("attention.ended", attention, by=by, at=at)
        attention.delete()


@dataclass(frozen=True)
class Subject:
    """What is followed by a search of one criterion. `slug` is its last word in addresses: of a field, its CPV code."""

    kind: str  # "buyer", "network", "field"
    key: str  # Subscription.follows: "B:17", "W:5", "P:33196"
    slug: str
    name: str
    url: str
    criteria: dict[str, list[Any]]


def of_buyer(organisation: Organisation) -> Subject:
    url = organisation.get_absolute_url()
    return Subject(
        "buyer", f"B:{organisation.pk}", organisation.slug, organisation.name, url, {"buyers": [organisation.pk]}
    )


def of_network(network: Network) -> Subject:
    url = network.get_absolute_url()
    return Subject("network", f"W:{network.pk}", network.slug, network.name, url, {"networks": [network.pk]})


def of_field(code: str, label: str) -> Subject:
    """`code` has eight digits."""
    url = f"{reverse('procurements:notice_list')}?cpv={code}"
    return Subject("field", f"P:{cpv_ancestors(code)[-1]}", code, label, url, {"cpv": [code]})


def subject_of(kind: str, slug: str, language: str) -> Subject | None:
    """The buyer, network or field at that address; None when there is none, or none that buys."""
    if kind == "buyer":
        organisation = Organisation.objects.filter(slug=slug).select_related("merged_into").first()
        organisation = organisation and (organisation.merged_into or organisation)
        return of_buyer(organisation) if organisation and _buys(organisation) else None
    if kind == "network":
        network = Network.objects.filter(slug=slug).first()
        return of_network(network) if network else None
    code = CpvCode.objects.filter(pk=slug).first() if kind == "field" else None
    return of_field(code.pk, code.label(language)) if code else None


def _buys(organisation: Organisation) -> bool:
    named = meaning.stands_in(F("document"), "%s::tsquery", [meaning.literal(f"B:{organisation.pk}")])
    return organisation.is_buyer or NoticeSearch.objects.filter(named).exists()


@transaction.atomic
def follow_subject(subject: Subject, *, by: User, at: datetime) -> Subscription:
    """Once a person and subject; one that was paused or put off starts again. Raises TooMany."""
    _one_click_after_the_other(by)
    known = Subscription.objects.filter(person=by, follows=subject.key).first()
    if known:
        subscribing.receive(known, wants=True, by=by, at=at)
        return subscribing.resume(known, by=by, at=at)
    if Subscription.objects.filter(person=by).exclude(follows="").count() >= MOST:
        raise TooMany
    made = Subscription(person=by, name=subject.name[:120], follows=subject.key)
    for criterion, values in subject.criteria.items():
        setattr(made, criterion, values)
    return subscribing.save(made, by=by, at=at)


@transaction.atomic
def unfollow_subject(subject: Subject, *, by: User, at: datetime) -> None:
    _one_click_after_the_other(by)
    for followed in Subscription.objects.filter(person=by, follows=subject.key):
        subscribing.remove(followed, by=by, at=at)


def followed(user: User, subjects: Iterable[Subject]) -> set[str]:
    """The keys of those that the person follows and hears of now."""
    own = Subscription.objects.filter(person=user, follows__in=[subject.key for subject in subjects])
    return set(own.filter(paused_at=None, receivers__user=user).values_list("follows", flat=True))


def _one_click_after_the_other(user: User) -> None:
    """Held until the transaction ends. Not against those who tell the person something meanwhile: they need its key alone."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
