"""Putting subscriptions into the index, in the transaction that saves them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from matchmaking import keys
from matchmaking.models import Anchor, AskedKey, Subscription
from matchmaking.reading import criteria_of
from matchmaking.scoring import Criteria

BATCH = 1000

# One statement, whatever is put in: the keys are hashed here as `matching` hashes what a notice asks with.
WRITE = """
INSERT INTO matchmaking_anchor
    (key, subscription_id, number, rest, dictionaries, kinds, languages, levels, goals, value_from, value_to, flags)
SELECT DISTINCT ON (hashtextextended(subject || '|' || place, 0), subscription, number, dictionaries)
    hashtextextended(subject || '|' || place, 0), subscription, number, rest, dictionaries,
    kinds, languages, levels, goals, value_from, value_to, flags
FROM unnest(%s::int8[], %s::text[], %s::text[], %s::int2[], %s::text[], %s::int2[], %s::int2[], %s::int2[],
    %s::int2[], %s::int4[], %s::int8[], %s::int8[], %s::int2[])
    AS asked (subscription, subject, place, number, rest, dictionaries,
        kinds, languages, levels, goals, value_from, value_to, flags)
"""


def anchor(subscription: Subscription) -> None:
    """Makes the index say what the subscription says; a paused one stands nowhere in it. Inside the caller's transaction."""
    anchor_all([subscription])


@transaction.atomic
def anchor_all(subscriptions: Sequence[Subscription]) -> None:
    """The same for many, which come with their `lessons` prefetched."""
    Anchor.objects.filter(subscription__in=[each.pk for each in subscriptions]).delete()
    rows: list[tuple[object, ...]] = []
    asked: set[str] = set()
    for subscription in subscriptions:
        if subscription.paused_at is not None:
            continue
        criteria = criteria_of(subscription)
        asked |= _all_keys(criteria)
        narrowing = keys.narrowing(criteria)
        rows += [
            (subscription.pk, subject.key, place, *subject[1:], *narrowing)
            for subject in keys.subjects(criteria)
            for place in keys.where(criteria)
        ]
    if not rows:
        return
    with connection.cursor() as cursor:
        # In one order everywhere: two who ask for the same new keys at once do not wait for each other in a ring.
        cursor.execute(
            "INSERT INTO matchmaking_askedkey (key) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", [sorted(asked)]
        )
        cursor.execute(WRITE, [list(column) for column in zip(*rows, strict=True)])


def _all_keys(criteria: Criteria) -> set[str]:
    """Everything that a notice must be asked about for the subscription's sake."""
    found = set(keys.where(criteria))
    lines = [line.split(" ", 1)[1] for line in keys.excluded(criteria)]
    for subject in keys.subjects(criteria):
        found.add(subject.key)
        lines += [subject.rest] if subject.rest else []
    return found | {key for line in lines for key in line.split(" ")}


def unanchor(subscription: Subscription) -> None:
    """Takes it out of the index."""
    Anchor.objects.filter(subscription=subscription).delete()


def anchor_missing() -> int:
    """Puts in what stands nowhere although it asks for something: after an upgrade. Returns how many were looked at."""
    missing = Subscription.objects.filter(
        ~Exists(Anchor.objects.filter(subscription=OuterRef("pk"))), paused_at=None
    ).order_by("pk")
    done, last = 0, 0
    while batch := list(missing.filter(pk__gt=last).prefetch_related("lessons")[:BATCH]):
        anchor_all(batch)
        done, last = done + len(batch), batch[-1].pk
    return done


@transaction.atomic
def tidy() -> int:
    """Drops asked keys that no subscription asks for any more; they cost a little and are wrong nowhere. Returns how many.

    Waits for those who save, and they for it: run it at night.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE matchmaking_askedkey IN SHARE ROW EXCLUSIVE MODE")
    wanted: set[str] = set()
    for subscription in Subscription.objects.prefetch_related("lessons").iterator(chunk_size=BATCH):
        wanted |= _all_keys(criteria_of(subscription))
    stale = set(AskedKey.objects.values_list("pk", flat=True)) - wanted
    return AskedKey.objects.filter(pk__in=stale).delete()[0]
