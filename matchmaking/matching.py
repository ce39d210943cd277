"""Which subscriptions some notices fit, how well and why: one statement, for one notice as for a day's import.

It says in SQL what matchmaking.scoring says of one pair; the points are read from there, and tests hold the two together.
The work is that of the answer: the notices ask the index for some hundred keys each, and what is found there is judged by
what stands beside the key. Subscriptions are read for the reasons of those that fit, and where something is left to compare.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection

from matchmaking import keys
from matchmaking.keys import Flag, Met
from matchmaking.scoring import (
    ALERT_AT,
    BUYER,
    GOAL,
    GOAL_MOST,
    LEVEL,
    MET,
    MOST,
    NETWORK,
    WORD_FIRST,
    WORD_MORE,
    WORD_MOST,
    Facts,
    common_places,
)
from taxonomy.codes import cpv_ancestors


@dataclass(frozen=True)
class Asking:
    """A notice that asks. `insiders`: the organisations whose subscriptions are not told of it, for it is theirs."""

    version: int
    facts: Facts
    insiders: Collection[int] = ()


NOTICES = """
notice AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(notices)s::jsonb) AS notice (
        version int8, kind int2, kind_name text, language int2, dictionary int2, level int2, level_name text, goals int4, value int8,
        buyers int8[], networks int8[], insiders int8[], words text[], fields text[], places text[])
),
probe AS MATERIALIZED (
    SELECT version, hashtextextended(subject.key || '|' || place.key, 0) AS key, met, subject.said, place.said AS place
    FROM unnest(%(subject_versions)s::int8[], %(subjects)s::text[], %(mets)s::int2[], %(subjects_said)s::text[])
            AS subject (version, key, met, said)
        JOIN unnest(%(place_versions)s::int8[], %(places)s::text[], %(places_said)s::text[])
            AS place (version, key, said) USING (version)
)"""

# A subscription is met at several of its anchors: by two fields, by a word, in the region and in the country around it.
FOUND = f"""
found AS (
    SELECT version, subscription_id, max(flags) AS flags, max(anchor.goals & notice.goals) AS goals,
        max(said) FILTER (WHERE met = {Met.NAMED}) AS named, max(said) FILTER (WHERE met = {Met.NEAR}) AS near,
        coalesce(bit_or(1::int8 << number) FILTER (WHERE met = {Met.WORD}), 0) AS words, max(place) AS place,
        bool_or(met = {Met.OTHER}) AS other
    FROM probe JOIN notice USING (version)
        CROSS JOIN LATERAL (SELECT * FROM matchmaking_anchor WHERE matchmaking_anchor.key = probe.key OFFSET 0) anchor
    WHERE anchor.kinds & notice.kind <> 0 AND anchor.languages & notice.language <> 0
        AND anchor.levels & notice.level <> 0 AND anchor.dictionaries & notice.dictionary <> 0
        AND (notice.value IS NULL OR notice.value BETWEEN anchor.value_from AND anchor.value_to)
        AND (anchor.rest IS NULL OR string_to_array(anchor.rest, ' ') <@ notice.words)
    GROUP BY version, subscription_id
),
rated AS (
    SELECT found.*, least({MOST},
        CASE WHEN named IS NOT NULL OR words <> 0 OR other OR flags & {Flag.NEEDS_FIELD | Flag.NEEDS_WORD | Flag.NEEDS_GOAL} <> 0
            THEN {MET} ELSE 0 END
        + greatest(left(named, 2)::int, left(near, 2)::int, 0)
        + CASE WHEN words = 0 THEN 0
            ELSE least({WORD_MOST}, {WORD_FIRST} + {WORD_MORE} * (bit_count(words::bit(64)) - 1)::int) END
        + least({GOAL_MOST}, {GOAL} * bit_count(goals::bit(32))::int)
        + coalesce(nullif(left(place, 2), '')::int, 0)
        + CASE WHEN flags & {Flag.BUYERS} <> 0 THEN {BUYER} ELSE 0 END
        + CASE WHEN flags & {Flag.NETWORKS} <> 0 THEN {NETWORK} ELSE 0 END
        + CASE WHEN flags & {Flag.LEVELS} <> 0 THEN {LEVEL} ELSE 0 END) AS points
    FROM found
    WHERE (flags & {Flag.NEEDS_FIELD} = 0 OR named IS NOT NULL)
        AND (flags & {Flag.NEEDS_WORD} = 0 OR words <> 0)
        AND (flags & {Flag.NEEDS_GOAL} = 0 OR goals <> 0)
),
judged AS (
    SELECT rated.version, subscription.id AS subscription, organisation_id, rated.points - CASE
            WHEN flags & {Flag.LESSONS} = 0 THEN 0
            ELSE coalesce((
                SELECT sum(lesson.points) FROM matchmaking_lesson lesson
                WHERE lesson.subscription_id = subscription.id AND CASE lesson.about
                    WHEN 'field' THEN lesson.value = ANY (notice.fields)
                    WHEN 'place' THEN lesson.value = ANY (notice.places)
                    WHEN 'buyer' THEN lesson.value::int8 = ANY (notice.buyers)
                    WHEN 'larger' THEN notice.value >= lesson.value::int8
                    WHEN 'smaller' THEN notice.value <= lesson.value::int8 END), 0)
            END AS points,
        %(hits)s AS hits
    FROM rated JOIN notice USING (version) JOIN matchmaking_subscription subscription ON subscription.id = subscription_id
    WHERE rated.points >= {ALERT_AT}
        AND (organisation_id IS NULL OR organisation_id <> ALL (notice.insiders))
        AND (flags & {Flag.BUYERS} = 0 OR subscription.buyers && notice.buyers)
        AND (flags & {Flag.NETWORKS} = 0 OR subscription.networks && notice.networks)
        AND (flags & {Flag.EXCLUDES} = 0 OR NOT EXISTS (
            SELECT FROM unnest(subscription.excluded_keys) line WHERE string_to_array(line, ' ') <@ notice.words))
)"""

# The reasons, as matchmaking.scoring puts them: field, words, goals, place, buyers, networks, level; the kind for want of any.
HITS = f"""
    coalesce(nullif(
        CASE WHEN coalesce(named, near) IS NULL THEN '{{}}'::text[] ELSE ARRAY[substr(coalesce(named, near), 3)] END
        || CASE WHEN rated.words = 0 THEN '{{}}' ELSE ARRAY(
            SELECT 'word:' || word FROM unnest(subscription.words) WITH ORDINALITY AS each (word, number)
            WHERE rated.words & (1::int8 << number::int) <> 0 ORDER BY word COLLATE "C") END
        || CASE WHEN rated.goals = 0 THEN '{{}}' ELSE ARRAY(
            SELECT 'goal:' || goal FROM generate_series(1, 17) goal WHERE rated.goals & (1 << goal) <> 0 ORDER BY goal) END
        || CASE WHEN place = '' THEN '{{}}' ELSE ARRAY[substr(place, 3)] END
        || CASE WHEN flags & {Flag.BUYERS} = 0 THEN '{{}}' ELSE ARRAY(
            SELECT 'buyer:' || buyer FROM unnest(subscription.buyers) buyer
            WHERE buyer = ANY (notice.buyers) GROUP BY buyer ORDER BY buyer) END
        || CASE WHEN flags & {Flag.NETWORKS} = 0 THEN '{{}}' ELSE ARRAY(
            SELECT 'network:' || network FROM unnest(subscription.networks) network
            WHERE network = ANY (notice.networks) GROUP BY network ORDER BY network) END
        || CASE WHEN flags & {Flag.LEVELS} = 0 THEN '{{}}' ELSE ARRAY['level:' || level_name] END,
        '{{}}'), ARRAY['kind:' || kind_name])"""

MATCHES = f"WITH {NOTICES}, {FOUND.replace('%(hits)s', HITS)} SELECT version, subscription, points, hits FROM judged WHERE points >= {ALERT_AT}"

ONLY_WHO = f"WITH {NOTICES}, {FOUND.replace('%(hits)s', 'NULL')} SELECT version, subscription FROM judged WHERE points >= {ALERT_AT}"

KEEP = f"""
WITH {NOTICES}, {FOUND.replace("%(hits)s", HITS)}
INSERT INTO matchmaking_match (version_id, subscription_id, score, hits, created_at, dismissed_reason)
SELECT version, subscription, points, hits, %(at)s, '' FROM judged WHERE points >= {ALERT_AT}
ORDER BY version, subscription
ON CONFLICT DO NOTHING"""


def matches(asking: Iterable[Asking]) -> list[tuple[int, int, int, list[str]]]:
    """(version, subscription, points, hits) of everything that is worth an alert."""
    return _ask(MATCHES, asking)


def who(asking: Iterable[Asking]) -> list[tuple[int, int]]:
    """(version, subscription) alone, without reasons."""
    return _ask(ONLY_WHO, asking)


def keep(asking: Iterable[Asking], *, at: datetime) -> int:
    """Writes the matches' rows, in the caller's transaction; returns how many are new."""
    return _run(KEEP, {**parameters(list(asking)), "at": at}).rowcount


def _ask(statement: str, asking: Iterable[Asking]) -> list[Any]:
    return _run(statement, parameters(list(asking))).fetchall()


def _run(statement: str, given: dict[str, Any]) -> psycopg.Cursor[Any]:
    """Planned once a connection: to plan it anew would cost as much as to answer it for one notice."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        connection.connection.prepare_threshold = 5  # Django's own cursors bind in the client and plan each time
        cursor: psycopg.Cursor[Any] = psycopg.Cursor(connection.connection)
        return cursor.execute(statement, given, prepare=True)


def parameters(asking: list[Asking]) -> dict[str, Any]:
    """What `NOTICES` is given: the notices, and the keys of the index that each of them meets."""
    asked = _asked(asking)
    notices, subjects, wheres = [], [], []
    for each in asking:
        facts, version = each.facts, each.version
        known = keys.asked_of(facts, asked)
        met = keys.met_subjects(facts, known)
        subjects += [(version, *key) for key in met]
        wheres += [(version, *place) for place in keys.met_places(facts, known)]
        words = [key.key for key in met if key.met == Met.WORD]
        notices.append(_as_row(each, [facts.dictionary, *words]))
    versions, names, mets, said = zip(*subjects, strict=True) if subjects else ((), (), (), ())
    place_versions, places_met, places_said = zip(*wheres, strict=True) if wheres else ((), (), ())
    return {
        "notices": json.dumps(notices),
        "subject_versions": list(versions),
        "subjects": list(names),
        "mets": [int(met) for met in mets],
        "subjects_said": list(said),
        "place_versions": list(place_versions),
        "places": list(places_met),
        "places_said": list(places_said),
    }


def _as_row(asking: Asking, words: list[str]) -> Mapping[str, Any]:
    facts = asking.facts
    return {
        "version": asking.version,
        "kind": keys.KINDS.get(facts.kind, 0),
        "kind_name": facts.kind,
        "language": keys.LANGUAGES.get(facts.language, keys.OTHER_LANGUAGE),
        "dictionary": keys.DICTIONARIES.get(facts.dictionary, 0),
        "level": keys.LEVELS.get(facts.level, 0),
        "level_name": facts.level,
        "goals": sum(1 << goal for goal in facts.goals if goal < 31),
        "value": facts.value,
        "buyers": sorted(facts.buyers),
        "networks": sorted(facts.networks),
        "insiders": sorted(asking.insiders),
        "words": words,
        "fields": sorted({above for code in facts.cpv for above in cpv_ancestors(code)}),
        "places": sorted(common_places(facts)),
    }


def _asked(asking: list[Asking]) -> list[str]:
    """The keys that anybody asked for, among those that these notices could meet; sorted."""
    plain = sorted(set().union(*(keys.plain(each.facts) for each in asking)))
    below = sorted(set().union(*(keys.beginnings(each.facts) for each in asking)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM matchmaking_askedkey WHERE key = ANY (%(plain)s)"
            " UNION SELECT asked.key FROM unnest(%(below)s::text[]) beginning"
            " CROSS JOIN LATERAL (SELECT key FROM matchmaking_askedkey"
            ' WHERE key > beginning COLLATE "C" AND key < beginning || \'~\' COLLATE "C" OFFSET 0) asked',
            {"plain": plain, "below": below},
        )
        return sorted(key for (key,) in cursor.fetchall())
