"""Finds who should hear of published versions, and tells them, once.

The queue is the absence of a MatchRun; its row is written first in the transaction that does the work, so that a second
worker that has the same version in hand waits, and then has nothing to do. Workers take different versions where they can.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q

from accounts.models import Membership
from matchmaking import dismissing, draining, hearing, matching
from matchmaking.matching import Asking
from matchmaking.models import Attention, Match, MatchFailure, MatchRun, due
from matchmaking.reading import facts_of
from notifications import doorbell
from notifications.models import Notification
from notifications.telling import Fact, tell, tell_at_once
from procurements.models import KINDS_THAT_ASK, Interest, NoticeVersion, VersionBuyer
from procurements.wording import changes

log = logging.getLogger(__name__)

# What has no deadline is news for so long; older than that when it is first matched, it is history being read in.
NEWS_FOR = timedelta(days=30)
BATCH = 100  # versions in one transaction: an import day is some fifty of them


def drain(at: datetime) -> int:
    """Matches all that is due, oldest first; returns how many versions. One that cannot be matched holds nothing up."""
    # Another worker did it in the moment that one failed, or the version has been replaced: nothing waits there any more.
    is_current = Q(version__notice__current_version=F("version"))
    MatchFailure.objects.filter(Q(version__match_run__isnull=False) | ~is_current).delete()
    done = 0
    while True:
        try:
            taken = _match_some(at)
        except Exception as error:
            if not connection.is_usable():
                raise  # the database is away: no version is to blame, and the next bell tries again
            log.warning("versions could not be matched together, and are matched one by one", exc_info=error)
            # One of them cannot be matched: each for itself, so that this one alone waits.
            return done + draining.drain(
                lambda at: due(at).order_by("published_at", "pk"),
                lambda pk, at: match(pk, at=at) is not None,
                MatchFailure,
                at,
            )
        if not taken:
            return done
        done += taken
        if taken == BATCH:
            doorbell.ring("match")  # there may be more than one worker's share


@transaction.atomic
def _match_some(at: datetime) -> int:
    """The oldest that are due and in nobody's hands; returns how many there were."""
    taken = in_nobodys_hands(at)
    match_all(taken, at=at)
    return len(taken)


def in_nobodys_hands(at: datetime) -> list[int]:
    """The oldest versions that are due, and this transaction's from now on: other workers take others.

    A version is frozen, so the application's role may not lock its row; an advisory lock stands for it. OFFSET 0 keeps
    the lock from being tried on rows that are not the oldest.
    """
    oldest, parameters = due(at).order_by("published_at", "pk").values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM ({oldest} OFFSET 0) AS waiting (id)"  # noqa: S608  Django's own SQL
            " WHERE pg_try_advisory_xact_lock(hashtext('matchmaking.match'), hashint8(id)) LIMIT %s",
            [*parameters, BATCH],
        )
        return [pk for (pk,) in cursor.fetchall()]


def match(version_id: int, *, at: datetime) -> MatchRun | None:
    """Matches one version and tells people, in one transaction; None when that has been done already."""
    return next(iter(match_all([version_id], at=at)), None)


@transaction.atomic
def match_all(version_ids: Iterable[int], *, at: datetime) -> list[MatchRun]:
    """Matches versions and tells people, in one transaction; returns the runs of those that nobody had matched."""
    ids = _take(version_ids, at)
    if not ids:
        return []
    versions = list(
        NoticeVersion.objects.filter(pk__in=ids)
        .select_related("notice__procurement__organisation", "notice__procurement__buyer_group")
        .order_by("pk")
    )
    MatchFailure.objects.filter(version__in=ids).delete()
    insiders = _insiders(versions)
    news = [version for version in versions if is_news(version, at)]
    facts = facts_of(news)
    matching.keep((Asking(version.pk, facts[version.pk], insiders[version.pk]) for version in news), at=at)
    dismissing.stay_put_away(news)
    told = _tell_of_matches(news, insiders, at)
    for version in _with_a_past(versions):
        told[version.pk] += _tell_of_change(version, told[version.pk] > 0, at)
    return _finish(versions, told)


def _take(version_ids: Iterable[int], at: datetime) -> list[int]:
    """Writes the runs' rows and returns whose there were none. Waits for a worker that is at one of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO matchmaking_matchrun (version_id, at, matches, told)"
            " SELECT version, %s, 0, 0 FROM unnest(%s::bigint[]) version ORDER BY version"
            " ON CONFLICT DO NOTHING RETURNING version_id",
            [at, list(version_ids)],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _finish(versions: list[NoticeVersion], told: dict[int, int]) -> list[MatchRun]:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE matchmaking_matchrun run SET told = counted.told, matches ="
            " (SELECT count(*) FROM matchmaking_match WHERE matchmaking_match.version_id = run.version_id)"
            " FROM unnest(%s::bigint[], %s::int[]) AS counted (version, told) WHERE run.version_id = counted.version",
            [[version.pk for version in versions], [told[version.pk] for version in versions]],
        )
    return list(MatchRun.objects.filter(version__in=[version.pk for version in versions]).order_by("pk"))


def is_news(version: NoticeVersion, at: datetime) -> bool:
    """Whether somebody should still hear of it: it can be answered, or it came lately."""
    notice = version.notice
    if notice.closed_at:
        return False
    if notice.kind in KINDS_THAT_ASK and version.deadline_at:
        return version.deadline_at > at
    return version.published_at > at - NEWS_FOR


def _insiders(versions: list[NoticeVersion]) -> dict[int, set[int]]:
    """The organisations that know more than suppliers do; one query for those that buy alone."""
    named: dict[int, set[int]] = defaultdict(set)
    for version, organisation in VersionBuyer.objects.filter(version__in=versions).values_list(
        "version", "organisation"
    ):
        named[version].add(organisation)
    return {
        version.pk: hearing.buyers(version)
        if version.notice.procurement.buyer_group_id
        else named[version.pk] | {version.notice.procurement.organisation_id}
        for version in versions
    }


# One line a person and notice, whatever found it; the best reasons first, the most frequent of the rhythms. The organisation
# is that of the best match, none when the person also hears for itself. A receiver of an organisation's matches is a member
# of it.
WHO_HEARS = """
SELECT 'match:' || m.version_id, receiver.user_id,
    CASE WHEN bool_or(subscription.organisation_id IS NULL) THEN NULL
        ELSE (array_agg(subscription.organisation_id ORDER BY m.score DESC, subscription.id))[1] END,
    to_jsonb(string_to_array(string_agg(
        array_to_string(m.hits || ('search:' || subscription.id), chr(31)), chr(31) ORDER BY m.score DESC, subscription.id
    ), chr(31))),
    (ARRAY['at-once', 'daily', 'weekly', 'off'])[min(array_position(
        ARRAY['at-once', 'daily', 'weekly', 'off'], coalesce(nullif(receiver.rhythm, ''), usual.rhythm, %(tell_default)s)))]
FROM matchmaking_match m
    JOIN unnest(%(versions)s::bigint[], %(notices)s::text[], %(procurements)s::bigint[], %(amended)s::bool[])
        AS asked (version, notice, procurement, is_amended) ON asked.version = m.version_id
    JOIN matchmaking_subscription subscription ON subscription.id = m.subscription_id AND subscription.paused_at IS NULL
    JOIN matchmaking_receiver receiver ON receiver.subscription_id = subscription.id
    LEFT JOIN notifications_preference usual ON usual.user_id = receiver.user_id AND usual.kind = %(tell_kind)s
WHERE m.version_id = ANY (%(versions)s) AND m.dismissed_at IS NULL
    AND (subscription.person_id = receiver.user_id OR EXISTS (
        SELECT FROM accounts_membership membership WHERE membership.user_id = receiver.user_id
            AND membership.organisation_id = subscription.organisation_id AND membership.ended_at IS NULL))
    AND NOT EXISTS (
        SELECT FROM unnest(%(inside_versions)s::bigint[], %(inside_people)s::bigint[]) AS inside (version, person)
        WHERE inside.version = m.version_id AND inside.person = receiver.user_id)
    AND NOT EXISTS (
        SELECT FROM matchmaking_attention attention WHERE attention.user_id = receiver.user_id
            AND attention.procurement_id = asked.procurement AND attention.level = 'muted')
    AND NOT (asked.is_amended AND EXISTS (
        SELECT FROM notifications_event event
            JOIN notifications_notification line ON line.event_id = event.id AND line.recipient_id = receiver.user_id
        WHERE event.subject_type = 'procurements.notice' AND event.subject_id = asked.notice
            AND event.kind IN ('match', 'amendment')))
GROUP BY m.version_id, receiver.user_id"""


def _tell_of_matches(news: list[NoticeVersion], insiders: dict[int, set[int]], at: datetime) -> dict[int, int]:
    """Those who are new to a notice hear of it; returns how many, by version. Who is inside is told of nothing."""
    told: dict[int, int] = defaultdict(int)
    matched = set(
        Match.objects.filter(version__in=news, dismissed_at=None)
        .order_by()
        .values_list("version", flat=True)
        .distinct()
    )
    news = [version for version in news if version.pk in matched]
    if not news:
        return told
    people: dict[int, set[int]] = defaultdict(set)
    organisations = set().union(*(insiders[version.pk] for version in news))
    for organisation, person in (
        Membership.objects.active().filter(organisation__in=organisations).values_list("organisation", "user")
    ):
        people[organisation].add(person)
    inside = [
        (version.pk, person)
        for version in news
        for person in sorted(set().union(*(people[each] for each in insiders[version.pk])))
    ]
    tell_at_once(
        "match",
        [Fact(f"match:{version.pk}", version.notice) for version in news],
        WHO_HEARS,
        {
            "versions": [version.pk for version in news],
            "notices": [str(version.notice_id) for version in news],
            "procurements": [version.notice.procurement_id for version in news],
            "amended": [version.number > 1 for version in news],
            "inside_versions": [version for version, _person in inside],
            "inside_people": [person for _version, person in inside],
        },
        at=at,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event.key, count(*) FROM notifications_event event"
            " JOIN notifications_notification line ON line.event_id = event.id"
            " WHERE event.key = ANY (%s) GROUP BY event.key",
            [[f"match:{version.pk}" for version in news]],
        )
        counted = dict(cursor.fetchall())
    told.update({version.pk: counted.get(f"match:{version.pk}", 0) for version in news})
    return told


def _with_a_past(versions: list[NoticeVersion]) -> list[NoticeVersion]:
    """Those that somebody may hear of without a match: amended ones, and the next steps of what people follow."""
    procurements = {version.notice.procurement_id for version in versions}
    wanted = set(Interest.objects.active().filter(procurement__in=procurements).values_list("procurement", flat=True))
    followed = Attention.objects.filter(procurement__in=procurements, level=Attention.Level.FOLLOWS)
    wanted |= set(followed.values_list("procurement", flat=True))
    return [version for version in versions if version.number > 1 or version.notice.procurement_id in wanted]


def _tell_of_change(version: NoticeVersion, has_told: bool, at: datetime) -> int:
    """Those who heard of the notice hear what was changed, unless it was spelling; those who follow it hear of its next step."""
    told, inside = hearing.told(version.notice), hearing.inside(version)
    lines = Notification.objects.filter(event__key=f"match:{version.pk}")
    new = set(lines.values_list("recipient", flat=True)) if has_told else set()
    inside |= new
    is_next = version.number == 1 and is_news(version, at)
    following = hearing.hearers(version.notice, among=set(), without=inside) if is_next else []
    if following:  # whose interest stands from an earlier notice, also when no search of theirs fits this one
        tell("next-step", f"next-step:{version.pk}", version.notice, following, at=at)
    before = _told_before(version)
    changed = (
        hearing.hearers(version.notice, among=told - new, without=inside)
        if before and _is_earnest(version, since=before)
        else []
    )
    if before and changed:
        facts = _what_changed(before, version)
        tell("amendment", f"amendment:{version.pk}", version.notice, changed, at=at, facts=facts)
    return len({each.user.pk for each in (*following, *changed)})


def _told_before(version: NoticeVersion) -> NoticeVersion | None:
    """The version that people heard of last: one that was amended before the matcher came to it was told to nobody."""
    earlier = version.notice.versions.filter(number__lt=version.number)
    return earlier.exclude(match_run=None).order_by("-number").first() or earlier.order_by("number").first()


def _is_earnest(version: NoticeVersion, *, since: NoticeVersion) -> bool:
    """Whether anything but spelling came between; what is closed is no news."""
    between = version.notice.versions.filter(number__gt=since.number, number__lte=version.number, is_minor=False)
    return version.notice.closed_at is None and between.exists()


def _what_changed(before: NoticeVersion, version: NoticeVersion) -> dict[str, object]:
    """The changed columns by name, and the deadline before and after (B8): what the line says of the change."""
    fields = [change.field for change in changes(before, version)]
    facts: dict[str, object] = {"version": version.number, "fields": fields}
    if "deadline_at" in fields:
        for name, moment in (("deadline_before", before.deadline_at), ("deadline_after", version.deadline_at)):
            facts[name] = moment.isoformat() if moment else ""
    return facts
