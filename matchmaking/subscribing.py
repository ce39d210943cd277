"""Saying what one wants to hear of. Saving makes alerts for what is published from then on, and mails nothing old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from matchmaking import anchoring, keys, words
from matchmaking.models import Receiver, Subscription
from matchmaking.reading import criteria_of
from matchmaking.scoring import Criteria
from notifications import doorbell, kinds, unsubscribing
from procurements.models import Kind
from records.auditing import record
from suppliers import offering

CRITERIA = (
    "cpv", "words", "needs_all", "regions", "goals", "excluded_words", "kinds", "value_from", "value_to", "currency",
    "buyers", "networks", "levels", "languages",
)  # fmt: skip
# One of these must be there: a language, a value or a word to leave out alone would find nearly everything.
NARROWING = ("cpv", "words", "regions", "goals", "kinds", "buyers", "networks", "levels")
# How many there may be of each: what no person chooses by hand, and the index bears.
MOST = {
    "cpv": 60, "words": 40, "excluded_words": 40, "regions": 50, "goals": 17, "buyers": 50, "networks": 20,
}  # fmt: skip
MOST_LETTERS = 80  # of a word or phrase
MOST_SEARCHES = 50


class NoCriteria(Exception):
    """Nothing was asked for: everything would match."""

    def __str__(self) -> str:
        return str(
            _(
                "Say at least one thing that you look for: a field, a word, a region, a goal, a buyer or a kind of notice."
            )
        )


class TooMuch(Exception):
    """More was asked for than `MOST`. The forms say it beside the field; this is for every other way in."""


class TooMany(Exception):
    """A person keeps so many searches that it cannot know any more why it hears of something."""

    def __str__(self) -> str:
        return str(
            _("You have %(most)d saved searches, which is as many as there can be. Delete one first.")
            % {"most": MOST_SEARCHES}
        )


def narrows(get: Callable[[str], Any]) -> bool:
    """Whether the criteria leave anything out; every kind of notice together says nothing."""
    return any(get(name) for name in NARROWING if name != "kinds") or bool(
        get("kinds") and set(Kind.values) - set(get("kinds"))
    )


@transaction.atomic
def save_offer(
    subscription: Subscription, *, profile: dict[str, Any], rhythm: str | None, by: User, at: datetime
) -> Subscription:
    """The organisation's profile and what it wants to hear of, both or neither; `rhythm` is the person's own for it."""
    assert subscription.organisation
    offering.save(subscription.organisation, profile=profile, by=by, at=at)
    kept = save(subscription, by=by, at=at)
    _choose_rhythm(kept, rhythm, by=by, at=at)
    return kept


@transaction.atomic
def save_search(subscription: Subscription, *, rhythm: str | None, by: User, at: datetime) -> Subscription:
    """A person's saved search. Raises TooMany. What is followed by a click is counted elsewhere."""
    User.objects.select_for_update().get(pk=by.pk)  # two new searches at once
    if not subscription.pk and Subscription.objects.filter(person=by, follows="").count() >= MOST_SEARCHES:
        raise TooMany
    kept = save(subscription, by=by, at=at)
    _choose_rhythm(kept, rhythm, by=by, at=at)
    return kept


@transaction.atomic
def save(subscription: Subscription, *, by: User, at: datetime) -> Subscription:
    """Stores the criteria and puts them into the index; the first to save hears of it. The same criteria twice change nothing.

    The subscription is new or was fetched by `Subscription.objects.kept_by(by)`, with the wanted criteria set on it.
    Raises NoCriteria when they would let everything through, TooMuch when they are more than `MOST`.
    """
    if not narrows(lambda name: getattr(subscription, name)):
        raise NoCriteria
    if found := [name for name, most in MOST.items() if len(getattr(subscription, name)) > most]:
        raise TooMuch(found[0])
    stored = None
    if subscription.pk:
        stored = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
    elif subscription.organisation_id:
        Organisation.objects.select_for_update().get(pk=subscription.organisation_id)  # two first saves at once
        stored = Subscription.objects.filter(organisation=subscription.organisation_id).first()
    kept = stored or Subscription(
        organisation=subscription.organisation,
        person=subscription.person,
        follows=subscription.follows,
        created_at=at,
    )
    changed = [name for name in ("name", *CRITERIA) if getattr(kept, name) != getattr(subscription, name)]
    if stored and not changed:
        return stored
    for name in changed:
        setattr(kept, name, getattr(subscription, name))
    if stored and set(changed) - {"name"}:
        kept.follows = ""  # it is more than one click on "Follow" now
    prepare(kept)
    kept.changed_at = at
    kept.save()
    anchoring.anchor(kept)
    if not stored:
        Receiver.objects.create(subscription=kept, user=by)
    record("subscription.saved", kept, by=by, at=at, acting_for=kept.organisation, details={"fields": changed})
    doorbell.ring("match")  # what is open already is looked through
    return kept


def prepare(subscription: Subscription) -> Criteria:
    """Sets what follows from the criteria: the stems of the words, and those that rule a notice out."""
    subscription.stems = words.stems([*subscription.words, *subscription.excluded_words])
    criteria = criteria_of(subscription)
    subscription.excluded_keys = keys.excluded(criteria)
    return criteria


@transaction.atomic
def pause(subscription: Subscription, *, by: User, at: datetime) -> Subscription:
    subscription = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
    if subscription.paused_at is None:
        subscription.paused_at = at
        subscription.save(update_fields=["paused_at"])
        anchoring.unanchor(subscription)
        record("subscription.paused", subscription, by=by, at=at, acting_for=subscription.organisation)
    return subscription


@transaction.atomic
def resume(subscription: Subscription, *, by: User, at: datetime) -> Subscription:
    """It is looked for again from now on; what is open and came meanwhile is among the suggestions, and mailed to nobody."""
    subscription = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
    if subscription.paused_at:
        subscription.paused_at, subscription.changed_at = None, at
        subscription.save(update_fields=["paused_at", "changed_at"])
        anchoring.anchor(subscription)
        record("subscription.resumed", subscription, by=by, at=at, acting_for=subscription.organisation)
        doorbell.ring("match")
    return subscription


@transaction.atomic
def remove(subscription: Subscription, *, by: User, at: datetime) -> None:
    """Deletes it with its matches. What people were told stays in their inboxes."""
    # The stronger lock: a match that is being written waits for it at its commit, and is then found again without it.
    for found in Subscription.objects.select_for_update().filter(pk=subscription.pk):
        record("subscription.removed", found, by=by, at=at, acting_for=found.organisation)
        found.delete()


@transaction.atomic
def receive(subscription: Subscription, *, wants: bool, rhythm: str | None = None, by: User, at: datetime) -> None:
    """A member says whether to hear of the organisation's matches, and how often by mail, for itself alone."""
    if wants:
        _row, is_changed = Receiver.objects.get_or_create(subscription=subscription, user=by)
    else:
        is_changed = bool(Receiver.objects.filter(subscription=subscription, user=by).delete()[0])
    if is_changed:
        action = "subscription.heard" if wants else "subscription.not-heard"
        record(action, subscription, by=by, at=at, acting_for=subscription.organisation)
    if wants:
        _choose_rhythm(subscription, rhythm, by=by, at=at)


def _choose_rhythm(subscription: Subscription, rhythm: str | None, *, by: User, at: datetime) -> None:
    """How often this person has mail of this subscription; None leaves it, "" is as for all suggestions."""
    receivers = Receiver.objects.filter(subscription=subscription, user=by).exclude(rhythm=rhythm)
    if rhythm is not None and receivers.update(rhythm=rhythm):
        details = {"rhythm": rhythm or "as all suggestions"}
        record(
            "subscription.rhythm-chosen",
            subscription,
            by=by,
            at=at,
            acting_for=subscription.organisation,
            details=details,
        )


def usual_rhythm(user: User) -> str:
    """What the person has chosen for all suggestions."""
    kind = kinds.get("match")
    assert kind
    return unsubscribing.rhythm_of(user, kind)


def rhythm_of(subscription: Subscription, user: User) -> str | None:
    """The person's own for this subscription ("" is as for all suggestions); None for who does not hear of it."""
    if not subscription.pk:
        return ""
    return Receiver.objects.filter(subscription=subscription, user=user).values_list("rhythm", flat=True).first()
