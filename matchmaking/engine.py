"""Finds who should hear of a published version, and tells them, once.

The queue is the absence of a MatchRun; its row is written first in the transaction that does the work, so that a second
worker waits for the first and then has nothing to do (docs/decisions: work waits as the absence of a row).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from matchmaking import draining, hearing, keys
from matchmaking.models import Match, MatchFailure, MatchRun, Receiver, Subscription, due
from matchmaking.reading import criteria_of, facts_of
from matchmaking.reasons import with_labels
from matchmaking.scoring import Facts, Score, score
from notifications.telling import Recipient, tell
from procurements.models import KINDS_THAT_ASK, NoticeVersion
from procurements.wording import changes

# What has no deadline is news for so long; older than that when it is first matched, it is history being read in.
NEWS_FOR = timedelta(days=30)


def drain(at: datetime) -> int:
    """Matches all that is due, oldest first; returns how many versions. One that cannot be matched holds nothing up."""
    return draining.drain(
        lambda at: due(at).order_by("published_at", "pk"), lambda pk, at: match(pk, at=at) is not None, MatchFailure, at
    )


@transaction.atomic
def match(version_id: int, *, at: datetime) -> MatchRun | None:
    """Matches one version and tells people, in one transaction; None when that has been done already."""
    if not _take(version_id, at):
        return None
    version = NoticeVersion.objects.select_related(
        "notice__procurement__organisation", "notice__procurement__buyer_group"
    ).get(pk=version_id)
    MatchFailure.objects.filter(version=version).delete()
    run = MatchRun.objects.get(pk=version_id)
    matches: list[Match] = []
    if is_news(version, at):
        facts = facts_of([version])[version.pk]
        _expect_the_index_in_memory()
        found = sorted(candidates(facts, buyers=hearing.buyers(version)), key=lambda subscription: subscription.pk)
        run.candidates = len(found)
        scored = [(subscription, score(criteria_of(subscription), facts)) for subscription in found]
        matches = _write(version, [(subscription, hit) for subscription, hit in scored if hit.is_alert], at)
    run.matches = len(matches)
    run.told = _tell(version, matches, at)
    run.save(update_fields=["candidates", "matches", "told"])
    return run


def _take(version_id: int, at: datetime) -> bool:
    """Writes the run's row; False when it stands there. Waits for a worker that is at it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO matchmaking_matchrun (version_id, at, candidates, matches, told) VALUES (%s, %s, 0, 0, 0)"
            " ON CONFLICT DO NOTHING",
            [version_id, at],
        )
        return bool(cursor.rowcount)


def _expect_the_index_in_memory() -> None:
    """For this transaction. A notice asks for hundreds of short lists of the index; at the default price of a page that is
    not at hand, the planner would rather compare every subscription's array, which costs far more than it believes."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 1.1")


def is_news(version: NoticeVersion, at: datetime) -> bool:
    """Whether somebody should still hear of it: it can be answered, or it came lately."""
    notice = version.notice
    if notice.closed_at:
        return False
    if notice.kind in KINDS_THAT_ASK and version.deadline_at:
        return version.deadline_at > at
    return version.published_at > at - NEWS_FOR


def candidates(facts: Facts, *, buyers: Iterable[int] = ()) -> QuerySet[Subscription]:
    """Every subscription that `scoring.score` alerts, and few others; never that of a buyer of the notice."""
    return Subscription.objects.filter(
        Q(kinds__contains=[facts.kind]) | (Q(kinds=[]) if facts.kind in KINDS_THAT_ASK else Q(pk=None)),
        Q(languages__contains=[facts.language]) | Q(languages=[]),
        subject_keys__overlap=keys.subject_probes(facts),
        place_keys__overlap=keys.place_probes(facts),
        paused_at=None,
    ).exclude(organisation__in=list(buyers))


def _write(version: NoticeVersion, hits: list[tuple[Subscription, Score]], at: datetime) -> list[Match]:
    """The matches' rows. What somebody called not relevant in an earlier version stays so."""
    earlier = {
        old.subscription_id: old
        for old in Match.objects.dismissed()
        .filter(version__notice=version.notice_id, subscription__in=[subscription for subscription, _hit in hits])
        .order_by("version__number")
    }
    rows = []
    for subscription, hit in hits:
        row = Match(
            version=version,
            subscription=subscription,
            score=hit.points,
            reasons=[reason.as_json() for reason in hit.reasons],
            created_at=at,
        )
        if old := earlier.get(subscription.pk):
            row.dismissed_at, row.dismissed_by_id, row.dismissed_reason = (
                old.dismissed_at,
                old.dismissed_by_id,
                old.dismissed_reason,
            )
        rows.append(row)
    return Match.objects.bulk_create(rows, batch_size=1000)


def _tell(version: NoticeVersion, matches: list[Match], at: datetime) -> int:
    """Those who heard of the notice hear what was changed, unless it was spelling; those who are new hear of it."""
    told, inside = hearing.told(version.notice), hearing.inside(version)
    new = [each for each in _receivers(matches) if each.user.pk not in told | inside]
    if new:
        tell("match", f"match:{version.pk}", version.notice, new, at=at)
    inside |= {each.user.pk for each in new}
    following = hearing.hearers(version.notice, among=set(), without=inside) if version.number == 1 else []
    if (
        following
    ):  # whose interest stands from an earlier notice of the procurement, also when no search of theirs fits this one
        tell("next-step", f"next-step:{version.pk}", version.notice, following, at=at)
    before = _told_before(version)
    changed = (
        hearing.hearers(version.notice, among=told, without=inside)
        if before and _is_earnest(version, since=before)
        else []
    )
    if before and changed:
        facts = _what_changed(before, version)
        tell("amendment", f"amendment:{version.pk}", version.notice, changed, at=at, facts=facts)
    return len({each.user.pk for each in (*new, *following, *changed)})


def _receivers(matches: Iterable[Match]) -> list[Recipient]:
    """Those who hear of the matches, best match first: `tell` makes one line of a person's several."""
    matches = [row for row in matches if row.dismissed_at is None]
    explained = with_labels([row.reasons for row in matches], [code for code, _name in settings.LANGUAGES])
    relevant = {row.subscription_id: row for row in matches}
    reasons = {row.subscription_id: reasons for row, reasons in zip(matches, explained, strict=True)}
    heard = (
        Receiver.objects.hearing()
        .filter(subscription__in=list(relevant))
        .select_related("user", "subscription__organisation")
    )
    ordered = sorted(
        heard, key=lambda each: (-relevant[each.subscription_id].score, each.subscription_id, each.user_id)
    )
    return [Recipient(each.user, each.subscription.organisation, reasons[each.subscription_id]) for each in ordered]


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
