"""What webhooks are to tell: read from the order of changes, and written down as deliveries.

The rows of what is to be told and the position up to which was read are written in one transaction: a crash before it reads
the same again, and after it nothing is left to read. What happened is derived from what stands (the versions, the closing,
the outcome) and named by a key, so that reading twice tells once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.http import QueryDict

from interchange.models import Delivery, Happening, Webhook
from interchange.webhooks import owning
from notifications import doorbell
from procurements import changing
from procurements.browsing import Browse
from procurements.changing import Position
from procurements.models import Kind, Notice, NoticeSearch, NoticeVersion

A_BATCH = 500  # changes
FRESH = timedelta(
    days=60
)  # what happened earlier is no news: not of an old notice that came in late, nor after a long pause


@dataclass(frozen=True)
class Happened:
    happening: Happening
    key: str
    at: datetime  # when the arena came to know of it


def gather_due(clock: Callable[[], datetime], *, until: datetime | None = None) -> int:
    """Reads on for all webhooks until nothing is new (or it is `until`); returns how many deliveries it wrote.

    Those who stand at the same place share the reading, which is nearly all of them. Who is behind (it was paused) catches
    up on its own, after the others, and holds nobody up.
    """
    written = 0
    places = owning.live().values_list("read_to", "read_notice").distinct().order_by("-read_to", "-read_notice")
    for place in list(places):
        position: Position | None = place
        while position and not (until and clock() >= until):
            found, position = gather(position, at=clock())
            written += found
    return written


@transaction.atomic
def gather(position: Position, *, at: datetime) -> tuple[int, Position | None]:
    """One batch, for the webhooks that have read up to that position: how many deliveries, and where they stand now.

    None where there was nothing to read, or another worker is at it.
    """
    rows = list(changing.after(NoticeSearch.objects.all(), position)[:A_BATCH])
    if not rows:
        return 0, None
    standing = owning.live().filter(read_to=position[0], read_notice=position[1])
    webhooks = list(standing.select_for_update(of=("self",), skip_locked=True))
    if not webhooks:
        return 0, None
    wanted = _wanted(webhooks, [row.notice_id for row in rows], at)
    Delivery.objects.bulk_create(wanted, ignore_conflicts=True)
    end = changing.position_of(rows[-1])
    Webhook.objects.filter(pk__in=[each.pk for each in webhooks]).update(read_to=end[0], read_notice=end[1])
    if wanted:
        doorbell.ring("tell")
    return len(wanted), end


def newest_position() -> Position:
    """Where a webhook begins that is to hear of what comes from now on."""
    row = changing.after(NoticeSearch.objects.all(), changing.START).last()
    return changing.position_of(row) if row else changing.START


def _wanted(webhooks: Sequence[Webhook], changed: Sequence[int], at: datetime) -> list[Delivery]:
    """What each of the webhooks is to tell of the notices that changed."""
    oldest = max(min(each.created_at for each in webhooks), at - FRESH)
    happened = {notice: found for notice, found in _happened(changed).items() if any(one.at >= oldest for one in found)}
    if not happened:
        return []
    told = _told(webhooks, happened)
    asked: dict[str, list[Webhook]] = defaultdict(list)
    for webhook in webhooks:
        asked[webhook.question].append(webhook)
    made = []
    for question, asking in asked.items():
        now, whatever_state = _answering(question, happened, at)
        for webhook in asking:
            for notice in sorted(now | whatever_state | told[webhook.pk]):
                mine = _told_of(
                    happened[notice],
                    webhook,
                    answers=notice in now,
                    is_known=notice in told[webhook.pk],
                    oldest=max(webhook.created_at, at - FRESH),
                )
                made += [_delivery(webhook, notice, one, at) for one in mine]
    return made


def _told_of(
    happened: Iterable[Happened], webhook: Webhook, *, answers: bool, is_known: bool, oldest: datetime
) -> list[Happened]:
    """A notice that a receiver has not heard of is published to it, as it stands; the rest follows for what it knows.

    `answers`: to the whole question. What ends does not answer "open" any more, so for everything but a publication the
    question is asked without its state; and what was told once is followed to its end, whatever it says by then.
    """
    found = {one.happening: one for one in happened if one.at >= oldest and one.happening in webhook.happenings}
    if is_known or not answers:
        found.pop(Happening.PUBLISHED, None)
    elif Happening.PUBLISHED in found:
        found.pop(Happening.AMENDED, None)  # the first that is heard of it is how it stands now
    return list(found.values())


def _answering(question: str, among: Collection[int], at: datetime) -> tuple[set[int], set[int]]:
    """Which of the notices answer the question, and which would in whatever state."""
    data = QueryDict(question)
    anything = data.copy()
    anything["state"] = "all"

    def found(asked: QueryDict) -> set[int]:
        rows = Browse.from_address(asked).rows(at).filter(notice__in=list(among))
        return set(rows.order_by().values_list("notice", flat=True))

    return found(data), found(anything)


def _told(webhooks: Iterable[Webhook], among: Collection[int]) -> dict[UUID, set[int]]:
    """Of which of the notices each webhook has told before (as long as deliveries are kept)."""
    found: dict[UUID, set[int]] = defaultdict(set)
    told = Delivery.objects.filter(webhook__in=[each.pk for each in webhooks], notice__in=list(among))
    for webhook, notice in told.values_list("webhook", "notice").distinct():
        found[webhook].add(notice)
    return found


def _happened(changed: Sequence[int]) -> dict[int, list[Happened]]:
    """All that ever happened to the notices and is still to be seen: the newest of each sort."""
    notices = Notice.objects.published().in_bulk(changed)
    versions: dict[int, list[NoticeVersion]] = defaultdict(list)
    said = NoticeVersion.objects.filter(notice__in=notices, is_minor=False).order_by("number")
    for version in said.only("notice_id", "number", "published_at", "is_minor"):
        versions[version.notice_id].append(version)
    outcomes = Notice.objects.filter(pk__in=notices, outcomes__isnull=False).annotate(
        newest=Max("outcomes__number"), newest_at=Max("outcomes__recorded_at")
    )
    found = {pk: _of_versions(notice, versions[pk]) for pk, notice in notices.items()}
    for pk, notice in notices.items():
        if notice.closed_at:
            key = f"{Happening.CLOSED}:{pk}:{notice.closed_as}"
            found[pk].append(Happened(Happening.CLOSED, key, notice.closed_at))
    for pk, number, moment in outcomes.values_list("pk", "newest", "newest_at"):
        found[pk].append(Happened(Happening.OUTCOME, f"{Happening.OUTCOME}:{pk}:{number}", moment))
    return found


def _of_versions(notice: Notice, versions: Sequence[NoticeVersion]) -> list[Happened]:
    """An award notice is an outcome. What was read from another system happens when it arrives, if that is about when it was said."""
    found = []
    if versions and versions[0].number == 1:
        first = Happening.OUTCOME if notice.kind == Kind.AWARD else Happening.PUBLISHED
        key = f"{first}:{notice.pk}" + (":0" if first == Happening.OUTCOME else "")
        found.append(Happened(first, key, _arrived(notice, versions[0])))
    if versions and versions[-1].number > 1:
        key = f"{Happening.AMENDED}:{notice.pk}:{versions[-1].number}"
        found.append(Happened(Happening.AMENDED, key, _arrived(notice, versions[-1])))
    return found


def _arrived(notice: Notice, version: NoticeVersion) -> datetime:
    if notice.source_id is None:
        return version.published_at
    arrived = notice.created_at if version.number == 1 else notice.edited_at
    return arrived if arrived - version.published_at < FRESH else version.published_at


def _delivery(webhook: Webhook, notice: int, happened: Happened, at: datetime) -> Delivery:
    return Delivery(
        webhook=webhook, notice_id=notice, happening=happened.happening, key=happened.key, due_at=at, created_at=at
    )
