"""How good the suggestions are: by the criterion that found them, and month by month (E9). For those who tune the matcher.

A suggestion is one subscription and one notice that somebody was told of because of it; what people follow by a click is left
out, for nobody may learn of that, nor how much of it there is. It counts as opened when the line was
read in the portal (nothing in a mail reports that it was opened), as wrong when somebody called it not relevant.

What no figure here may tell (quality 4.2, 4.3): what one person did, or that one notice had interest. So nothing under FEW is
shown, nor what could be worked out from the rest; and of interest that followed there is a share alone, in whole tens, of
procurements that ended with an award before the present quarter, and only where FEW of them had such interest and FEW had none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaking.models import Match

FEW = 5
LOOKED_AT = timedelta(days=365)
KEPT = 3600  # seconds: a year of suggestions is counted at most once an hour

RULES: dict[str, str | Promise] = {
    "cpv-8": _("The field, named by all its digits"),
    "cpv-5": _("The field, named by its category (five digits)"),
    "cpv-4": _("The field, named by its class (four digits)"),
    "cpv-3": _("The field, named by its group (three digits)"),
    "cpv-2": _("The field, named by its division (two digits)"),
    "near": _("A field near the one that was asked for"),
    "word": _("A word"),
    "goal": _("An Agenda 2030 goal"),
    "region": _("A region"),
    "country": _("A whole country"),
    "buyer": _("A buyer"),
    "network": _("A buyer network"),
    "level": _("Innovation"),
    "kind": _("The kind of notice alone"),
}
REASONS = tuple(Match.Irrelevance.values)

# One row a suggestion. What it was told for are the hits of the first version that was told of.
SUGGESTIONS = """
WITH suggestion AS MATERIALIZED (
    SELECT found.subscription_id, version.notice_id, min(found.created_at) AS at,
        (array_agg(found.id ORDER BY found.created_at, found.id))[1] AS first,
        max(found.dismissed_reason) FILTER (WHERE found.dismissed_at IS NOT NULL) AS reason
    FROM matchmaking_match found
        JOIN procurements_noticeversion version ON version.id = found.version_id
        JOIN matchmaking_subscription subscription ON subscription.id = found.subscription_id
    WHERE found.created_at >= %(since)s AND subscription.follows = ''
    GROUP BY found.subscription_id, version.notice_id
),
told AS MATERIALIZED (
    SELECT suggestion.*, bool_or(line.read_at IS NOT NULL) AS opened
    FROM suggestion
        JOIN notifications_event event ON event.subject_type = 'procurements.notice'
            AND event.subject_id = suggestion.notice_id::text AND event.kind = 'match'
        JOIN matchmaking_receiver receiver ON receiver.subscription_id = suggestion.subscription_id
        JOIN notifications_notification line ON line.event_id = event.id AND line.recipient_id = receiver.user_id
    GROUP BY suggestion.subscription_id, suggestion.notice_id, suggestion.at, suggestion.first, suggestion.reason
)
"""

COUNTS = """
    count(*) AS told, count(*) FILTER (WHERE opened) AS opened, count(reason) AS wrong,
    count(*) FILTER (WHERE reason = 'field'), count(*) FILTER (WHERE reason = 'large'),
    count(*) FILTER (WHERE reason = 'small'), count(*) FILTER (WHERE reason = 'place'),
    count(*) FILTER (WHERE reason = 'buyer'), count(*) FILTER (WHERE reason NOT IN ('field', 'large', 'small', 'place', 'buyer'))
"""

# The name in RULES of a hit such as "cpv:33196" or "word:fall sensor".
RULE = """CASE WHEN hit !~ '^cpv:' THEN split_part(hit, ':', 1)
    WHEN length(hit) > length('cpv:12345') THEN 'cpv-8'
    ELSE 'cpv-' || length(substr(hit, 5)) END"""

BY_MONTH = f"""{SUGGESTIONS}
SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, {COUNTS} FROM told GROUP BY month ORDER BY month DESC"""  # noqa: S608  parts of this module alone

BY_RULE = f"""{SUGGESTIONS},
ruled AS (
    SELECT told.*, rule.name FROM told JOIN matchmaking_match found ON found.id = told.first CROSS JOIN LATERAL (
        SELECT DISTINCT {RULE} AS name FROM unnest(found.hits) AS hit) AS rule
)
SELECT name, {COUNTS} FROM ruled GROUP BY name"""  # noqa: S608

# Of what ended with an award before the quarter began: (procurements with interest that followed, and without), by rule.
INTEREST = f"""{SUGGESTIONS},
ended AS (
    SELECT DISTINCT notice.procurement_id FROM procurements_outcome outcome
        JOIN procurements_notice notice ON notice.id = outcome.notice_id
    WHERE outcome.result = 'awarded' AND outcome.recorded_at < %(quarter)s
),
followed AS (
    SELECT told.first, notice.procurement_id, EXISTS (
        SELECT FROM procurements_interest interest
        WHERE interest.procurement_id = notice.procurement_id AND interest.received_at > told.at
            AND (interest.organisation_id = subscription.organisation_id OR interest.organisation_id IN (
                SELECT organisation_id FROM accounts_membership WHERE user_id = subscription.person_id))) AS did
    FROM told
        JOIN procurements_notice notice ON notice.id = told.notice_id
        JOIN ended ON ended.procurement_id = notice.procurement_id
        JOIN matchmaking_subscription subscription ON subscription.id = told.subscription_id
),
ruled AS (
    SELECT DISTINCT rule.name, followed.procurement_id, followed.first, followed.did
    FROM followed JOIN matchmaking_match found ON found.id = followed.first CROSS JOIN LATERAL (
        SELECT {RULE} AS name FROM unnest(found.hits) AS hit) AS rule
),
of_procurements AS (SELECT name, procurement_id, bool_or(did) AS had FROM ruled GROUP BY name, procurement_id)
SELECT name, count(*) FILTER (WHERE had), count(*) FILTER (WHERE NOT had),
    (SELECT avg(did::int) FROM ruled WHERE ruled.name = of_procurements.name)
FROM of_procurements GROUP BY name"""  # noqa: S608


@dataclass(frozen=True)
class Row:
    """One line of a table. None: fewer than FEW, or it would give away one that is."""

    label: str | Promise | date  # of a month: its first day
    told: int | None
    opened: int | None
    wrong: int | None
    reasons: tuple[int | None, ...]  # in the order of REASONS
    interest: int | None = None  # per cent in whole tens

    @property
    def precision(self) -> int | None:
        """Per cent of what was told that nobody called wrong."""
        return None if self.told is None or self.wrong is None else round(100 * (1 - self.wrong / self.told))


@dataclass(frozen=True)
class Quality:
    rules: list[Row]
    months: list[Row]  # the newest first


def quality(at: datetime) -> Quality:
    """The last year, counted at most once an hour."""
    key = f"match-quality:{at:%Y-%m-%d}"
    found = cache.get(key)
    if found is None:
        found = _count(at)
        cache.set(key, found, KEPT)
    return _said(*found)


def _count(at: datetime) -> tuple[list[Any], list[Any], list[Any]]:
    quarter = datetime(at.year, (at.month - 1) // 3 * 3 + 1, 1, tzinfo=UTC)
    with connection.cursor() as cursor:
        answers = []
        for statement in (BY_RULE, BY_MONTH, INTEREST):
            cursor.execute(statement, {"since": at - LOOKED_AT, "quarter": quarter})
            answers.append(cursor.fetchall())
    return answers[0], answers[1], answers[2]


def _said(by_rule: Sequence[Any], by_month: Sequence[Any], interest: Sequence[Any]) -> Quality:
    rules = {name: counts for name, *counts in by_rule}
    shares = {name: share_of(float(share), had, had_not) for name, had, had_not, share in interest}
    months = [_row(month, counts) for month, *counts in by_month]
    told = without_few([counts[0] for _month, *counts in by_month])  # they add up to what any other count may tell
    return Quality(
        [_row(label, rules[name], shares.get(name)) for name, label in RULES.items() if name in rules],
        [row if number is not None else _row(row.label, [0] * 9) for row, number in zip(months, told, strict=True)],
    )


def _row(label: str | Promise | date, counts: Sequence[int], interest: int | None = None) -> Row:
    told, opened, wrong, *reasons = counts
    [wrong_said, _right] = without_few([wrong, told - wrong])
    [opened_said, _unopened] = without_few([opened, told - opened])
    return Row(
        label,
        told if told >= FEW else None,
        opened_said,
        wrong_said,
        tuple(without_few(reasons) if wrong_said is not None else [None] * len(reasons)),
        interest,
    )


def without_few(parts: Sequence[int]) -> list[int | None]:
    """Parts of a whole that is known: those under FEW are left out, and more, the smallest first, until what is left out adds
    up to FEW at least and is more than one part: else the whole less the others would tell."""
    hidden = {place for place, number in enumerate(parts) if number < FEW}
    rest = sorted((number, place) for place, number in enumerate(parts) if place not in hidden)
    while hidden and rest and (len(hidden) < 2 or sum(parts[place] for place in hidden) < FEW):
        hidden.add(rest.pop(0)[1])
    return [None if place in hidden else number for place, number in enumerate(parts)]


def share_of(share: float, had: int, had_not: int) -> int | None:
    """Per cent in whole tens, of what FEW procurements had and FEW had not."""
    return None if min(had, had_not) < FEW else round(share * 10) * 10
