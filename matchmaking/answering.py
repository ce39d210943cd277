"""Suppliers that may have an answer to a need (A27): from what they say of themselves in public, and from nothing else.

A supplier takes part when it shows its profile to everybody. Compared are its fields, words, regions and goals, and the words
that it leaves out: what it does. What it wants to be told of (kinds, values, buyers, levels), what it has looked at, followed,
put away or shown interest in has no part in it, so that no page of a buyer can tell who is interested.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from matchmaking import matching, words
from matchmaking.keys import Met
from matchmaking.matching import Asking
from matchmaking.models import Subscription
from matchmaking.reading import NUTS_COUNTRY, TEXT_LIMIT, TEXTS
from matchmaking.scoring import (
    GOAL,
    GOAL_MOST,
    WORD_FIRST,
    WORD_MORE,
    WORD_MOST,
    Criteria,
    Facts,
    Score,
    score,
)
from networks.models import Participant
from procurements.models import Kind, Notice
from suppliers.models import SupplierProfile

MOST = 200  # are read and judged, the best first; a need that more fit is too wide to be helped by names
READY_FROM = 8  # TRL: complete and qualified, or in use

# Through the index that notices find subscriptions by: no profile is read that the need does not meet. Ties by id, so that
# the cut falls in one place each time.
FIND = f"""
WITH {matching.NOTICES},
met AS (
    SELECT subscription.id, max(said) FILTER (WHERE met IN ({Met.NAMED}, {Met.NEAR})) AS field,
        bool_or(met = {Met.NAMED}) AS is_named, max(anchor.goals & notice.goals) AS goals, max(probe.place) AS place,
        coalesce(bit_or(1::int8 << number) FILTER (WHERE met = {Met.WORD}), 0) AS words
    FROM probe JOIN notice USING (version)
        CROSS JOIN LATERAL (SELECT * FROM matchmaking_anchor WHERE matchmaking_anchor.key = probe.key OFFSET 0) anchor
        JOIN matchmaking_subscription subscription ON subscription.id = anchor.subscription_id
        JOIN suppliers_supplierprofile profile ON profile.organisation_id = subscription.organisation_id
        JOIN accounts_organisation organisation ON organisation.id = subscription.organisation_id
    WHERE met <> {Met.OTHER} AND anchor.dictionaries & notice.dictionary <> 0
        AND (anchor.rest IS NULL OR string_to_array(anchor.rest, ' ') <@ notice.words)
        AND profile.is_public AND organisation.merged_into_id IS NULL AND organisation.id <> ALL (notice.insiders)
        AND coalesce(profile.trl, 0) >= %(readiness)s
    GROUP BY subscription.id
)
SELECT id FROM met WHERE is_named OR words <> 0
ORDER BY coalesce(left(field, 2)::int, 0)
    + CASE WHEN words = 0 THEN 0
        ELSE least({WORD_MOST}, {WORD_FIRST} + {WORD_MORE} * (bit_count(words::bit(64)) - 1)::int) END
    + least({GOAL_MOST}, {GOAL} * bit_count(goals::bit(32))::int) + coalesce(nullif(left(place, 2), '')::int, 0) DESC, id
LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Likely:
    """A supplier, what it says of itself, and why it may have an answer."""

    profile: SupplierProfile
    score: Score

    @property
    def is_ready(self) -> bool:
        """Whether it says that its solution is complete and qualified, or in use."""
        return (self.profile.trl or 0) >= READY_FROM


@dataclass(frozen=True)
class Found:
    """The most alike first, then by name. `is_capped`: there are more than were looked through."""

    rows: list[Likely]
    is_capped: bool


def likely_suppliers(notice: Notice, *, ready: bool = False) -> Found:
    """Who may have an answer to the working text of a notice; its own buyers never. As many queries, whoever is found.

    With `ready`, those alone who say that their solution is ready for market.
    """
    facts = facts_of(notice)
    ids = _find(Asking(notice.pk, facts, _buyers(notice)), ready=ready)
    offers = Subscription.objects.filter(pk__in=ids[:MOST]).select_related(
        "organisation__supplier_profile__organisation"
    )
    judged = [(offer, score(offer_of(offer), facts)) for offer in offers]
    rows = [
        Likely(offer.organisation.supplier_profile, found)
        for offer, found in judged
        if offer.organisation and found.is_alert
    ]
    rows.sort(key=lambda row: (-row.score.points, row.profile.organisation.name, row.profile.pk))
    return Found(rows, is_capped=len(ids) > MOST)


def offer_of(subscription: Subscription) -> Criteria:
    """What the supplier does, without what it wants to be told of."""
    return Criteria(
        cpv=tuple(subscription.cpv),
        regions=tuple(subscription.regions),
        goals=tuple(subscription.goals),
        words=tuple(subscription.words),
        excluded_words=tuple(subscription.excluded_words),
        needs_all=subscription.needs_all,
        stems=subscription.stems,
    )


def facts_of(notice: Notice) -> Facts:
    """What a supplier's offer is compared with; each text counts as a need, whatever has become of it."""
    dictionary = words.dictionary_of(notice.language)
    text = "\n".join(getattr(notice, name) for name in TEXTS)[:TEXT_LIMIT].replace("\0", " ")
    country = notice.procurement.organisation.country
    return Facts(
        kind=Kind.NEED,
        language=notice.language,
        dictionary=dictionary,
        country=NUTS_COUNTRY.get(country, country),
        cpv=frozenset(notice.cpv),
        regions=frozenset(notice.regions),
        goals=frozenset(notice.goals),
        lexemes=words.lexemes_of({notice.pk: (dictionary, text)})[notice.pk],
    )


def _buyers(notice: Notice) -> set[int]:
    """The organisation that answers for it, and those who take part in its group."""
    own = {notice.procurement.organisation_id}
    if group := notice.procurement.buyer_group_id:
        own |= set(Participant.objects.present().filter(group=group).values_list("organisation", flat=True))
    return own


def _find(asking: Asking, *, ready: bool) -> list[int]:
    """Ids of subscriptions, at most one more than MOST."""
    parameters = {**matching.parameters([asking]), "readiness": READY_FROM if ready else 0, "limit": MOST + 1}
    with connection.cursor() as cursor:
        cursor.execute(FIND, parameters)
        return [id for (id,) in cursor.fetchall()]
