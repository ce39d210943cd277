"""Putting subscriptions into the index, in the transaction that saves them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

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
    while batch := _anchor_some(missing.filter(pk__gt=last)):
        done, last = done + len(batch), batch[-1].pk
    return done


@transaction.atomic
def _anchor_some(missing: QuerySet[Subscription]) -> list[Subscription]:
    # Locked, so that what is paused in this moment does not stand in the index afterwards.
    batch = list(missing.select_for_update(of=("self",), no_key=True).prefetch_related("lessons")[:BATCH])
    anchor_all(batch)
    return batch


def tidy() -> int:
    """Drops asked keys that no subscription asks for any more; they cost a little and are wrong nowhere. Returns how many.

    A million subscriptions are read while others save; only what was written meanwhile is read while they wait.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::xid::text")  # all before it is seen from now on
        [(horizon,)] = cursor.fetchall()
    stale = set(AskedKey.objects.values_list("pk", flat=True))
    stale -= _asked_by(Subscription.objects.all())
    if not stale:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE matchmaking_askedkey IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT id FROM matchmaking_subscription WHERE age(xmin) <= age(%s::xid)", [horizon])
        stale -= _asked_by(Subscription.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()]))
        return AskedKey.objects.filter(pk__in=stale).delete()[0]


def _asked_by(subscriptions: QuerySet[Subscription]) -> set[str]:
    found: set[str] = set()
    for subscription in subscriptions.prefetch_related("lessons").iterator(chunk_size=BATCH):
        found |= _all_keys(criteria_of(subscription))
    return found
